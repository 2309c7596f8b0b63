"""Front desk and back office: whose time a case took."""

from datetime import datetime

from mingjing.calendars import Calendars
from mingjing.insight.counters import COMPREHENSIVE, SPECIAL, Passage, Told, contrasts, overall, passage, splits
from mingjing.instants import micros
from mingjing.timetable import DEFAULT, OfficeTime
from mingjing.zones import Zone

OPEN = OfficeTime(Calendars().get("cn"), Zone("Asia/Shanghai"), DEFAULT)
OF = {"item": "A", "department": "D", "window": "W", "kind": COMPREHENSIVE}


def told(*events: tuple[str, str], corrects: tuple[int, int] | None = None) -> Passage | None:
    """Events of June 2024; `corrects`: the place of one, and of the one that it replaces."""
    made = [
        Told(str(place), kind, micros(datetime.fromisoformat(f"2024-06-{at}+08:00")), "")
        for place, (kind, at) in enumerate(events)
    ]
    if corrects:
        made[corrects[0]] = made[corrects[0]]._replace(corrects=str(corrects[1]))
    return passage(made, OPEN.count, **OF)


def case(item: str, kind: str, front: float) -> Passage:
    return Passage(item=item, department="D", window="W", kind=kind, front=front, back=1.0, delivery=None)


def test_only_open_hours_count_and_waiting_for_the_applicant_does_not() -> None:
    """From Monday the 3rd to Thursday the 6th: a lunch, nights, a correction of two days, a suspension of a morning."""
    found = told(
        ("material_received", "03T11:00"),
        ("correction_notified", "03T14:00"),  # one hour before lunch, half an hour after
        ("correction_supplied", "05T14:00"),
        ("accepted", "05T15:00"),  # one hour
        ("suspended", "06T09:00"),
        ("resumed", "06T12:00"),
        ("decided", "06T14:30"),  # two hours on the 5th, one on the 6th
        ("collection_notified", "06T15:00"),
        ("delivered", "20T15:00"),
    )
    assert found is not None
    assert (found.front, found.back, found.delivery) == (2.5, 3.0, 0.5)


def test_a_correction_replaces_what_it_corrects_and_what_is_out_of_order_is_not_told() -> None:
    moved = told(("accepted", "03T09:00"), ("decided", "03T12:00"), ("decided", "03T10:00"), corrects=(2, 1))
    assert moved is not None
    assert (moved.front, moved.back) == (None, 1.0)
    assert told(("decided", "03T09:00"), ("accepted", "03T10:00")) is None
    assert told(("accepted", "03T10:00")) is None


def test_types_of_window_are_compared_on_the_items_that_both_receive() -> None:
    slow = [case("A", SPECIAL, 3 + n / 8) for n in range(8)]
    quick = [case("A", COMPREHENSIVE, 1 + n / 10) for n in range(8)]
    alike = [case("B", kind, n / 10) for n in range(8) for kind in (SPECIAL, COMPREHENSIVE)]
    few = [case("C", COMPREHENSIVE, 9.0)] * 5 + [case("C", SPECIAL, 1.0)] * 50
    whole = [*slow, *quick, *alike, *few]
    assert [(one.item, one.verdict) for one in contrasts(whole)] == [("A", -1), ("B", 0)]
    swapped = [
        case("A", SPECIAL if one.kind == COMPREHENSIVE else COMPREHENSIVE, one.front or 0) for one in slow + quick
    ]
    assert [one.verdict for one in contrasts(swapped)] == [1]
    first = next(one for one in splits(whole, "item") if (one.code, one.kind) == ("A", SPECIAL))
    assert (first.n, first.front.median, first.front.lo, first.front.hi) == (8, 3.4375, 3.0, 3.875)
    assert [(one.kind, one.n) for one in overall(whole)] == [(COMPREHENSIVE, 21), (SPECIAL, 66)]
    assert first.delivery.median is None
