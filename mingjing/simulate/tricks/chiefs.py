"""Chief representatives 首席代表: a department that has none, or two, and departments that only look like it."""

from random import Random

from mingjing.simulate.delegations import deputy
from mingjing.simulate.draft import Case
from mingjing.simulate.tricks.scene import Scene, Scheme


class NoChief(Scheme):
    """首席代表缺位: a delegation lapses for one to seven weeks and nobody is named, or two hold one at once."""

    name, rules = "no_chief", ("I5-C",)
    aside = True
    how: tuple[str, ...] = ("vacant", "double")

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        share = {unit.code: 0.0 for unit in scene.world.city.departments if unit.windows and deputy(unit) is None}
        for item, part in scene.items:
            if item.department.code in share:
                share[item.department.code] += part
        code = scene.pick(rng, "chiefs", [(code, code, part * scene.cases) for code, part in share.items()], 5)
        self.span = scene.period(rng, 7, 50)
        if code:
            scene.terms.away[code] = (*self.span, rng.choice(self.how))
            self.watch, self.subject = (("department", code),), f"department:{code}"

    def touch(self, case: Case) -> bool:
        """Cases go on as they do: only the register tells."""
        self.cases.append(case)
        return False


class Deputised(NoChief):
    """The look-alike: a deputy is named for the time."""

    name, innocent, how = "no_chief:deputy", True, ("deputy",)


class HandedOver(NoChief):
    """The other look-alike: one chief follows the other to the day."""

    name, innocent, how = "no_chief:handover", True, ("handover",)
