"""The rule book 规则库: a directory of TOML files, one rule each, read and checked as a whole."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mingjing.errors import BookError, Mistake
from mingjing.tomlfile import TomlFile, read_toml
from mingjing.types import Text
from rules.case import Case
from rules.kinds import KINDS, Kind
from rules.kinds.population import Population
from rules.limits import CannotJudge
from rules.measures import MEASURES
from rules.overlay import NOTHING, Overlay
from rules.patterns import Pattern, PatternTable, Slot
from rules.reader import RuleReader, Surroundings
from rules.staging import KEYS

SHIPPED = Path(__file__).parent / "book"
"""The rule book that Mingjing ships."""

PROSE = ("name", "basis", "responsible", "known_gaps", "example", "severity_words")
SCORED = ("measure", "cause")
"""What says how a rule counts in scores; no finding depends on it, so it is no part of a rule's version."""
COMMON = ("id", "kind", "applies", "except", "given", "lead", "needs", *SCORED, *PROSE)
EVENT_FIELDS = ("region", "department", "window", "officer", "channel", "source", "item")
"""What `applies` compares with the case's own word; everything else is a field of the item."""


class Rule(NamedTuple):
    """One rule of a book."""

    id: str
    version: str
    kind: str
    name: Text
    basis: str
    responsible: tuple[str, ...]
    known_gaps: str
    applies: Mapping[str, tuple[Any, ...]]
    examples: tuple[Mapping[str, Any], ...]
    file: TomlFile
    judge: Kind
    given: Slot | None = None
    exempt: Mapping[str, tuple[Any, ...]] = {}
    lead: bool = False
    needs: tuple[str, ...] = ()
    """What must be loaded for the rule to be asked at all, of `rules.reader.NEEDS`; without it the rule is idle."""
    measure: str = ""
    """What its clocks measure for scores, of `rules.measures.MEASURES`; empty: nothing."""
    cause: str = ""
    """What its findings are about: of several with one cause in one case the gravest alone is a card."""

    @property
    def source_text(self) -> str:
        """The rule file as it is."""
        return self.file.source

    def excludes(self, case: Case) -> bool:
        """Whether the rule does not apply to a case; CannotJudge where only what the catalogue lacks tells."""
        unknown: CannotJudge | None = None
        for fields, out in ((self.applies, False), (self.exempt, True)):
            for field, wanted in fields.items():
                try:
                    value = of_case(case, field)
                except CannotJudge as why:
                    unknown = unknown or why
                else:
                    if (value in wanted) is out:
                        return True
        if unknown is not None:
            raise unknown
        return False


def of_case(case: Case, field: str) -> Any:
    """What a case says of a field that `applies` or `except` names; CannotJudge where the catalogue lacks it."""
    if field in EVENT_FIELDS:
        return case.first(field)
    if field.startswith("unit."):
        entry = case.registers.unit(case.first("department") or "", case.day(case.moments[0][0]))
        return (entry or {}).get(field.removeprefix("unit."))
    item = case.item(*(case.acceptance() or (case.moments[0][0], case.moments[0][2])))
    value = item.fields.get(field)
    if value is None:
        raise CannotJudge(f"item: {item.label} has no {field}")
    return value


class Book(NamedTuple):
    """All rules of a directory, in order of id, and the slots that their patterns fill."""

    rules: tuple[Rule, ...]
    table: PatternTable
    accepted: Slot


