"""What cameras see becomes few events, and the right ones: of windows, of cameras, and of their silence."""

from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.instants import HOUR, MINUTE, SECOND, at, parse
from mingjing.types import CaseEvent, PresenceSample
from streams.presence import Fold
from tests.streams.samples import NINE, SHANGHAI, folded, samples, short, told

LOST, BACK, DARK = "presence_lost", "presence_regained", "presence_unknown"


def windows(events: list[CaseEvent]) -> list[tuple[str, int]]:
    return short([event for event in events if event.case_id.startswith("presence:")])


def cameras(events: list[CaseEvent]) -> list[tuple[str, int]]:
    return short([event for event in events if event.case_id.startswith("camera:")])


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ("SSSS", [(BACK, 0)]),
        ("SS-----", [(BACK, 0)]),
        ("SS------S", [(BACK, 0), (LOST, 35), (BACK, 40)]),
        ("S-S-S---S-S-----S", [(BACK, 0)]),
        ("-------", [(LOST, 30)]),
        ("SS?SS??SS", [(BACK, 0)]),
        ("S-h-h-h-h-h-h-h", [(BACK, 0), (LOST, 55)]),
        ("S-?-?-?-?-?-?-?", [(BACK, 0), (LOST, 55)]),
        ("SS???SS", [(BACK, 0), (DARK, 10), (BACK, 25)]),
        ("SS-------???-------", [(BACK, 0), (LOST, 35), (DARK, 45), (LOST, 60)]),
        ("Snnnn", [(BACK, 0), (DARK, 5)]),
        ("SSssssssssssss", [(BACK, 0)]),
        ("SS......S", [(BACK, 0), (DARK, 5), (BACK, 40)]),
        ("SS...S", [(BACK, 0), (DARK, 5), (BACK, 25)]),
        ("SS..S", [(BACK, 0)]),
        ("S......S", [(BACK, 0)]),
    ],
)
def test_what_is_told_of_one_window(looks: str, expected: list[tuple[str, int]]) -> None:
    """A change is told once it is none that a flicker, a citizen in front or a lost picture makes."""
    assert windows(folded(samples(looks))) == expected


def test_an_absence_is_told_with_its_last_sighting_and_who_stood_in_front_since() -> None:
    *_, lost = folded(samples("SSSshh---ss--------"))
    assert lost.type == LOST
    assert lost.case_id == "presence:W1:2026-03-02"
    assert (lost.window, lost.source) == ("W1", "cameras")
    assert lost.data["camera"] == "K1"
    assert parse(lost.data["seen_at"]) == at(NINE + 10 * SECOND)
    spans = [tuple((parse(end) - at(NINE)).total_seconds() for end in span) for span in lost.data["hidden"]]
    assert spans == [(15, 30), (45, 55)]
    assert lost.occurred_at == at(NINE + 65 * SECOND), "thirty seconds in full view, seen or not seen"


def test_hiding_an_empty_window_for_long_stops_its_absence() -> None:
    """Whoever came back cannot be seen; the rule must not count on."""
    events = folded(samples("S--------hhhhhhhh--------S"))
    assert windows(events) == [(BACK, 0), (LOST, 30), (DARK, 45), (LOST, 85), (BACK, 125)]
    assert events[2].data["reason"] == "hidden"


def test_hiding_it_again_and_again_is_told_before_the_absence_ends() -> None:
    events = folded(samples("S" + "-" * 8 + "hh--" * 8))
    assert [kind for kind, _ in windows(events)] == [BACK, LOST, LOST]
    assert len(events[2].data["hidden"]) >= 5
    assert events[1].data["seen_at"] == events[2].data["seen_at"]


def test_a_snapshot_goes_with_the_change_that_it_shows() -> None:
    looks = list(samples("SS--------S"))
    taken = [
        PresenceSample(**{name: getattr(one, name) for name in one.__struct_fields__} | {"snapshot": f"{number}.jpg"})
        if number in (2, 10)
        else one
        for number, one in enumerate(looks)
    ]
    assert [event.data.get("snapshot") for event in folded(taken)] == [None, "2.jpg", "10.jpg"]


def test_the_best_view_wins_and_a_blind_camera_leaves_the_window_to_another() -> None:
    best = samples("SSSS??????????SSSS", camera="front", view=0.5)
    other = samples("-" * 18, camera="side", view=0.2, start=NINE + SECOND)
    events = folded(best, other)
    assert windows(events) == [(BACK, 0), (LOST, 45), (BACK, 70)]
    assert [event.data["camera"] for event in events if event.type == LOST] == ["side"]
    assert cameras(events) == [("camera_lost", 20), ("camera_regained", 70)]


