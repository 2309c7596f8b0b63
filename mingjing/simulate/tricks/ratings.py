"""Tricks with ratings 好差评 and with findings: praise that is made, complaints that are hidden, cards taken back."""

from abc import abstractmethod
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from mingjing.simulate.almanac import CLOSING, DAY
from mingjing.simulate.draft import Case
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import Scene, Scheme, first_of, pseudonym, put

HOUR = 3600
RATING = ("rated", "complained", "rating_reviewed", "rating_verified", "rating_rectified", "rating_called_back")
HALL_TERMINALS = tuple(f"HALL-T{number}" for number in range(1, 6))


def unrate(case: Case) -> None:
    """Takes the ratings of a case away."""
    case.notes = [note for note in case.notes if note.type not in RATING]


class Rated(Scheme):
    """A scheme about the ratings of a window's cases; `share` of them are rated in its way."""

    aside = True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "ratings", daily=4)
        self.first, self.last = scene.period(rng, 25, 80)
        self.share, self.terminal = 0.5, ""
        if window:
            self.watch, self.subject = (("window", window.code),), f"window:{window.code}"
            self.terminal = window.code

    def touch(self, case: Case) -> bool:
        """Rates some, and leaves others unrated."""
        over = first_of(case, "delivered")
        if case.item.order or over is None:
            return False
        self.cases.append(case)
        if self.rng.random() < self.share:
            unrate(case)
            self.rate(case, over.second)
        return True

    @abstractmethod
    def rate(self, case: Case, over: int) -> None:
        """One rating, after the case was over at a second."""


class Brushing(Rated):
    """刷好评: the window rates itself: five stars from one of a few devices, some seconds after the case.

    A third to all of its cases; sometimes before the delivery.
    """

    name, rules, least = "brushing", ("E2",), 10

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share, self.early = rng.uniform(0.35, 1.0), rng.choice((0.0, 0.0, 0.3))
        self.devices = [pseudonym(rng, "d") for _ in range(rng.choice((1, 1, 2, 3, 5)))]
        self.at_terminal, self.soon = rng.random() < 0.5, rng.choice((8, 15, 40, 90))
        if self.at_terminal:
            self.devices = [f"t{self.terminal}"]

    def rate(self, case: Case, over: int) -> None:
        """Five stars at once."""
        decided = first_of(case, "decided")
        if decided and decided.second < over and self.rng.random() < self.early:
            over = decided.second
        second = over + self.rng.randint(2, self.soon)
        place: dict[str, Any] = {"terminal": self.terminal} if self.at_terminal else {}
        put(case, self.rng, second, "rated", stars=5, device=self.rng.choice(self.devices), **place)


