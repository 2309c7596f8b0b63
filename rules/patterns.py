"""Event patterns, and the table that tells for each event which of a rule book's slots it fills.

A *slot* is one place of a rule where patterns stand ("start", "stop", "first" …): an event fills it when any of its
patterns matches. Equal slots of different rules are one slot, and an event finds its slots by one look-up of its
type, so the cost of an event does not grow with the number of rules.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mingjing.types import CaseEvent

ENVELOPE = tuple(field for field in CaseEvent.__struct_fields__ if field != "data")
"""The fields of an event that a pattern, a key or a path may name, besides `data.…`."""

Getter = Callable[[CaseEvent], Any]


def getter(path: str) -> Getter:
    """What a path like `officer` or `data.step` reads from an event; None where the event has nothing there.

    Raises ValueError if no event could have such a path.
    """
    head, *rest = path.split(".")
    if head == "data" and rest and all(rest):
        if len(rest) == 1:
            (name,) = rest
            return lambda event: event.data.get(name)
        return lambda event: _descend(event.data, rest)
    if rest or head not in ENVELOPE:
        raise ValueError(f"{path!r} is no field of an event; write data.NAME or one of {', '.join(ENVELOPE)}")
    return lambda event: getattr(event, head)


def _descend(value: Any, names: Sequence[str]) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


class Pattern(NamedTuple):
    """One event pattern: a type, fields with the values that each may have, and fields that are there or are not.

    What is null or a blank text is not there.
    """

    type: str
    fields: tuple[tuple[str, tuple[Any, ...]], ...]
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


Slot = int
"""The number of a slot in its table."""

_Key = tuple[bool, Any]


def there(value: Any) -> bool:
    """Whether a field says anything: it is neither null nor a blank text."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def _key(value: Any) -> _Key:
    """Equal for equal JSON values; Python holds True equal to 1, JSON does not."""
    return (isinstance(value, bool), value)


Filler = tuple[Slot, ...] | Callable[[CaseEvent], Sequence[Slot]]
"""The slots that events of a type fill: always the same ones, or told by each event."""


class _Typed:
    """The slots of one event type: those that every event of the type fills, and those that depend on fields."""

    def __init__(self) -> None:
        self.always: list[Slot] = []
        self.by_value: dict[str, tuple[Getter, dict[_Key, list[Slot]]]] = {}
        self.tests: list[tuple[Callable[[CaseEvent], bool], Slot]] = []

    def add(self, pattern: Pattern, slot: Slot) -> None:
        if not (pattern.fields or pattern.has or pattern.lacks):
            self.always.append(slot)
        elif (
            len(pattern.fields) == 1
            and not (pattern.has or pattern.lacks)
            and all(_hashable(value) for value in pattern.fields[0][1])
        ):
            (path, values), *_ = pattern.fields
            _, table = self.by_value.setdefault(path, (getter(path), {}))
            for value in values:
                table.setdefault(_key(value), []).append(slot)
        else:
            self.tests.append((_test(pattern), slot))

    def filler(self) -> Filler:
        """The quickest way to tell the slots of an event of this type, each once."""
        always = tuple(dict.fromkeys(self.always))
        if not self.by_value and not self.tests:
            return always
        if len(self.by_value) == 1 and not self.tests:
            ((get, table),) = self.by_value.values()
            merged = {key: tuple(dict.fromkeys((*always, *slots))) for key, slots in table.items()}
            return lambda event: _look_up(merged, get(event), always)
        return self._slots

    def _slots(self, event: CaseEvent) -> Sequence[Slot]:
        found = list(self.always)
        for get, table in self.by_value.values():
            found += _look_up(table, get(event), ())
        found += [slot for test, slot in self.tests if test(event)]
        return list(dict.fromkeys(found))


def _look_up(table: Mapping[_Key, Sequence[Slot]], value: Any, default: Sequence[Slot]) -> Sequence[Slot]:
    return table.get((isinstance(value, bool), value), default) if _hashable(value) else default


def _hashable(value: Any) -> bool:
    return value.__hash__ is not None


def _identity(pattern: Pattern) -> tuple[Any, ...]:
    """What tells patterns apart; `x = 1` and `x = true` are two, though Python holds them equal."""
    fields = tuple((path, tuple(map(_key, values))) for path, values in pattern.fields)
    return (pattern.type, fields, frozenset(pattern.has), frozenset(pattern.lacks))


def _test(pattern: Pattern) -> Callable[[CaseEvent], bool]:
    checks = [(getter(path), [_key(value) for value in values]) for path, values in pattern.fields]
    has, lacks = [getter(path) for path in pattern.has], [getter(path) for path in pattern.lacks]

    def fills(event: CaseEvent) -> bool:
        return (
            all(_key(get(event)) in values for get, values in checks)
            and all(there(get(event)) for get in has)
            and not any(there(get(event)) for get in lacks)
        )

    return fills


class PatternTable:
    """All slots of a rule book."""

    def __init__(self) -> None:
        self._slots: dict[frozenset[tuple[Any, ...]], Slot] = {}
        self._types: dict[str, _Typed] = {}
        self._named: dict[Slot, frozenset[str]] = {}

    def slot(self, patterns: Iterable[Pattern]) -> Slot:
        """The slot of these patterns, made when first asked for."""
        wanted = {_identity(pattern): pattern for pattern in patterns}
        same = frozenset(wanted)
        known = self._slots.get(same)
        if known is None:
            known = self._slots[same] = len(self._slots)
            self._named[known] = frozenset(pattern.type for pattern in wanted.values())
            for pattern in sorted(wanted.values(), key=repr):
                self._types.setdefault(pattern.type, _Typed()).add(pattern, known)
        return known

    def types(self, slot: Slot) -> frozenset[str]:
        """The event types of a slot's patterns."""
        return self._named[slot]

    def fillers(self) -> dict[str, Filler]:
        """For each event type that any pattern names, the slots that its events fill."""
        return {name: typed.filler() for name, typed in self._types.items()}
