"""The answer file: everything that the shipped rules must find in the simulated events, and nothing else."""

from collections.abc import Iterator
from heapq import heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from mingjing.simulate.almanac import DAY, Almanac, moment
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge import Breach, overdue
from mingjing.simulate.stream import event_id

ARRANGED = {
    "due_soon": ("T2",),
    "overdue": ("T2",),
    "overdue_red": ("T2",),
    "statutory": ("T2", "T3"),
    "acceptance_late": ("T4", "T4-C"),
    "step_late": ("T5",),
    "immediate_late": ("T6",),
    "delivery_late": ("T7",),
    "special_late": ("T9",),
    "pre_review_late": ("T10",),
    "step_skipped": ("P1",),
    "time_order": ("P2-A", "P2-D", "P2-S"),
    "returned": ("P4",),
    "rerun_late": ("T5-R",),
    "refusal_bare": ("P6",),
    "repeated_correction": ("P7",),
    "document_missing": ("K1",),
    "receipt_missing": ("K1-A",),
    "backfilled": ("I2",),
    "reply_late": ("Q1-E", "Q1-C", "Q1-D"),
    "misrouted_twice": ("Q1-R",),
}
"""Which rules an irregularity, by the name of its rate, is meant to set off."""

RULES = tuple(sorted({rule for rules in ARRANGED.values() for rule in rules} | {"T4-D", "P6-S"}))


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


def judge(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """Everything the rules find in a case when time has passed up to `end`; later notes must be cut off before."""
    yield from overdue(case, almanac, end)
    if case.item.order:
        yield from _too_many(case, "Q1-R", "wo_returned", ((2, 1),))
        return
    yield from _out_of_order(case)
    yield from _too_many(case, "P4", "returned", ((1, 1), (2, 2)))
    yield from _too_many(case, "P7", "correction_notified", ((2, 2),))
    for place, note in enumerate(case.notes):
        yield from _papers(case, place, note)
        yield from _entered_late(place, note, almanac)


def _papers(case: Case, place: int, note: Note) -> Iterator[Breach]:
    """P6, P6-S, K1, K1-A: what a decision or an acceptance must carry."""
    rungs = [(note.second, 1)]
    if note.type == "not_accepted" or (note.type == "decided" and note.data["result"] == "refused"):
        bare = "reason" not in note.data or "remedy" not in note.data
        yield Breach("P6", place, [(note.second, 2)]) if bare else Breach("P6-S", place, rungs)
    if note.type == "decided" and "document_no" not in note.data:
        yield Breach("K1", place, rungs)
    if note.type in ("accepted", "not_accepted") and not case.item.immediate and "receipt_no" not in note.data:
        yield Breach("K1-A", place, rungs)


def _entered_late(place: int, note: Note, almanac: Almanac) -> Iterator[Breach]:
    """I2: recorded after the 24:00 of the next working day; graver three working days on."""
    if note.type not in ("accepted", "decided"):
        return
    recorded = note.second + note.lag
    due = almanac.next_workday(note.second // DAY)
    rungs = [((day + 1) * DAY, severity) for day, severity in ((due, 1), (almanac.next_workday(due, 3), 2))]
    reached = [(second, severity) for second, severity in rungs if recorded >= second]
    if reached:
        yield Breach("I2", place, reached, due=rungs[0][0], stopped=recorded)


def _out_of_order(case: Case) -> Iterator[Breach]:
    """P1, P2-A, P2-D, P2-S: what had to come before, and did not."""
    firsts: dict[tuple[str, str], int] = {}
    for note in case.notes:
        names = (
            [("", note.data["run"]), ("step", note.data["step"])]
            if note.type in ("step_started", "step_ended")
            else [("", "")]
        )
        for kind, name in names:
            firsts.setdefault((note.type + kind, name), note.second)
    never = 1 << 60
    seen: set[tuple[str, str]] = set()
    for place, note in enumerate(case.notes):
        name = note.data["run"] if note.type == "step_ended" else ""
        if (note.type, name) in seen:
            continue
        seen.add((note.type, name))
        here = [(note.second, 2)]
        if note.type == "decided":
            if firsts.get(("accepted", ""), never) > note.second:
                yield Breach("P2-A", place, here)
            missing = [s for s in case.item.steps if firsts.get(("step_endedstep", s), never) > note.second]
            if note.data["result"] == "granted" and missing:
                yield Breach("P1", place, [(note.second, 3)])
        elif note.type == "delivered" and firsts.get(("decided", ""), never) > note.second:
            yield Breach("P2-D", place, here)
        elif note.type == "step_ended" and firsts.get(("step_started", name), never) > note.second:
            yield Breach("P2-S", place, here, name)


def _too_many(case: Case, rule: str, kind: str, ladder: tuple[tuple[int, int], ...]) -> Iterator[Breach]:
    places = [place for place, note in enumerate(case.notes) if note.type == kind]
    rungs = [(case.notes[places[n - 1]].second, severity) for n, severity in ladder if len(places) >= n]
    if rungs:
        yield Breach(rule, places[0], rungs)


class AnswerBook:
    """Collects breaches as cases begin, and gives each answer when the time of its highest rung has come."""

    def __init__(self, almanac: Almanac, end: int) -> None:
        """`end`: the second after the last that is simulated."""
        self.almanac, self.end = almanac, end
        self._waiting: list[tuple[int, str, str, str, Case, Breach]] = []

    def begin(self, case: Case) -> None:
        """Judges a case that begins, by what will have happened in it up to the end."""
        notes = [note for note in case.notes if note.second < self.end]
        cut = case if len(notes) == len(case.notes) else replace(case, notes=notes)
        for breach in judge(cut, self.almanac, self.end):
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
