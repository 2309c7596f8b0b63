"""What rules look for in the records: fields, codes, corrections, published guides, who may decide and when."""

from collections.abc import Iterator

from mingjing.simulate.almanac import CLOSING, DAY, MORNING, Almanac, moment
from mingjing.simulate.delegations import may_decide
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.itemplan import limit_words
from mingjing.simulate.judge.clocks import ENDINGS, NO_APPROVAL, Breach
from mingjing.simulate.people import NOBODY, credit_code

DISCLOSED = ("content", "procedure", "materials", "committed_limit", "fees", "preferential", "supervision")
CACHE = 5  # days that the old page of a guide may still be seen
FILED = ("submitted", "material_received", "accepted")
DATED = {
    "material_received",
    "correction_notified",
    "correction_supplied",
    "accepted",
    "suspended",
    "resumed",
    "special_started",
    "special_ended",
    "extension_approved",
    "decided",
    "closed",
    "delivered",
}
ARRANGED = {
    "extra_material": ("K2",),
    "guide_incomplete": ("K3",),
    "guide_wrong": ("K3-V",),
    "field_missing": ("K4",),
    "credit_code_wrong": ("K4-C",),
    "code_dangling": ("K4-O", "K4-U", "K4-W"),
    "changed_after": ("I3",),
    "undelegated": ("I5-D",),
    "off_hours": ("I5-H",),
}
CONSEQUENCES = ("I3-C",)


def findings(case: Case, almanac: Almanac) -> Iterator[Breach]:
    """I5-D and K4 with its parts, in every matter; I5-H, K2 and K4-C, in permits."""
    yield from _fields(case)
    for place, note in enumerate(case.notes):
        if note.type != "decided" or note.officer is None or note.data.get("result") in NO_APPROVAL:
            continue
        if not may_decide(case.item, note.officer) and any(
            o.code == note.officer and "approver" not in o.roles for o in case.item.department.officers
        ):
            yield Breach("I5-D", place, [(note.second, 2)])
        if case.item.matter == "permit" and case.item.case_type != "urgent" and not _office(note.second, almanac):
            yield Breach("I5-H", place, [(note.second, 1)])
    if case.item.matter == "permit":
        yield from _demanded(case)


def _office(second: int, almanac: Almanac) -> bool:
    return almanac.works(second // DAY) and MORNING <= second % DAY < CLOSING


def _demanded(case: Case) -> Iterator[Breach]:
    """K2: a paper that no guide asks for. K4-C: a credit code whose check character is wrong, once."""
    listed = {*case.item.materials, *case.item.optional}
    wrong = False
    for place, note in enumerate(case.notes):
        if note.type == "correction_notified" and not listed.issuperset(note.data.get("gaps", ())):
            yield Breach("K2", place, [(note.second, 2)])
        code = str(note.data.get("credit_code", ""))
        if note.type in FILED and not wrong and len(code) == 18 and credit_code(code[:17]) != code:
            wrong = True
            yield Breach("K4-C", place, [(note.second, 1)])


def _fields(case: Case) -> Iterator[Breach]:
    """K4, once: no officer, no result. K4-O, K4-U, K4-W, once per code: it stands in no register."""
    done: set[tuple[str, str]] = set()
    for place, note in enumerate(case.notes):
        if note.type not in ("accepted", "decided"):
            continue
        lacking = note.officer is None or (note.type == "decided" and "result" not in note.data)
        codes = {"K4-O": note.officer, "K4-U": note.department, "K4-W": note.window}
        dangling = [(rule, code) for rule, code in codes.items() if code and code.endswith(NOBODY)]
        for rule, code in [("K4", "")] * lacking + dangling:
            if (rule, code) not in done:
                done.add((rule, code))
                yield Breach(rule, place, [(note.second, 1)])


def changed(case: Case) -> Iterator[Breach]:
    """I3: the day of an event, or the days that it gives, were corrected after the end, and nobody approved."""
    if not any(note.type in ENDINGS for note in case.notes):
        return
    for place, note in enumerate(case.notes):
        if note.corrects is None or note.type not in DATED or "correction_approver" in note.data:
            continue
        first: Note = note
        while first.corrects is not None:
            first = first.corrects
        days = [(first.data[name], note.data[name]) for name in ("days", "declared_days") if name in note.data]
        if first.second // DAY != note.second // DAY or any(before != after for before, after in days):
            yield Breach("I3", place, [(note.second + note.lag, 2)])


def guides(case: Case) -> Iterator[Breach]:
    """K3: one of the seven disclosures is missing. K3-V: another limit, or other papers, than the catalogue has."""
    for place, note in enumerate(case.notes):
        if note.type != "guide_published":
            continue
        told = note.data
        if not all(name in told for name in DISCLOSED):
            yield Breach("K3", place, [(note.second, 1)])
        if note.second // DAY - CACHE < case.version.valid_from.toordinal():
            continue
        limit = told.get("committed_limit", limit_words(case.version.committed))
        papers = set(told.get("materials", case.item.materials))
        wrong = papers - {*case.item.materials, *case.item.optional} or set(case.item.materials) - papers
        if limit != limit_words(case.version.committed) or wrong:
            yield Breach("K3-V", place, [(note.second, 2)])


def calendars(case: Case) -> Iterator[Breach]:
    """I3-C: the calendar was changed by one person alone, or for days that had begun."""
    for place, note in enumerate(case.notes):
        if note.type != "calendar_changed":
            continue
        alone = note.data.get("confirmed_by") in (None, "", note.data.get("by"))
        if alone or note.data["day"] <= moment(note.second).date().isoformat():
            yield Breach("I3-C", place, [(note.second, 2)])
