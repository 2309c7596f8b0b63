"""The normal course 常规流程 of an item: what follows what, how often, after how long; one case against it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median, quantiles

from msgspec import Struct

START, END = "start", "end"
"""Before a case's first visit, and after its last one if the case is over."""
OVER = frozenset({"decided", "closed", "withdrawn", "terminated"})
RARE = 0.05
"""A step that fewer than this share of the sampled cases take is rare."""
LEAST = 0.01
"""Flows that a smaller share of the cases take are no part of the normal course."""
ENOUGH = 20
"""Sampled cases below which nothing is called rare or slow."""
SLOW = 0.9
"""A step that took longer than in this share of the cases that took it is slow."""


class Told(Struct, frozen=True):
    """One event of a case, as far as its course is concerned; `corrects`: the event that it replaces, or ""."""

    event_id: str
    type: str
    step: str
    at: datetime
    corrects: str = ""


class Visit(Struct, frozen=True):
    """A case at one place of its course: an event's type, or type and step as `step_ended:review`."""

    place: str
    at: datetime


class Flow(Struct, frozen=True, kw_only=True):
    """One place directly after another: in how many cases, how often, after how many seconds (half, nine of ten)."""

    before: str
    after: str
    cases: int
    times: int
    usual: float
    most: float


class Course(Struct, frozen=True, kw_only=True):
    """What `cases` cases, sampled out of `known`, went through."""

    cases: int
    known: int
    visits: Mapping[str, int]
    flows: Mapping[tuple[str, str], Flow]

    def share(self, before: str, after: str) -> float:
        """The share of the cases in which one directly follows the other."""
        flow = self.flows.get((before, after))
        return flow.cases / self.cases if flow and self.cases else 0.0


class Leg(Struct, frozen=True, kw_only=True):
    """One step of a case's path: the seconds it took, and what is usual. `rare`, `slow`: None where too few tell."""

    before: str
    after: str
    at: datetime
    seconds: float
    cases: int
    usual: float | None
    rare: bool | None
    slow: bool | None


def path(events: Iterable[Told]) -> list[Visit]:
    """A case's visits in order; an event that came twice or was corrected counts once, as corrected.

    Events at the same instant have no order: they are taken by name, so that equal cases have equal paths.
    """
    once = {one.event_id: one for one in events}
    corrected = {one.corrects for one in once.values() if one.corrects}
    visits = [
        Visit(f"{one.type}:{one.step}" if one.step else one.type, one.at)
        for one in once.values()
        if one.event_id not in corrected
    ]
    return sorted(visits, key=lambda one: (one.at, one.place))


def over(visits: Iterable[Visit]) -> bool:
    """Whether a path has come to an end."""
    return any(one.place.partition(":")[0] in OVER for one in visits)


def course(paths: Iterable[Sequence[Visit]], known: int) -> Course:
    """The course of cases that are over, sampled out of `known`. One pass, memory for the durations alone."""
    many = 0
    visits: Counter[str] = Counter()
    cases: Counter[tuple[str, str]] = Counter()
    took: dict[tuple[str, str], list[float]] = {}
    for one in paths:
        if not one:
            continue
        many += 1
        visits.update({visit.place for visit in one})
        steps = list(_steps(one, ended=True))
        cases.update({(before, after) for before, after, _, _ in steps})
        for before, after, seconds, _ in steps:
            took.setdefault((before, after), []).append(seconds)
    flows = {
        both: Flow(
            before=both[0], after=both[1], cases=cases[both], times=len(lengths), usual=median(lengths),
            most=_most(lengths),
        )
        for both, lengths in took.items()
    }  # fmt: skip
    return Course(cases=many, known=known, visits=visits, flows=flows)


def legs(own: Sequence[Visit], usual: Course) -> list[Leg]:
    """A case's steps held against the course; one that no sampled case took has no usual length."""
    tells = usual.cases >= ENOUGH
    found = []
    for before, after, seconds, at in _steps(own, ended=over(own)):
        flow = usual.flows.get((before, after))
        found.append(
            Leg(
                before=before,
                after=after,
                at=at,
                seconds=seconds,
                cases=flow.cases if flow else 0,
                usual=flow.usual if flow else None,
                rare=usual.share(before, after) < RARE if tells else None,
                slow=seconds > flow.most if flow and flow.times >= ENOUGH else None,
            )
        )
    return found


def main_flows(usual: Course, own: Sequence[Leg], many: int) -> list[Flow]:
    """The flows worth drawing, frequent ones first: at most `many` that LEAST of the cases take, and the case's own."""
    taken = {(leg.before, leg.after) for leg in own}
    ordered = sorted(usual.flows.values(), key=lambda flow: (-flow.cases, flow.before, flow.after))
    least = LEAST * usual.cases
    return [
        flow
        for at, flow in enumerate(ordered)
        if (at < many and flow.cases >= least) or (flow.before, flow.after) in taken
    ]


def _steps(visits: Sequence[Visit], *, ended: bool) -> Iterable[tuple[str, str, float, datetime]]:
    """Before, after, seconds between them, and the instant of the later one."""
    if not visits:
        return
    yield START, visits[0].place, 0.0, visits[0].at
    for before, after in pairwise(visits):
        yield before.place, after.place, (after.at - before.at).total_seconds(), after.at
    if ended:
        yield visits[-1].place, END, 0.0, visits[-1].at


def _most(lengths: Sequence[float]) -> float:
    return quantiles(lengths, n=10, method="inclusive")[int(SLOW * 10) - 1] if len(lengths) > 1 else lengths[0]
