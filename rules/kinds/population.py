"""`population` 总体: what shows only among many cases, found by SQL over the store on a schedule.

The kind holds the parameters; no case is ever asked. `rules.populations` makes findings of the rows of the query.
"""

import re
from collections.abc import Mapping
from typing import Any

from mingjing.instants import DAY
from rules.case import Breach, Case
from rules.leads import Named, outline
from rules.patterns import Slot
from rules.periods import SPANS, span
from rules.reader import RuleReader
from rules.rows import Row
from rules.signals import TESTS, Probe, Sign

SUBJECTS = (
    *("officer", "window", "department", "item", "account", "applicant"),
    *("source", "owner", "expert", "agency", "case"),
    *("region", "step", "party", "project", "deal", "objective", "room"),
)
_NUMBERS = ("least", "effect", "margin", "alpha", "k", "floor")
_COLUMNS = {"of": "of", "in": "among", "expected": "expected", "peers": "peers"}
_NEEDED = {
    "above": ("of", "than"),
    "below": ("of", "than"),
    "funnel": ("of", "in"),
    "binomial": ("of", "in", "expected"),
    "poisson": ("of", "expected"),
    "outlier": ("of",),
}
_PLACE = re.compile(r"\{(\w+):([^{}]+)\}")
_WRITES = re.compile(r"\b(insert|alter|drop|create|truncate|delete|update|attach|rename|grant)\s", re.IGNORECASE)
GIVEN = ("since", "until", "zone")
"""What every query is given besides the rule's own parameters."""


class Population:
    """The kind `population`: `subject`, `over`, `every`, `back`, `sql`, `parameters`, `signal`, `counter`, `sample`."""

    triggers: tuple[Slot, ...] = ()

    def __init__(self, reader: RuleReader) -> None:
        self.severity = reader.severity()
        self.lead = reader.get("lead") is True
        self.subject = self._subject(reader)
        self.over = self._span(reader, "over", "1 quarter")
        self.every = self._span(reader, "every", f"1 {self.over}")
        self.back = reader.whole("back", least=0, default=0)
        if SPANS.index(self.every) > SPANS.index(self.over):
            reader.wrong("every", f"every 1 {self.every} is more seldom than over 1 {self.over}; leave it away")
        self.parameters = self._parameters(reader)
        self.sql = self._sql(reader)
        said = outline(reader, weight=0.6)
        self.signals = tuple(self._sign(named) for named in said.signals)
        self.counters = tuple(self._sign(named) for named in said.counters)
        self.least, self.sample = said.least, said.sample

    def judge(self, case: Case) -> tuple[Breach, ...]:
        """Nothing: a case alone says nothing here."""
        return ()

    def begin(self, since: int) -> int:
        """From when on events are looked at, for a period that begins at an instant (microseconds)."""
        return since - self.back * DAY

    @property
    def types(self) -> dict[str, str]:
        """The query's parameters and their ClickHouse types."""
        return dict(_PLACE.findall(self.sql))

    def _subject(self, reader: RuleReader) -> str:
        value = reader.get("subject")
        if value not in SUBJECTS:
            reader.wrong("subject", f"subject {value!r} must be one of {', '.join(SUBJECTS)}")
        return str(value)

    def _span(self, reader: RuleReader, key: str, default: str) -> str:
        value = reader.get(key)
        try:
            return span(default if value is None else value)
        except ValueError as mistake:
            reader.wrong(key, f"{key}: {mistake}")
            return span(default)

    def _parameters(self, reader: RuleReader) -> Mapping[str, Any]:
        value = reader.get("parameters")
        if value is None:
            return {}
        if not isinstance(value, dict) or any(isinstance(v, dict) for v in value.values()):
            reader.wrong("parameters", "parameters must be a table of numbers, texts or lists of them")
            return {}
        for name in sorted(set(value) & set(GIVEN)):
            reader.wrong("parameters", f"parameter {name!r} is given by Mingjing; choose another name")
        return value

    def _sql(self, reader: RuleReader) -> str:
        """The query's text, from the file beside the rule's; what can be seen without a store is checked here."""
        name = reader.get("sql")
        if not isinstance(name, str) or not re.fullmatch(r"[\w.-]+\.sql", name):
            reader.wrong("sql", f'sql {name!r} must name a file beside this one, like "R1.sql"')
            return ""
        path = reader.file.path.with_name(name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            reader.wrong("sql", f"{path}: cannot be read: {getattr(wrong, 'strerror', None) or 'not UTF-8'}")
            return ""
        bare = re.sub(r"--[^\n]*|'(?:[^'\\]|\\.)*'", " ", text).strip()
        if not re.match(r"(?i)(with|select)\b", bare) or ";" in bare.rstrip(";") or _WRITES.search(bare):
            reader.wrong("sql", f"{path}: must be one SELECT (or WITH … SELECT) that writes nothing")
        places = dict(_PLACE.findall(bare.replace("\n", " ")))
        places |= dict(_PLACE.findall(text))
        for name in ("since", "until"):
            if name not in places:
                reader.wrong("sql", f"{path}: never asks for {{{name}:DateTime64(3, 'UTC')}}; the period must bound it")
        for name in sorted(set(places) - set(GIVEN) - set(self.parameters)):
            reader.wrong("sql", f"{path}: asks for {{{name}:{places[name]}}}, which [parameters] lacks")
        for name in sorted(set(self.parameters) - set(places)):
            reader.wrong("parameters", f"parameter {name!r} is not asked for in {path}")
        return text.strip().rstrip(";")

    def _sign(self, named: Named) -> Sign:
        """A signal's or a counter-explanation's test."""
        row = named.row
        how, side = row.get("test"), row.get("side")
        numbers = {name: self._number(row, name) for name in (*_NUMBERS, "than") if row.has(name)}
        columns = {field: str(row.get(name)) for name, field in _COLUMNS.items() if row.has(name)}
        if how not in TESTS:
            row.wrong("test", f"test {how!r} must be one of {', '.join(TESTS)}")
            how = "above"
        for name in _NEEDED[how]:
            if not row.has(name):
                row.wrong(name, f"a test {how!r} needs {name}")
        if side not in (None, "high", "low"):
            row.wrong("side", f'side {side!r} must be "high" or "low"')
        row.known |= {*_NUMBERS, *_COLUMNS, "than"}
        row.check()
        fields: dict[str, Any] = {"of": "", **columns, **numbers}
        return Sign(named.name, Probe(how, low=side == "low", **fields), named.weight)

    def _number(self, row: Row, key: str) -> float:
        """A number, or the name of one of the rule's parameters."""
        value = row.get(key)
        found = self.parameters.get(value) if isinstance(value, str) else value
        if isinstance(found, bool) or not isinstance(found, int | float):
            row.wrong(key, f"{key} {value!r} is neither a number nor one of the parameters")
            return 1.0
        return float(found)
