"""What only several rows of registers together show: overlaps, unknown parents, cycles, codes that point nowhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from mingjing.errors import Mistake
from mingjing.registers import order
from mingjing.registers.entries import EVER, Entry
from mingjing.registers.form import Form


class Placed(NamedTuple):
    """An entry, and where it stands."""

    entry: Entry
    where: Mistake

    def wrong(self, message: str) -> Mistake:
        """A mistake at this entry."""
        return Mistake(self.where.file, self.where.line, message)


Places = dict[str, list[Placed]]
"""The entries of a register by code."""


def _least_and_most(entry: Entry) -> Iterable[str]:
    least, most = entry.fields.get("least"), entry.fields.get("most")
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        yield f"most: {most:g} is less than the least, {least:g}"


def _leaving(entry: Entry) -> Iterable[str]:
    if entry.last < EVER[1] and "left" not in entry.fields:
        yield "left: an entry that ends says why the expert left"


def _barring(entry: Entry) -> Iterable[str]:
    if entry.fields.get("kind") == "good" and entry.fields.get("bars") is True:
        yield "bars: good conduct bars nobody from tenders"


def _housed(entry: Entry) -> Iterable[str]:
    hall, resident = "hall" in entry.fields, entry.fields.get("resident") is True
    if resident and not hall:
        yield "hall: is missing; an item that has moved in names its hall"
    elif not hall and "exception" not in entry.fields:
        yield "hall: is missing; an item that belongs in no hall says why, under exception"
    if entry.fields.get("authorised") is True and not resident:
        yield "authorised: only an item that has moved in (resident) is authorised at its window"


ASKED: Mapping[str, Callable[[Entry], Iterable[str]]] = {
    "bands": _least_and_most,
    "contacts": order.contact,
    "designations": _housed,
    "duty": order.shift,
    "experts": _leaving,
    "integrity": _barring,
}
"""By register, what is wrong with a row that no single cell shows, like an upper bound below the lower one."""

REGION_LENGTHS = (6, 9, 12)
SHOWN = 20
"""Entries of a cycle that are named."""


def check_overlaps(form: Form, entries: Places, mistakes: list[Mistake]) -> None:
    """One key has one row; where rows are dated, one on a day."""
    for key, several in entries.items():
        for earlier, later in pairwise(sorted(several, key=lambda placed: (placed.entry.first, placed.where))):
            if form.log or later.entry.first <= earlier.entry.last:
                line = earlier.where.line
                said = f"{', '.join(form.key)} {key}"
                overlap = f"{said}: valid dates overlap those of line {line}; end that entry first"
                twice = f"{said}: stands in line {line} already; one of the two is to go"
                mistakes.append(later.wrong(twice if form.log else overlap))


def check_entries(register: str, entries: Places, mistakes: list[Mistake]) -> None:
    """What one register alone asks of its rows; see `ASKED`."""
    asked = ASKED.get(register)
    for several in entries.values() if asked is not None else ():
        for placed in several:
            for message in asked(placed.entry) if asked is not None else ():
                mistakes.append(placed.wrong(message))


def check_reference(entries: Places, column: str, others: Places, mistakes: list[Mistake]) -> None:
    """What a column names is there on every day of the entry."""
    for several in entries.values():
        for placed in several:
            named = placed.entry.fields.get(column)
            for code in named if isinstance(named, list) else () if named is None else (named,):
                _check_there(placed, column, str(code), others, mistakes)


def _check_there(placed: Placed, column: str, code: str, others: Places, mistakes: list[Mistake]) -> None:
    known = others.get(code)
    if known is None:
        mistakes.append(placed.wrong(f"{column}: there is no {code!r}"))
        return
    gap = _gap(placed.entry, [other.entry for other in known])
    if gap is not None:
        day = date.fromordinal(gap).isoformat()
        mistakes.append(placed.wrong(f"{column}: {code} is not in force on {day}, when this entry is"))


def _gap(entry: Entry, others: Sequence[Entry]) -> int | None:
    """The first day of an entry on which none of the others is in force."""
    day = entry.first
    for other in sorted(others, key=lambda one: one.first):
        if other.first > day:
            break
        day = max(day, other.last + 1)
    return day if day <= entry.last else None


def check_parents(entries: Places, levels: Sequence[str], mistakes: list[Mistake]) -> None:
    """A tree: every parent is there, is of no lower level, has no village 村 above anything, and no cycle."""
    check_reference(entries, "parent", entries, mistakes)
    for several in entries.values():
        for placed in several:
            parent = _on(entries, placed.entry.fields.get("parent"), placed.entry.first)
            if parent is not None:
                _check_level(placed, parent, levels, mistakes)
    _check_cycles(entries, mistakes)


def _check_level(placed: Placed, parent: Placed, levels: Sequence[str], mistakes: list[Mistake]) -> None:
    level, above = placed.entry.fields.get("level"), parent.entry.fields.get("level")
    if level not in levels or above not in levels:
        return
    if above == levels[-1]:
        mistakes.append(placed.wrong(f"parent: {parent.entry.code} is a {above}, which has nothing below it"))
    elif levels.index(above) > levels.index(level):
        mistakes.append(placed.wrong(f"parent: {parent.entry.code} ({above}) is of a lower level than this {level}"))


def _check_cycles(entries: Places, mistakes: list[Mistake]) -> None:
    """A cycle exists on the day on which the last of its entries begins: each is looked for on its first day."""
    told: set[frozenset[str]] = set()
    followed: set[tuple[str, int]] = set()
    for several in entries.values():
        for placed in several:
            day, path = placed.entry.first, dict[str, Placed]()
            above: Placed | None = placed
            while above is not None and above.entry.code not in path and (above.entry.code, day) not in followed:
                path[above.entry.code] = above
                above = _on(entries, above.entry.fields.get("parent"), day)
            followed |= {(code, day) for code in path}
            if above is not None and above.entry.code in path:
                codes = list(path)
                ring = codes[codes.index(above.entry.code) :]
                if frozenset(ring) not in told:
                    told.add(frozenset(ring))
                    mistakes.append(path[ring[0]].wrong(f"parent: goes round in a circle: {_round(ring)}"))


def _round(ring: Sequence[str]) -> str:
    shown = [*ring[:SHOWN], f"… ({len(ring)} in all)"] if len(ring) > SHOWN else ring
    return " → ".join([*shown, ring[0]])


def _on(entries: Places, code: object, day: int) -> Placed | None:
    for placed in entries.get(str(code), ()) if code is not None else ():
        if placed.entry.first <= day <= placed.entry.last:
            return placed
    return None


def check_regions(regions: Places, mistakes: list[Mistake]) -> None:
    """GB/T 2260: six digits, or nine or twelve with township and village; a code begins as its parent's does."""
    for code, several in regions.items():
        level = region_level(code)
        for placed in several:
            if level is None:
                message = f"code {code!r} is no region code (GB/T 2260: 6 digits, 12 with township and village)"
                mistakes.append(placed.wrong(message))
                continue
            said = placed.entry.fields.get("level")
            if said is not None and said != level:
                mistakes.append(placed.wrong(f"level: {code} is the code of a {level}, not of a {said}"))
            parent = placed.entry.fields.get("parent")
            if parent is not None and not code.startswith(_stem(str(parent))):
                mistakes.append(placed.wrong(f"parent: {code} does not lie within {parent}"))


def region_level(code: str) -> str | None:
    """The level that a region code shows; None where it is none.

    >>> [region_level(code) for code in ("420000", "420900", "420902", "420902001000", "420902001201", "42")]
    ['province', 'city', 'county', 'township', 'village', None]
    """
    if len(code) not in REGION_LENGTHS or not (code.isascii() and code.isdigit()) or code[:2] == "00":
        return None
    if code[9:].strip("0"):
        return "village"
    if code[6:].strip("0"):
        return "township"
    if code[4:6] != "00":
        return "county"
    return "city" if code[2:4] != "00" else "province"


def _stem(code: str) -> str:
    """What all codes within a region begin with."""
    lengths = {"province": 2, "city": 4, "county": 6, "township": 9}
    return code[: lengths.get(region_level(code) or "", len(code))]
