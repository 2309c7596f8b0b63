"""One case's events, each counted once, whatever the order in which they came and however often."""

from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from mingjing.codec import decode, encode
from mingjing.instants import parse
from mingjing.types import CaseEvent
from rules.history import History
from tests.mingjing import strategies
from tests.rules.judging import event

ONE = event("fee_paid", "2026-03-02T10:00", event_id="e1", amount=7)
OTHER = event("fee_paid", "2026-03-02T10:00", event_id="e1", amount=8)
SEEN = parse("2026-03-02T12:00:00+08:00")


def received(one: CaseEvent, minutes: int) -> CaseEvent:
    return msgspec.structs.replace(one, received_at=SEEN + timedelta(minutes=minutes))


def test_the_same_content_again_is_a_duplicate_and_counts_once() -> None:
    history = History()
    assert [history.add(one) for one in (ONE, ONE, msgspec.structs.replace(ONE))] == ["new", "duplicate", "duplicate"]
    assert len(history) == 1


def test_another_content_under_one_id_is_a_conflict_and_the_same_one_counts_in_any_order() -> None:
    forward, backward = History(), History()
    assert [forward.add(ONE), forward.add(OTHER)] == ["new", "conflict"]
    assert [backward.add(OTHER), backward.add(ONE)] == ["new", "conflict"]
    assert forward.events == backward.events


def test_one_instant_written_with_two_offsets_is_one_content() -> None:
    """A source that moves to UTC and sends its events again must not be told of conflicts."""
    shanghai = decode(b'{"event_id":"e","case_id":"c","type":"a","occurred_at":"2026-03-02T10:00:00+08:00"}')
    utc = decode(b'{"event_id":"e","case_id":"c","type":"a","occurred_at":"2026-03-02T02:00:00Z"}')
    assert History([shanghai]).add(utc) == "duplicate"


def test_of_several_arrivals_the_earliest_is_kept() -> None:
    """What reached us late is judged by its first arrival; a redelivery years later must not make it late."""
    for order in ((3, 1, 2), (1, 2, 3), (2, 3, 1)):
        history = History(received(ONE, minutes) for minutes in order)
        assert [found.received_at for found in history.events] == [SEEN + timedelta(minutes=1)]
    assert History([received(ONE, 5), ONE]).events[0].received_at == SEEN + timedelta(minutes=5)
    assert History([ONE, received(ONE, 5)]).events[0].received_at == SEEN + timedelta(minutes=5)


arrivals = st.lists(
    st.builds(
        lambda number, amount, minutes: received(
            event("fee_paid", f"2026-03-02T1{number}:00", event_id=f"e{number}", amount=amount), minutes
        ),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    max_size=8,
)


@given(arrivals=arrivals, data=st.data())
def test_any_order_of_arrival_and_any_repetition_end_in_the_same_history(
    arrivals: list[CaseEvent], data: st.DataObject
) -> None:
    again = data.draw(
        st.permutations([*arrivals, *data.draw(st.lists(st.sampled_from(arrivals)) if arrivals else st.just([]))])
    )
    straight, shuffled = (sorted(History(order).events, key=lambda one: one.event_id) for order in (arrivals, again))
    assert straight == shuffled


@settings(max_examples=40, deadline=None)
@given(st.lists(strategies.events, max_size=5))
def test_the_compact_form_keeps_everything(events: list[CaseEvent]) -> None:
    """The worker holds open cases so; a field that were lost there would change findings after a restart only."""
    history = History(decode(encode(one)) for one in events)
    assert list(map(asdict, History.unpack(history.pack()).events)) == list(map(asdict, history.events))
    unpacked = History.unpack(history.pack())
    assert [unpacked.add(one) for one in history.events] == ["duplicate"] * len(history)
    assert unpacked.pack() == history.pack()
