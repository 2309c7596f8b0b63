"""What moves a clock's rungs: pauses 停表 and extensions 延期, read from a case for one clock.

An event that cannot be read, say a pause whose declared days are no number, leaves what was due before it as it is:
a finding at an instant depends only on what occurred before that instant.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mingjing.clock import FOREVER, Extension, Pause, TimeMeasure, pair, union
from mingjing.quantities import UNITS
from mingjing.types import CaseEvent
from rules.case import Case
from rules.kinds.timing import Bound
from rules.limits import CannotJudge, number, unit_size
from rules.patterns import Getter, Slot, getter
from rules.reader import RuleReader

Mine = Callable[[CaseEvent], bool]
"""Whether an event speaks of the clock in question."""


class PauseRule(NamedTuple):
    """One pause pair: what opens it, what closes it, and the most that one pause takes out."""

    opens: Slot
    closes: Slot
    cap: Getter | int | None
    words: str


class ExtensionRule(NamedTuple):
    """What extends the limit, by how much of which unit, at most how much each and how often.

    `more`: approvals that may add more each, and how much.
    """

    by: Slot
    add: Getter | int
    words: str
    unit: str
    most: int | None
    times: int | None
    more: tuple[Slot, int] | None


class Adjusted(NamedTuple):
    """What moves one clock.

    `stretches`: the pauses as disjoint stretches of positions; `paused`: each pause with the events it rests on;
    `extensions` in order of approval; `broken`: the first event that cannot be read, its instant and the reason.
    """

    stretches: Sequence[tuple[int, int]] = ()
    paused: Sequence[tuple[Pause, tuple[str, ...]]] = ()
    extensions: Sequence[Extension] = ()
    broken: tuple[int, str] | None = None


UNMOVED = Adjusted()
"""What moves a clock that nothing moves."""


class Adjustments:
    """The pauses and extensions of one rule."""

    def __init__(self, reader: RuleReader) -> None:
        self._pauses = list(pauses(reader))
        self._extend = extension(reader)
        self._slots = [rule.opens for rule in self._pauses] + ([] if self._extend is None else [self._extend.by])

    def read(self, case: Case, started: int, bound: Bound, mine: Mine) -> Adjusted:
        """What moves the clock that started at an instant."""
        if not any(slot in case.hits for slot in self._slots):
            return UNMOVED
        broken: list[tuple[int, str]] = []
        paused = list(self._paused(case, started, bound, mine, broken))
        extensions = list(self._extended(case, started, bound, mine, broken))
        measure = bound.tape.measure
        stretches = union([pause for pause, _ in paused], measure.position(started), measure) if paused else []
        return Adjusted(stretches, paused, extensions, min(broken, default=None))

    def _paused(
        self, case: Case, started: int, bound: Bound, mine: Mine, broken: list[tuple[int, str]]
    ) -> Iterator[tuple[Pause, tuple[str, ...]]]:
        measure = bound.tape.measure
        for rule in self._pauses:
            opens = [m for m in case.hits[rule.opens] if mine(m[2])]
            closes = [m for m in case.hits[rule.closes] if mine(m[2])] if opens else []
            for opening, closing in pair(opens, closes):
                if closing is not None and closing[0] <= started:
                    continue  # it was over before the clock began
                cap = rule.cap(opening[2]) if callable(rule.cap) else rule.cap
                try:
                    most = None if cap is None else round(number(cap, rule.words) * bound.tape.size)
                except CannotJudge as why:
                    broken.append((opening[0], str(why)))
                    continue
                end = FOREVER if closing is None else measure.position(closing[0])
                events = (opening[1],) if closing is None else (opening[1], closing[1])
                yield Pause(measure.position(opening[0]), end, most), events

    def _extended(
        self, case: Case, started: int, bound: Bound, mine: Mine, broken: list[tuple[int, str]]
    ) -> Iterator[Extension]:
        rule = self._extend
        count = 0
        for instant, event_id, event in case.hits[rule.by] if rule else ():
            assert rule is not None
            if instant < started or not mine(event):
                continue
            value = rule.add(event) if callable(rule.add) else rule.add
            if value is None or count == rule.times:
                continue  # an approval that names no days adds none
            count += 1
            try:
                amount = number(value, rule.words)
                most = rule.most
                if rule.more is not None and any(other == event_id for _, other, _ in case.hits[rule.more[0]]):
                    most = rule.more[1]
                amount = amount if most is None else min(amount, most)
                yield Extension(instant, _in_amounts(amount, rule.unit, bound), event_id)
            except CannotJudge as why:
                broken.append((instant, str(why)))


def pauses(reader: RuleReader) -> Iterator[PauseRule]:
    """The pause pairs of a rule file."""
    rows = reader.get("pause")
    for row in rows if isinstance(rows, list) else [] if rows is None else [rows]:
        table = reader.table_of("pause", row, ("from", "to", "cap"), ("from", "to"))
        if not table:
            continue
        opens = reader.table.slot(reader.patterns("pause", table["from"]))
        closes = reader.table.slot(reader.patterns("pause", table["to"]))
        yield PauseRule(opens, closes, _amount(reader, "pause", table.get("cap")), str(table.get("cap")))


def _amount(reader: RuleReader, key: str, value: Any) -> Getter | int | None:
    """A whole number, or where an event carries it."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    try:
        return getter(value if isinstance(value, str) else "")
    except ValueError as mistake:
        reader.wrong(key, f"{key}: {mistake}, or a whole number")
        return None


def extension(reader: RuleReader) -> ExtensionRule | None:
    """What extends the limit, by a rule file; None where nothing does."""
    value = reader.get("extend")
    if value is None:
        return None
    table = reader.table_of("extend", value, ("by", "add", "unit", "most", "times", "more"), ("by", "add", "unit"))
    if not table:
        return None
    _whole(reader, "extend", table, "most", "times")
    more: tuple[Slot, int] | None = None
    if "more" in table:
        row = reader.table_of("extend.more", table["more"], ("by", "most"), ("by", "most"))
        if row and _whole(reader, "extend.more", row, "most"):
            more = reader.table.slot(reader.patterns("extend.more", row["by"])), row["most"]
    if table["unit"] not in UNITS:
        reader.wrong("extend", f"extend: unit {table['unit']!r} must be one of {', '.join(UNITS)}")
        return None
    add = _amount(reader, "extend", table["add"])
    by = reader.table.slot(reader.patterns("extend", table["by"]))
    words = str(table["add"])
    if add is None:
        return None
    return ExtensionRule(by, add, words, table["unit"], table.get("most"), table.get("times"), more)


def _whole(reader: RuleReader, key: str, table: Mapping[str, Any], *names: str) -> bool:
    """Whether those of the names that are there are whole numbers of at least 1; a mistake for each that is not."""
    wrong = [
        name
        for name in names
        if name in table and (isinstance(table[name], bool) or not isinstance(table[name], int) or table[name] < 1)
    ]
    for name in wrong:
        reader.wrong(key, f"{key}: {name} must be a whole number of at least 1")
    return not wrong


def _in_amounts(amount: float, unit: str, bound: Bound) -> int:
    """An extension in the amounts of the clock that it extends; raises CannotJudge where that has no meaning."""
    if unit == bound.unit:
        return round(amount * bound.tape.size)
    elapsed = ("days", "hours", "minutes")
    if isinstance(bound.tape.measure, TimeMeasure) and unit in elapsed and bound.unit in elapsed:
        return round(amount * unit_size(unit, second=True))
    raise CannotJudge(f"limit: an extension in {unit} cannot be added to a limit in {bound.unit}")