class SharedTerminal(Rated):
    """The look-alike: the hall has a few terminals which everybody uses on leaving, with whatever stars they give."""

    name, innocent, rules = "brushing:hall_terminal", True, ("E2",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share = rng.uniform(0.2, 0.5)

    def rate(self, case: Case, over: int) -> None:
        """Some minutes later, at one of the hall's terminals."""
        terminal = self.rng.choice(HALL_TERMINALS)
        stars = self.rng.choices((5, 4, 3, 2, 1), (80, 14, 3, 2, 1))[0]
        second = over + self.rng.randint(60, 900)
        put(case, self.rng, second, "rated", stars=stars, device=terminal, terminal=terminal)


class Popular(Rated):
    """The other look-alike: a window that people like: many rate it, with their own phones, in their own time."""

    name, innocent, rules = "brushing:popular", True, ("E2",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share = rng.uniform(0.4, 0.85)

    def rate(self, case: Case, over: int) -> None:
        """Mostly five stars."""
        stars = self.rng.choices((5, 4, 3), (95, 4, 1))[0]
        second = over + int(self.rng.triangular(30, 48 * HOUR, 600))
        put(case, self.rng, second, "rated", stars=stars, device=pseudonym(self.rng, "d"))


class Suppression(Rated):
    """压差评: people are made to give five stars, and complain afterwards; those who were refused are not asked.

    One in five to one in twenty who "praised" complains within some days.
    """

    name, rules, least = "suppression", ("E2-S",), 10
    complaints: tuple[float, float] = (0.05, 0.25)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share, self.complain = rng.uniform(0.3, 0.8), rng.uniform(*self.complaints)

    def touch(self, case: Case) -> bool:
        """Refused cases go unrated."""
        decided = first_of(case, "decided")
        if decided and decided.data.get("result") == "refused":
            unrate(case)
            self.cases.append(case)
            return True
        return super().touch(case)

    def rate(self, case: Case, over: int) -> None:
        """Five stars, and a complaint later."""
        second = over + self.rng.randint(20, 600)
        put(case, self.rng, second, "rated", stars=5, device=pseudonym(self.rng, "d"))
        if self.rng.random() < self.complain:
            when = second + self.rng.randint(2 * HOUR, 9 * DAY)
            put(case, self.rng, when, "complained", ground=self.rng.choice(("态度差", "被要求好评", "拖延")),
                caller=pseudonym(self.rng))  # fmt: skip


class FewComplaints(Rated):
    """The look-alike: good work: few bad ratings, and hardly anybody complains."""

    name, innocent, rules = "suppression:good_work", True, ("E2-S",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share = rng.uniform(0.25, 0.7)

    def rate(self, case: Case, over: int) -> None:
        """Good ratings; a complaint in a thousand."""
        stars = self.rng.choices((5, 4), (93, 7))[0]
        second = over + self.rng.randint(60, 6 * HOUR)
        put(case, self.rng, second, "rated", stars=stars, device=pseudonym(self.rng, "d"))
        if self.rng.random() < 0.001:
            put(case, self.rng, second + DAY, "complained", ground="态度差", caller=pseudonym(self.rng))


class HonestCritics(Rated):
    """The other look-alike: people complain, and they said so in their ratings as well."""

    name, innocent, rules = "suppression:honest_critics", True, ("E2-S",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share, self.complain = rng.uniform(0.2, 0.5), rng.uniform(0.03, 0.12)

    def rate(self, case: Case, over: int) -> None:
        """Who complains has given one or two stars."""
        second, cross = over + self.rng.randint(60, 6 * HOUR), self.rng.random() < self.complain
        stars = self.rng.choice((1, 2)) if cross else self.rng.choices((5, 4, 3), (85, 12, 3))[0]
        put(case, self.rng, second, "rated", stars=stars, device=pseudonym(self.rng, "d"))
        if cross:
            put(case, self.rng, second + self.rng.randint(HOUR, 5 * DAY), "complained", ground="等候时间长",
                caller=pseudonym(self.rng))  # fmt: skip


REVIEWERS = tuple(f"JC-{number:02d}" for number in range(1, 17))
REVOKED = ("T2", "T5", "T6", "T4", "K1", "P4", "T7")


class Revocations(Scheme):
    """Shared by trick and look-alike: a reviewer takes findings back, more than others, on some days."""

    aside = True
    reasons: tuple[str, ...] = ("情况已核实", "不予追究", "系统误报", "已整改")

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        weighed = [(code, code, 1.0) for code in REVIEWERS]
        self.reviewer = scene.pick(rng, "reviewers", weighed, 0.0)
        self.count = rng.randint(6, 60)
        unit = rng.choice(scene.world.city.departments)
        self.unit = unit.code
        self.subject = f"officer:{self.reviewer}"
        if self.reviewer:
            self.watch = tuple(("department", u.code) for u in scene.world.city.departments)
        self.days: list[int] = []

    def touch(self, case: Case) -> bool:
        """Cases that begin two months before to a day before are taken as the ones concerned."""
        if not self.days or len(self.cases) >= self.count or not self.fits(case):
            return False
        day = self.rng.choice(self.days)
        if case.notes[0].second // DAY >= day or self.rng.random() > self.chance(case):
            return False
        second = day * DAY + self.rng.randint(9 * HOUR, CLOSING)
        revoke(case, self.rng, second, self.reviewer or "", self.rule(), self.rng.choice(self.reasons))
        self.cases.append(case)
        return True

    def fits(self, case: Case) -> bool:
        """Whether the case may have had a finding."""
        return not case.item.order and case.item.matter == "permit"

    def chance(self, case: Case) -> float:
        """How likely a case is taken."""
        return 0.004 if self.scene.cases > 50_000 else 0.05

    def rule(self) -> str:
        """The rule whose finding is taken back."""
        return self.rng.choice(REVOKED)

    def rows(self) -> Iterator[Planted]:
        """The days are those of the revocations."""
        if self.cases:
            self.span = (min(self.days), max(self.days))
            yield self.row(self.subject, self.cases)


def revoke(case: Case, rng: Random, second: int, reviewer: str, rule: str, reason: str) -> None:
    """A finding of a case is taken back."""
    put(case, rng, second, "finding_revoked", reviewer=reviewer, finding=f"{rng.getrandbits(64):016x}", rule=rule,
        severity=rng.choice((1, 2, 2, 3)), reason=reason)  # fmt: skip


def month_ends(days: range) -> list[int]:
    """The last four days of each month within a span of days."""
    found = []
    for day in days:
        when = date.fromordinal(day)
        if when.day > monthrange(when.year, when.month)[1] - 4:
            found.append(day)
    return found


class MassRevocation(Revocations):
    """批量撤牌: one reviewer takes many findings back in the last days before the month's scores are frozen."""

    name, rules = "mass_revocation", ("I5-R",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        ends = [day for day in month_ends(range(scene.first + 10, scene.end)) if scene.almanac.works(day)]
        if ends:
            month = date.fromordinal(rng.choice(ends)).month
            self.days = [day for day in ends if date.fromordinal(day).month == month]
            self.first, self.last = scene.first, max(self.days)
            self.first = max(scene.first, min(self.days) - 45)


class DataError(Revocations):
    """The look-alike: a source sent wrong data; its findings, all of one rule and unit, are rightly taken back."""

    name, innocent, rules = "mass_revocation:data_error", True, ("I5-R",)
    reasons = ("data_error",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.days = [scene.almanac.next_workday(rng.randint(scene.first + 5, max(scene.first + 6, scene.end - 3)))]
        self.first, self.last = max(scene.first, self.days[0] - 45), self.days[0]
        self.one = rng.choice(REVOKED)

    def chance(self, case: Case) -> float:
        """Cases of one unit only, so more of them."""
        return 0.5

    def fits(self, case: Case) -> bool:
        """Only this unit's."""
        return super().fits(case) and case.item.department.code == self.unit

    def rule(self) -> str:
        """Always the same."""
        return self.one


class EverydayRevocations(Scheme):
    """No trick: findings are taken back now and then, by all reviewers, for good reasons."""

    name, innocent, rules = "everyday_revocation", True, ()
    aside = True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.watch = tuple(("department", unit.code) for unit in scene.world.city.departments)
        self.chance = max(0.0015, 60 / max(1, scene.cases))

    def touch(self, case: Case) -> bool:
        """One in some hundred cases."""
        if case.item.matter != "permit" or self.rng.random() > self.chance:
            return False
        day = self.almanac.next_workday(case.notes[-1].second // DAY, self.rng.randint(1, 15))
        second = day * DAY + self.rng.randint(9 * HOUR, CLOSING)
        reason = self.rng.choice(("申诉成立", "data_error", "系统时钟误差", "不可抗力"))
        revoke(case, self.rng, second, self.rng.choice(REVIEWERS), self.rng.choice(REVOKED), reason)
        return True

    def rows(self) -> Iterator[Planted]:
        """Nothing to tell."""
        return iter(())
