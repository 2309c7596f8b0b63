"""Tricks with clocks: stopped without need, corrected again and again, closed and filed anew, a holiday invented."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from msgspec.structs import replace

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import (
    CaseScheme,
    Scene,
    Scheme,
    applicant_of,
    copied,
    counted,
    delay,
    examiners,
    first_of,
    plain,
    pseudonym,
    put,
)

HOUR = 3600


class StopClock(Scheme):
    """停表滥用: shortly before the due day an officer stops the clock, for the longest time there is, without need.

    No artefact, no notice to the applicant; resumed on the day of the decision. A sixth to four fifths of the slower
    cases that this officer examines.
    """

    name, rules, least = "stop_clock", ("I4",), 4
    artefacts = False

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        item = scene.pick(rng, "pauses", scene.slow_items(0.5), 0.5)
        self.first, self.last = scene.period(rng, 40, 120)
        self.share, self.length = rng.uniform(0.15, 0.8), rng.choice((5, 7, 10, 15, 20))
        self.procedure = rng.choice(("", "inspection", "expert_review", "appraisal"))
        self.careless = rng.uniform(0.6, 1.0)  # how seldom a notice or a paper is put on file after all
        if item:
            self.officer = rng.choice((item.department.approver, *examiners(item))).code
            self.watch, self.subject = (("officer", self.officer),), f"officer:{self.officer}"

    def touch(self, case: Case) -> bool:
        """The last step is stopped, and decided when the pause is over."""
        if not plain(case) or case.version.committed < 5 or self.rng.random() > self.share:
            return False
        accepted = first_of(case, "accepted")
        place = max((n for n, note in enumerate(case.notes) if note.type == "step_ended"), default=0)
        if accepted is None or not place:
            return False
        last, limit = case.notes[place], case.version.committed
        used = min(limit - 1, round(limit * (1 - self.rng.triangular(0, 0.25, 0.1))))
        stop = self.almanac.next_workday(accepted.second // DAY, used)
        begun = stop * DAY + self.rng.randint(9, 15) * HOUR + self.rng.randrange(HOUR)
        begun = max(begun, case.notes[place - 1].second + 300)
        decided = self.almanac.next_workday(begun // DAY, self.length)
        days = counted(self.almanac, last.second // DAY, decided)
        if days <= 0:
            return False
        delay(case, last.second, days, self.almanac)
        self.pause(case, begun, last.second - self.rng.randint(120, 5400))
        self.cases.append(case)
        return True

    def rows(self) -> Iterator[Planted]:
        """The officer, and each case whose papers have had a week to come."""
        yield from super().rows()
        for case in self.cases:
            decided = first_of(case, "decided")
            if decided and decided.second + 7 * DAY < self.scene.end * DAY:
                yield replace(self.row(f"case:{case.id}", [case]), rules="I4-C")

    def pause(self, case: Case, begun: int, ended: int) -> None:
        """The clock stands from one second to another."""
        rng = self.rng
        told: dict[str, Any] = {"approver": case.item.department.approver.code}
        if rng.random() > self.careless:
            told["evidence_no"] = f"{case.item.department.code}依{rng.randrange(10**6):06d}"
        if rng.random() > self.careless:
            told["notified_at"] = self.scene.instant(begun + HOUR)
        if self.procedure:
            basis = self.scene.world.city.words["procedures"][self.procedure]
            told |= {"procedure": self.procedure, "basis": basis}
            put(case, rng, begun, "special_started", self.officer, declared_days=self.length, **told)
            put(case, rng, max(ended, begun + 60), "special_ended", self.officer, procedure=self.procedure)
        else:
            ground = rng.choice(self.scene.world.city.words["grounds"]["suspended"])
            put(case, rng, begun, "suspended", self.officer, ground=ground, **told)
            put(case, rng, max(ended, begun + 60), "resumed", self.officer)


class Hearings(StopClock):
    """The look-alike: real hearings, late in the examination by nature, of various lengths, with notice and minutes."""

    name, innocent = "stop_clock:hearings", True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.procedure, self.careless = "hearing", 0.0
        self.longest = max(5, self.length)

    def touch(self, case: Case) -> bool:
        """Each hearing takes its own time."""
        self.length = self.rng.randint(3, self.longest)
        return super().touch(case)

    def pause(self, case: Case, begun: int, ended: int) -> None:
        """Declared with room to spare, with the record of the hearing handed in afterwards."""
        rng = self.rng
        paper = f"{case.item.department.code}听{rng.randrange(10**6):06d}"
        basis = self.scene.world.city.words["procedures"]["hearing"]
        put(
            case,
            rng,
            begun,
            "special_started",
            self.officer,
            procedure="hearing",
            basis=basis,
            declared_days=20,
            approver=case.item.department.approver.code,
            notified_at=self.scene.instant(begun + rng.randint(1, 4) * HOUR),
            evidence_no=paper,
        )
        put(case, rng, max(ended, begun + 60), "special_ended", self.officer, procedure="hearing", evidence_no=paper)


class SeasonalTests(StopClock):
    """The other look-alike: in the season everything goes to the laboratory, which takes its full time; with papers."""

    name, innocent = "stop_clock:seasonal_tests", True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.procedure, self.careless = "testing", 0.0
        self.length = rng.choice((10, 15, 20))
        self.share = rng.uniform(0.4, 0.9)


class AgainCorrected(CaseScheme):
    """反复补正: the second notice demands what was missing from the first bundle, each on about the fifth day."""

    name, rules = "repeated_correction", ("P7-G",)
    replaced = False

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "corrections", kind="slow", daily=1)
        self.first, self.last = scene.period(rng, 10, 50)
        self.share = rng.uniform(0.15, 0.6)
        self.wait = rng.choice(((5, 5), (4, 5), (2, 5)))
        self.rounds = rng.choice((2, 2, 3))
        if window:
            self.watch = (("window", window.code),)

    def touch(self, case: Case) -> bool:
        """Rounds of notice and supply before the acceptance."""
        received, accepted = first_of(case, "material_received"), first_of(case, "accepted")
        if not plain(case) or received is None or accepted is None or self.rng.random() > self.share:
            return False
        papers = list(received.data.get("documents", ()))
        wanted = [paper for paper in case.item.materials if paper in papers]
        rounds = min(self.rounds, len(wanted))
        if rounds < 2:
            return False
        gaps = self.rng.sample(wanted, rounds)
        self.bundle(case, gaps, papers)
        day, office = received.second // DAY, accepted.second % DAY
        rest = accepted.second
        for place, gap in enumerate(gaps):
            day = self.almanac.next_workday(day, self.rng.randint(*self.wait))
            told = day * DAY + office
            put(case, self.rng, told, "correction_notified", accepted.officer, window=accepted.window, gaps=[gap],
                notice_no=f"{case.item.department.code}补{self.rng.randrange(10**7):07d}")  # fmt: skip
            day = self.almanac.next_workday(day, self.rng.randint(1, 6))
            put(case, self.rng, day * DAY + office, "correction_supplied", accepted.officer, window=accepted.window,
                documents=self.supply(gaps, place), replaced=self.replaced)  # fmt: skip
        target = self.almanac.next_workday(day, self.rng.randint(1, 3))
        days = counted(self.almanac, rest // DAY, target)
        fixed = [note for note in case.notes if note.type.startswith("correction")]
        kept = [note.second for note in fixed]
        delay(case, rest, days, self.almanac)
        for note, second in zip(fixed, kept, strict=True):
            note.second = second
        self.cases.append(case)
        return True

    def bundle(self, case: Case, gaps: list[str], papers: list[str]) -> None:
        """The gaps could all be seen when the papers came in."""
        received = first_of(case, "material_received")
        assert received is not None
        received.data["documents"] = [paper for paper in papers if paper not in gaps]

    def supply(self, gaps: list[str], place: int) -> list[str]:
        """What the applicant brings after a notice: what was asked for."""
        return [gaps[place]]

    def shown(self, case: Case) -> int:
        """With the second notice."""
        return [note.second for note in case.notes if note.type == "correction_notified"][1]


class Replaced(AgainCorrected):
    """The look-alike: the bundle was complete; the applicant changed other papers too, and one of those is wrong."""

    name, innocent, replaced = "repeated_correction:replaced", True, True

    def bundle(self, case: Case, gaps: list[str], papers: list[str]) -> None:
        """Only the first gap could be seen."""
        received = first_of(case, "material_received")
        assert received is not None
        received.data["documents"] = [paper for paper in papers if paper != gaps[0]]

    def supply(self, gaps: list[str], place: int) -> list[str]:
        """The paper asked for, and a changed one."""
        return gaps[place : place + 2]


class Refile(Scheme):
    """撤件重报: near the due day the window "withdraws" cases from its own account, and files them anew.

    A third to all of the cases that would be late or nearly so, and some more.
    """

    name, rules, least = "refile", ("I3-R",), 3

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        window = scene.window(rng, "withdrawals", kind="slow", daily=1)
        self.first, self.last = scene.period(rng, 40, 120)
        self.share, self.gap = rng.uniform(0.08, 0.5), rng.randint(1, 8)
        self.again, self.reach = 1.0, (0.75, 1.0)
        if window:
            self.window, self.officer = window.code, window.officer.code
            self.watch, self.subject = (("window", window.code),), f"officer:{self.officer}"

    def touch(self, case: Case) -> bool:
        """Cut off near the due day; the same application begins again some days later."""
        if not plain(case) or case.version.committed < 4 or self.rng.random() > self.share:
            return False
        accepted = first_of(case, "accepted")
        assert accepted is not None
        used = max(1, round(self.rng.uniform(*self.reach) * case.version.committed))
        day = self.almanac.next_workday(accepted.second // DAY, min(used, case.version.committed))
        second = day * DAY + self.rng.randint(9, 16) * HOUR + self.rng.randrange(HOUR)
        who = applicant_of(case) or pseudonym(self.rng)
        new = copied(case)
        case.notes = [note for note in case.notes if note.second < second and note.type not in ENDS]
        self.leave(case, second)
        if self.rng.random() < self.again:
            self.file(new, case, day, who)
        self.cases.append(case)
        return True

    def file(self, new: Case, old: Case, day: int, who: str) -> None:
        """The new case, handled faster since everything is known."""
        begin = self.almanac.next_workday(day, self.rng.randint(1, self.gap))
        days = counted(self.almanac, new.notes[0].second // DAY, begin)
        delay(new, new.notes[0].second, days, self.almanac)
        for case in (old, new):
            for note in case.notes:
                if note.type in ("submitted", "material_received", "accepted"):
                    note.data["applicant"] = who
        self.scene.later.setdefault(begin, []).append(new)
        self.cases.append(new)

    def leave(self, case: Case, second: int) -> None:
        """The window itself enters the withdrawal."""
        put(case, self.rng, second, "withdrawn", self.officer, window=self.window,
            reason="申请人自愿撤回", device=f"t{self.window}")  # fmt: skip


ENDS = ("decided", "closed", "delivered", "collection_notified", "rated", "complained")


class Withdrawn(Refile):
    """The look-alike: applicants who really withdraw, by their own phone and confirmed; some of them file again."""

    name, innocent = "refile:applicant", True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.again, self.reach, self.gap = rng.uniform(0.3, 1.0), (0.3, 1.0), rng.randint(3, 25)

    def leave(self, case: Case, second: int) -> None:
        """From the applicant's own device, with the answer to a text message; the window takes it in."""
        note = put(case, self.rng, second, "withdrawn", self.officer, window=self.window,
                   reason="申请人自愿撤回", device=pseudonym(self.rng, "d"), confirmed="sms")  # fmt: skip
        note.channel = "online"


