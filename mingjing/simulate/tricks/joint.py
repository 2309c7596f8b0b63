"""Tricks with cases of several units: an item is passed from unit to unit, and nobody offers the parallel route."""

from random import Random

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case
from mingjing.simulate.itemplan import Item
from mingjing.simulate.people import Department
from mingjing.simulate.tricks.scene import Scene, Scheme, plain, put


class OneByOne(Scheme):
    """各自为政: from some day on an item's cases are examined by a second unit after the first, one after the other."""

    name, rules, least = "no_parallel", ("N22",), 6
    group, daily = "several units", 0.2

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share = rng.uniform(0.8, 1.0)
        self.other: Department | None = None
        items = [entry for entry in scene.slow_items(self.daily) if not entry[1].units]
        item: Item | None = scene.pick(rng, self.group, items, self.daily)
        if item is not None:
            self.watch, self.subject = (("item", item.code),), f"item:{item.code}"
            self.other = rng.choice([u for u in scene.world.city.departments if u.code != item.department.code])

    def touch(self, case: Case) -> bool:
        """The steps after the first are another unit's."""
        ended = [note for note in case.notes if note.type == "step_ended"]
        if self.other is None or not plain(case) or len(ended) < 2 or self.rng.random() > self.share:
            return False
        first = ended[0].data["run"]
        for note in case.notes:
            if note.type in ("step_started", "step_ended") and note.data["run"] != first:
                note.department, note.officer, note.window = self.other.code, self.other.approver.code, None
        self.cases.append(case)
        return True


class Offered(OneByOne):
    """The look-alike: the parallel route is offered each time, and applicants would rather go one by one."""

    name, innocent, least = "no_parallel:offered", True, 1

    def touch(self, case: Case) -> bool:
        """Offered when the papers are accepted."""
        if not super().touch(case):
            return False
        accepted = next(note for note in case.notes if note.type == "accepted")
        second = min(accepted.second + 60, accepted.second // DAY * DAY + DAY - 1)
        put(case, self.rng, second, "parallel_offered", accepted.officer, chosen=False)
        return True


class Misdirected(OneByOne):
    """The look-alike: now and then a case lands at the wrong unit, which passes it on."""

    name, innocent, least = "no_parallel:misdirected", True, 1

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share = rng.uniform(0.05, 0.25)
