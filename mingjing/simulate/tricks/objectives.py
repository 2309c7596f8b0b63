"""Quality objectives 质量目标: a unit that people are content with no longer, and units that only look like it."""

from collections.abc import Iterator
from random import Random

from mingjing.simulate.draft import Case
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import Scene, Scheme

MIDDLING = 3
"""Stars that are no praise, and not bad either."""
RATED_ITEMS = 0.2
"""About so many cases are rated."""
QUARTER = 91


class Discontent(Scheme):
    """目标落空: one rating in five to one in two of a unit's is middling, which leaves its objective out of reach."""

    name, rules, least = "objective_missed", ("N52",), 30
    aside = True
    ratings = (60.0, float("inf"))  # a quarter
    shares = (0.22, 0.5)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        share = {unit.code: 0.0 for unit in scene.world.city.departments}
        for item, part in scene.items:
            share[item.department.code] += part * (not item.order)
        fewest, most = self.ratings
        self.quarters = max(1.0, (scene.end - scene.first) / QUARTER)
        ratings = scene.cases * RATED_ITEMS / self.quarters
        rated = [(code, code, part * ratings) for code, part in share.items() if part]
        able = [entry for entry in rated if entry[2] <= most]
        code = scene.pick(rng, "objectives", able, fewest)
        self.share = rng.uniform(*self.shares)
        if code:
            self.watch, self.subject = (("department", code),), f"objective:{code}-praised"

    def touch(self, case: Case) -> bool:
        """Some who would have praised do not."""
        praised = [note for note in case.notes if note.type == "rated" and note.data.get("stars", 0) > MIDDLING]
        if not praised or case.item.order or any(self.scene.plays("ratings", note.window) for note in case.notes):
            return False
        self.cases.append(case)
        if self.rng.random() < self.share:
            for note in praised:
                note.data["stars"] = MIDDLING
        return True


class Passable(Discontent):
    """The look-alike: people praise a little less, and the objective is just kept."""

    name, innocent = "objective_missed:passable", True
    shares = (0.01, 0.03)


class TooFew(Discontent):
    """The other look-alike: hardly anybody rates the unit, and some of them middling: nothing to judge by."""

    name, innocent, least = "objective_missed:too_few", True, 1
    ratings = (1.0, 20.0)
    shares = (0.1, 0.3)

    def rows(self) -> Iterator[Planted]:
        """Only where there were few indeed."""
        if len(self.cases) < TooFew.ratings[1] * self.quarters:
            yield from super().rows()