def test_a_camera_that_stops_leaves_the_window_to_another_without_a_word_on_the_window() -> None:
    best = samples("SSSS", camera="front", view=0.5)
    other = samples("S" * 20, camera="side", view=0.2, start=NINE + SECOND)
    fold = Fold(SHANGHAI)
    assert windows(folded(best, other, fold=fold)) == [(BACK, 0)]
    fold.tick({0: NINE + 97 * SECOND})
    assert cameras(told(fold)) == [("camera_lost", 15)]


@pytest.mark.parametrize(("looks", "lost"), [("??", False), ("???", True), ("?S?S?S?", False), ("nnnnn", False)])
def test_a_camera_is_lost_after_three_bad_looks(looks: str, lost: bool) -> None:
    """No detector is no fault of the camera."""
    assert cameras(folded(samples("S" + looks))) == ([("camera_lost", 5)] if lost else [])


def test_a_camera_is_told_once_however_many_windows_it_watches() -> None:
    events = folded(*(samples("SS????SS", window=f"W{number}") for number in range(4)))
    assert cameras(events) == [("camera_lost", 10), ("camera_regained", 30)]
    assert events[-1].source == "cameras"
    [lost] = [event for event in events if event.type == "camera_lost"]
    assert (lost.case_id, lost.data) == ("camera:K1", {"camera": "K1", "reason": "dark"})


@pytest.mark.parametrize("speed", [1, 120])
def test_silence_is_told_by_the_clock_within_twenty_seconds_of_the_wall(speed: int) -> None:
    fold = Fold(SHANGHAI, speed)
    period = 5 * speed
    assert windows(folded(samples("SSS", period_s=period), fold=fold)) == [(BACK, 0)]
    last = NINE + 2 * period * SECOND
    fold.tick({0: last + 14 * speed * SECOND})
    assert told(fold) == []
    fold.tick({0: last + 16 * speed * SECOND})
    silent = told(fold)
    assert short(silent) == [(DARK, 2 * period), ("camera_lost", 2 * period)], "nothing is known since the last sample"
    assert {event.data["reason"] for event in silent} == {"offline"}
    fold.tick({0: last + 17 * speed * SECOND})
    assert told(fold) == []
    back = folded(samples("S", start=last + 100 * speed * SECOND, period_s=period), fold=fold)
    assert [event.type for event in back] == [BACK, "camera_regained"]


def test_a_camera_with_a_long_period_is_not_silent_between_its_samples() -> None:
    fold = Fold(SHANGHAI)
    folded(samples("SSSS", period_s=60), fold=fold)
    fold.tick({0: NINE + 240 * SECOND})
    assert told(fold) == []
    fold.tick({0: NINE + 301 * SECOND})
    assert len(told(fold)) == 2


def test_the_clock_tells_what_the_next_sample_would_have_told() -> None:
    """Whether the worker was there or came later, the events are the same ones."""
    looks = list(samples("SSS" + "." * 20 + "SS"))
    watched, fold = list[CaseEvent](), Fold(SHANGHAI)
    for sample in looks:
        fold.tick({0: NINE + 60 * SECOND} if sample.sampled_at > at(NINE + 60 * SECOND) else {})
        fold.take(0, sample)
        watched += told(fold)
    assert sorted(map(repr, watched)) == sorted(map(repr, folded(looks)))


def test_samples_that_come_late_correct_the_silence() -> None:
    """The sampler lived and could not reach the broker: what it saw meanwhile counts, from its last sighting."""
    fold = Fold(SHANGHAI)
    before = list(samples("SS"))
    later = list(samples(".." + "-" * 30))
    later = [last_seen(one, NINE + 5 * SECOND) for one in later]
    folded(before, fold=fold)
    fold.tick({0: NINE + 60 * SECOND})
    assert [event.type for event in told(fold)] == [DARK, "camera_lost"]
    events = folded(later, fold=fold)
    [lost] = [event for event in events if event.type == LOST]
    assert parse(lost.data["seen_at"]) == at(NINE + 5 * SECOND)
    assert lost.occurred_at == at(NINE + 40 * SECOND)
    assert "camera_regained" in {event.type for event in events}


def last_seen(sample: PresenceSample, seen: int) -> PresenceSample:
    return PresenceSample(**{name: getattr(sample, name) for name in sample.__struct_fields__} | {"seen_at": at(seen)})


@pytest.mark.parametrize(
    ("looks", "kind"), [("SS", BACK), ("--------", LOST), ("????", DARK)], ids=["staffed", "unstaffed", "unknown"]
)
def test_a_new_day_begins_with_the_state_of_the_window_and_no_sighting_of_yesterday(looks: str, kind: str) -> None:
    midnight = SHANGHAI.midnight(SHANGHAI.day(NINE) + 1)
    events = folded(samples("S" + looks + looks[-1] * 20, start=midnight - len(looks + "S") * 5 * SECOND))
    first = next(event for event in events if event.case_id == "presence:W1:2026-03-03")
    assert first.type == kind
    assert first.occurred_at == at(midnight)
    assert "seen_at" not in first.data
    assert all(event.occurred_at < at(midnight) for event in events if event.case_id == "presence:W1:2026-03-02")


