"""One finding judged again from an evidence pack alone: its events, its rule, its item, its calendars. Pure."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from mingjing.calendars import Calendar, Calendars
from mingjing.errors import BookError, Mistake
from mingjing.evidence.checking import Again, Given
from mingjing.evidence.dossier import CalendarDays, ItemPaper
from mingjing.instants import micros
from mingjing.registers import Agreement, Entry, Registers
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
        rule, engine, asked = _engine(given)
    except BookError as wrong:
        return Again(None, f"this version does not read the rule: {wrong.mistakes[0].message}")
    except (ValueError, OverflowError) as wrong:
        return Again(None, f"a calendar or an item of the pack cannot be read: {wrong}")
    if rule.version != latest.rule_version:
        return Again(
            False, f"the rule's text is version {rule.version}, the finding was judged by {latest.rule_version}"
        )
    if lacking := sorted(set(rule.needs) - FROM_PACK):
        return Again(None, f"rule {rule.id} needs {', '.join(lacking)}, which a pack does not hold (mingjing verify)")
    judgement = engine.judge(History(given.events).events, micros(latest.detected_at))
    found = next((one for one in judgement.findings if one.finding_id == latest.finding_id), None)
    return _answer(given, found, [note.reason for note in judgement.not_judged], sorted(asked))


def _answer(given: Given, found: Finding | None, reasons: list[str], asked: list[str]) -> Again:
    latest = given.latest
    if latest.status == "withdrawn":
        unlike = "" if found is None else "it was withdrawn, and the rule still finds it"
    elif found is None:
        unlike = "the rule does not find it" + "".join(f"; {reason}" for reason in reasons)
    else:
        names = ("severity", "status", "occurred_at", "evidence")
        pairs = [(name, getattr(found, name), getattr(latest, name)) for name in names]
        unlike = ", ".join(name for name, one, other in pairs if _plain(one) != _plain(other))
    if not unlike:
        return Again(True)
    if given.masked:
        return Again(None, f"{given.masked} events are masked, and without what they say: {unlike}")
    if asked:
        return Again(None, f"the rule looks up {', '.join(asked)}, which a pack does not hold: {unlike}")
    return Again(False, unlike)


def _plain(value: object) -> object:
    """As it comes back from JSON: lists for tuples, texts for dates; 5 is 5.0."""
    return msgspec.json.decode(msgspec.json.encode(value))


class _Registers(Registers):
    """No registers, and a note of which were looked up."""

    def __init__(self, asked: set[str]) -> None:
        self._asked = asked
        super().__init__()

    @property
    def has(self) -> frozenset[str]:
        """None, noted as well: leads tell which registers they could look up."""
        self._asked.add("registers")
        return frozenset()

    @has.setter
    def has(self, _: frozenset[str]) -> None:
        pass

    def source(self, name: str) -> Agreement | None:
        self._asked.add("sources")
        return None

    def entries(self, register: str) -> Iterator[Entry]:
        self._asked.add(register)
        return iter(())

    @property
    def agreements(self) -> Sequence[Agreement]:
        self._asked.add("sources")
        return ()

    def alike(self, register: str, code: str, day: int) -> tuple[int, int]:
        self._asked.add(register)
        return super().alike(register, code, day)

    def _on(self, register: str, code: str, day: int) -> Mapping[str, Any] | None:
        self._asked.add(register)
        return None


class _Catalogue(Catalogue):
    """The packed items, no tariff, and a note of whether that was looked up."""

    def __init__(self, versions: Mapping[str, list[ItemVersion]], asked: set[str]) -> None:
        super().__init__(versions)
        self._asked = asked

    def tariff(self, fee: str, item: str | None, day: int) -> Mapping[str, Any] | None:
        """None: a pack holds no tariff."""
        self._asked.add("tariffs")
        return None


def _engine(given: Given) -> tuple[Rule, Engine, set[str]]:
    """The rule alone, in what it stood in, and what it will have looked up of what is not there.
    Raises BookError where this version cannot read it."""
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
    asked: set[str] = set()
    engine = Engine(book, _Catalogue(_versions(given.items), asked), surrounds.timezone, _Registers(asked))
    asked.clear()  # the engine itself looks what is there
    return book.rules[0], engine, asked


def _calendar(paper: CalendarDays) -> Calendar:
    working = {date.fromisoformat(day) for day in paper.working}
    return Calendar(paper.name, paper.version, paper.years, working.__contains__)


def _versions(papers: Iterable[ItemPaper]) -> dict[str, list[ItemVersion]]:
    versions: dict[str, list[ItemVersion]] = {}
    for one in papers:
        first, last = (date.fromisoformat(day).toordinal() for day in (one.valid_from, one.valid_to))
        versions.setdefault(one.item, []).append(version_of(one.item, one.version, first, last, one.fields))
    return versions
