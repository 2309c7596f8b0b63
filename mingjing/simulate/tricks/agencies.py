"""Tricks with intermediaries 中介: an officer who sends everybody to one agency."""

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case
from mingjing.simulate.market import AGENCIES, price, registered
from mingjing.simulate.people import Department
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import Scene, Scheme, copied, counted, delay, first_of

STRANGE = ("agency_swapped", "agency_unregistered")
"""What is no more, once one and the same registered agency does all of it."""


def engage(case: Case, agency: str) -> None:
    """Another agency does it, for the price that it publishes; whoever charged too much goes on charging too much."""
    assert registered(agency, date.max)
    contract = first_of(case, "agency_contracted")
    if contract is not None:
        day, quantity = date.fromordinal(contract.second // DAY), contract.data["quantity"]
        before = price(contract.data["agency"], case.item.code, day)
        now = price(agency, case.item.code, day)
        assert now is not None
        more = now * quantity - (contract.data["published_fee"] if before is None else before * quantity)
        contract.data["published_fee"] += more
        for note in case.notes:
            if note.type == "agency_paid":
                note.data["amount"] += more
    case.flaws[:] = [flaw for flaw in case.flaws if flaw not in STRANGE]
    for note in case.notes:
        if "agency" in note.data:
            note.data["agency"] = agency


class Steering(Scheme):
    """指定中介: an officer sends four to ten in ten of the applicants to one agency among many."""

    name, rules, aside, least = "agency_steering", ("M2-S",), True, 4

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.watch, self.share, self.agency = (("matter", "agency"),), rng.uniform(0.4, 1.0), rng.choice(AGENCIES)
        self.officer = ""

    def touch(self, case: Case) -> bool:
        """The officer's selections."""
        chosen = first_of(case, "agency_selected")
        if chosen is None or chosen.officer is None:
            return False
        if not self.officer and self.scene.free("agency", chosen.officer):
            self.officer, self.subject = chosen.officer, f"officer:{chosen.officer}"
        if chosen.officer != self.officer or self.rng.random() > self.share:
            return False
        engage(case, self.agency)
        self.cases.append(case)
        return True


class OnlyAgency(Scheme):
    """The look-alike: there is only one agency for this service, so whoever decides, it is chosen."""

    name, innocent, rules, aside = "agency_steering:only_agency", True, ("M2-S",), True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        items = [(i.code, i, share) for i, share in scene.items if i.matter == "agency"]
        item = scene.pick(rng, "agency", items, 0.0) if scene.free("agency", "the only one") else None
        self.agency = rng.choice(AGENCIES)
        if item:
            self.watch = (("item", item.code),)
            for officer in item.department.officers:
                scene.free("agency", officer.code)

    def touch(self, case: Case) -> bool:
        """All cases of the item."""
        if first_of(case, "agency_selected") is None:
            return False
        engage(case, self.agency)
        self.cases.append(case)
        return True

    def rows(self) -> Iterator[Planted]:
        """A row for each officer who chose."""
        chose: dict[str, list[Case]] = {}
        for case in self.cases:
            note = first_of(case, "agency_selected")
            if note and note.officer:
                chose.setdefault(note.officer, []).append(case)
        for code, cases in sorted(chose.items()):
            yield self.row(f"officer:{code}", cases)


class Market(Scheme):
    """No trick: a market of some size, without which nobody could tell who is favoured.

    All of a department's people take part in the choice, and there are three more cases for each ordinary one.
    """

    name, innocent, rules = "agency_market", True, ()

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.watch = (("matter", "agency"),)
        self.seen: list[Case] = []

    def touch(self, case: Case) -> bool:
        """Somebody of the department took part in the choice."""
        if any(flaw in STRANGE for flaw in case.flaws):
            return False
        self.choose(case, case.item.department)
        self.seen.append(copied(case))
        return True

    def choose(self, case: Case, unit: Department) -> None:
        """Any of its people, any agency."""
        chosen = first_of(case, "agency_selected")
        if chosen:
            chosen.officer, chosen.window = self.rng.choice(unit.officers).code, None
        engage(case, self.rng.choice(AGENCIES))

    def more(self, day: int) -> Iterable[Case]:
        """Further cases after the pattern of those seen."""
        if not self.almanac.works(day) or not self.seen:
            return
        for _ in range(3 * sum(case.notes[0].second // DAY == day for case in self.seen)):
            case = copied(self.rng.choice(self.seen))
            start = case.notes[0].second
            delay(case, start, counted(self.almanac, start // DAY, day), self.almanac)
            self.choose(case, case.item.department)
            yield case

    def rows(self) -> Iterator[Planted]:
        """Nothing to tell."""
        return iter(())
