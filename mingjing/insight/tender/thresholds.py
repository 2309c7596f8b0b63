"""From which size on a project goes to the trading platform, and what pieces of one come to together. Pure.

The thresholds are those of rules Z2 and N56: 旗县级投资 2000 万元（含）以上或建筑面积 10000 平方米以上的工程项目，
采购预算 500 万元以上的政府采购，须进场交易。
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

LIMITS: Mapping[str, Mapping[str, float]] = {
    "construction": {"amount": 20_000_000.0, "area": 10_000.0},
    "procurement": {"amount": 5_000_000.0},
}
"""By kind of project: yuan (`amount`) and square metres (`area`), each included."""
YEAR = timedelta(days=365)


class Measured(Struct, frozen=True, kw_only=True):
    """A project's size against one threshold."""

    what: str
    value: float
    limit: float

    @property
    def share(self) -> float:
        """The size as a share of the threshold."""
        return self.value / self.limit

    @property
    def reached(self) -> bool:
        """Whether the threshold is reached; it includes its own figure."""
        return self.value >= self.limit


class Piece(Struct, frozen=True, kw_only=True):
    """One project of an owner on a site, as registered; `on` is the local day."""

    case: str
    project: str
    kind: str
    on: date
    owner: str
    site: str
    place: str
    amount: float | None = None
    area: float | None = None

    @property
    def share(self) -> float:
        """The largest share of a threshold that it comes to; 0 where it has none."""
        return max((one.share for one in measured(self.kind, self.amount, self.area)), default=0.0)


class Split(Struct, frozen=True, kw_only=True):
    """Projects of one owner, site and kind, each below the threshold, in order of registration."""

    owner: str
    site: str
    kind: str
    pieces: tuple[Piece, ...]
    near: float

    @property
    def totals(self) -> list[Measured]:
        """What they come to together, by threshold."""
        return [
            Measured(what=what, value=sum(getattr(one, what) or 0.0 for one in self.pieces), limit=limit)
            for what, limit in LIMITS[self.kind].items()
        ]

    @property
    def together(self) -> float:
        """The largest share of a threshold that they come to together."""
        return max(one.share for one in self.totals)

    @property
    def just_below(self) -> int:
        """How many lie a little below."""
        return sum(one.share >= self.near for one in self.pieces)

    @property
    def days(self) -> int:
        """Days between the first and the last."""
        return (self.pieces[-1].on - self.pieces[0].on).days

    @property
    def suspicious(self) -> bool:
        """To be looked at, as for Z2-S: pieces of a year that together reach the threshold, none on the platform,
        two or more and at least half of them just below it.
        """
        years = ([one for one in self.pieces if head.on <= one.on <= head.on + YEAR] for head in self.pieces)
        return any(_look(replace(self, pieces=tuple(several))) for several in years)


def _look(split: Split) -> bool:
    elsewhere = all(one.place != "platform" for one in split.pieces)
    return elsewhere and split.together >= 1 and split.just_below >= max(2, len(split.pieces) / 2)


def measured(kind: str, amount: float | None, area: float | None) -> list[Measured]:
    """The project against each threshold of its kind that it has a figure for.

    >>> [(one.what, one.share, one.reached) for one in measured("construction", 20_000_000, 9_999)]
    [('amount', 1.0, True), ('area', 0.9999, False)]
    """
    figures = {"amount": amount, "area": area}
    return [
        Measured(what=what, value=value, limit=limit)
        for what, limit in LIMITS.get(kind, {}).items()
        if (value := figures[what]) is not None
    ]


def splits(pieces: Iterable[Piece], near: float = 0.8) -> list[Split]:
    """Owners with several projects below the threshold on one site; those to be looked at, then the largest, first."""
    groups: dict[tuple[str, str, str], list[Piece]] = {}
    for one in pieces:
        if one.owner and one.kind in LIMITS and one.share < 1:
            groups.setdefault((one.owner, one.site, one.kind), []).append(one)
    found = [_split(those, near) for those in groups.values() if len(those) > 1]
    return sorted(found, key=lambda one: (not one.suspicious, -one.together, one.owner, one.site))


def _split(pieces: Sequence[Piece], near: float) -> Split:
    head = pieces[0]
    ordered = tuple(sorted(pieces, key=lambda one: (one.on, one.case)))
    return Split(owner=head.owner, site=head.site, kind=head.kind, pieces=ordered, near=near)
