"""Event patterns, and the table that tells for each event which of a rule book's slots it fills.

A *slot* is one place of a rule where patterns stand ("start", "stop", "first" …): an event fills it when any of its
patterns matches. Equal slots of different rules are one slot, and an event finds its slots by one look-up of its
type, so the cost of an event does not grow with the number of rules.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
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


Filling = int
"""The number of a set of slots: what one event fills. The filling 0 is nothing at all."""

Filler = Filling | Callable[[CaseEvent], Filling]
"""How events of a type fill slots: always alike, or as each event says."""


class Fillings:
    """The sets of slots that events fill, each with a number; equal sets have the same."""

    def __init__(self) -> None:
        self.slots: list[tuple[Slot, ...]] = [()]
        """What each filling fills."""
        self.by_type: dict[str, Filler] = {}
        """The filler of each event type that any pattern names."""
        self._numbers: dict[tuple[Slot, ...], Filling] = {(): 0}

    def number(self, slots: Iterable[Slot]) -> Filling:
        """The number of a set of slots."""
        filled = tuple(dict.fromkeys(slots))
        number = self._numbers.setdefault(filled, len(self.slots))
        if number == len(self.slots):
            self.slots.append(filled)
        return number

    def of(self, event: CaseEvent) -> Filling:
        """What an event fills."""
        filler = self.by_type.get(event.type, 0)
        return filler if isinstance(filler, int) else filler(event)


class _Question(NamedTuple):
    """What the patterns of a type ask of one field: which of these values it has, or else whether it is there."""

    name: str | None
    """The field's name where it lies right in `data`."""
    get: Getter
    wanted: Collection[_Key]
    texts: Collection[str]
    """The texts among the wanted."""
    null: _Key | bool
    """The answer of a field that is not there."""


class _Typed:
    """The patterns of one event type, each with its slot."""

    def __init__(self) -> None:
        self.patterns: list[tuple[Pattern, Slot]] = []

    def filler(self, fillings: Fillings) -> Filler:
        """The filler of this type's events: those that answer all questions alike fill the same slots."""
        questions = self._questions()
        if not questions:
            return fillings.number(slot for _, slot in self.patterns)
        tests = [(_test(pattern), slot) for pattern, slot in self.patterns]
        known: dict[Any, Filling] = {}

        def fill(event: CaseEvent) -> Filling:
            data = event.data
            # Most fields that patterns ask for are not there, and null is hardly ever asked for.
            answers = tuple([
                null if (value := get(event) if name is None else data.get(name)) is None
                else value if type(value) is str and value in texts
                else _answer(value, wanted)
                for name, get, wanted, texts, null in questions
            ])  # fmt: skip
            filling = known.get(answers)
            if filling is None:
                filling = known[answers] = fillings.number(slot for test, slot in tests if test(event))
            return filling

        return fill

    def _questions(self) -> list[_Question]:
        wanted: dict[str, set[_Key]] = {}
        for pattern, _ in self.patterns:
            for path in (*pattern.has, *pattern.lacks):
                wanted.setdefault(path, set())
            for path, values in pattern.fields:
                wanted.setdefault(path, set()).update(map(_key, filter(_hashable, values)))
        return [_question(path, values) for path, values in wanted.items()]


def _question(path: str, wanted: Collection[_Key]) -> _Question:
    head, *rest = path.split(".")
    texts = frozenset(value for _, value in wanted if type(value) is str)
    name = rest[0] if head == "data" and len(rest) == 1 else None
    return _Question(name, getter(path), wanted, texts, _answer(None, wanted))


def _answer(value: Any, wanted: Collection[_Key]) -> _Key | bool:
    """What a field says, as far as any pattern asks."""
    if wanted and _hashable(value) and (key := _key(value)) in wanted:
        return key
    return there(value)


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
        self._fillings: Fillings | None = None
        self._named: dict[Slot, frozenset[str]] = {}

    def slot(self, patterns: Iterable[Pattern]) -> Slot:
        """The slot of these patterns, made when first asked for."""
        wanted = {_identity(pattern): pattern for pattern in patterns}
        same = frozenset(wanted)
        known = self._slots.get(same)
        if known is None:
            known = self._slots[same] = len(self._slots)
            self._fillings = None
            self._named[known] = frozenset(pattern.type for pattern in wanted.values())
            for pattern in sorted(wanted.values(), key=repr):
                self._types.setdefault(pattern.type, _Typed()).patterns.append((pattern, known))
        return known

    def types(self, slot: Slot) -> frozenset[str]:
        """The event types of a slot's patterns."""
        return self._named[slot]

    def fillings(self) -> Fillings:
        """What events fill of the slots made so far; worked out once for all who ask."""
        if self._fillings is None:
            made = self._fillings = Fillings()
            made.by_type = {name: typed.filler(made) for name, typed in self._types.items()}
        return self._fillings
