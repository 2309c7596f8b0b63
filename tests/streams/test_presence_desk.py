"""The desk for samples: what is written, what is refused, what a crash leaves, and what may be committed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec
import pytest

from mingjing.instants import MINUTE, SECOND, at
from mingjing.metrics import Health, Metrics
from mingjing.store import Store
from mingjing.types import CaseEvent, PresenceSample
from streams.intake import Message
from streams.presence import Fold
from streams.presence_desk import PresenceDesk
from streams.presence_intake import SampleIntake
from streams.sink import Abandoned, Sink
from tests.streams.samples import NINE, SHANGHAI, samples

pytestmark = pytest.mark.store

NOW = NINE + 10 * MINUTE


def known(window: str, _instant: int) -> bool:
    return window.startswith("W")


class Bench:
    """A desk on a store; `restart` is what a crash and a new process are."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.metrics = Metrics()
        self.sink: Sink | None = None
        self.restart({0: 0})

    def close(self) -> None:
        if self.sink:
            self.sink.close()

    def restart(self, offsets: dict[int, int]) -> None:
        self.close()
        self.sink = Sink(lambda: Store(self._dsn), Health("test"), self.metrics)
        intake = SampleIntake("presence", 300 * SECOND, known)
        self.desk = PresenceDesk("presence", lambda: Fold(SHANGHAI), self.sink, intake, self.metrics)
        self.desk.generation = 1
        self.desk.open(1, offsets)

    def take(self, looks: Sequence[PresenceSample], offset: int) -> list[CaseEvent]:
        """Take samples, a message each; what is to be published."""
        messages = [Message(0, offset + place, msgspec.json.encode(look), NOW) for place, look in enumerate(looks)]
        assert self.desk.take(1, messages) == {}
        return self.desk.outbox

    def published(self) -> None:
        self.desk.published()

    def counted(self, outcome: str) -> float:
        return float(self.metrics.presence_samples.labels(outcome)._value.get())


@pytest.fixture
def bench(store_dsn: str) -> Iterator[Bench]:
    made = Bench(store_dsn)
    yield made
    made.close()


def test_samples_are_kept_once_however_often_they_come(bench: Bench, store: Store) -> None:
    """All tables that pages read: the latest, the minutes of the hour, the spans of the day."""
    looks = list(samples("SSSS---------SS"))
    bench.take(looks, 0)
    bench.take(looks, len(looks))
    assert bench.counted("decides") == len(looks)
    assert (bench.counted("late"), bench.counted("known")) == (len(looks) - 1, 1)
    spans = store.query("presence_spans", window="W1", gap=30)
    assert [(span["state"], span["samples"]) for span in spans] == [("staffed", 4), ("unstaffed", 9), ("staffed", 2)]
    assert spans[0]["since"] == at(NINE)
    [hour] = store.query("presence_hours")
    assert (hour["window"], hour["staffed"], hour["unstaffed"], hour["unknown"]) == ("W1", 2, 0, 0)
    [now] = store.query("hall_now")
    assert (now["window"], now["camera"], now["state"], now["reason"]) == ("W1", "K1", "staffed", "")
    assert (now["decides"], now["sampled_at"]) == (1, looks[-1].sampled_at)


def test_spans_end_where_samples_stop_and_show_their_snapshots(bench: Bench, store: Store) -> None:
    looks = [
        msgspec.structs.replace(one, snapshot="2026-03-02/a.jpg" if number == 3 else None)
        for number, one in enumerate(samples("SSS--" + "." * 20 + "--hh"))
    ]
    bench.take(looks, 0)
    spans = store.query("presence_spans", window="W1", gap=30)
    assert [(span["state"], span["samples"], span["hidden"]) for span in spans] == [
        ("staffed", 3, 0),
        ("unstaffed", 2, 0),
        ("unstaffed", 4, 2),
    ]
    assert [name for _, name in spans[1]["snapshots"]] == ["2026-03-02/a.jpg"]


def test_nothing_is_committed_before_what_follows_from_it_is_kept(bench: Bench) -> None:
    """Where we stand is written with what is to be told; what changes nothing waits for the next time."""
    assert [event.type for event in bench.take(list(samples("S")), 0)] == ["presence_regained"]
    assert bench.desk.partitions[0].saved == 1
    bench.published()
    assert bench.take(list(samples(".SSS")), 1) == []
    assert (bench.desk.partitions[0].next_offset, bench.desk.partitions[0].saved) == (4, 1)
    bench.desk.tell(1)
    assert bench.desk.partitions[0].saved == 4


