"""Tricks in tenders 招投标: bidders in league, a bent score, a project in pieces."""

from abc import abstractmethod
from collections.abc import Iterable
from random import Random
from typing import Any

from mingjing.simulate.draft import Case, Note
from mingjing.simulate.tricks.scene import CaseScheme, Scene, Scheme, at_office, first_of, pseudonym, put

TENDERS = (("matter", "tender"),)
HARDWARE = ("mac", "cpu", "disk")


class TenderScheme(CaseScheme):
    """A scheme in some of the tenders that are registered in its days; about `some` of them in a year."""

    some: tuple[int, int] = (2, 5)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.watch, self.left = TENDERS, rng.randint(*self.some)
        self.chance = rng.uniform(0.03, 0.2)

    def touch(self, case: Case) -> bool:
        """One tender in some, until it was enough."""
        if self.left <= 0 or self.rng.random() > self.chance or not self.play(case):
            return False
        self.left -= 1
        self.cases.append(case)
        return True

    @abstractmethod
    def play(self, case: Case) -> bool:
        """Alters a tender; whether it could."""

    def shown(self, case: Case) -> int:
        """Once it is evaluated."""
        note = first_of(case, "evaluation_ended", "tender_opened")
        return note.second if note else case.notes[-1].second


def bids(case: Case) -> list[Note]:
    """The bids of a tender."""
    return [note for note in case.notes if note.type == "bid_received"]


class Collusion(TenderScheme):
    """串标: two to four bidders whose bids come from one machine, one payer or one text: two to five of these marks."""

    name, rules = "bid_collusion", ("Z4",)

    def play(self, case: Case) -> bool:
        """What the colluders share."""
        offers = bids(case)
        if len(offers) < 3:
            return False
        ring = self.rng.sample(offers, min(len(offers) - 1, self.rng.randint(2, 4)))
        marks = self.rng.sample(("ip", "mac", "cpu", "disk", "payer", "similarity"), self.rng.randint(2, 5))
        for mark in marks:
            shared = round(self.rng.uniform(0.8, 0.99), 3) if mark == "similarity" else ring[0].data.get(mark)
            for note in ring:
                note.data[mark] = shared if shared is not None else pseudonym(self.rng, mark[0])
        if len({note.data.get("payer") for note in ring}) > 1 and "payer" in marks:
            for note in ring[1:]:
                note.data["payer"] = ring[0].data["payer"]
        return True


class SharedAgent(TenderScheme):
    """The look-alike: several bidders use one bidding agent, so they share its address, and some of its phrases."""

    name, innocent, rules = "bid_collusion:shared_agent", True, ("Z4",)
    some = (3, 6)

    def play(self, case: Case) -> bool:
        """One agent, one network; their own machines and their own money."""
        offers = bids(case)
        if len(offers) < 3:
            return False
        agent = pseudonym(self.rng, "g")
        ring = self.rng.sample(offers, self.rng.randint(2, min(4, len(offers))))
        for note in ring:
            note.data |= {"agent": agent, "ip": ring[0].data.get("ip") or pseudonym(self.rng, "i")}
            note.data["similarity"] = round(self.rng.uniform(0.25, 0.6), 3)
        return True


class BentScore(TenderScheme):
    """评标异常: one expert lifts one bidder and presses the others.

    And the evaluation is a matter of minutes, or somebody is in the room who does not belong there.
    """

    name, rules = "score_deviation", ("Z5",)

    def play(self, case: Case) -> bool:
        """The scores of one expert, and one more mark."""
        scores = [note for note in case.notes if note.type == "expert_scored"]
        experts = sorted({str(note.data["expert"]) for note in scores})
        bidders = sorted({str(note.data["bidder"]) for note in scores})
        if len(experts) < 3 or len(bidders) < 2:
            return False
        bent, favoured, most = self.rng.choice(experts), self.rng.choice(bidders), self.rng.uniform(10, 30)
        for note in scores:
            if note.data["expert"] == bent:
                change = most if note.data["bidder"] == favoured else -most
                note.data["score"] = round(min(100.0, max(0.0, float(note.data["score"]) + change)), 1)
        self.another(case)
        return True

    def another(self, case: Case) -> None:
        """A very short evaluation, or an outsider in the room."""
        begun, ended = first_of(case, "evaluation_started"), first_of(case, "evaluation_ended")
        if begun is None or ended is None:
            return
        if self.rng.random() < 0.5:
            short = self.rng.randint(4, 15) * 60
            span = max(1, ended.second - begun.second)
            for note in case.notes:
                if begun.second < note.second <= ended.second:
                    note.second = begun.second + (note.second - begun.second) * short // span
        else:
            room = next((n.data["room"] for n in case.notes if n.type == "room_entered"), "评标室1")
            second = begun.second + (ended.second - begun.second) // self.rng.randint(2, 5)
            put(case, self.rng, second, "room_entered", person=pseudonym(self.rng), role="outsider", room=room)


