"""Cases of one shape: those whose events, in order, fill the same slots.

Where the events stand, which rules are set off, and which of these apply to a class of cases is worked out once per
shape, not once per case. A city's cases have few shapes, so what a case costs hardly grows with the rule book.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from mingjing.types import Moment
from rules.book import Book, Rule, of_case
from rules.case import Case
from rules.limits import CannotJudge
from rules.patterns import Filling, Slot

KEPT = 1 << 13
"""Shapes remembered at a time."""


Picked = Callable[[Sequence[Moment]], Sequence[Moment]]
"""Picks the moments of a slot out of those of a case."""


def _picked(places: Sequence[int]) -> Picked:
    first, last = places[0], places[-1] + 1
    return itemgetter(slice(first, last)) if last - first == len(places) else itemgetter(*places)


class Hits(dict[Slot, Sequence[Moment]]):
    """The moments of a case that fill each slot, in order; put together when first asked for."""

    __slots__ = ("_moments", "_places")

    def __init__(self, moments: Sequence[Moment], places: Mapping[Slot, Picked]) -> None:
        super().__init__()
        self._moments, self._places = moments, places

    def __missing__(self, slot: Slot) -> Sequence[Moment]:
        picked = self._places.get(slot)
        found = self[slot] = () if picked is None else picked(self._moments)
        return found

    def __contains__(self, slot: object) -> bool:
        return slot in self._places

    def get(self, slot: Slot, default: Any = None) -> Any:
        """The moments of a slot; the default where it has none."""
        return self[slot] if slot in self._places else default


Asked = tuple[Rule, bool]
"""A rule to ask, and whether it is known to apply; where the catalogue lacks what tells, the case is asked."""


class Shape:
    """Where the events of a case fill which slots, and the rules that they set off."""

    __slots__ = ("_plans", "places", "set_off")

    def __init__(self, filled: Sequence[Sequence[Slot]], rules: Sequence[Rule]) -> None:
        places: dict[Slot, list[int]] = {}
        for place, slots in enumerate(filled):
            for slot in slots:
                places.setdefault(slot, []).append(place)
        self.places = {slot: _picked(several) for slot, several in places.items()}
        self.set_off = [rule for rule in rules if self._sets_off(rule)]
        self._plans: dict[Any, list[Asked]] = {}

    def _sets_off(self, rule: Rule) -> bool:
        triggers = rule.judge.triggers
        needed = triggers if rule.given is None else (*triggers, rule.given)
        return bool(triggers) and all(slot in self.places for slot in needed)

    def plan(self, case: Case, kind: tuple[Any, ...]) -> list[Asked]:
        """The rules to ask of a case; `kind` is all that `applies` and `except` look at (`Shapes.kind`)."""
        try:
            known = self._plans.get(kind)
        except TypeError:  # an item's field is a list: nothing to remember it by
            return list(self._asked(case))
        if known is None:
            known = self._plans[kind] = list(self._asked(case))
        return known

    def _asked(self, case: Case) -> Iterator[Asked]:
        for rule in self.set_off:
            try:
                if not rule.excludes(case):
                    yield rule, True
            except CannotJudge:
                yield rule, False


class Shapes:
    """The shapes of cases, as a rule book sees them. `rules` are those of it that may be asked."""

    def __init__(self, book: Book, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fillings = book.table.fillings()
        self._known: dict[tuple[Filling, ...], Shape] = {}
        self._fields = sorted({field for rule in rules for field in (*rule.applies, *rule.exempt)})

    def of(self, moments: Sequence[Moment]) -> Shape:
        """The shape of a case whose events, in order, are these."""
        fillers = self._fillings.by_type
        filled = []
        for moment in moments:
            filler = fillers.get(moment[2].type, 0)
            filled.append(filler if isinstance(filler, int) else filler(moment[2]))
        key = tuple(filled)
        shape = self._known.get(key)
        if shape is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            shape = self._known[key] = Shape([self._fillings.slots[filling] for filling in key], self._rules)
        return shape

    def kind(self, case: Case) -> tuple[Any, ...]:
        """What a case says of every field that any rule's `applies` or `except` names."""
        return tuple([_said(case, field) for field in self._fields])


def _said(case: Case, field: str) -> Any:
    try:
        return of_case(case, field)
    except CannotJudge:
        return CannotJudge