def test_after_a_crash_what_was_not_committed_comes_again_and_nothing_else_is_told(bench: Bench) -> None:
    looks = list(samples("SSS" + "-" * 12 + "SS" + "-" * 12))
    told = {event.event_id for event in bench.take(looks[:1], 0)}
    bench.published()
    first = bench.take(looks[1:12], 1)
    assert [event.type for event in first] == ["presence_lost"]
    bench.restart({0: 1})  # killed before the answer of the broker
    assert bench.desk.outbox == first, "what may not have been published is published again"
    bench.published()
    assert bench.take(looks[1:], 1)[0].type == "presence_regained"
    told |= {event.event_id for event in first + bench.desk.outbox}
    fold = Fold(SHANGHAI)
    for look in looks:
        fold.take(0, look)
    assert told == {event.event_id for event in fold.told[0]}


def test_what_is_no_sample_becomes_a_dead_letter_and_the_rest_goes_on(bench: Bench, store: Store) -> None:
    good, other, early, old, stranger = samples("SSSSS")
    bad = [
        b"{",
        b"\xff",
        b'{"window": "W1"}',
        msgspec.json.encode(msgspec.structs.replace(early, sampled_at=at(NOW) + timedelta(minutes=6))),
        msgspec.json.encode(msgspec.structs.replace(old, sampled_at=at(NOW) - timedelta(days=40))),
        msgspec.json.encode(msgspec.structs.replace(stranger, window="X9")),
        msgspec.json.encode(good).replace(b'"confidence":0.9', b'"confidence":7'),
        msgspec.json.encode(good).replace(b'"W1"', b'"\\ud800"'),
    ]
    value = b"\n".join([msgspec.json.encode(good), *bad, msgspec.json.encode(other)])
    bench.desk.take(1, [Message(0, 0, value, NOW)])
    assert (bench.counted("decides"), bench.counted("refused")) == (2, len(bad))
    letters = sorted(bench.desk.refused, key=lambda one: one.line or 0)
    assert [letter.raw for letter in letters] == bad
    assert [(letter.topic, letter.partition, letter.offset, letter.line) for letter in letters] == [
        ("presence", 0, 0, line) for line in range(2, len(bad) + 2)
    ]
    reasons = [letter.reason for letter in letters]
    assert reasons[2].startswith("missing required field")
    assert reasons[3] == "sampled_at: 360 s after it arrived; set the clock of the sampler's machine right"
    assert reasons[4].startswith("sampled_at: 40 days before it arrived")
    assert reasons[5].startswith("window: not in the register of windows")
    assert len(store.query("dead_letters")) == len(bad)


def test_a_gap_is_read_again_and_a_batch_of_others_is_left(bench: Bench) -> None:
    [look] = samples("S")
    assert bench.desk.take(1, [Message(0, 7, msgspec.json.encode(look), NOW)]) == {0: 0}
    bench.desk.generation = 2
    with pytest.raises(Abandoned):
        bench.desk.take(1, [Message(0, 0, msgspec.json.encode(look), NOW)])


def test_what_is_not_kept_when_the_partitions_are_dealt_anew_is_not_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take(list(samples("SSS")), 0)
    bench.published()

    def dealt_anew(*_: object) -> None:
        raise Abandoned

    assert bench.sink is not None
    monkeypatch.setattr(bench.sink, "patiently", dealt_anew)
    with pytest.raises(Abandoned):
        bench.desk.tick(1, {0: NINE + MINUTE})
    assert (bench.desk.outbox, bench.desk.partitions) == ([], {})


def test_a_view_that_the_store_cannot_hold_stops_nobody(bench: Bench, store: Store) -> None:
    bench.take(list(samples("SS", view=1e300)), 0)
    assert len(store.query("hall_now")) == 1


def test_the_clock_tells_and_keeps_what_fell_silent(bench: Bench) -> None:
    bench.take(list(samples("SSS")), 0)
    bench.published()
    bench.desk.tick(1, {0: NINE + MINUTE})
    assert [event.type for event in bench.desk.outbox] == ["presence_unknown", "camera_lost"]
    assert bench.desk.reached({0: NINE + MINUTE}) == NINE + MINUTE
    assert bench.desk.reached({}) is None
    told = bench.desk.outbox
    bench.restart({0: 3})
    assert bench.desk.outbox == told


def test_a_state_that_cannot_be_read_begins_anew(bench: Bench, store: Store) -> None:
    """Another version wrote it; rather than standing still, the worker tells the state of every window once more."""
    store.write_presence_states("presence", {0: b"\xc1"})
    bench.restart({0: 0})
    assert [event.type for event in bench.take(list(samples("S")), 0)] == ["presence_regained"]
