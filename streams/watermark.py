"""How far each source's time may move: `min(now, what it has reported up to + its agreed lag)`, never backwards.

A source system that falls silent may be down, and its offices are then not accused of what only its
missing events could refute. Instants are microseconds UTC. Pure: no wall clock.
"""

from collections.abc import Callable, Iterable, Mapping

from mingjing.instants import EARLIEST, micros

OURS = "mingjing"
"""The source of the events that the worker itself reports."""

BEGINNING = micros(EARLIEST)
"""The time of a source whose clock has never moved: silence proves nothing yet."""


class Watermarks:
    """The latest instant that each source has reported, over all partitions of this worker.

    A source without a name is "".
    """

    def __init__(self, lag: Callable[[str], int]) -> None:
        self.lag = lag
        self._marks: dict[str, int] = {}
        self._held: dict[str, int] = {}

    def report(self, source: str, occurred_at: int) -> None:
        """An event of the source that occurred then has been stored."""
        if occurred_at > self._marks.get(source, BEGINNING):
            self._marks[source] = occurred_at

    def merge(self, marks: Mapping[str, int]) -> None:
        """What others know: other workers, or this one before it restarted."""
        for source, mark in marks.items():
            self.report(source, mark)

    def hold(self, source: str, instant: int = BEGINNING) -> None:
        """A source is told of up to an instant, and not yet beyond; its reports are made here, so no lag is agreed."""
        self._held[source] = instant

    def release(self, source: str) -> None:
        """A source is like others again."""
        self._held.pop(source, None)

    def of(self, source: str) -> int | None:
        """How far the source has reported; None: nothing yet."""
        return self._marks.get(source)

    def sources(self) -> list[str]:
        """The sources that have reported anything."""
        return list(self._marks)

    def reach(self, source: str, now: int) -> int:
        """How far the source's time may move at `now`. Our own never waits: it is we who would have to report."""
        if source == OURS:
            return now
        if (held := self._held.get(source)) is not None:
            return min(now, held)
        mark = self._marks.get(source)
        return BEGINNING if mark is None else min(now, mark + self.lag(source))


class Times:
    """The time of each source in one partition; it only ever moves forward, and only by ticks."""

    def __init__(self, as_of: Mapping[str, int] | None = None) -> None:
        self._as_of = dict(as_of or {})

    def __getitem__(self, source: str) -> int:
        return self._as_of.get(source, BEGINNING)

    def of(self, sources: Iterable[str]) -> int:
        """The time of a case: that of the hindmost of the sources that reported on it."""
        return min((self[source] for source in sources), default=BEGINNING)

    @property
    def latest(self) -> int:
        """The time of the foremost source."""
        return max(self._as_of.values(), default=BEGINNING)

    def meet(self, sources: Iterable[str]) -> None:
        """Sources that have cases in this partition; their time begins with the next tick."""
        for source in sources:
            self._as_of.setdefault(source, BEGINNING)

    def advance(self, now: int, marks: Watermarks) -> bool:
        """Move each source's time as far as it may go at `now`; whether any has moved."""
        moved = False
        for source, as_of in self._as_of.items():
            reach = marks.reach(source, now)
            if reach > as_of:
                self._as_of[source] = reach
                moved = True
        return moved

    def items(self) -> list[tuple[str, int]]:
        """Each source with its time, where it has begun."""
        return [(source, as_of) for source, as_of in self._as_of.items() if as_of > BEGINNING]
