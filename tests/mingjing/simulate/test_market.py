"""Agencies, fees and bands of the simulated city: what tricks with them change, and what they leave in order."""

from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import pytest

from mingjing.errors import Mistake
from mingjing.registers import forms
from mingjing.registers.checks import ASKED, Placed
from mingjing.registers.entries import EVER, Entry
from mingjing.registers.logs import told
from mingjing.simulate import City, city
from mingjing.simulate.almanac import DAY, Almanac
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Case, Draft, World
from mingjing.simulate.flows.agency import agency
from mingjing.simulate.flows.penalty import penalty
from mingjing.simulate.judge import others
from mingjing.simulate.market import AGENCIES, bands_on
from mingjing.simulate.rates import quiet
from mingjing.simulate.stream import finished
from mingjing.simulate.tricks.agencies import engage
from mingjing.simulate.tricks.penalties import Approved, FirstOffences, Handled, Lenient, decided
from mingjing.simulate.tricks.scene import Scene

FIRST = date(2025, 3, 3).toordinal()


@pytest.fixture(scope="module")
def world() -> World:
    return World(city(1), Almanac(), quiet(), 1)


def cases(world: World, matter: str, many: int) -> list[Case]:
    items = [item for item in world.city.items if item.matter == matter]
    made = []
    for number in range(many):
        draft = Draft(world, dice("case", number), items[number % len(items)], FIRST * DAY + 10 * 3600)
        {"agency": agency, "penalty": penalty}[matter](draft)
        made.append(finished(draft, f"c{number}", draft.version(), "s"))
    return made


def test_another_agency_works_for_its_own_published_price(world: World) -> None:
    """Else whoever plays a trick with choices would break rules about fees that nobody planted."""
    before = cases(world, "agency", 30)
    for case in before:
        engage(case, AGENCIES[7])
        assert {note.data["agency"] for note in case.notes if "agency" in note.data} == {AGENCIES[7]}
        assert not [*others.contracted(case), *others.paid(case)]


@pytest.mark.parametrize("kind", [Lenient, FirstOffences, Approved])
def test_leniency_and_its_look_alikes_break_no_rule_of_their_own(world: World, kind: type[Handled]) -> None:
    """Only the lenient lie at the least of their band; departures are on record, first offences are mild."""
    scheme = kind(Scene(world, FIRST, FIRST + 365, 300_000), Random(3))  # noqa: S311
    touched = [case for case in cases(world, "penalty", 200) if decided(case) and scheme.touch(case)]
    assert touched
    for case in touched:
        assert not [*others.measured(case)]
        note = next(note for note in case.notes if note.type == "decided")
        allowed = bands_on(case.item.code, date.fromordinal(note.second // DAY))
        band = next(one for one in allowed if one.code == note.data["band"])
        assert note.data["handler"] == scheme.handler
        assert (note.data["amount"] == band.least) == (kind is Lenient) or kind is FirstOffences
        assert ("departure" in note.data) == (kind is Approved)
        assert kind is not FirstOffences or band == allowed[0]


def test_no_more_than_two_are_lenient_at_once(world: World) -> None:
    """Where everybody is lenient, leniency is the custom and no lead."""
    scene = Scene(world, FIRST, FIRST + 365, 300_000)
    assert [bool(Lenient(scene, Random(n)).handler) for n in range(4)] == [True, True, False, False]  # noqa: S311


def test_the_selection_log_tells_what_sources_tell() -> None:
    """A supermarket without a system of its own keeps a file; its rows are the same events."""
    row = {
        "selection": "X1", "case": "C1", "item": "I", "department": "D", "officer": "o", "method": "lottery",
        "agency": "a1", "by": "applicant", "candidates": ["a1", "a2"], "selected_at": "2026-03-02T09:30:00",
    }  # fmt: skip
    placed = Placed(Entry("X1", *EVER, row), Mistake("selections.csv", 2, ""))
    (event,) = told(forms()["selections"], {"X1": [placed]}, ZoneInfo("Asia/Shanghai")).values()
    assert (event.case_id, event.type, event.item, event.officer) == ("C1", "agency_selected", "I", "o")
    assert event.occurred_at.isoformat() == "2026-03-02T09:30:00+08:00"
    assert event.data["candidates"] == ["a1", "a2"]


def test_bands_whose_most_is_below_the_least_are_refused() -> None:
    """A register that turns a band round would accuse everybody."""
    entry = Entry("B1", *EVER, {"code": "B1", "least": 500, "most": 200})
    assert list(ASKED["bands"](entry)) == ["most: 200 is less than the least, 500"]


def test_the_same_city_publishes_the_same_books(world: World) -> None:
    town: City = city(1)
    item = next(item for item in town.items if item.matter == "penalty")
    assert bands_on(item.code, date(2025, 1, 1)) == bands_on(item.code, date(2026, 1, 1))
    assert bands_on(item.code, date(2020, 1, 1)) != bands_on(item.code, date(2026, 1, 1))
    assert world.city == town
