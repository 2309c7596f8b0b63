"""What rules look for in the handling of permits: their limits, their steps, their papers."""

from collections.abc import Iterator

from mingjing.simulate.almanac import CLOSING, DAY, Almanac
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import (
    ENDINGS,
    Breach,
    Deadline,
    Extension,
    Ladder,
    committed,
    days,
    statutory,
)
from mingjing.simulate.judge.common import ART_45

OUTCOMES = ("accepted", "not_accepted", "not_required", "correction_notified", *ENDINGS)
COMMITTED = Ladder(eighty=1, due=2, after=((3, 3),))
TEN = Extension(10)
COLLECTED = ("delivered", "collection_notified", "closed", "withdrawn", "terminated")


def _promised(case: Case, _: Note) -> bool:
    return not case.item.immediate


def _forwarded(case: Case, _: Note) -> bool:
    return case.item.case_type == "forwarded"


def _granted(case: Case, note: Note) -> bool:
    return bool(note.data["result"] == "granted") and not case.item.immediate


def _handed_over(note: Note) -> bool:
    return note.type != "closed" or bool(note.data.get("delivered"))


def _online(case: Case, _: Note) -> bool:
    return case.channel == "online"


DEADLINES = (
    Deadline("T2", ("accepted",), ENDINGS, committed, COMMITTED, pauses=ART_45, extends=TEN, when=_promised),
    Deadline("T3", ("accepted",), ENDINGS, statutory, Ladder(due=3), pauses=ART_45, extends=TEN),
    Deadline("T1", ("accepted",), ENDINGS, statutory, Ladder(eighty=1), pauses=ART_45, extends=TEN),
    Deadline("T11", ("accepted",), ENDINGS, committed, Ladder(due=2), pauses=ART_45, extends=TEN, when=_forwarded),
    Deadline("T4", ("material_received",), OUTCOMES, days(5), Ladder(due=2)),
    Deadline("T4-C", ("correction_supplied",), OUTCOMES, days(5), Ladder(due=2)),
    Deadline("T4-D", ("material_received",), OUTCOMES, statutory, Ladder(due=3)),
    Deadline("T7", ("decided",), COLLECTED, days(10), Ladder(due=2), when=_granted, stops=_handed_over),
    Deadline(
        "T9-O", ("hearing_requested",), ("hearing_held", "closed", "withdrawn", "terminated"), days(20), Ladder(due=2)
    ),
    Deadline(
        "T10",
        ("submitted",),
        ("pre_reviewed", "material_received", *OUTCOMES),
        days(2),
        Ladder(due=1, after=((3, 2), (5, 3))),
        when=_online,
    ),
)
ARRANGED = {
    "due_soon": ("T2",),
    "overdue": ("T2", "T11"),
    "overdue_red": ("T2", "T11"),
    "statutory": ("T2", "T3", "T1", "T11"),
    "acceptance_late": ("T4", "T4-C"),
    "immediate_late": ("T6",),
    "delivery_late": ("T7",),
    "pre_review_late": ("T10",),
    "step_skipped": ("P1",),
    "hearing_late": ("T9-O",),
    "refusal_bare": ("P6",),
    "repeated_correction": ("P7",),
    "document_missing": ("K1",),
    "receipt_missing": ("K1-A",),
}
CONSEQUENCES = ("T4-D", "P6-S")


def findings(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """P1, P6, P6-S, P7, K1, K1-A, T6."""
    if case.item.immediate:
        yield from _same_day(case, almanac, end)
    yield from _skipped(case)
    yield from _told_again(case)
    for place, note in enumerate(case.notes):
        if note.type in ("accepted", "not_accepted", "decided"):
            yield from _papers(case, place, note)


def _told_again(case: Case) -> Iterator[Breach]:
    """P7: a second notice of what is missing, no other papers having been handed in since the one before."""
    before: int | None = None
    for place, note in enumerate(case.notes):
        if note.type == "correction_supplied" and note.data.get("replaced"):
            before = None
        elif note.type == "correction_notified":
            if before is not None:
                yield Breach("P7", before, [(note.second, 2)])
                return
            before = place


def _skipped(case: Case) -> Iterator[Breach]:
    """P1: granted although a step of the item had not ended by then."""
    for place, note in enumerate(case.notes):
        if note.type == "decided" and note.data["result"] == "granted":
            ended = {n.data["step"] for n in case.notes if n.type == "step_ended" and n.second <= note.second}
            if not ended.issuperset(case.item.steps):
                yield Breach("P1", place, [(note.second, 3)])
            return


def _papers(case: Case, place: int, note: Note) -> Iterator[Breach]:
    """P6, P6-S, K1, K1-A: what a decision or an acceptance must carry."""
    rungs = [(note.second, 1)]
    if note.type == "not_accepted" or (note.type == "decided" and note.data["result"] == "refused"):
        bare = "reason" not in note.data or "remedy" not in note.data
        yield Breach("P6", place, [(note.second, 2)]) if bare else Breach("P6-S", place, rungs)
    if note.type == "decided" and note.data["result"] != "forwarded" and "document_no" not in note.data:
        yield Breach("K1", place, rungs)
    if note.type != "decided" and not case.item.immediate and "receipt_no" not in note.data:
        yield Breach("K1-A", place, rungs)


def _same_day(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """T6: an immediate item is over when the hall closes; what comes after closing has the next office day."""
    for place, note in enumerate(case.notes):
        if note.type != "accepted":
            continue
        day = note.second // DAY
        if not almanac.works(day) or note.second >= day * DAY + CLOSING:
            day = almanac.next_workday(day)
        due = day * DAY + CLOSING
        stops = ("not_accepted", *ENDINGS)
        stopped = next((n.second for n in case.notes if n.type in stops and n.second >= note.second), None)
        if due < end and (stopped is None or stopped > due):
            yield Breach("T6", place, [(due, 2)], due=due, stopped=stopped)
        return
