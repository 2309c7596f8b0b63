"""Discretion 裁量: where penalties lie within the bands that they name, by item and by who proposed them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import Literal

from msgspec import Struct

from mingjing.insight.agencies import Happened
from mingjing.insight.rates import Rate, rate

TYPES = ("decided",)
OPENINGS = ("penalty_filed",)
RULES = ("N39", "N39-N")
State = Literal["outside", "bandless", "departed", "inside", "free"]
STATES: tuple[State, ...] = ("outside", "bandless", "departed", "inside", "free")
"""Beyond the band; none named that is in force; departed from with approval; within; no bands are in force."""
SLACK = 0.005
"""What N39 forgives at either end."""
EDGE = 0.05
"""The lowest part of a band that counts as its least."""


class Band(Struct, frozen=True, kw_only=True):
    """A row of the register of discretion bands, in force from `since` to `until`."""

    code: str
    item: str
    circumstance: str
    least: float
    most: float
    unit: str
    basis: str
    since: date
    until: date

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day <= self.until


class Penalty(Struct, frozen=True, kw_only=True):
    """One decision; `position`: 0 at the least and 1 at the most of its band, None where there is no place in one."""

    case_id: str
    at: datetime
    day: date
    item: str
    department: str
    handler: str
    amount: float | None
    named: str
    departure: str
    state: State
    band: Band | None
    position: float | None


def penalties(events: Iterable[Happened], bands: Mapping[str, Sequence[Band]]) -> list[Penalty]:
    """The penalties among decisions, the latest first; dropped cases apart."""
    found = [
        _penalty(event, bands) for event in events if event.type == "decided" and event.data.get("result") == "granted"
    ]
    return sorted(found, key=lambda one: (one.at, one.case_id), reverse=True)


def _penalty(event: Happened, bands: Mapping[str, Sequence[Band]]) -> Penalty:
    data = event.data
    named, departure, amount = str(data.get("band") or ""), str(data.get("departure") or "").strip(), data.get("amount")
    amount = float(amount) if isinstance(amount, int | float) else None
    in_force = [band for band in bands.get(event.item, ()) if band.on(event.day)]
    band = next((one for one in in_force if one.code == named), None)
    within = band is not None and amount is not None and band.least - SLACK <= amount <= band.most + SLACK
    state: State = (
        "departed" if departure
        else "free" if not in_force
        else "bandless" if band is None
        else "outside" if amount is not None and not within
        else "inside"
    )  # fmt: skip
    wide = band is not None and amount is not None and band.most > band.least
    return Penalty(
        case_id=event.case_id, at=event.at, day=event.day, item=event.item, department=event.department,
        handler=str(data.get("handler") or event.officer), amount=amount, named=named, departure=departure,
        state=state, band=band,
        position=(amount - band.least) / (band.most - band.least) if wide and band and amount is not None else None,
    )  # fmt: skip


class Custom(Struct, frozen=True, kw_only=True):
    """How somebody measures penalties: how many, the median place within the bands, and how often the least."""

    code: str
    department: str
    n: int
    middle: float
    least: Rate


def customs(several: Iterable[Penalty]) -> list[Custom]:
    """By who proposed them, those who most often take the least first; only penalties within a band that has room."""
    placed: dict[str, list[Penalty]] = {}
    for one in several:
        if one.state == "inside" and one.position is not None and one.handler:
            placed.setdefault(one.handler, []).append(one)
    found = []
    for code, own in placed.items():
        places = [one.position or 0.0 for one in own]
        low = sum(place <= EDGE for place in places)
        found.append(
            Custom(code=code, department=own[0].department, n=len(own), middle=median(places),
                   least=rate(code, "least", low, len(own)))
        )  # fmt: skip
    return sorted(found, key=lambda one: (-(one.least.lo or 0.0), one.code))