def test_a_window_that_flickers_all_day_is_told_of_a_few_hundred_times() -> None:
    events = folded(samples("S-------" * 720))
    assert len(events) < 400


def test_a_clock_that_was_set_back_begins_anew() -> None:
    fold = Fold(SHANGHAI)
    folded(samples("SSSS"), fold=fold)
    earlier = NINE - 2 * HOUR
    fold.take(0, next(samples("S", start=earlier)))
    fold.tick({0: earlier + SECOND})
    assert told(fold) == []
    assert windows(folded(samples("S", start=earlier + 5 * SECOND), fold=fold)) == [(BACK, -7195)]


def test_time_is_held_back_until_a_silence_is_told() -> None:
    fold = Fold(SHANGHAI)
    folded(samples("SS"), samples("S" * 12, window="W2", camera="K2"), fold=fold)
    now = NINE + 60 * SECOND
    assert fold.reached({0: NINE + 10 * SECOND}) == NINE + 5 * SECOND
    assert fold.reached({0: now}) == now - 15 * SECOND
    fold.tick({0: now})
    assert fold.reached({0: now}) == NINE + 55 * SECOND
    assert fold.reached({}) is None


def test_time_is_held_back_while_a_window_shows_nothing_and_that_is_not_told() -> None:
    """Else an absence would be found that a loss of the picture stops, and withdrawn when that is told."""
    fold = Fold(SHANGHAI)
    folded(samples("S" + "-" * 8 + "??"), fold=fold)
    now = NINE + 55 * SECOND
    assert fold.reached({0: now}) == NINE + 45 * SECOND
    assert windows(folded(samples("?", start=now), fold=fold)) == [(DARK, 45)]
    assert fold.reached({0: now}) == now


LINES = st.lists(st.text("SSS---sh?.", min_size=1, max_size=60), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(LINES, st.data())
def test_killed_at_any_sample_and_read_again_from_any_earlier_one_it_tells_the_same(
    lines: list[str], data: st.DataObject
) -> None:
    """Where it stood is kept now and then; what came since is read again, and twice told is told once."""
    given = [
        list(samples(line, window=f"W{number // 2}", camera=f"K{number % 2}", view=number, start=NINE + number))
        for number, line in enumerate(lines)
    ]
    looks = sorted(chain.from_iterable(given), key=lambda one: one.sampled_at)
    whole = {repr(event) for event in folded(looks)}
    kept = data.draw(st.integers(0, len(looks)), "kept")
    killed = data.draw(st.integers(kept, len(looks)), "killed")
    again = data.draw(st.integers(0, kept), "again")
    fold = Fold(SHANGHAI)
    published = folded(looks[:kept], fold=fold)
    saved = fold.save(0)
    published += folded(looks[kept:killed], fold=fold)
    fold = Fold(SHANGHAI)
    fold.restore(0, saved)
    published += folded(looks[again:], fold=fold)
    assert {repr(event) for event in published} == whole
    assert len({event.event_id for event in published}) == len(whole), "one id, one content"


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_what_is_told_of_a_window_moves_forward_only_and_never_says_the_same_twice(lines: list[str]) -> None:
    given = [samples(line, camera=f"K{number}", view=number, start=NINE + number) for number, line in enumerate(lines)]
    events = [event for event in folded(*given) if event.case_id.startswith("presence:")]
    instants = [event.occurred_at for event in events]
    assert instants == sorted(set(instants))
    for before, after in pairwise(events):
        assert before.type != after.type or "hidden" in after.data
    for event in events:
        if "seen_at" in event.data:
            assert parse(event.data["seen_at"]) <= event.occurred_at


def test_what_was_kept_with_something_to_tell_tells_it_again() -> None:
    fold = Fold(SHANGHAI)
    fold.take(0, next(samples("S")))
    saved = fold.save(0)
    other = Fold(SHANGHAI)
    other.restore(0, saved)
    assert told(other) == told(fold)


def test_a_camera_that_comes_back_after_weeks_is_told_to_be_back() -> None:
    """Else its loss would stay open for ever."""
    fold = Fold(SHANGHAI)
    folded(samples("SS"), fold=fold)
    later = NINE + 20 * 24 * 60 * MINUTE
    fold.tick({0: later})
    found = told(fold) + folded(samples("S", start=later), fold=fold)
    assert [event.type for event in found if event.case_id == "camera:K1"] == ["camera_lost", "camera_regained"]


def test_a_window_that_nobody_watches_any_more_is_forgotten() -> None:
    fold = Fold(SHANGHAI)
    folded(samples("SS"), fold=fold)
    fold.tick({0: NINE + 100 * 24 * 60 * MINUTE})
    assert fold.partitions == {0: {}}
    assert fold.cameras == {}
