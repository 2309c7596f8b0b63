"""Which bids of a tender look made together: what each pair of bidders shares, ranked. Pure.

Leads for the evaluation committee, which judges (招标投标法实施条例 arts. 40, 41). Signs, weights and explanations are
those of rule Z4, which says when they make a finding; here each pair is shown by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import prod

from msgspec import Struct

from mingjing.insight.tender.happened import Happened, of

MARKS: Mapping[str, float] = {"ip": 0.5, "mac": 0.7, "cpu": 0.7, "disk": 0.8, "payer": 0.8}
"""What two bids may share, and how much that weighs (rule Z4)."""
MACHINE = frozenset({"ip", "mac", "cpu", "disk"})
"""What an agent, or a terminal of the centre, explains."""
ALIKE, ALIKE_WEIGHT = 0.8, 0.9
"""From this similarity of texts on two bids are alike; how much that weighs."""
LEAST = 2
"""So many signs make a lead."""
TERMINALS = frozenset({"window", "kiosk"})


class Bid(Struct, frozen=True, kw_only=True):
    """What one bid tells of how it was made; `similarity` is its highest to any other bid, None: not measured."""

    bidder: str
    at: datetime
    marks: Mapping[str, str]
    similarity: float | None
    agent: str
    terminal: bool


class Pair(Struct, frozen=True, kw_only=True):
    """Two bidders: the signs that they share, those that are explained, and the weight of the rest (0 to 1)."""

    one: str
    other: str
    shared: tuple[str, ...]
    explained: tuple[str, ...]
    weight: float

    @property
    def lead(self) -> bool:
        """Whether there are signs enough for the committee to look at."""
        return len(self.shared) >= LEAST


def bids(events: Sequence[Happened]) -> list[Bid]:
    """The bids in the order in which they came; of one bidder's several, the last."""
    found = {
        event.text("bidder"): Bid(
            bidder=event.text("bidder"),
            at=event.at,
            marks={mark: event.text(mark).strip().casefold() for mark in MARKS if event.text(mark)},
            similarity=event.number("similarity"),
            agent=event.text("agent"),
            terminal=event.channel in TERMINALS,
        )
        for event in of(events, "bid_received")
        if event.text("bidder")
    }
    return list(found.values())


def pairs(several: Sequence[Bid]) -> list[Pair]:
    """The pairs that share anything, the weightiest first."""
    found = [pair for one, other in combinations(several, 2) if (pair := _pair(one, other)).shared or pair.explained]
    return sorted(found, key=lambda pair: (-pair.weight, -len(pair.explained), pair.one, pair.other))


def _pair(one: Bid, other: Bid) -> Pair:
    same = [mark for mark in MARKS if one.marks.get(mark) and one.marks.get(mark) == other.marks.get(mark)]
    excused = (bool(one.agent) and one.agent == other.agent) or (one.terminal and other.terminal)
    explained = tuple(mark for mark in same if excused and mark in MACHINE)
    shared = [mark for mark in same if mark not in explained]
    if min(one.similarity or 0.0, other.similarity or 0.0) >= ALIKE:
        shared.append("similarity")
    weight = 1 - prod(1 - MARKS.get(mark, ALIKE_WEIGHT) for mark in shared)
    return Pair(one=one.bidder, other=other.bidder, shared=tuple(shared), explained=explained, weight=round(weight, 3))
