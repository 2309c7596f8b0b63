"""Tricks with numbers: one application split into many, easy cases by the hundred, a promise padded in the list."""

from collections.abc import Iterable
from datetime import date
from random import Random

from msgspec.structs import replace

from mingjing.simulate.almanac import CLOSING, DAY, MORNING
from mingjing.simulate.draft import Case
from mingjing.simulate.itemplan import ALWAYS, Item, limit_words
from mingjing.simulate.tricks.scene import (
    Scene,
    Scheme,
    at_office,
    copied,
    counted,
    first_of,
    plain,
    pseudonym,
)


class Copies(Scheme):
    """A scheme that adds cases after the pattern of ordinary ones of the window."""

    group, kind, daily = "volume", "immediate", 3.0

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.patterns: list[Case] = []
        window = scene.window(rng, self.group, kind=self.kind, daily=self.daily)
        self.usual = 0.0
        if window:
            share = scene.share(self.kind)[window.code]
            self.usual = share * scene.cases / max(1, scene.end - scene.first)
            self.watch, self.subject = (("window", window.code),), f"window:{window.code}"

    def touch(self, case: Case) -> bool:
        """Nothing; quick ordinary cases are remembered as patterns."""
        if case.item.immediate and not case.flaws and first_of(case, "decided") and len(self.patterns) < 300:
            self.patterns.append(copied(case))
        return False

    def another(self, pattern: Case, second: int, who: str) -> Case:
        """A case like another, of somebody, that begins at a second; its happenings stay within the day."""
        case = copied(pattern)
        start, left = case.notes[0].second, (second // DAY) * DAY + CLOSING - 60 - second
        span = max(1, case.notes[-1].second - start)
        for note in case.notes:
            passed = note.second - start
            note.second = second + (passed if span <= left else passed * left // span)
            if note.type in ("submitted", "material_received", "accepted"):
                note.data["applicant"] = who
            for number in ("receipt_no", "document_no", "voucher_no"):
                if number in note.data:
                    note.data[number] = f"{str(note.data[number])[:-7]}{self.rng.randrange(10**7):07d}"
            for moment in ("queue_at", "uploaded_at"):
                if moment in note.data:
                    note.data[moment] = self.scene.instant(second - self.rng.randint(120, 2400))
            if "device" in note.data:
                note.data["device"] = pseudonym(self.rng, "d")
        return case


class Splitting(Copies):
    """拆件: one application is entered as many small cases of the easier item, on the same day.

    Four to twenty-five pieces, on one day in ten to every second day.
    """

    name, rules, group = "splitting", ("R2-S",), "splitting"

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.first, self.last = scene.period(rng, 25, 80)
        self.chance, self.most = rng.uniform(0.1, 0.5), rng.randint(6, 25)

    def more(self, day: int) -> Iterable[Case]:
        """Today's pieces, one after the other."""
        if not self.almanac.works(day) or not self.patterns or self.rng.random() > self.chance:
            return
        pattern, who = self.rng.choice(self.patterns), pseudonym(self.rng)
        second = day * DAY + MORNING + self.rng.randint(0, 5 * 3600)
        for _ in range(self.rng.randint(4, self.most)):
            case = self.another(pattern, second, who)
            second += self.rng.randint(40, 400)
            self.cases.append(case)
            yield case


class ManyLicences(Copies):
    """The look-alike: somebody opens a business and files for all its licences at once, each another item."""

    name, innocent, rules, group = "splitting:many_licences", True, ("R2-S",), "splitting"

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.first, self.last = scene.period(rng, 25, 80)
        self.chance, self.most = rng.uniform(0.1, 0.5), rng.randint(5, 12)

    def more(self, day: int) -> Iterable[Case]:
        """Today's applications of one applicant, of different items."""
        if not self.almanac.works(day) or not self.patterns or self.rng.random() > self.chance:
            return
        different = {pattern.item.code: pattern for pattern in self.patterns}
        pool = list(different.values())
        who, second = pseudonym(self.rng), day * DAY + MORNING + self.rng.randint(0, 5 * 3600)
        for pattern in self.rng.sample(pool, min(len(pool), self.rng.randint(4, self.most))):
            case = self.another(pattern, second, who)
            second += self.rng.randint(200, 900)
            self.cases.append(case)
            yield case


class Agents(Splitting):
    """The other look-alike: an agent brings many applications of one item at once, each of another applicant."""

    name, innocent, rules = "splitting:agent", True, ("R2-S",)

    def more(self, day: int) -> Iterable[Case]:
        """Today's bundle."""
        for case in super().more(day):
            who = pseudonym(self.rng)
            case.channel = "agent"
            for note in case.notes:
                if "applicant" in note.data:
                    note.data["applicant"] = who
            yield case


class EasyCases(Copies):
    """刷量: a window inflates its figures with trifles 即办件 of a few applicants, over and over.

    A third more to four times as many cases as usual, for two to eight weeks.
    """

    name, rules, group = "easy_inflation", ("R2-E",), "inflation"

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.first, self.last = scene.period(rng, 14, 56)
        self.factor = rng.uniform(0.35, 4)
        self.people = [pseudonym(rng) for _ in range(rng.randint(2, 12))]

    def more(self, day: int) -> Iterable[Case]:
        """Today's trifles."""
        if not self.almanac.works(day) or not self.patterns:
            return
        for _ in range(round(self.usual * self.factor * self.rng.uniform(0.7, 1.3)) or 1):
            case = self.another(self.rng.choice(self.patterns), at_office(self.almanac, self.rng, day), self.person())
            self.cases.append(case)
            yield case

    def person(self) -> str:
        """Who is said to have applied."""
        return self.rng.choice(self.people)


class Rush(EasyCases):
    """The look-alike: the season of school enrolment or yearly renewal; as many cases, each of somebody else."""

    name, innocent = "easy_inflation:season", True

    def person(self) -> str:
        """Somebody new."""
        return pseudonym(self.rng)


def _dated(item: Item, day: int, committed: int, statutory: int) -> Item:
    old = item.versions[-1]
    start = date.fromordinal(day)
    before = replace(old, valid_to=date.fromordinal(day - 1))
    number = str(len(item.versions) + 1)
    after = replace(old, number=number, valid_from=start, committed=committed, statutory=statutory)
    return replace(item, versions=(*item.versions[:-1], before, after))


class Padding(Scheme):
    """虚增承诺: the promise in the item list is lengthened, and the work takes as long as before.

    By a quarter up to three times, at most to the statutory limit.
    """

    name, rules, aside = "padding", ("R1-P",), True

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        usable = [
            entry
            for entry in scene.slow_items(1.0)
            if len(entry[1].versions) == 1
            and entry[1].versions[0].valid_from == ALWAYS
            and entry[1].versions[0].statutory >= 1.5 * entry[1].versions[0].committed
            and entry[1].case_type == "committed"
        ]
        self.item = scene.pick(rng, "limits", usable, 1.0)
        length = scene.end - scene.first
        self.day = scene.first + rng.randint(length // 4, max(length // 4 + 1, length * 3 // 4))
        self.factor = rng.uniform(1.25, 3)
        if self.item:
            old = self.item.versions[0]
            longer = max(old.committed + 1, min(old.statutory, round(old.committed * self.factor)))
            self.padded = self.change(_dated(self.item, self.day, longer, self.legal(longer)))
            self.watch, self.subject = (("item", self.item.code),), f"item:{self.item.code}"

    def publish(self, case: Case) -> None:
        """A guide says what the list says."""
        for note in case.notes:
            if note.data.get("committed_limit") == limit_words(self.padded.versions[0].committed):
                note.data["committed_limit"] = limit_words(case.version.committed)

    def legal(self, _: int) -> int:
        """The statutory limit, which stays."""
        assert self.item is not None
        return self.item.versions[0].statutory

    def change(self, item: Item) -> Item:
        """The list shows the new promise."""
        self.scene.terms.items[item.code] = item
        return item

    def touch(self, case: Case) -> bool:
        """Cases accepted from that day on bear the new version; nothing else changes."""
        accepted = first_of(case, "accepted")
        case.item = self.padded
        case.version = self.padded.version(date.fromordinal((accepted or case.notes[0]).second // DAY))
        if accepted is None:
            self.publish(case)
            return False
        if accepted.second // DAY >= self.day:
            self.cases.append(case)
        return True


class LegalChange(Padding):
    """The look-alike: the law was changed, the statutory limit too, and the work has become as much longer."""

    name, innocent = "padding:law", True

    def legal(self, longer: int) -> int:
        """The law's limit grows with the promise."""
        assert self.item is not None
        old = self.item.versions[0]
        return max(old.statutory + 5, round(old.statutory * longer / old.committed))

    def touch(self, case: Case) -> bool:
        """Cases accepted from that day on take longer in proportion."""
        accepted, decided = first_of(case, "accepted"), first_of(case, "decided")
        regular = plain(case)
        if not super().touch(case) or accepted is None or decided is None or accepted.second // DAY < self.day:
            return accepted is not None
        if not regular:
            return True
        old, new = case.item.versions[0].committed, case.version.committed
        day = accepted.second // DAY
        for note in case.notes:
            if "limit_days" in note.data:
                note.data["limit_days"] = -(-new // len(case.item.steps))
            used = counted(self.almanac, day, note.second // DAY)
            if used:
                target = self.almanac.next_workday(day, used * new // old)
                note.second = target * DAY + note.second % DAY
        return True
