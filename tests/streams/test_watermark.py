"""Time may not pass for a source that is silent, or a broken connector accuses a whole office."""

from streams.watermark import BEGINNING, Times, Watermarks

HOUR = 3_600_000_000


def marks(lag: int = 24 * HOUR, **reported: int) -> Watermarks:
    marks = Watermarks(lambda _source: lag)
    marks.merge(reported)
    return marks


def test_time_is_now_while_a_source_reports() -> None:
    assert marks(hall=100 * HOUR).reach("hall", 101 * HOUR) == 101 * HOUR


def test_time_of_a_silent_source_stops_at_its_agreed_lag() -> None:
    assert marks(hall=100 * HOUR).reach("hall", 500 * HOUR) == 124 * HOUR


def test_each_source_has_the_lag_agreed_with_it() -> None:
    both = Watermarks({"hall": 1 * HOUR, "bureau": 48 * HOUR}.__getitem__)
    both.merge({"hall": 0, "bureau": 0})
    assert both.reach("hall", 99 * HOUR) == HOUR
    assert both.reach("bureau", 99 * HOUR) == 48 * HOUR


def test_a_late_event_does_not_turn_the_watermark_back() -> None:
    late = marks(hall=10)
    late.report("hall", 5)
    assert late.of("hall") == 10


def test_time_never_goes_backwards_even_if_the_wall_clock_does() -> None:
    times = Times({"hall": 50 * HOUR})
    assert not times.advance(40 * HOUR, marks(hall=100 * HOUR))
    assert times["hall"] == 50 * HOUR


def test_a_source_met_by_an_event_has_no_time_before_a_tick() -> None:
    """Otherwise a backlog after a restart would accuse people whose closing event is still in the queue."""
    times = Times()
    times.meet(["hall"])
    assert times["hall"] == BEGINNING
    assert times.items() == []
    assert times.advance(7, marks(hall=5))
    assert times.items() == [("hall", 7)]


def test_a_case_of_several_sources_waits_for_the_hindmost() -> None:
    times = Times({"hall": 9, "bureau": 3})
    assert times.of(["hall", "bureau"]) == 3
    assert times.of(["hall", "stranger"]) == BEGINNING


def test_a_source_that_is_told_here_moves_as_far_as_it_is_told_whatever_its_lag() -> None:
    """Samples that wait to be read may end an absence; a camera that nothing happens before is not silent."""
    held = marks(cameras=100 * HOUR)
    held.hold("cameras")
    assert held.reach("cameras", 101 * HOUR) == BEGINNING
    held.hold("cameras", 900 * HOUR)
    assert held.reach("cameras", 901 * HOUR) == 900 * HOUR
    assert held.reach("cameras", 500 * HOUR) == 500 * HOUR
    held.release("cameras")
    assert held.reach("cameras", 901 * HOUR) == 124 * HOUR