class StrictExpert(BentScore):
    """The look-alike: an expert who is strict with everybody, by as many points."""

    name, innocent, some = "score_deviation:strict", True, (3, 6)

    def play(self, case: Case) -> bool:
        """All scores of one expert are lower."""
        scores = [note for note in case.notes if note.type == "expert_scored"]
        experts = sorted({str(note.data["expert"]) for note in scores})
        if len(experts) < 3:
            return False
        strict, less = self.rng.choice(experts), self.rng.uniform(6, 25)
        for note in scores:
            if note.data["expert"] == strict:
                score = float(note.data["score"]) - less + self.rng.uniform(-1.5, 1.5)
                note.data["score"] = round(max(0.0, score), 1)
        return True


THRESHOLDS = (
    ("construction", "amount", 20_000_000),
    ("construction", "area", 10_000),
    ("procurement", "amount", 5_000_000),
)


class Pieces(Scheme):
    """化整为零: an owner's project on one site in two to six pieces within weeks or months.

    Each is a little below the threshold, none on the platform.
    """

    name, rules, least = "project_split", ("Z2-S",), 2
    below, place = (0.86, 0.995), "elsewhere"

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.owner, self.site = pseudonym(rng, "o"), pseudonym(rng, "s")
        self.subject = f"owner:{self.owner}"
        self.kind, self.field, self.limit = rng.choice(THRESHOLDS)
        self.first, self.last = scene.period(rng, 12, 100)
        count = rng.randint(2, 6)
        days = [day for day in range(self.first, self.last + 1) if scene.almanac.works(day)] or [self.first]
        self.days = sorted(rng.sample(days, min(count, len(days))))
        self.pattern: list[Case] = []
        items = [item for item, _ in scene.items if item.matter == "tender"]
        self.item = rng.choice(items) if items else None

    def more(self, day: int) -> Iterable[Case]:
        """Today's piece, if there is one."""
        if day not in self.days or self.item is None:
            return
        amount, area = self.size(self.days.index(day))
        data: dict[str, Any] = {"project": pseudonym(self.rng, "j"), "kind": self.kind, "amount": amount, "area": area,
                "compulsory": False, "place": self.place, "owner": self.owner, "site": self.where()}  # fmt: skip
        case = Case("", self.item, self.item.versions[-1], "window", self.item.department.system, [], [])
        put(case, self.rng, at_office(self.almanac, self.rng, day), "tender_registered",
            self.item.department.approver.code, **data)  # fmt: skip
        self.cases.append(case)
        yield case

    def size(self, _: int) -> tuple[int, int]:
        """Yuan and square metres of a piece: that which the threshold is about lies just below it."""
        part = self.rng.uniform(*self.below)
        if self.field == "area":
            return int(self.rng.uniform(3, 12) * 1_000_000), int(self.limit * part)
        area = self.rng.randint(800, 6000) if self.kind == "construction" else 0
        return int(self.limit * part) // 1000 * 1000, area

    def where(self) -> str:
        """The one site."""
        return self.site


class Phases(Pieces):
    """The look-alike: genuine phases, of sizes as they come, decided on one after another."""

    name, innocent, below = "project_split:phases", True, (0.1, 0.7)

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        days = [day for day in range(scene.first, scene.end) if scene.almanac.works(day)]
        step = max(1, len(days) // (len(self.days) + 1))
        begin = rng.randrange(step)
        self.days = [days[min(begin + place * step, len(days) - 1)] for place in range(len(self.days))]
        self.first, self.last = self.days[0], self.days[-1]


class ManySites(Pieces):
    """The other look-alike: an owner such as a school board with like works on different sites at the same time."""

    name, innocent = "project_split:many_sites", True

    def where(self) -> str:
        """Always another."""
        return pseudonym(self.rng, "s")
