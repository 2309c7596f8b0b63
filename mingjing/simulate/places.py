"""Where cases are to be handled: the designated division and hall of each item, and the points of the lower levels.

Drawn from dice of their own, so that the city's events stay what they were but for what is put in the wrong place.
"""

from random import Random
from typing import NamedTuple

from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.draft import Case, World
from mingjing.simulate.itemplan import Item
from mingjing.simulate.people import Department

HALL = "HALL-1"
DIVISION, OTHER_DIVISION = "-SP", "-YW"
"""How the codes of a department's division for approvals, and of one that minds its business, end."""
OFFICE = "-W90"
"""How the code of the counter in a department's own building ends."""
GROUNDS = ("涉密", "场地有特殊要求")
QUIET = "无常态申请，按零办件报告"


class Point(NamedTuple):
    """A service centre or point of a county, township or village; `reports`: whether anything ever comes from it."""

    code: str
    name: str
    level: str
    parent: str
    region: str
    reports: bool = True


class Designation(NamedTuple):
    """What the register says of an item."""

    division: str
    hall: str
    resident: bool
    authorised: bool
    connected: bool
    exception: str = ""
    quiet: str = ""


def points(city: City) -> tuple[Point, ...]:
    """County centres, township centres and village points, below the city; one point never reports."""
    whole: list[Point] = []
    codes: dict[str, str] = {city.region: city.region}
    for code, name, level, parent in city.words["regions"]:
        ending, what = ENDINGS.get(level, ("", ""))
        if ending:
            codes[code] = f"{code}{ending}"
            whole.append(Point(codes[code], f"{name}{what}", level, codes[parent], code))
    silent = next(one for one in reversed(whole) if one.level == "township")
    market = Point(f"{silent.region}-JS", "集市代办点", "village", silent.code, silent.region, reports=False)
    return (*whole, market)


ENDINGS = {"county": ("-ZX", "政务服务中心"), "township": ("-BM", "便民服务中心"), "village": ("-DB", "代办点")}


def leaves(city: City) -> tuple[Point, ...]:
    """The points where citizens hand in their papers."""
    return tuple(one for one in points(city) if one.level == "village" and one.reports)


def office(unit: Department) -> str:
    """The counter in a department's own building."""
    return f"{unit.code}{OFFICE}"


def designation(item: Item) -> Designation:
    """An item's: nineteen in twenty have moved in, most are authorised and supervised; a few are excepted."""
    rng = dice("designation", item.code)
    excepted = item.matter in ("penalty", "tender") or rng.random() < 0.03
    resident, authorised, connected = (rng.random() < share for share in (0.95, 0.9, 0.97))
    return Designation(
        division=f"{item.department.code}{DIVISION}",
        hall="" if excepted else HALL,
        resident=resident and not excepted,
        authorised=authorised and resident and not excepted,
        connected=connected,
        exception=rng.choice(GROUNDS) if excepted else "",
        quiet=QUIET if rng.random() < 0.04 else "",
    )


def misplaced(world: World, case: Case, rng: Random) -> Case:
    """A permit case, perhaps decided in another division or accepted outside the hall; or handed in at a point."""
    if case.item.matter != "permit":
        return case
    if case.channel == "agent":
        point = rng.choice(leaves(world.city)).code
        for note in case.notes:
            if note.type == "material_received":
                note.data["point"] = point
    decisions = [note for note in case.notes if note.type == "decided"]
    if decisions and rng.random() < world.rates.other_division:
        case.flaws.append("other_division")
        for note in decisions:
            note.data["division"] = f"{case.item.department.code}{OTHER_DIVISION}"
    acceptances = [note for note in case.notes if note.type == "accepted" and note.window]
    if acceptances and rng.random() < world.rates.other_hall:
        case.flaws.append("other_hall")
        for note in acceptances:
            note.window = office(case.item.department)
    return case
