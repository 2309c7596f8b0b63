"""What rules look for in extensions, pauses and endings of permits: time, role, ground, approval, evidence, notice."""

from collections.abc import Iterator

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.catalogue import BATCHES
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import (
    ENDINGS,
    Breach,
    Deadline,
    Extension,
    Ladder,
    days,
    statutory,
    stop_of,
    walk,
)
from mingjing.simulate.judge.common import ART_45, hours_agreed
from mingjing.simulate.tricks import Terms

PROCEDURES = {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"}
GROUNDS = {
    "suspended": {"await_superior", "judicial_assistance", "force_majeure"},
    "terminated": {"applicant_deceased", "legal_person_ended", "law_changed", "object_gone"},
}
PAUSED = ("suspended", "special_started", "terminated")
ABOUT = {"extension_approved", *PAUSED}
DUE = Deadline("T8", (), ENDINGS, statutory, Ladder(due=2), pauses=ART_45, extends=Extension(10))
PROVED = Deadline("P5-E", (), (), days(3), Ladder(due=2))
ARRANGED = {
    "extension_late": ("T8",),
    "extension_backdated": ("T8-L",),
    "extension_long": ("T8-M",),
    "extension_twice": ("T8-2",),
    "extension_role": ("T8-R",),
    "extension_untold": ("T8-N",),
    "pause_bare": ("P5", "P5-A", "P5-E"),
}


def findings(case: Case, almanac: Almanac, end: int, terms: Terms) -> Iterator[Breach]:
    """T8 and its parts; P5, P5-A, P5-E."""
    extensions = [place for place, note in enumerate(case.notes) if note.type == "extension_approved"]
    if len(extensions) > 1:
        yield Breach("T8-2", extensions[0], [(case.notes[extensions[1]].second, 2)])
    for place in extensions:
        yield from _extension(case, place)
        if not case.item.immediate:
            yield from _belated(case, place, almanac, terms)
    for place, note in enumerate(case.notes):
        if note.type in PAUSED:
            yield from _paused(case, place, note, almanac, end)


def _extension(case: Case, place: int) -> Iterator[Breach]:
    note = case.notes[place]
    joint = case.item.case_type == "joint"
    if note.data.get("days", 0) > (15 if joint else 10):
        yield Breach("T8-M", place, [(note.second, 2)])
    roles = ("government_head",) if joint else ("government_head", "head", "deputy")
    if note.data.get("approver_role", roles[0]) not in roles:
        yield Breach("T8-R", place, [(note.second, 2)])
    if "reason" not in note.data or "notified_at" not in note.data:
        yield Breach("T8-N", place, [(note.second, 2)])


def _belated(case: Case, place: int, almanac: Almanac, terms: Terms) -> Iterator[Breach]:
    """T8: approved at or after the due instant. T8-L: written down only then, as if it had been before."""
    note = case.notes[place]
    start = next((p for p, n in enumerate(case.notes) if n.type == "accepted"), None)
    if start is None or note.second < case.notes[start].second or not case.version.statutory:
        return
    others = [n for n in case.notes if n.type != "extension_approved" or n.second < note.second]
    came = _written(case, note, terms)
    stopped = stop_of(case.notes, start, DUE, "")
    begun = others.index(case.notes[start])
    _, due = walk(others, begun, DUE, "", case.version.statutory, stopped, almanac, came)
    if due is None:
        return
    if note.second >= due:
        yield Breach("T8", start, [(note.second, 2)])
    elif came >= due:
        yield Breach("T8-L", start, [(came, 2)])


def _written(case: Case, note: Note, terms: Terms) -> int:
    """When an event was written down, its source's outages apart; one that reports in batches has its time for that."""
    source = note.source or case.source
    late, reached = note.lag, note.second
    for outage in sorted(terms.outages.get(source, ())):
        first, last = max(outage.since, reached), min(outage.until, note.second + note.lag)
        if last > first:
            late, reached = late - (last - first), last
    batch = case.item.department.code in BATCHES or source in terms.batches
    return note.second if batch and late <= hours_agreed(source, terms) * 3600 else note.second + late


def _paused(case: Case, place: int, note: Note, almanac: Almanac, end: int) -> Iterator[Breach]:
    here = [(note.second, 2)]
    if note.type == "special_started":
        lawful = note.data.get("procedure") in PROCEDURES
    else:
        lawful = note.data.get("ground") in GROUNDS[note.type]
    if not lawful:
        yield Breach("P5", place, here)
    if "approver" not in note.data:
        yield Breach("P5-A", place, here)
    if "evidence_no" not in note.data:
        brought = (n.second for n in case.notes if n.about is note and n.second >= note.second)
        stopped = next(brought, None)
        rungs, due = walk(case.notes, place, PROVED, "", 3, stopped, almanac, end)
        if rungs:
            yield Breach("P5-E", place, rungs, f"{case.id}-{place + 1:02d}", due, stopped)
