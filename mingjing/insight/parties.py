"""The integrity records 诚信库 of parties to public trades: what is in force, what expires, what came of it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

STATES = ("in_force", "coming", "expired")


class Record(Struct, frozen=True, kw_only=True):
    """One record, in force on the days from `since` to `until`, both included; `bars`: keeps its party from tenders."""

    code: str
    party: str
    kind: str
    bars: bool
    ground: str
    basis: str
    since: date
    until: date

    def state(self, day: date) -> str:
        """`in_force`, `coming` or `expired` on a day."""
        return "coming" if day < self.since else "in_force" if day <= self.until else "expired"


class Part(Struct, frozen=True, kw_only=True):
    """A party's part in one tender: when its bid came, was first scored, and won; None for what did not happen.

    `bound`: a bar counts there; it does not where the tender is registered as not compulsory.
    """

    party: str
    case_id: str
    department: str
    bid_at: datetime | None = None
    scored_at: datetime | None = None
    won_at: datetime | None = None
    bound: bool = True


class Standing(Struct, frozen=True, kw_only=True):
    """A party on a day. `barred_until`: the last day of the bar that ends last among those in force, None: not barred.

    `scored_barred`, `won_barred`: tenders in which it was evaluated, or which it won, on a day on which it was barred.
    """

    party: str
    records: int
    in_force: int
    barred_until: date | None
    tenders: int
    won: int
    scored_barred: tuple[str, ...]
    won_barred: tuple[str, ...]


def record(code: str, fields: Mapping[str, str], since: date, until: date) -> Record:
    """A record out of the register's row, its cells as text."""
    bars = fields.get("bars", "").casefold() in ("true", "yes", "1")
    return Record(
        code=code, party=fields.get("party", ""), kind=fields.get("kind", ""), bars=bars,
        ground=fields.get("ground", ""), basis=fields.get("basis", ""), since=since, until=until,
    )  # fmt: skip


def expiring(records: Iterable[Record], day: date, within: int) -> list[Record]:
    """The records in force on a day that end within so many days of it, the first to end first."""
    soon = (one for one in records if one.state(day) == "in_force" and (one.until - day).days <= within)
    return sorted(soon, key=lambda one: (one.until, one.code))


def barred(records: Iterable[Record], day: date) -> list[Record]:
    """Those of a party's records that bar it on a day."""
    return [one for one in records if one.bars and one.state(day) == "in_force"]


def standings(
    records: Iterable[Record], parts: Iterable[Part], day: date, local: Mapping[datetime, date]
) -> list[Standing]:
    """Every party with records, those who took part while barred first. `local`: the local day of each instant."""
    own: dict[str, list[Record]] = defaultdict(list)
    took: dict[str, list[Part]] = defaultdict(list)
    for one in records:
        own[one.party].append(one)
    for part in parts:
        took[part.party].append(part)
    found = [_standing(party, several, took.get(party, ()), day, local) for party, several in own.items()]
    return sorted(
        found,
        key=lambda one: (
            -len(one.won_barred), -len(one.scored_barred), one.barred_until is None, -one.tenders, one.party,
        ),
    )  # fmt: skip


def _standing(
    party: str, records: Sequence[Record], parts: Sequence[Part], day: date, local: Mapping[datetime, date]
) -> Standing:
    bars, bound = barred(records, day), [one for one in parts if one.bound]
    return Standing(
        party=party,
        records=len(records),
        in_force=sum(one.state(day) == "in_force" for one in records),
        barred_until=max((one.until for one in bars), default=None),
        tenders=len(parts),
        won=sum(one.won_at is not None for one in parts),
        scored_barred=tuple(one.case_id for one in bound if one.scored_at and barred(records, local[one.scored_at])),
        won_barred=tuple(one.case_id for one in bound if one.won_at and barred(records, local[one.won_at])),
    )
