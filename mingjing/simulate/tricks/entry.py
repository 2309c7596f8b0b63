"""Tricks of entering: in bulk after the fact, outside the system, and extensions that are dated back."""

from collections.abc import Iterable, Iterator
from random import Random

from mingjing.simulate.almanac import CLOSING, DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.people import Department
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import (
    CaseScheme,
    Scene,
    Scheme,
    copied,
    counted,
    delay,
    due_day,
    first_of,
    plain,
    put,
)

HOUR = 3600


class BulkEntry(Scheme):
    """补录: handled on paper, and typed in under one account in sessions of some minutes, days later.

    Between a fifth and nine tenths of a window's cases, in sessions two to nine working days apart.
    """

    name, rules = "bulk_entry", ("I2-B",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "entry", daily=4, prompt=True)
        self.first, self.last = scene.period(rng, 25, 70)
        self.share, self.every, self.pace = rng.uniform(0.2, 0.9), rng.randint(2, 9), rng.uniform(3, 25)
        self.entered: dict[int, int] = {}
        if window:
            self.account = window.officer.code
            self.watch, self.subject = (("window", window.code),), f"officer:{self.account}"

    def touch(self, case: Case) -> bool:
        """All of the case is recorded in the next session after it was over."""
        if case.item.order or not first_of(case, "decided") or self.rng.random() > self.share:
            return False
        over = case.notes[-1].second // DAY
        day = self.almanac.next_workday(over)
        while counted(self.almanac, self.first, day) % self.every:
            day = self.almanac.next_workday(day)
        place = self.entered[day] = self.entered.get(day, 0) + 1
        recorded = day * DAY + CLOSING - HOUR + int(place * self.pace) + self.rng.randint(0, 2)
        for note in case.notes:
            note.lag = max(1, recorded - note.second)
            recorded += self.rng.random() < 0.3
            if note.officer:
                note.officer = self.account
        self.cases.append(case)
        return True


class PerOfficer(Scheme):
    """A scheme that is about several officers: a row for each."""

    def rows(self) -> Iterator[Planted]:
        """A row for each officer who acted in five cases or more."""
        acted: dict[str, list[Case]] = {}
        for case in self.cases:
            for code in {note.officer for note in case.notes if note.officer}:
                acted.setdefault(code, []).append(case)
        for code, cases in sorted(acted.items()):
            if len(cases) >= 5:
                yield self.row(f"officer:{code}", cases)


def unit_of(scene: Scene, rng: Random, group: str) -> Department | None:
    """A department that does not play yet, rather one with much to do."""
    load: dict[str, float] = {}
    for item, share in scene.items:
        if not item.order and item.matter == "permit":
            load[item.department.code] = load.get(item.department.code, 0.0) + share
    units = [(u.code, u, load.get(u.code, 0.0)) for u in scene.world.city.departments if u.code not in scene.prompt]
    return scene.pick(rng, group, units, 0.02)


class Outage(PerOfficer):
    """The look-alike: the unit's system was down, which was declared, and afterwards everything is typed in."""

    name, innocent, rules = "bulk_entry:outage", True, ("I2-B",)
    aside = True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        unit = unit_of(scene, rng, "entry")
        day = scene.almanac.next_workday(rng.randint(scene.first, max(scene.first, scene.end - 12)))
        self.since = day * DAY + rng.randint(9, 15) * HOUR
        self.until = scene.almanac.next_workday(day, rng.randint(1, 4)) * DAY + rng.randint(9, 14) * HOUR
        self.first, self.last = day - 60, self.until // DAY
        self.span = (day, self.last)
        self.pace, self.place = rng.uniform(2, 20), 0
        if unit:
            self.watch = (("department", unit.code),)
            scene.declare(unit.system, self.since, self.until, self.since + rng.randint(-20, 40) * 60)

    def touch(self, case: Case) -> bool:
        """What happened while the system was down is recorded when it is up again."""
        if case.item.order:
            return False
        hit = [n for n in case.notes if self.since <= n.second < self.until and n.type != "extension_approved"]
        for note in hit:
            self.place += 1
            note.lag = self.until + 900 + int(self.place * self.pace) - note.second
        if hit:
            self.cases.append(case)
        return bool(hit)


class NightlyBatch(PerOfficer):
    """The other look-alike: a system that by agreement sends everything of a day in one go at night."""

    name, innocent, rules = "bulk_entry:batch", True, ("I2-B",)
    aside = True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        unit = unit_of(scene, rng, "entry")
        self.hour, self.place, self.day = rng.choice((20, 21, 22, 23)), 0, 0
        if unit:
            self.watch = (("department", unit.code),)
            scene.agree(unit.system, "30 hours")

    def touch(self, case: Case) -> bool:
        """Everything is recorded the same night, one after the other."""
        if case.item.order:
            return False
        for note in case.notes:
            self.place = (self.place + 1) % 2400
            night = note.second // DAY * DAY + self.hour * HOUR
            note.lag = max(note.lag, night + self.place - note.second)
        self.cases.append(case)
        return True


