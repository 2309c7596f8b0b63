"""The stage of the tricks: who is busy enough to play one, and how a case that is already thought up is altered.

A *scheme* is one trick, or one innocent look-alike, of somebody over some days. How strongly it is played is drawn from
its own dice, from hardly visible to blatant; no detector's threshold is known here.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from random import Random
from typing import Any, ClassVar, TypeVar

from mingjing.simulate.almanac import DAY, Almanac, office_second, stamp
from mingjing.simulate.catalogue import BATCHES
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Case, Note, World
from mingjing.simulate.itemplan import Item
from mingjing.simulate.people import Department, Officer, Window
from mingjing.simulate.tricks import Outage, Planted, Terms

MOST_CASES = 60  # of a scheme's cases, named in leads.csv
Key = tuple[str, str]
T = TypeVar("T")


class Scene:
    """The city for one run. `cases` is about how many begin in it.

    `prompt` are departments that may have no outage and no agreement about batches, since a trick there is about times.
    """

    def __init__(self, world: World, first: int, end: int, cases: int) -> None:
        self.world, self.almanac = world, world.almanac
        self.first, self.end, self.cases = first, end, cases
        self.later: dict[int, list[Case]] = {}
        self.terms = Terms()
        self.prompt: set[str] = set()
        self._taken: set[tuple[str, str]] = set()
        whole = world.city.cumulated[-1]
        self.items: list[tuple[Item, float]] = [(item, item.load / whole) for item in world.city.items]

    def declare(self, source: str, since: int, until: int, declared: int) -> None:
        """A source system's outage, in local seconds, as the registers have it."""
        self.terms.outages.setdefault(source, []).append(Outage(since, until, declared))

    def agree(self, source: str, lag: str) -> None:
        """It is agreed that a source sends in batches."""
        self.terms.batches[source] = lag

    def share_numbers(self, departments: Sequence[str]) -> None:
        """Some departments take the numbers of their documents from one series."""
        for code in departments:
            self.terms.series[code] = departments[0]

    def skip(self, department: str) -> None:
        """A number of a department's series is used up outside the system."""
        series = self.terms.series.get(department, department)
        self.terms.skipped[series] = self.terms.skipped.get(series, 0) + 1

    def instant(self, second: int) -> str:
        """A local second as the text of an instant."""
        return stamp(second)

    def share(self, windows: str) -> dict[str, float]:
        """Each window's share of all cases: of those decided on the spot ("immediate"), of the others, or of "all"."""
        found: dict[str, float] = {}
        for item, share in self.items:
            if item.order or not (windows == "all" or item.immediate == (windows == "immediate")):
                continue
            for window in item.windows:
                found[window.code] = found.get(window.code, 0.0) + share / len(item.windows)
        return found

    def pick(self, rng: Random, group: str, weighed: Iterable[tuple[str, T, float]], least: float) -> T | None:
        """One of (name, thing, weight) that weighs enough and plays nothing of this group yet.

        The heavier the likelier; where none weighs enough, the heaviest that is left.
        """
        free = [entry for entry in weighed if (group, entry[0]) not in self._taken]
        able = [entry for entry in free if entry[2] >= least] or sorted(free, key=lambda entry: -entry[2])[:1]
        if not able:
            return None
        ends = list(accumulate(entry[2] ** 0.5 for entry in able))
        name, thing, _ = able[min(bisect_right(ends, rng.random() * ends[-1]), len(able) - 1)]
        self._taken.add((group, name))
        return thing

    def free(self, group: str, name: str) -> bool:
        """Takes an actor for a group, if it plays nothing of it yet; whether it could."""
        able = (group, name) not in self._taken
        self._taken.add((group, name))
        return able

    def plays(self, group: str, name: str | None) -> bool:
        """Whether an actor plays something of a group."""
        return (group, name) in self._taken

    def window(
        self, rng: Random, group: str, *, kind: str = "all", daily: float = 3.0, prompt: bool = False
    ) -> Window | None:
        """A window of one department with at least so many cases of a kind per day of the run.

        `prompt`: in a department whose system reports at once.
        """
        share, days = self.share(kind), max(1, self.end - self.first)
        units = [u for u in self.world.city.departments if not (prompt and self.excused(u))]
        windows = [w for unit in units for w in unit.windows if w.kind == "special"]
        weighed = [(w.code, w, share.get(w.code, 0.0) * self.cases / days) for w in windows]
        found = self.pick(rng, group, [entry for entry in weighed if entry[2] > 0], daily)
        if prompt and found:
            self.prompt.add(found.department)
        return found

    def excused(self, unit: Department) -> bool:
        """Whether a department's system has an outage, or reports in batches by agreement."""
        return unit.code in BATCHES or unit.system in self.terms.batches or unit.system in self.terms.outages

    def slow_items(self, daily: float) -> list[tuple[str, Item, float]]:
        """Items that are not decided on the spot, with their cases per day, the busiest first."""
        days = max(1, self.end - self.first)
        found = [
            (item.code, item, share * self.cases / days)
            for item, share in self.items
            if not item.order and not item.immediate and len(item.steps) > 1 and item.versions[-1].committed >= 3
        ]
        return sorted(found, key=lambda entry: -entry[2])[: max(40, sum(entry[2] >= daily for entry in found))]

    def period(self, rng: Random, least: int, most: int) -> tuple[int, int]:
        """First and last day of something that goes on for `least` to `most` days within the run."""
        length = min(rng.randint(least, most), self.end - self.first)
        begin = rng.randint(self.first, max(self.first, self.end - length))
        return begin, begin + length - 1


