"""The answer file: everything that the shipped rules must find in the simulated events, and nothing else."""

from collections.abc import Iterator
from heapq import heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from mingjing.simulate.almanac import Almanac, moment
from mingjing.simulate.draft import Case
from mingjing.simulate.judge import ARRANGED, judge
from mingjing.simulate.judge.clocks import Breach
from mingjing.simulate.stream import event_id
from mingjing.simulate.tricks import UNCHANGED, Terms


class Answer(Struct, frozen=True):
    """One line of answers.csv. Instants are +08:00; `severity` and `at` are those of the highest rung reached."""

    case_id: str
    rule: str
    key: str
    severity: int
    at: str
    due_at: str
    stopped_at: str
    event_id: str
    kind: str


COLUMNS = Answer.__struct_fields__


class AnswerBook:
    """Collects breaches as cases begin, and gives each answer when the time of its highest rung has come."""

    def __init__(self, almanac: Almanac, end: int, terms: Terms = UNCHANGED) -> None:
        """`end`: the second after the last that is simulated; `terms`: what is agreed with sources."""
        self.almanac, self.end, self.terms = almanac, end, terms
        self._waiting: list[tuple[int, str, str, str, Case, Breach]] = []

    def begin(self, case: Case) -> None:
        """Judges a case that begins, by what will have happened in it up to the end."""
        notes = [note for note in case.notes if note.second < self.end]
        cut = case if len(notes) == len(case.notes) else replace(case, notes=notes)
        for breach in judge(cut, self.almanac, self.end, self.terms):
            heappush(
                self._waiting, (breach.rungs[-1][0], case.id, breach.rule, breach.key + f"#{breach.note}", case, breach)
            )

    def upto(self, second: int) -> Iterator[Answer]:
        """The answers whose highest rung lies at or before a second, in order of those instants."""
        while self._waiting and self._waiting[0][0] <= second:
            *_, case, breach = heappop(self._waiting)
            yield _answer(case, breach)

    def finish(self, as_of: int) -> Iterator[Answer]:
        """The remaining answers, with what they had reached at as-of, the last occurrence."""
        left: list[tuple[int, Case, Breach]] = []
        for *_, case, breach in sorted(self._waiting, key=lambda entry: entry[:4]):
            rungs = [rung for rung in breach.rungs if rung[0] <= as_of]
            if rungs:
                left.append((rungs[-1][0], case, breach._replace(rungs=rungs)))
        self._waiting = []
        for _, case, breach in sorted(left, key=lambda entry: (entry[0], entry[1].id, entry[2].rule)):
            due = breach.due if breach.due is not None and breach.due <= as_of else None
            yield _answer(case, breach._replace(due=due))


def _answer(case: Case, breach: Breach) -> Answer:
    def shown(second: int | None) -> str:
        return "" if second is None else moment(second).isoformat()

    second, severity = max(breach.rungs, key=lambda rung: (rung[1], -rung[0]))
    arranged = [flaw for flaw in case.flaws if breach.rule in ARRANGED.get(flaw, ())]
    return Answer(
        case_id=case.id,
        rule=breach.rule,
        key=breach.key,
        severity=severity,
        at=shown(second),
        due_at=shown(breach.due),
        stopped_at=shown(breach.stopped),
        event_id=event_id(case, breach.note),
        kind=arranged[0] if arranged else "consequence",
    )
