"""Tricks of invented traces: steps that nobody did, and an acceptance that comes when its limit ends."""

from random import Random

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.tricks.scene import (
    CaseScheme,
    Scene,
    Scheme,
    at_office,
    counted,
    delay,
    first_of,
    plain,
)

MINUTE, HOUR = 60, 3600
STEPS = ("step_started", "step_ended")
ROUND_OPINIONS = ("情况属实，拟同意", "经查材料齐全，同意", "已核实，符合规定", "同意经办意见", "经审查符合法定条件")


class Fabricated(CaseScheme):
    """造数: steps of which only the records exist.

    Each scheme has two to four of the marks: all in one second, constant gaps, full minutes, the opinion is the
    step's name, an officer whom nobody knows. A fifth to four fifths of a window's slower cases.
    """

    name, rules = "fabricated_nodes", ("I1",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "traces", kind="slow", daily=1, prompt=True)
        self.first, self.last = scene.period(rng, 10, 40)
        self.share = rng.uniform(0.2, 0.8)
        time = rng.choice(("second", "gaps", "gaps"))
        others = ["opinion", "officer", "minutes"] if time == "gaps" else ["opinion", "officer"]
        self.marks = {time, *rng.sample(others, rng.randint(1, len(others)))}
        self.gap = rng.choice((60, 120, 300, 600)) if "minutes" in self.marks else rng.randint(40, 900)
        self.ghost = f"{rng.choice(('admin', 'test', 'sys', 'import'))}{rng.randint(1, 99):02d}"
        if window:
            self.watch = (("window", window.code),)

    def touch(self, case: Case) -> bool:
        """The steps are written in one go shortly before the decision."""
        if not plain(case) or self.rng.random() > self.share:
            return False
        steps = [note for note in case.notes if note.type in STEPS]
        decided = first_of(case, "decided")
        if decided is None or len(steps) < 4:
            return False
        gap = 0 if "second" in self.marks else self.gap
        start = decided.second - gap * len(steps)
        if "minutes" in self.marks:
            start -= start % MINUTE
            decided.second = start + gap * len(steps)
        accepted = first_of(case, "accepted")
        if accepted is None or accepted.second >= start:
            return False
        for place, note in enumerate(steps):
            note.second = start + gap * place
            self.mark(note)
        self.cases.append(case)
        return True

    def mark(self, note: Note) -> None:
        """The other marks of invention."""
        if "opinion" in self.marks and note.type == "step_ended":
            note.data["opinion"] = note.data["step"]
        if "officer" in self.marks:
            note.officer = self.ghost

    def shown(self, case: Case) -> int:
        """When it is decided."""
        decided = first_of(case, "decided")
        return decided.second if decided else self.scene.end * DAY


class SwiftSpot(CaseScheme):
    """The look-alike: a practised clerk does easy 即办件 within a minute or two, at even intervals, honestly."""

    name, innocent, rules = "fabricated_nodes:swift_spot", True, ("I1",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "traces", kind="immediate", daily=3)
        self.first, self.last = scene.period(rng, 5, 20)
        self.share, self.gap = rng.uniform(0.2, 0.8), rng.choice((10, 15, 20, 30, 60))
        if window:
            self.watch = (("window", window.code),)

    def touch(self, case: Case) -> bool:
        """The same gap between all its happenings, opinions and people as ever."""
        accepted, decided = first_of(case, "accepted"), first_of(case, "decided")
        if not case.item.immediate or not accepted or not decided or case.flaws or self.rng.random() > self.share:
            return False
        inner = [note for note in case.notes if accepted.second <= note.second <= decided.second]
        if decided.second - accepted.second < self.gap * len(inner):
            return False
        for place, note in enumerate(inner):
            note.second = accepted.second + place * self.gap
        self.cases.append(case)
        return True