class Scheme:
    """One trick or look-alike at work.

    `watch` are the (kind, code) of which it wants to see the cases: window, officer, department, item, matter; `first`
    and `last` the days (ordinals) on which cases begin that it touches. Only one scheme alters how a case goes; others,
    that are `aside`, alter when it was recorded or how it was rated. With fewer than `least` cases nothing was
    played.
    """

    name: ClassVar[str]
    innocent: ClassVar[bool] = False
    aside: ClassVar[bool] = False
    least: ClassVar[int] = 1
    rules: ClassVar[tuple[str, ...]]

    def __init__(self, scene: Scene, rng: Random) -> None:
        self.scene, self.rng, self.almanac = scene, rng, scene.almanac
        self.first, self.last = scene.first, scene.end - 1
        self.watch: tuple[Key, ...] = ()
        self.subject = ""
        self.span: tuple[int, int] | None = None
        self.cases: list[Case] = []

    def touch(self, case: Case) -> bool:
        """Alters a case that begins within the scheme's days; whether it did."""
        return False

    def more(self, day: int) -> Iterable[Case]:
        """Further cases that begin on a day."""
        return ()

    def rows(self) -> Iterator[Planted]:
        """What leads.csv says of it."""
        if len(self.cases) >= self.least:
            yield self.row(self.subject, self.cases)

    def row(self, subject: str, cases: Sequence[Case]) -> Planted:
        """A row about some cases; its days are the scheme's `span`, else those of their happenings within the run."""
        seconds = [note.second for case in cases for note in case.notes if note.second < self.scene.end * DAY]
        span = self.span or (min(seconds) // DAY, max(seconds) // DAY)
        days = [date.fromordinal(day).isoformat() for day in span]
        names = "|".join(case.id for case in cases[:MOST_CASES])
        return Planted(self.name, self.innocent, "|".join(self.rules), subject, days[0], days[1], names)


class CaseScheme(Scheme):
    """A scheme whose every case is a lead of its own."""

    def rows(self) -> Iterator[Planted]:
        """One row per case that shows before the run ends; `shown` tells the second at which it does."""
        for case in self.cases:
            if self.shown(case) < self.scene.end * DAY:
                yield self.row(f"case:{case.id}", [case])

    def shown(self, case: Case) -> int:
        """The second from which the case can be told."""
        return case.notes[-1].second


def keys_of(case: Case) -> set[Key]:
    """What a case can be watched by."""
    found: set[Key] = {
        ("item", case.item.code),
        ("department", case.item.department.code),
        ("matter", case.item.matter),
    }
    for note in case.notes:
        if note.window:
            found.add(("window", note.window))
        if note.officer:
            found.add(("officer", note.officer))
    return found


def first_of(case: Case, *types: str) -> Note | None:
    """The first note of some types."""
    return next((note for note in case.notes if note.type in types), None)


def plain(case: Case) -> bool:
    """Whether a permit was accepted and granted in steps, and nothing stopped or prolonged its clock."""
    types = {note.type for note in case.notes}
    strange = {"suspended", "special_started", "extension_approved", "returned", "withdrawn", "terminated", "reopened"}
    strange |= {"parallel_opened", "branch_notified", "correction_notified"}
    granted = first_of(case, "decided")
    return (
        case.item.matter == "permit"
        and not case.item.immediate
        and not case.flaws
        and {"material_received", "accepted", "step_started", "decided"} <= types
        and not types & strange
        and granted is not None
        and granted.data.get("result") == "granted"
    )


def due_day(case: Case, almanac: Almanac) -> int:
    """The day (ordinal) at whose end the statutory limit is over, of a case without pauses or extension."""
    accepted = first_of(case, "accepted")
    assert accepted is not None
    return almanac.next_workday(accepted.second // DAY, case.version.statutory)


def counted(almanac: Almanac, day: int, target: int) -> int:
    """How many working days after a day another one is; 0 where it is not later."""
    return sum(almanac.works(between) for between in range(day + 1, target + 1))


def delay(case: Case, start: int, days: int, almanac: Almanac) -> None:
    """Everything from a second on happens so many working days later, at the same time of day."""
    for note in case.notes:
        if note.second >= start and days:
            note.second = almanac.next_workday(note.second // DAY, days) * DAY + note.second % DAY


def put(
    case: Case,
    rng: Random,
    second: int,
    what: str,
    by: str | None = None,
    /,
    *,
    window: str | None = None,
    lag: int | None = None,
    **data: Any,
) -> Note:
    """A further note, in its place in time."""
    note = Note(second, what, data, 2 + int(rng.expovariate(1 / 40)) if lag is None else lag, by, window)
    case.notes.append(note)
    case.notes.sort(key=lambda each: each.second)
    return note


def copied(case: Case) -> Case:
    """The same case once more, to be altered apart."""
    notes = [Note(n.second, n.type, dict(n.data), n.lag, n.officer, n.window, n.channel, n.source) for n in case.notes]
    return Case(case.id, case.item, case.version, case.channel, case.source, notes, list(case.flaws))


def at_office(almanac: Almanac, rng: Random, day: int) -> int:
    """A second of office time on a day, or on the next that works."""
    return (day if almanac.works(day) else almanac.next_workday(day)) * DAY + office_second(rng)


def pseudonym(rng: Random, kind: str = "a") -> str:
    """An opaque code of a person or device, as sources send it."""
    return f"{kind}{rng.getrandbits(40):010x}"


def applicant_of(case: Case) -> str:
    """The pseudonym of a case's applicant; empty where its source sends none."""
    return next((str(note.data["applicant"]) for note in case.notes if "applicant" in note.data), "")


def seeded(world: World, name: str, number: int) -> Random:
    """The dice of a scheme."""
    return dice(world.seed, "trick", name, number)


def examiners(item: Item) -> tuple[Officer, ...]:
    """Who examines an item's cases: the department's people away from the counter, its head apart."""
    unit = item.department
    return tuple(officer for officer in unit.officers if not officer.front and officer is not unit.approver)
