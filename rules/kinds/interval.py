"""`interval` 间隔: something came too soon, or too late, after what it must keep its distance from.

A `then` is right if one of the `first`s since the `then` before it lies at least `least` and at most `most` before it.
In day precision the day of the `first` does not count and the day of the `then` does (《民法典》第二百零一条).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mingjing.calendars import YearNotCovered
from mingjing.types import Moment
from rules.case import Breach, Case
from rules.kinds.timing import Bound, Limit, limit, tapes
from rules.limits import CannotJudge
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Miss(NamedTuple):
    """A `first` at the wrong distance: too soon or too late, by which limit, and how far, in the limit's amounts."""

    first: Moment
    soon: bool
    bound: Bound
    amount: int


class Interval:
    """The kind `interval`: `first`, `then`, `least` or `most` or both, optional `key`, `severity`."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._first = reader.slot("first")
        self._then = reader.slot("then")
        self._key = reader.path("key")
        self._tapes = tapes(reader)
        self._limits: list[tuple[bool, Limit]] = []
        for key in ("least", "most"):
            if reader.get(key) is not None and (bind := limit(reader, self._tapes, key)) is not None:
                self._limits.append((key == "least", bind))
        if not reader.has("least") and not reader.has("most"):
            reader.wrong("least", 'least or most is missing; write it like least = "20 days"')
        self._severity = reader.severity()
        self._words = {"first": show(reader.get("first")), "then": show(reader.get("then"))}
        self.triggers: tuple[Slot, ...] = () if self._then is None else (self._then,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per `then` of which no `first` lies at the right distance; one without any is not looked at."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        for then, firsts in self._rounds(case):
            try:
                breach = self._between(case, then, firsts)
            except CannotJudge as why:
                case.note(self._rule, str(why), then[1])
            except YearNotCovered as gap:
                case.note(self._rule, str(gap), then[1])
            else:
                if breach is not None:
                    yield breach

    def _rounds(self, case: Case) -> Iterator[tuple[Moment, Sequence[Moment]]]:
        """Each `then` with the `first`s since the one before it, its own instant included; by key.

        A `first` without the key speaks for every value; a `then` without it is not looked at.
        """
        assert self._first is not None
        assert self._then is not None
        firsts = case.hits.get(self._first, ())
        before: dict[str, int] = {}
        for moment in case.hits[self._then]:
            key = None if self._key is None else self._key(moment[2])
            if self._key is not None and key is None:
                continue
            since, before[str(key)] = before.get(str(key)), moment[0]
            mine = [
                m
                for m in firsts
                if m[0] <= moment[0]
                and (since is None or m[0] > since)
                and (self._key is None or (value := self._key(m[2])) is None or str(value) == str(key))
            ]
            if mine:
                yield moment, mine

    def _between(self, case: Case, then: Moment, firsts: Sequence[Moment]) -> Breach | None:
        missed: list[Miss] = []
        for first in firsts:
            bounds = [(soon, bound) for soon, bind in self._limits if (bound := bind(case, first[0], first[2]))]
            misses = [miss for soon, bound in bounds if (miss := _miss(first, then, bound, soon=soon)) is not None]
            if bounds and not misses:
                return None
            missed += misses
        if not missed:
            return None
        # Too soon is told by the earliest of them, too late by the latest.
        return self._breach(then, missed[0] if missed[0].soon else missed[-1])

    def _breach(self, then: Moment, miss: Miss) -> Breach:
        instant, event_id, event = then
        first, soon, bound, amount = miss
        calendar = bound.tape.calendar
        between = f"{round(amount / bound.tape.size, 2):g} {bound.unit}"
        return Breach(
            occurrence=event_id,
            instant=instant,
            severity=self._severity,
            about=event,
            events=(first[1], event_id),
            limit=bound.words,
            calendar=f"{calendar.name} ({calendar.version})" if calendar else None,
            catalogue=bound.catalogue,
            facts={"between": between},
            words={**self._words, "between": between, "limit": bound.words},
            form="interval.soon" if soon else "interval.late",
        )


def _miss(first: Moment, then: Moment, bound: Bound, *, soon: bool) -> Miss | None:
    """What is wrong with the distance of two events by a limit; raises YearNotCovered."""
    measure = bound.tape.measure
    amount = measure.count(measure.position(first[0]), measure.position(then[0]))
    wrong = amount < bound.amount if soon else amount > bound.amount
    return Miss(first, soon, bound, amount) if wrong else None
