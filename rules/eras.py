"""Rules through time: what was approved later judges only the cases that began later. Pure."""

from bisect import bisect_right
from collections.abc import Sequence

from mingjing.types import CaseEvent
from rules.book import Rule
from rules.engine import Engine, Judgement, in_order


class Eras(Engine):
    """Engines one after another, each in force for cases that began from an instant on, until the next one's.

    To whoever asks for its book, catalogue or registers it is the last one. A case begins with its first event that
    counts: what comes late and lies before a change is judged by what held then, and a correction moves a case too.
    """

    def __init__(self, first: Engine, later: Sequence[tuple[int, Engine]], timezone: str) -> None:
        """`later`: from which instant (microseconds), in order, which engine."""
        self._begins = [begin for begin, _ in later]
        self._engines = [first, *(engine for _, engine in later)]
        if self._begins != sorted(self._begins):
            raise ValueError("eras are not in order")
        last = self._engines[-1]
        super().__init__(last.book, last.catalogue, timezone, last.registers)

    def judge(self, events: Sequence[CaseEvent], as_of: int) -> Judgement:
        """As `Engine.judge`, by the engine that was in force when the case began."""
        moments = in_order(events)
        era = bisect_right(self._begins, moments[0][0]) if moments else -1
        return self._engines[era].judge(events, as_of)

    @property
    def rules(self) -> list[Rule]:
        """All versions of all rules that may judge, those of the last engine last."""
        return [rule for engine in self._engines for rule in engine.book.rules]