class OffSystem(Scheme):
    """体外循环: licences are handed out, paid and rated, and the case was never entered; its numbers are missing.

    Between one in three working days and six a day, in one department.
    """

    name, rules = "off_system", ("I2-G",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        unit = unit_of(scene, rng, "numbers")
        self.first, self.last = scene.period(rng, 25, 80)
        self.daily, self.leaves = rng.uniform(0.3, 6), rng.uniform(0.3, 1.0)
        self.seen: list[Case] = []
        if unit:
            self.unit = unit.code
            self.watch, self.subject = (("department", unit.code),), f"department:{unit.code}"

    def touch(self, case: Case) -> bool:
        """Nothing: the cases in the system are in order; they are the pattern for the others."""
        if first_of(case, "delivered") and not case.flaws and len(self.seen) < 200:
            self.seen.append(copied(case))
        return False

    def more(self, day: int) -> Iterable[Case]:
        """Traces of cases that are nowhere: a fee, a delivery, a rating."""
        if not self.almanac.works(day) or not self.seen:
            return
        count = int(self.daily) + (self.rng.random() < self.daily % 1)
        for _ in range(count):
            self.scene.skip(self.unit)
            if self.rng.random() > self.leaves:  # no trace but the number that is missing
                continue
            case = copied(self.rng.choice(self.seen))
            case.notes = [note for note in case.notes if note.type in ("fee_paid", "delivered", "rated")]
            shift = day - case.notes[0].second // DAY
            for note in case.notes:
                note.second += shift * DAY
            self.cases.append(case)
            yield case


class SharedNumbers(Scheme):
    """The look-alike: two departments take their numbers from one series, so each has gaps and both have none."""

    name, innocent, rules = "off_system:shared_numbers", True, ("I2-G",)
    aside = True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        units = [unit for unit in (unit_of(scene, rng, "numbers") for _ in range(2)) if unit]
        self.units = [unit.code for unit in units]
        self.watch = tuple(("department", unit.code) for unit in units)
        scene.share_numbers(self.units)

    def touch(self, case: Case) -> bool:
        """Nothing but the numbers differs, and those are given when the documents are issued."""
        if first_of(case, "decided"):
            self.cases.append(case)
        return False

    def rows(self) -> Iterator[Planted]:
        """A row for each of the departments."""
        for unit in self.units:
            cases = [case for case in self.cases if case.item.department.code == unit]
            if cases:
                yield self.row(f"department:{unit}", cases)


class LateExtension(CaseScheme):
    """延期洗白: the case is already late when the extension is written down, dated before the due day."""

    name, rules = "extension_laundering", ("T8-L",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        item = scene.pick(rng, "extension", scene.slow_items(0.3), 0.3)
        self.share, self.left = rng.uniform(0.1, 0.5), rng.randint(4, 40)
        if item:
            self.watch = (("department", item.department.code),)

    def touch(self, case: Case) -> bool:
        """Decided some days after the due day, with an extension that covers them."""
        if not self.left or not plain(case) or case.version.committed < 5 or self.rng.random() > self.share:
            return False
        due = due_day(case, self.almanac)
        ended = [note for note in case.notes if note.type == "step_ended"]
        start = ended[-1].second if ended else 0
        late = self.almanac.next_workday(due, self.rng.randint(1, 4))
        days = counted(self.almanac, start // DAY, late)
        if not start or days <= 0:
            return False
        delay(case, start, days, self.almanac)
        approved = due * DAY + self.rng.randint(10, 16) * HOUR + self.rng.randrange(HOUR)
        approved -= self.rng.randint(0, 2) * DAY
        accepted = first_of(case, "accepted")
        if accepted is None or approved <= accepted.second:
            approved = due * DAY + 16 * HOUR
        note = put(
            case,
            self.rng,
            approved,
            "extension_approved",
            case.item.department.approver.code,
            days=self.rng.choice((5, 10)),
            approver=case.item.department.approver.code,
            approver_role="head",
            reason="情况复杂，需进一步核实",
            notified_at=self.scene.instant(approved + 1800),
        )
        self.written(note, due)
        self.left -= 1
        self.cases.append(case)
        return True

    def written(self, note: Note, due: int) -> None:
        """When the extension was recorded: after the due day."""
        day = self.almanac.next_workday(due, self.rng.randint(1, 3))
        note.lag = day * DAY + self.rng.randint(9, 16) * HOUR + self.rng.randrange(HOUR) - note.second

    def shown(self, case: Case) -> int:
        """Once the extension is recorded."""
        note = first_of(case, "extension_approved")
        return note.second + note.lag if note else self.scene.end * DAY


class SlowExtension(LateExtension):
    """The look-alike: written down some hours after it was approved, but before the due instant."""

    name, innocent, rules = "extension_laundering:recorded_late", True, ("T8-L",)

    def written(self, note: Note, due: int) -> None:
        """Recorded late, yet in time."""
        left = (due + 1) * DAY - note.second - 60
        note.lag = min(left, self.rng.randint(2, 30) * HOUR)
