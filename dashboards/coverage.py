"""What the page on coverage shows, read at one moment: the tree, the gaps, the three rates; and lines of files."""

from datetime import date, datetime

from msgspec import Struct

from dashboards import service
from dashboards.sharing import shared
from mingjing.insight import coverage as insight
from mingjing.insight.coverage import Gap, Node, Rates
from mingjing.store import coverage as stored

KEPT_S = 60


class Found(Struct, frozen=True, kw_only=True):
    """What one reader sees of a period: the tree of units, what is missing, and the three rates by department."""

    nodes: tuple[Node, ...]
    gaps: tuple[Gap, ...]
    rates: tuple[Rates, ...]


class UnitLine(Struct, frozen=True, kw_only=True):
    """One unit with all below it as a line of the file."""

    unit: str
    name: str
    level: str
    parent: str
    region: str
    cases: int
    handed_in: int
    latest: datetime | None
    units_with_data: int
    units: int
    items_with_data: int
    items: int
    steps_with_data: int
    steps: int
    windows_with_data: int
    windows: int


class RatesLine(Struct, frozen=True, kw_only=True):
    """The three rates of one department as a line of the file; rates from 0 to 1, over items that are no exceptions."""

    department: str
    name: str
    items: int
    exceptions: int
    resident: int
    resident_rate: float | None
    authorised: int
    authorised_rate: float | None
    connected: int
    connected_of: int
    connected_rate: float | None
    connected_without_cases: int


@shared(ttl=KEPT_S)
def read(since: datetime, until: datetime, day: date) -> Found:
    """Coverage from one instant up to another, by the registers and the catalogue of a local day.

    Items of departments that the reader's registers do not show are left out: their cases would not be seen either.
    """
    with service.store() as store:
        units = stored.units(store, day)
        known = {unit.code for unit in units}
        designated = [one for one in stored.designations(store, day) if one.department in known]
        quiet = {one.item: one.quiet for one in designated if one.quiet}
        items = [one for one in stored.listed(store, day, quiet) if one.department in known]
        heard = stored.heard(store, since, until)
    return Found(
        nodes=tuple(insight.tree(units, items, heard)),
        gaps=tuple(insight.gaps(units, items, heard)),
        rates=tuple(insight.rates(designated, heard)),
    )


def unit_line(node: Node) -> UnitLine:
    """A unit's line."""
    unit = node.unit
    return UnitLine(
        unit=unit.code, name=unit.name, level=unit.level, parent=unit.parent, region=unit.region, cases=node.cases,
        handed_in=node.handed, latest=node.latest,
        units_with_data=node.leaves.there, units=node.leaves.of, items_with_data=node.items.there,
        items=node.items.of, steps_with_data=node.steps.there, steps=node.steps.of,
        windows_with_data=node.windows.there, windows=node.windows.of,
    )  # fmt: skip


def rates_line(one: Rates, name: str) -> RatesLine:
    """A department's line."""
    return RatesLine(
        department=one.department, name=name, items=one.resident.of, exceptions=one.excepted,
        resident=one.resident.there, resident_rate=one.resident.rate, authorised=one.authorised.there,
        authorised_rate=one.authorised.rate, connected=one.connected.there, connected_of=one.connected.of,
        connected_rate=one.connected.rate, connected_without_cases=one.unheard,
    )  # fmt: skip
