"""Which share of its known, open time a window was staffed, hour by hour. Pure."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from dashboards.hall.data import Minutes

SPARSE = 0.5
"""Where more than this share of what was looked at could not be seen, the cell is shown as unknown."""


class Cell(Struct, frozen=True, kw_only=True):
    """Minutes of one row (a window, or a weekday) in one local hour, by what was seen in them, on so many days."""

    row: str
    at: int
    staffed: int
    unstaffed: int
    unknown: int
    days: int

    @property
    def known(self) -> int:
        """Minutes in which it was seen whether somebody was there."""
        return self.staffed + self.unstaffed

    @property
    def share(self) -> float | None:
        """The staffed share of the known minutes; None where there is none."""
        return self.staffed / self.known if self.known else None

    @property
    def blind(self) -> float:
        """The share of the minutes looked at in which nothing could be seen."""
        looked = self.known + self.unknown
        return self.unknown / looked if looked else 0.0


def cells(minutes: Iterable[Minutes], row: Callable[[Minutes], str]) -> list[Cell]:
    """The minutes summed by row and hour; hours in which nobody looked are absent."""
    sums: dict[tuple[str, int], list[int]] = {}
    for one in minutes:
        held = sums.setdefault((row(one), one.at), [0, 0, 0, 0])
        for place, value in enumerate((one.staffed, one.unstaffed, one.unknown, one.seen)):
            held[place] += value
    return [
        Cell(row=name, at=at, staffed=s, unstaffed=u, unknown=k, days=d)
        for (name, at), (s, u, k, d) in sorted(sums.items())
        if s + u + k
    ]


def by_row(found: Iterable[Cell]) -> dict[str, Cell]:
    """The whole of each row, as if it were one hour; `days` are the most of any hour."""
    rows: dict[str, Cell] = {}
    for one in found:
        had = rows.get(one.row)
        rows[one.row] = Cell(
            row=one.row,
            at=0,
            staffed=one.staffed + (had.staffed if had else 0),
            unstaffed=one.unstaffed + (had.unstaffed if had else 0),
            unknown=one.unknown + (had.unknown if had else 0),
            days=max(one.days, had.days if had else 0),
        )
    return rows
