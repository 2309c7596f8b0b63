"""The intermediaries 中介 of the simulated city, their published fees, and the discretion bands 裁量基准 of penalties.

Everything follows from codes and days alone, so flows, registers and answers read one and the same book.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.itemplan import ALWAYS, Item

AGENCIES = tuple(f"a{number:03d}" for number in range(40))
"""Who is registered with the supermarket all the time."""
LAPSED = tuple(f"a{number:03d}" for number in range(40, 44))
"""Whose registration ended on LAST_DAY."""
STRANGERS = tuple(f"a{number:03d}" for number in range(90, 94))
"""Whom no register has."""
LAST_DAY = date(2012, 12, 31)
YEARS = range(2014, 2026)
REVISED = date(2021, 7, 15)
"""On this day the revised Administrative Penalty Law came into force, and with it other bands."""
CIRCUMSTANCES = (("从轻", 1, 3), ("一般", 3, 6), ("从重", 6, 10))
"""What a penalty may be, in tenths of the most that the law allows."""


class Price(NamedTuple):
    """What an agency publishes for an item, in yuan per unit."""

    code: str
    agency: str
    item: str
    price: int
    valid_from: date
    valid_to: date | None


class Band(NamedTuple):
    """The least and the most of a penalty in one circumstance, in yuan."""

    code: str
    item: str
    circumstance: str
    least: int
    most: int
    basis: str
    valid_from: date
    valid_to: date | None


def strange(day: date) -> tuple[str, ...]:
    """Who is not registered on a day."""
    return (*STRANGERS, *(LAPSED if day > LAST_DAY else ()))


def registered(agency: str, day: date) -> bool:
    """Whether the register has an agency on a day."""
    return agency in AGENCIES or (agency in LAPSED and day <= LAST_DAY)


@cache
def prices(agency: str, item: str) -> tuple[Price, ...]:
    """An agency's two prices for an item, one after the other; none of who is not registered."""
    if agency not in AGENCIES:
        return ()
    rng = dice("price", agency, item)
    turn = date(rng.choice(YEARS), 7, 1)
    first = 20 * rng.randint(15, 35)
    then = first + 20 * rng.choice((-2, 1, 2, 3))
    name = f"{agency}-{item[-9:]}"
    return (
        Price(f"{name}-1", agency, item, first, ALWAYS, turn - timedelta(days=1)),
        Price(f"{name}-2", agency, item, then, turn, None),
    )


def price(agency: str, item: str, day: date) -> int | None:
    """What an agency publishes for an item on a day, in yuan per unit."""
    return next((one.price for one in reversed(prices(agency, item)) if one.valid_from <= day), None)


@cache
def bands(item: str) -> tuple[Band, ...]:
    """The bands of a penalty, before and since the revision."""
    most = 10_000 * dice("bands", item).choice((1, 2, 3, 5, 10))
    eras = ((ALWAYS, REVISED - timedelta(days=1), most, "基准2004"), (REVISED, None, 2 * most, "基准2021"))
    return tuple(
        Band(f"{item[-9:]}-{since.year}-{place}", item, name, top * low // 10, top * high // 10, basis, since, until)
        for since, until, top, basis in eras
        for place, (name, low, high) in enumerate(CIRCUMSTANCES, 1)
    )


def bands_on(item: str, day: date) -> list[Band]:
    """The bands of a penalty that are in force on a day."""
    return [band for band in bands(item) if band.valid_from <= day and (band.valid_to is None or day <= band.valid_to)]


def of_matter(city: City, matter: str) -> list[Item]:
    """The city's items of a matter."""
    return [item for item in city.items if item.matter == matter]


AGENCY_COLUMNS = ("code", "name", "kind", "items", "qualification", "valid_from", "valid_to")
FEE_COLUMNS = ("code", "agency", "item", "price", "unit", "basis", "valid_from", "valid_to")
BAND_COLUMNS = ("code", "item", "circumstance", "least", "most", "unit", "basis", "valid_from", "valid_to")
Row = tuple[object, ...]


def agency_rows(city: City) -> Iterator[Row]:
    """The register of intermediaries; every tenth is an association 行业组织."""
    served = "|".join(item.code for item in of_matter(city, "agency"))
    for number, code in enumerate((*AGENCIES, *LAPSED)):
        until = "" if code in AGENCIES else LAST_DAY.isoformat()
        association = number % 10 == 9
        name = f"明川{code[1:]}号{'行业协会' if association else '技术服务公司'}"
        yield (code, name, "association" if association else "agency", served, "", ALWAYS.isoformat(), until)


def fee_rows(city: City) -> Iterator[Row]:
    """The register of published fees."""
    for agency in AGENCIES:
        for item in of_matter(city, "agency"):
            for one in prices(agency, item.code):
                yield (one.code, agency, one.item, one.price, "单位工作量", "明码标价", *_dates(one))


def band_rows(city: City) -> Iterator[Row]:
    """The register of discretion bands."""
    for item in of_matter(city, "penalty"):
        for one in bands(item.code):
            yield (*one[:2], one.circumstance, one.least, one.most, "yuan", one.basis, *_dates(one))


def _dates(one: Price | Band) -> Iterable[str]:
    return one.valid_from.isoformat(), one.valid_to.isoformat() if one.valid_to else ""
