"""Tricks with accounts 账号: lent to a colleague at another window, and used at night."""

from random import Random

from mingjing.simulate.almanac import AFTERNOON, DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.people import Window
from mingjing.simulate.tricks.entry import PerOfficer
from mingjing.simulate.tricks.scene import Scene, Scheme, delay, first_of, plain

EVENING, HOUR = 20 * 3600, 3600


def neighbour(scene: Scene, rng: Random, window: Window) -> Window | None:
    """Another window of the same department that has something to do."""
    share = scene.share("all")
    unit = next(unit for unit in scene.world.city.departments if unit.code == window.department)
    others = [
        one for one in unit.windows if one is not window and one.kind == "special" and share.get(one.code, 0.0) > 0
    ]
    return rng.choice(others) if others else None


def by_night(case: Case, rng: Random, scene: Scene) -> list[Note]:
    """The last step and the decision are moved into the evening; gives them."""
    decided = first_of(case, "decided")
    ended = [note for note in case.notes if note.type == "step_ended"]
    if decided is None or not ended or ended[-1].second // DAY != decided.second // DAY:
        return []
    after = [note for note in case.notes if note.second > decided.second]
    if after and after[0].second // DAY == decided.second // DAY:
        delay(case, after[0].second, 1, scene.almanac)
    night = decided.second // DAY * DAY + EVENING + rng.randint(600, 3 * HOUR)
    ended[-1].second, decided.second = night - rng.randint(120, 500), night
    return [ended[-1], decided]


class LentAccount(Scheme):
    """账号外借: a colleague at another window works under this account while its owner does too; partly by night.

    A third to all of the other window's cases, none to half of its slower ones decided by night.
    """

    name, rules, least = "lent_account", ("I5",), 10

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        own = scene.window(rng, "accounts", daily=4)
        self.first, self.last = scene.period(rng, 25, 80)
        self.share, self.night = rng.uniform(0.3, 1.0), rng.choice((0.0, 0.2, 0.5))
        other = neighbour(scene, rng, own) if own else None
        if own and other:
            self.account = own.officer.code
            self.watch, self.subject = (("window", other.code),), f"officer:{self.account}"

    def touch(self, case: Case) -> bool:
        """What happens at the other window bears the lent account."""
        here = {code for kind, code in self.watch if kind == "window"}
        if case.item.matter != "permit" or self.rng.random() > self.share:
            return False
        late = by_night(case, self.rng, self.scene) if plain(case) and self.rng.random() < self.night else []
        for note in case.notes:
            if note.window in here or note in late:
                note.officer = self.account
        self.cases.append(case)
        return True


class Relief(Scheme):
    """The look-alike: somebody sits at one window in the morning and relieves a colleague at another after lunch."""

    name, innocent, rules = "lent_account:relief", True, ("I5",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        own = scene.window(rng, "accounts", daily=4)
        self.first, self.last = scene.period(rng, 25, 80)
        other = neighbour(scene, rng, own) if own else None
        if own and other:
            self.owner = {own.code: other.officer.code, other.code: own.officer.code}
            self.watch = (("window", own.code), ("window", other.code))
            self.subject = f"officer:{own.officer.code}"

    def touch(self, case: Case) -> bool:
        """In the afternoon the two have changed their seats."""
        if case.item.matter != "permit":
            return False
        for note in case.notes:
            if note.window in self.owner and note.second % DAY >= AFTERNOON:
                note.officer = self.owner[note.window]
        self.cases.append(case)
        return True


class Urgent(PerOfficer):
    """The other look-alike: urgent cases 特急件 are decided in the evening, by those whose work it is."""

    name, innocent, rules = "lent_account:urgent", True, ("I5",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        daily = scene.cases / max(1, scene.end - scene.first)
        items = [(i.code, i, share * daily) for i, share in scene.items if i.case_type == "urgent"]
        item = scene.pick(rng, "accounts", items, 1.0)
        self.first, self.last = scene.period(rng, 25, 80)
        self.share = rng.uniform(0.2, 0.6)
        if item:
            self.watch = (("item", item.code),)

    def touch(self, case: Case) -> bool:
        """Some are decided by night."""
        if not plain(case) or self.rng.random() > self.share or not by_night(case, self.rng, self.scene):
            return False
        self.cases.append(case)
        return True