class NightRun(CaseScheme):
    """The other look-alike: a system that works its steps off in an agreed nightly batch, all with one time.

    The opinions are those of the people who gave them, and the officers are known.
    """

    name, innocent, rules = "fabricated_nodes:night_run", True, ("I1",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        able = [entry for entry in scene.slow_items(0.3) if entry[1].department.code not in scene.prompt]
        item = scene.pick(rng, "traces", able, 0.3)
        self.first, self.last = scene.period(rng, 10, 30)
        self.hour, self.share = rng.choice((20, 21, 22)), rng.uniform(0.2, 0.8)
        if item:
            self.watch = (("item", item.code),)
            scene.agree(item.department.system, "30 hours")

    def touch(self, case: Case) -> bool:
        """All steps and the decision bear the time of one night's run."""
        decided = first_of(case, "decided")
        if not plain(case) or decided is None or self.rng.random() > self.share:
            return False
        night = decided.second // DAY * DAY + self.hour * HOUR
        later = [note for note in case.notes if note.second > decided.second]
        if later and later[0].second <= night:
            delay(case, later[0].second, 1, self.almanac)
        for note in case.notes:
            if note.type in STEPS:
                note.second = night
                if note.type == "step_ended":
                    note.data["opinion"] = self.rng.choice(ROUND_OPINIONS)
        decided.second = night
        self.cases.append(case)
        return True


class DeadlineAcceptance(Scheme):
    """卡点受理: the papers are there for days, and the acceptance is entered on the fifth day.

    Witnesses: the examination had begun, the queue ticket and the upload are older. Three to nine in ten cases.
    """

    name, rules, least = "deadline_acceptance", ("I1-A",), 4

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "acceptance", kind="slow", daily=1)
        self.first, self.last = scene.period(rng, 25, 80)
        self.share, self.witness = rng.uniform(0.3, 0.9), rng.uniform(0.3, 1.0)
        if window:
            self.watch, self.subject = (("window", window.code),), f"window:{window.code}"

    def touch(self, case: Case) -> bool:
        """Accepted on the fifth day after the receipt, or the receipt itself is dated days after the queue ticket."""
        received, accepted = first_of(case, "material_received"), first_of(case, "accepted")
        if not plain(case) or received is None or accepted is None or self.rng.random() > self.share:
            return False
        waited = counted(self.almanac, received.second // DAY, accepted.second // DAY)
        if waited >= 5:
            return False
        delay(case, accepted.second, 5 - waited, self.almanac)
        self.testify(case, received, accepted)
        self.cases.append(case)
        return True

    def testify(self, case: Case, received: Note, accepted: Note) -> None:
        """What shows that the work had begun before: papers uploaded and queued days before they were "received"."""
        field = "uploaded_at" if case.channel == "online" else "queue_at"
        if self.rng.random() < self.witness:
            before = received.second - self.rng.randint(1, 4) * DAY - self.rng.randint(0, 2 * HOUR)
            received.data[field] = self.scene.instant(before)
        if self.rng.random() < self.witness / 2:
            second = at_office(self.almanac, self.rng, self.almanac.next_workday(received.second // DAY))
            if second < accepted.second:
                step = case.item.steps[0]
                started = first_of(case, "step_started")
                if started and started.data.get("step") == step:
                    started.second = second


class SlowAcceptance(Scheme):
    """The look-alike: a window that is slow, three to five days, because it has much to do; nothing is dated oddly."""

    name, innocent, rules = "deadline_acceptance:slow", True, ("I1-A",)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "acceptance", kind="slow", daily=1)
        self.first, self.last = scene.period(rng, 25, 80)
        self.share = rng.uniform(0.3, 0.9)
        self.days = rng.choice(((2, 5), (3, 5), (1, 5)))
        if window:
            self.watch, self.subject = (("window", window.code),), f"window:{window.code}"

    def touch(self, case: Case) -> bool:
        """Accepted some days later, any of several."""
        received, accepted = first_of(case, "material_received"), first_of(case, "accepted")
        if not plain(case) or received is None or accepted is None or self.rng.random() > self.share:
            return False
        waited = counted(self.almanac, received.second // DAY, accepted.second // DAY)
        target = self.rng.randint(*self.days)
        if waited >= target:
            return False
        delay(case, accepted.second, target - waited, self.almanac)
        self.cases.append(case)
        return True