class InventedHoliday(CaseScheme):
    """日历造假: a local rest day is put into the calendar when it is already over, by one person."""

    name, rules = "calendar_abuse", ("I3-C",)
    ahead: tuple[int, int] = (-6, 0)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.day = scene.almanac.next_workday(rng.randint(scene.first, max(scene.first, scene.end - 8)))
        self.alone = rng.random() < 0.6

    def more(self, day: int) -> list[Case]:
        """One change of the calendar."""
        if day != self.day:
            return []
        city, rng = self.scene.world.city, self.rng
        desk = rng.choice(city.desks)
        version = desk.versions[0]
        case = Case("", desk, version, "", "calendar", [], [])
        by, second = (f"CAL-{place:02d}" for place in rng.sample(range(1, 9), 2))
        when = date.fromordinal(day + rng.randint(*self.ahead))
        data: dict[str, Any] = {"day": when.isoformat(), "kind": "holiday", "by": by}
        if not self.alone:
            data["confirmed_by"] = second
        put(case, rng, day * DAY + rng.randint(9, 16) * HOUR, "calendar_changed", **data)
        self.cases.append(case)
        return [case]


class AnnouncedHoliday(InventedHoliday):
    """The look-alike: a local rest day announced in good time and confirmed by a second person."""

    name, innocent, ahead = "calendar_abuse:announced", True, (5, 40)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.alone = False
