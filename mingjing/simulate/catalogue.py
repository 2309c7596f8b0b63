"""Writes the simulated city's books: the item catalogue, the tariff, and the registers of units and people."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from mingjing.simulate import delegations, province
from mingjing.simulate.almanac import stamp
from mingjing.simulate.cityplan import City
from mingjing.simulate.flows.lanes import AGENTS
from mingjing.simulate.itemplan import (
    ABOLISHED,
    ACCOUNT,
    ALWAYS,
    OLD_RATE,
    ON_SITE,
    WAIVERS,
    Item,
    Tariff,
    Version,
    limit_words,
)
from mingjing.simulate.market import AGENCY_COLUMNS, BAND_COLUMNS, FEE_COLUMNS, agency_rows, band_rows, fee_rows
from mingjing.simulate.places import DIVISION, HALL, designation, office, points
from mingjing.simulate.tricks import UNCHANGED, Outage, Terms

ITEM_COLUMNS = (
    "item",
    "version",
    "valid_from",
    "valid_to",
    "name",
    "department",
    "matter",
    "case_type",
    "committed_limit",
    "statutory_limit",
    "steps",
    "materials",
    "windows",
    "fee",
    "status",
    "family",
    "hall_only",
    "optional_materials",
    "merged_steps",
    "units",
    "branch_limit",
    "delivery_limit",
    "review_limit",
    "licence_first",
    "permits_after",
)
TARIFF_COLUMNS = (
    "fee",
    "item",
    "basis",
    "rate",
    "unit",
    "floor",
    "cap",
    "rounding",
    "account",
    "waivers",
    "valid_from",
    "valid_to",
)
UNIT_COLUMNS = ("code", "name", "level", "parent", "region", "credit_code", "valid_from", "valid_to")
REGION_COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to")
OFFICER_COLUMNS = ("code", "department", "window", "roles", "delegated", "division", "valid_from", "valid_to")
WINDOW_COLUMNS = ("code", "name", "department", "kind", "hall", "hours", "shifts", "valid_from", "valid_to")
EXPERT_COLUMNS = ("code", "specialities", "unit", "entered", "left", "valid_from", "valid_to")
RECORD_COLUMNS = ("code", "party", "kind", "bars", "ground", "basis", "valid_from", "valid_to")
OBJECTIVE_COLUMNS = ("code", "unit", "measure", "target", "basis", "valid_from", "valid_to")
OBJECTIVES = (("on_time", "0.95"), ("first_time", "0.95"), ("praised", "0.9"))
DESIGNATION_COLUMNS = (
    *("item", "department", "division", "hall", "resident", "authorised", "connected", "exception", "quiet"),
    *("valid_from", "valid_to"),
)
DELIVERY = 10
"""Working days for the delivery of a grant."""
BATCHES = ("YCJ", "DAJ")
"""Departments whose system reports once a night."""

Row = Sequence[object]


def write_items(directory: Path, city: City, terms: Terms = UNCHANGED) -> None:
    """items.csv, one line per dated version, and tariffs.csv, as `--items DIR` reads them.

    `terms` has the items that the list shows otherwise than the city has them.
    """
    items = [terms.items.get(item.code, item) for item in city.items]
    _write(directory / "items.csv", ITEM_COLUMNS, (_item(item, version) for item in items for version in item.versions))
    _write(directory / "tariffs.csv", TARIFF_COLUMNS, _tariffs(city))


def write_registers(directory: Path, city: City, terms: Terms = UNCHANGED) -> None:
    """Units, regions, officers, windows and agreements with sources, as `--registers DIR` reads them."""
    _write(directory / "units.csv", UNIT_COLUMNS, _units(city))
    _write(directory / "regions.csv", REGION_COLUMNS, _regions(city))
    _write(directory / "officers.csv", OFFICER_COLUMNS, _officers(city))
    _write(directory / "windows.csv", WINDOW_COLUMNS, _windows(city))
    _write(directory / "experts.csv", EXPERT_COLUMNS, _experts())
    _write(directory / "integrity.csv", RECORD_COLUMNS, _records())
    _write(directory / "agencies.csv", AGENCY_COLUMNS, agency_rows(city))
    _write(directory / "agency_fees.csv", FEE_COLUMNS, fee_rows(city))
    _write(directory / "bands.csv", BAND_COLUMNS, band_rows(city))
    _write(directory / "agents.csv", ("code", "unit", "region", "basis", "valid_from", "valid_to"), _agents(city))
    _write(directory / "objectives.csv", OBJECTIVE_COLUMNS, _objectives(city))
    _write(directory / "designations.csv", DESIGNATION_COLUMNS, _designations(city))
    _write(
        directory / "delegations.csv", delegations.COLUMNS, delegations.rows(city.departments, city.items, terms.away)
    )
    (directory / "sources.toml").write_text(_sources(city, terms), encoding="utf-8")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(columns)
        lines.writerows(rows)


def _item(item: Item, version: Version) -> Row:
    permit = item.matter == "permit"
    return (
        item.code,
        version.number,
        version.valid_from.isoformat(),
        version.valid_to.isoformat() if version.valid_to else "",
        item.name,
        item.department.code,
        item.matter,
        item.case_type,
        limit_words(version.committed),
        limit_words(version.statutory),
        "|".join(item.steps),
        "|".join(item.materials),
        "|".join(window.code for window in item.windows),
        "",
        version.status,
        item.family,
        "|".join(step for step in item.steps if permit and step not in ON_SITE),
        "|".join(item.optional),
        "|".join(item.merged),
        "|".join((item.department.code, *item.units) if item.units else ()),
        "" if item.branch is None else limit_words(item.branch),
        limit_words(DELIVERY) if permit else "",
        limit_words(version.committed) if item.case_type == "forwarded" else "",
        "yes" if version.licence_first else "",
        "|".join(version.permits_after),
    )


def _tariffs(city: City) -> Iterable[Row]:
    """The fees of items, and one of every department that was abolished."""
    for item in city.items:
        if item.tariff:
            yield _tariff(item.tariff)
    for unit in city.departments:
        waivers = "|".join(WAIVERS)
        yield (
            f"{unit.code}-F900",
            "",
            "已取消",
            OLD_RATE,
            "件",
            "",
            "",
            "",
            ACCOUNT,
            waivers,
            ALWAYS.isoformat(),
            ABOLISHED.isoformat(),
        )


def _tariff(row: Tariff) -> Row:
    limits = ("" if row.floor is None else row.floor, "" if row.cap is None else row.cap)
    dates = (row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else "")
    return (row.fee, row.item, "市收费目录", row.rate, row.unit, *limits, 1, ACCOUNT, "|".join(WAIVERS), *dates)


def _units(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    words = city.words
    yield (words["region"], words["zh"], "city", "", words["region"], "", since, "")
    for unit in city.departments:
        yield (unit.code, unit.zh, "city", words["region"], words["region"], unit.credit_code, since, "")
    for point in points(city):
        yield (point.code, point.name, point.level, point.parent, point.region, "", since, "")


def _regions(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    yield from ((code, name, level, parent, since, "") for code, name, level, parent in city.words["regions"])


def _objectives(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    for unit in city.departments:
        for measure, target in OBJECTIVES:
            yield (f"{unit.code}-{measure}", unit.code, measure, target, "质量手册", since, "")


def _officers(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    for unit in city.departments:
        for officer in unit.officers:
            delegated = "*" if "approver" in officer.roles else ""
            division = f"{unit.code}{DIVISION}"
            yield (officer.code, unit.code, officer.window, "|".join(officer.roles), delegated, division, since, "")


def _agents(city: City) -> Iterable[Row]:
    region = city.words["region"]
    for place, (code, since, until) in enumerate(AGENTS):
        unit = city.departments[place % len(city.departments)].code
        yield (code, unit, region, f"明川代办聘〔{since.year}〕{place + 1}号", since.isoformat(), until or "")


def _windows(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    for unit in city.departments:
        for window in unit.windows:
            yield (window.code, window.zh, unit.code, window.kind, HALL, window.hours, window.shifts, since, "")
        yield (office(unit), f"{unit.zh}办公楼", unit.code, "office", f"{unit.code}-OFFICE", "", "", since, "")


def _designations(city: City) -> Iterable[Row]:
    since = ALWAYS.isoformat()
    for item in city.items:
        *words, exception, quiet = designation(item)
        flags = ("yes" if one is True else "no" if one is False else one for one in words)
        yield (item.code, item.department.code, *flags, exception, quiet, since, "")


def _experts() -> Iterable[Row]:
    for one in province.experts():
        last = one.last.isoformat() if one.last else ""
        yield (one.code, "|".join(one.specialities), one.unit, "公开征集", one.why_out, one.first.isoformat(), last)


def _records() -> Iterable[Row]:
    for one in province.records():
        bars = "yes" if one.bars else ""
        yield (one.code, one.party, one.kind, bars, one.ground, one.basis, one.first.isoformat(), one.last.isoformat())


def _sources(city: City, terms: Terms) -> str:
    lines = ["# What is agreed with every source system: how soon it reports.", ""]
    for unit in city.departments:
        batch = str(unit.code in BATCHES or unit.system in terms.batches).lower()
        lag = terms.batches.get(unit.system, "24 hours")
        lines += ["[[source]]", f'name = "{unit.system}"', f'lag = "{lag}"', f"batch = {batch}"]
        lines += [f"outage = [{', '.join(map(_outage, terms.outages.get(unit.system, ())))}]", ""]
    for name in ("hotline-12345", "trading-platform", "attendance", "portal"):
        lines += ["[[source]]", f'name = "{name}"', 'lag = "24 hours"', "batch = false", ""]
    return "\n".join(lines)


def _outage(one: Outage) -> str:
    return f'{{ from = "{stamp(one.since)}", to = "{stamp(one.until)}", declared_at = "{stamp(one.declared)}" }}'
