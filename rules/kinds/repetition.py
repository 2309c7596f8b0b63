"""`repetition` 反复: something happened more often in one case than it may."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mingjing.calendars import YearNotCovered
from mingjing.quantities import SAME_DAY, Quantity, quantity
from mingjing.types import Moment
from rules.case import Breach, Case
from rules.kinds.timing import Tape, tapes
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Count(NamedTuple):
    """A rung of the count: so many times is so grave."""

    at: int
    severity: int


class Repetition:
    """The kind `repetition`: `what`, `most`, optional `within`, `key` and `anew`, `severity` or a ladder of counts."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._what = reader.slot("what")
        self._most = reader.whole("most", least=0)
        self._key = reader.path("key")
        self._within = _within(reader)
        self._anew = reader.slot("anew", required=False)
        if reader.has("ladder"):
            self._ladder: list[Count] = reader.steps("ladder", _count, "[{ at = 2, severity = 1 }]")
        else:
            self._ladder = [Count(self._most + 1, reader.severity())]
        self._words = {"what": show(reader.get("what")), "most": str(self._most)}
        self.triggers: tuple[Slot, ...] = () if self._what is None else (self._what,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per case (and key), at the event that brought the count to its highest rung."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._what is not None
        groups: dict[str, list[Moment]] = {}
        for moment in case.hits[self._what]:
            value = None if self._key is None else self._key(moment[2])
            if self._key is None or value is not None:
                groups.setdefault("" if value is None else str(value), []).append(moment)
        anew = [moment[0] for moment in (() if self._anew is None else case.hits[self._anew])]
        for name, moments in groups.items():
            try:
                breach = self._group(name, moments, anew) if len(moments) > self._most else None
            except YearNotCovered as gap:  # how far apart they lie is not known
                case.note(self._rule, str(gap), name)
            else:
                if breach is not None:
                    yield breach

    def _group(self, name: str, moments: Sequence[Moment], anew: Sequence[int]) -> Breach | None:
        top: tuple[Count, Sequence[Moment]] | None = None
        for rung in self._ladder:
            if rung.at <= self._most:
                continue
            run = self._run(moments, rung.at, anew)
            if run and (top is None or rung.severity >= top[0].severity):
                top = (rung, run)
        if top is None:
            return None
        rung, run = top
        instant, _, event = run[-1]
        return Breach(
            occurrence=name,
            instant=instant,
            severity=rung.severity,
            about=event,
            events=tuple(event_id for _, event_id, _ in run),
            facts={"count": len(run), **({"key": name} if name else {})},
            words={**self._words, "count": str(len(run)), "key": name},
        )

    def _run(self, moments: Sequence[Moment], count: int, anew: Sequence[int]) -> Sequence[Moment]:
        """The first so many events that lie within the span, with nothing between them that begins the count anew."""
        for last in range(count, len(moments) + 1):
            run = moments[last - count : last]
            if any(run[0][0] <= instant <= run[-1][0] for instant in anew):
                continue
            if self._within is None:
                return run
            tape, amount = self._within
            measure = tape.measure
            if measure.count(measure.position(run[0][0]), measure.position(run[-1][0])) <= amount:
                return run
        return ()


def _count(at: Any, severity: int) -> Count:
    if isinstance(at, bool) or not isinstance(at, int) or at < 1:
        raise ValueError(f"{at!r} is no count; the rungs of a repetition are whole numbers")
    return Count(at, severity)


def _within(reader: RuleReader) -> tuple[Tape, int] | None:
    words = reader.get("within")
    made = tapes(reader)
    if words is None:
        return None
    try:
        span = quantity(words) if isinstance(words, str) else Quantity(0, SAME_DAY)
        if span.unit == SAME_DAY:
            raise ValueError(f'{words!r} is no span; write it like "30 days"')
    except ValueError as mistake:
        reader.wrong("within", f"within: {mistake}")
        return None
    tape = made.get(span.unit)
    return tape, round(span.amount * tape.size)
