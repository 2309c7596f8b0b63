"""What had begun before the demo's history: tenders, intermediaries, penalties and parallel approvals take weeks.

Without them a history of three weeks would show no tender that came to its end. They come at rates of their own, so
that a small number of them shows what a page is for.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

from msgspec.structs import replace

from mingjing.simulate import City, Rates, Stream
from mingjing.simulate.draft import Case, World
from mingjing.simulate.load import Load
from mingjing.simulate.stream import cases_of
from mingjing.simulate.tricks import UNCHANGED, Maker, Planted, gaming

BEFORE = 41
"""Days before the history on which they begin: with 21 days of it a tender comes to its contract."""
DAILY = 9
"""So many on a working day."""
SHARES = {"tender": 0.32, "agency": 0.2, "penalty": 0.23, "joint": 0.25}
"""Of each matter or type of case."""
TRICKS = ("bid_collusion", "project_split", "standing_expert", "agency_steering")
RATES = Rates(
    absent=0.05,
    agency_dear=0.06,
    agency_late=0.08,
    agency_unregistered=0.05,
    award_published_short=0.05,
    barred_bidder=0.06,
    branch_late=0.08,
    contract_late=0.06,
    deal_elsewhere=0.4,
    deals=0.4,
    drawn_outside=0.05,
    drawn_swapped=0.15,
    penalty_bandless=0.12,
    penalty_outside=0.2,
    pool_trimmed=0.05,
    repeated_alone=0.15,
    tender_scored_outside=0.08,
    tender_step_missing=0.08,
    tender_unenrolled=0.05,
    unsigned=0.04,
)


class Later(Load):
    """A usual year's load that sets in on a day."""

    def __init__(self, world: World, first: int) -> None:
        super().__init__(world.almanac)
        self._first = first

    def on(self, day: int) -> int:
        """How many cases begin on a day (ordinal)."""
        return super().on(day) if day >= self._first else 0


class Slow:
    """The slow matters, up to a day, as a trick adds cases; some of them play tricks."""

    def __init__(self, world: World, first: int, until: int) -> None:
        self._world = World(only(world.city), world.almanac, RATES, world.seed)
        self._until, self.terms = until, UNCHANGED
        cases = DAILY * sum(world.almanac.works(day) for day in range(first, until))
        self._tricks = [make(self._world, first, until) for make in gaming.makers(TRICKS, cases)]

    def day(self, day: int, _: Sequence[Case]) -> Iterable[Case]:
        """Those that begin on a working day."""
        if day >= self._until:
            return []
        begun = list(cases_of(self._world, day, DAILY if self._world.almanac.works(day) else 0))
        for trick in self._tricks:
            begun.extend(trick.day(day, begun))
        return begun

    def leads(self) -> Iterable[Planted]:
        """What the tricks planted."""
        for trick in self._tricks:
            yield from trick.leads()


def only(city: City) -> City:
    """The city with nothing but its slow matters."""
    chosen = [(kind, item) for item in city.items if (kind := _kind(item.matter, item.case_type)) in SHARES]
    whole = {kind: sum(item.load for other, item in chosen if other == kind) for kind in SHARES}
    items = tuple(replace(item, load=item.load / whole[kind] * SHARES[kind]) for kind, item in chosen)
    return replace(city, items=items, cumulated=tuple(accumulate(item.load for item in items)), desks=(), former=())


def _kind(matter: str, case_type: str) -> str:
    return case_type if matter == "permit" else matter


def beginning(first: date, tricks: Iterable[Maker], world: World, end: date) -> Stream:
    """The city at work from a day on, with `tricks`, and its slow matters from BEFORE days earlier."""
    begins = first.toordinal()
    makers: list[Maker] = [_from(begins, make) for make in tricks]
    makers.append(lambda at_work, since, _: Slow(at_work, since, begins))
    stream = Stream(world, date.fromordinal(begins - BEFORE), end, tricks=makers)
    stream.load = Later(world, begins)
    return stream


def _from(first: int, make: Maker) -> Maker:
    return lambda world, _, end: make(world, first, end)