def load_book(
    directory: Path | None, surroundings: Surroundings, *, shipped: bool = False, overlay: Overlay = NOTHING
) -> Book:
    """The rule book of a directory (None: the shipped one). Raises BookError with all mistakes.

    `shipped` demands what the shipped book must have: responsible parties, known gaps, examples. `overlay` lays other
    values over the parameters of rules.
    """
    folder = SHIPPED if directory is None else directory
    table = PatternTable()
    accepted = table.slot([Pattern("accepted", ())])
    if not folder.is_dir():
        raise BookError([Mistake(str(folder), 0, "no such directory of rules")])
    mistakes: list[Mistake] = []
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        mistakes.append(Mistake(str(folder), 0, "holds no .toml file of a rule"))
    rules: dict[str, Rule] = {}
    seen: set[str] = set()
    for path in paths:
        file = read_toml(path, mistakes)
        if file is not None:
            seen.add(str(file.data.get("id")))
            file = overlay.on(file)
        rule = None if file is None else _rule(file, table, surroundings, mistakes, shipped=shipped)
        if rule is None:
            continue
        if rule.id in rules:
            mistakes.append(rule.file.mistake("id", f"id {rule.id!r} stands in {rules[rule.id].file.name} too"))
        rules[rule.id] = rule
    overlay.check(seen, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return Book(tuple(rules[name] for name in sorted(rules)), table, accepted)


def _rule(
    file: TomlFile, table: PatternTable, surroundings: Surroundings, mistakes: list[Mistake], *, shipped: bool
) -> Rule | None:
    before = len(mistakes)
    reader = RuleReader(file, table, surroundings, mistakes)
    for key in COMMON:
        reader.get(key)
    rule_id = file.text("id", mistakes)
    kind = file.text("kind", mistakes, one_of=KINDS)
    basis = file.text("basis", mistakes)
    name = _name(reader)
    applies, exempt = _which(reader, "applies"), _which(reader, "except")
    for field in applies:
        if field.startswith("unit."):
            reader.wrong("applies", f"applies: {field} may be unknown; only except can ask for it")
    given = reader.slot("given", required=False)
    examples = _examples(reader)
    if shipped:
        for key in ("responsible", "known_gaps"):
            if not file.data.get(key):
                reader.wrong(key, f"{key} is missing; a rule of the shipped book states it")
        _demand_examples(reader, examples)
    judge = _make(KINDS[kind], reader) if kind else None
    measure, cause = _measure(reader, kind), _cause(reader, rule_id)
    if kind:
        file.unknown(reader.known, mistakes)
    if len(mistakes) > before or judge is None:
        return None
    responsible = file.data.get("responsible", [])
    return Rule(
        id=rule_id,
        version=_version(file.data, judge),
        kind=kind,
        name=name,
        basis=" ".join(basis.split()),
        responsible=tuple(responsible) if isinstance(responsible, list) else (str(responsible),),
        known_gaps=str(file.data.get("known_gaps", "")).strip(),
        applies=applies,
        examples=examples,
        file=file,
        judge=judge,
        given=given,
        exempt=exempt,
        lead=reader.flag("lead"),
        needs=reader.needs,
        measure=measure,
        cause=cause,
    )


def _make(kind: Callable[[RuleReader], Kind], reader: RuleReader) -> Kind:
    return kind(reader)


def _version(data: Mapping[str, Any], judge: Kind) -> str:
    """A short hash of what the rule says, its query's text included; wording, examples and scores are no part of it."""
    said = {key: value for key, value in data.items() if key not in (*PROSE, *SCORED)}
    if isinstance(judge, Population):
        said["sql"] = judge.sql
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()[:12]


def _name(reader: RuleReader) -> Text:
    value = reader.data.get("name")
    if isinstance(value, dict) and all(isinstance(value.get(k), str) and value[k] for k in ("zh", "en")):
        return Text(zh=value["zh"], en=value["en"])
    reader.wrong("name", 'name must be a table like { zh = "承诺超期", en = "Committed limit passed" }')
    return Text(zh="", en="")


def _which(reader: RuleReader, key: str) -> dict[str, tuple[Any, ...]]:
    """The cases that `applies` lets in or `except` leaves out: fields, each with its values."""
    value = reader.data.get(key, {})
    if not isinstance(value, dict):
        reader.wrong(key, f'{key} must be a table like {{ matter = ["permit"] }}')
        return {}
    return {field: tuple(wanted) if isinstance(wanted, list) else (wanted,) for field, wanted in value.items()}


def _measure(reader: RuleReader, kind: str) -> str:
    """What a rule's clocks measure for scores; empty where they measure nothing."""
    value = reader.data.get("measure")
    if value is None:
        return ""
    if value not in MEASURES:
        reader.wrong("measure", f"measure {value!r} must be one of {', '.join(MEASURES)}")
    elif kind and kind != "deadline":
        reader.wrong("measure", f"measure: a rule of kind {kind} has no clock to measure with; deadline has")
    elif reader.flag("lead"):
        reader.wrong("measure", "measure: a lead is no verdict, so it measures nothing; leave out one of the two")
    return str(value)


def _cause(reader: RuleReader, rule_id: str) -> str:
    """What a rule's findings are about; where it does not say, its id up to the first hyphen."""
    value = reader.data.get("cause")
    if value is None:
        return rule_id.partition("-")[0]
    if not isinstance(value, str) or not re.fullmatch(r"\w+", value):
        reader.wrong("cause", f'cause {value!r} must be one word like "lateness"')
        return ""
    return value


def _examples(reader: RuleReader) -> tuple[Mapping[str, Any], ...]:
    rows = reader.file.tables("example", reader.mistakes)
    for index, row in enumerate(rows):
        line = reader.file.line("example", index)
        problems = [name for name in ("events", "as_of", "expect") if name not in row]
        unknown = sorted(set(row) - {"title", *KEYS, "events", "as_of", "expect"})
        if problems:
            reader.mistakes.append(Mistake(reader.file.name, line, f"example: {', '.join(problems)} is missing"))
        if unknown:
            reader.mistakes.append(Mistake(reader.file.name, line, f"example: unknown key {', '.join(unknown)}"))
    return tuple(rows)


def _demand_examples(reader: RuleReader, examples: tuple[Mapping[str, Any], ...]) -> None:
    flagged = sum(bool(example.get("expect")) for example in examples)
    if not flagged or flagged == len(examples):
        reader.wrong("example", "the shipped book demands at least one flagged and one quiet [[example]]")
