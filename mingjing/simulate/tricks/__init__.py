"""Tricks that span cases, with their innocent look-alikes: what `leads.csv` tells apart.

A trick is a class like `Trick`. Its maker is called once per run with the world and the first day and the day after
the last (ordinals); `gaming.makers()` gives those of the tricks named. A trick draws from dice of its own,
`dice(world.seed, "trick name")`, so that adding one leaves the others as they were.

The stream calls `day` once for every day, in order, with the cases that begin on it, thought up to their end. A trick

- changes such a case in place (`case.notes`: times, data, officers, lags; drop or add notes), or
- gives further cases that begin on this day. `Draft(world, rng, item, second)` writes one through the usual flows
  (`flows.permit.permit(draft)` and so on), `stream.finished(draft, name)` makes it a `Case`.

The names of further cases must be unlike any other: `f"{region}{yyyymmdd}{letter}{number:05d}"` with a letter of the
trick's own. Notes are sorted by the stream afterwards, and the deterministic answers are worked out after all tricks:
whatever a trick does to a single case is answered in answers.csv without further ado. Notes may lie after the last
day; they are cut off when written.

What a trick changes in the city's books (a promise, an agreement with a source) it says in its `terms`, before the
first day.

After the last day `leads` gives what was planted, tricks and look-alikes alike; `innocent` tells which is which.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from mingjing.simulate.draft import Case, World
from mingjing.simulate.itemplan import Item


class Planted(Struct, frozen=True):
    """One line of leads.csv: a trick that a lead rule must find, or a look-alike that it must leave alone.

    `rules` and `case_ids` are joined by `|`; days are ISO dates, both included. `subject` is that of the finding, like
    `officer:GSJ-03`.
    """

    name: str
    innocent: bool
    rules: str
    subject: str
    first_day: str
    last_day: str
    case_ids: str


COLUMNS = Planted.__struct_fields__


class Outage(NamedTuple):
    """A span (local seconds) in which a source could not report, and when that was declared."""

    since: int
    until: int
    declared: int


class Terms(Struct, frozen=True):
    """What tricks and look-alikes change in the city's books.

    `outages` and `batches` (the agreed lag) are by source, `items` by code, as the item list then shows them. `series`
    says which departments number their documents in another's, `skipped` how many of its numbers are used up unseen.
    `away`: the days, by department, on which its chief representative is not in force, and how (see delegations.py).
    """

    outages: dict[str, list[Outage]] = {}
    batches: dict[str, str] = {}
    items: dict[str, Item] = {}
    series: dict[str, str] = {}
    skipped: dict[str, int] = {}
    away: dict[str, tuple[int, int, str]] = {}


UNCHANGED = Terms()


class Trick(Protocol):
    """A trick, or a look-alike, at work for one run."""

    terms: Terms

    def day(self, day: int, begun: Sequence[Case]) -> Iterable[Case]:
        """Changes some of the cases that begin on a day (ordinal), and gives further ones."""
        ...

    def leads(self) -> Iterable[Planted]:
        """What was planted, once all days are over."""
        ...


Maker = Callable[[World, int, int], Trick]
"""Makes a trick for a world, a first day and the day after the last."""
