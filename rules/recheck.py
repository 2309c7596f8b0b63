"""One finding judged again from an evidence pack alone: its events, its rule, its item, its calendars. Pure."""

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from mingjing.calendars import Calendar, Calendars
from mingjing.errors import BookError, Mistake
from mingjing.evidence.checking import Again, Given
from mingjing.evidence.dossier import CalendarDays, ItemPaper
from mingjing.instants import micros
from mingjing.timetable import DEFAULT, Timetable
from mingjing.timetable import load as load_timetable
from mingjing.types import Finding
from rules.book import Rule, load_book
from rules.catalogue import Catalogue, ItemVersion, version_of
from rules.engine import Engine
from rules.history import History
from rules.reader import Surroundings

FROM_PACK = frozenset({"items"})
"""What a pack brings of what rules may need."""


def recheck(given: Given) -> Again:
    """Whether the packed rule, asked about the packed case, says what the latest revision says."""
    latest = given.latest
    if latest.case_id is None:
        return Again(None, "the finding rests on many cases, which only the store has (mingjing verify)")
    try:
        rule, engine = _engine(given)
    except BookError as wrong:
        return Again(None, f"this version does not read the rule: {wrong.mistakes[0].message}")
    if rule.version != latest.rule_version:
        return Again(
            False, f"the rule's text is version {rule.version}, the finding was judged by {latest.rule_version}"
        )
    if lacking := sorted(set(rule.needs) - FROM_PACK):
        return Again(None, f"rule {rule.id} needs {', '.join(lacking)}, which a pack does not hold (mingjing verify)")
    judgement = engine.judge(History(given.events).events, micros(latest.detected_at))
    found = next((one for one in judgement.findings if one.finding_id == latest.finding_id), None)
    return _answer(given, found, [note.reason for note in judgement.not_judged])


def _answer(given: Given, found: Finding | None, reasons: list[str]) -> Again:
    latest = given.latest
    if latest.status == "withdrawn":
        unlike = "" if found is None else "it was withdrawn, and the rule still finds it"
    elif found is None:
        unlike = "the rule does not find it" + "".join(f"; {reason}" for reason in reasons)
    else:
        names = ("severity", "status", "occurred_at", "evidence")
        unlike = ", ".join(name for name in names if getattr(found, name) != getattr(latest, name))
    if not unlike:
        return Again(True)
    if given.masked:
        return Again(None, f"{given.masked} events are masked, and without what they say: {unlike}")
    return Again(False, unlike)


def _engine(given: Given) -> tuple[Rule, Engine]:
    """The rule alone, in what it stood in. Raises BookError where this version cannot read it."""
    calendars = Calendars.of(_calendar(one) for one in given.calendars)
    surrounds = given.surrounds
    with tempfile.TemporaryDirectory(prefix="mingjing-") as aside:
        folder = Path(aside)
        (folder / "rule.toml").write_text(given.rule.text, encoding="utf-8")
        timetable: Timetable = DEFAULT
        if surrounds.timetable:
            (folder / "aside").mkdir()
            (folder / "aside" / "timetable.toml").write_text(surrounds.timetable, encoding="utf-8")
            timetable = load_timetable(folder / "aside" / "timetable.toml")
        around = Surroundings(calendars, timetable, surrounds.timezone, surrounds.calendar)
        if given.rule.kind == "population":
            raise BookError([Mistake("rule.toml", 0, "it is asked of the store")])
        book = load_book(folder, around)
    return book.rules[0], Engine(book, _catalogue(given.items), surrounds.timezone)


def _calendar(paper: CalendarDays) -> Calendar:
    working = {date.fromisoformat(day) for day in paper.working}
    return Calendar(paper.name, paper.version, paper.years, working.__contains__)


def _catalogue(papers: Iterable[ItemPaper]) -> Catalogue:
    versions: dict[str, list[ItemVersion]] = {}
    for one in papers:
        first, last = (date.fromisoformat(day).toordinal() for day in (one.valid_from, one.valid_to))
        versions.setdefault(one.item, []).append(version_of(one.item, one.version, first, last, one.fields))
    return Catalogue(versions)
