"""`condition` 条件: something about one event that must not be: its pattern, and an expression in CEL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from mingjing.instants import micros
from mingjing.registers import forms
from mingjing.registers.versions import seen
from mingjing.types import CaseEvent
from rules import fees
from rules.case import Breach, Case
from rules.expression import Expression, parsed, read
from rules.functions import functions
from rules.kinds.held import HELD, Memory
from rules.kinds.lookup import lookups
from rules.limits import CannotJudge
from rules.patterns import Getter, Pattern, Slot
from rules.reader import RuleReader, show

NEEDED = {
    "tariff": "tariffs",
    "fee": "tariffs",
    "officer": "officers",
    "unit": "units",
    "window": "windows",
    "source": "sources",
    "listing": "items",
}
"""What must be loaded for a variable."""

VARIABLES = ("event", "case", "item", "corrected", "post", *NEEDED)


class Condition:
    """The kind `condition`: `on`, `when`, `severity`, and optionally `at` and `once`; see docs/rulebook-format.md."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._on = reader.slot("on")
        self._severity = reader.severity()
        self.lookups = lookups(reader)
        known = (*VARIABLES, *self.lookups)
        self._when = read(reader, "when", known, functions(reader)) if reader.has("when") else None
        reader.get("when")
        self._holds = self._test()
        self._record = self._recorded_facts(reader, known)
        used = self._when.variables if self._when else frozenset[str]()
        for name in used & NEEDED.keys():
            reader.need(NEEDED[name])
        self._item = bool(used & {"item", "listing"})
        self._fees = (
            reader.table.slot([Pattern(t, ()) for t in ("fee_notified", "fee_waived")])
            if used & {"fee", "tariff"}
            else 0
        )
        self._recorded = self._at(reader)
        self._once, self._key = reader.has("once"), self._once_per(reader)
        self._facts = {} if self._when is None else {"when": str(reader.get("when"))}
        self._words = {"on": show(reader.get("on"))}
        self.triggers: tuple[Slot, ...] = () if self._on is None else (self._on,)

    @staticmethod
    def _at(reader: RuleReader) -> bool:
        at = reader.get("at")
        if at not in (None, "occurred_at", "recorded_at"):
            reader.wrong("at", f'at {at!r} must be "occurred_at" or "recorded_at"')
        return bool(at == "recorded_at")

    @staticmethod
    def _recorded_facts(reader: RuleReader, known: Sequence[str]) -> dict[str, Expression]:
        """What `record = { name = "expression" }` adds to the facts of a finding."""
        value = reader.get("record")
        if value is not None and not isinstance(value, dict):
            reader.wrong("record", 'record must be a table of expressions like { unit = "event.data.unit" }')
        named = value.items() if isinstance(value, dict) else ()
        made = {name: parsed(reader, "record", text, known, functions(reader)) for name, text in named}
        return {name: expression for name, expression in made.items() if expression is not None}

    @staticmethod
    def _once_per(reader: RuleReader) -> Getter | None:
        once = reader.get("once")
        if once in (None, "case"):
            return None
        return reader.path("once")

    def judge(self, case: Case) -> list[Breach]:
        """The breaches of the events for which the condition holds; where it cannot be computed, not judged."""
        assert self._on is not None
        found = []
        for instant, event_id, event in case.hits[self._on]:
            try:
                at = self._instant(instant, event) if self._recorded else instant
                if at > case.as_of:
                    case.sleep(at)
                elif self._holds(case, at, event):
                    found.append(self._breach(case, at, event))
            except CannotJudge as why:
                case.note(self._rule, str(why), event_id)
        return self._firsts(found) if self._once and found else found

    def _test(self) -> Callable[[Case, int, CaseEvent], bool]:
        """Whether the condition holds of an event; raises CannotJudge."""
        when, names = self._when, partial(_Names, self)
        if when is None:
            return lambda case, at, event: True
        if Memory.serves(when):
            return Memory(when, names).holds
        return lambda case, at, event: when.holds(names(case, at, event))

    @staticmethod
    def _firsts(found: Iterable[Breach]) -> list[Breach]:
        first: dict[str, Breach] = {}
        for breach in sorted(found, key=lambda b: (b.instant, b.about.event_id)):
            first.setdefault(breach.occurrence, breach)
        return list(first.values())

    def _instant(self, instant: int, event: CaseEvent) -> int:
        """The instant as of which an event is judged where the one at which it was written down counts."""
        if event.recorded_at is None:
            raise CannotJudge("field: the event has no recorded_at")
        return max(instant, micros(event.recorded_at))

    def _breach(self, case: Case, at: int, event: CaseEvent) -> Breach:
        occurrence = event.event_id
        if self._once:
            key = None if self._key is None else self._key(event)
            occurrence = "" if key is None else str(key)
        return Breach(
            occurrence=occurrence,
            instant=at,
            severity=self._severity,
            about=event,
            events=(event.event_id,),
            catalogue=self._label(case, at, event),
            facts=self._facts | self._facts_of(case, at, event) if self._record or self.lookups else self._facts,
            words=self._words,
        )

    def _facts_of(self, case: Case, at: int, event: CaseEvent) -> dict[str, Any]:
        """The facts to be recorded; one that cannot be computed says why. And which rows were looked up."""
        facts: dict[str, Any] = {}
        for name, expression in self._record.items():
            try:
                facts[name] = expression.value(_Names(self, case, at, event))
            except CannotJudge as why:
                facts[name] = str(why)
        if self.lookups:
            rows: dict[str, dict[str, None]] = {}
            for lookup in self.lookups.values():
                rows.setdefault(lookup.register, {}).update(
                    dict.fromkeys(seen(forms()[lookup.register], lookup.rows(case, at, event)))
                )
            facts["registers"] = {register: list(names) for register, names in rows.items()}
        return facts

    def _label(self, case: Case, at: int, event: CaseEvent) -> str | None:
        try:
            return case.item(at, event).label if self._item else None
        except CannotJudge:
            return None

    def tariff(self, case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
        """The variable `tariff`: the row in force when the fee was notified, or now where it was not."""
        fee = event.data.get("fee")
        if not isinstance(fee, str):
            return {}
        told = (
            m[0] for m in case.hits.get(self._fees, ()) if m[2].type == "fee_notified" and m[2].data.get("fee") == fee
        )
        day = case.day(min(next(told, at), at))
        return case.catalogue.tariff(fee, event.item or case.first("item"), day) or {}

    def fee(self, case: Case, at: int, event: CaseEvent) -> Mapping[str, Any]:
        """The variable `fee`; rules of one case that ask it of one event share it."""
        known = case.fees.get((at, event.event_id))
        if known is None:
            before = [e for instant, _, e in case.hits.get(self._fees, ()) if instant <= at]
            known = case.fees[at, event.event_id] = fees.asked(event, self.tariff(case, at, event), before)
        return known


class _Names(dict[str, Any]):
    """What the variables of an expression hold for one event; each is worked out when it is first asked for."""

    __slots__ = ("_at", "_case", "_condition", "_event")

    def __init__(self, condition: Condition, case: Case, at: int, event: CaseEvent) -> None:
        super().__init__(event=event)
        self._condition, self._case, self._at, self._event = condition, case, at, event

    def __missing__(self, name: str) -> Any:
        looked = self._condition.lookups.get(name)
        # `fee` and `tariff` are worked out by the condition
        held = HELD.get(name) or (looked.rows if looked else getattr(self._condition, name))
        made = self[name] = held(self._case, self._at, self._event)
        return made
