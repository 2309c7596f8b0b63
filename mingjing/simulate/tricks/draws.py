"""Tricks with draws of experts 专家抽取: one is drawn again and again by seeds that were tried until they gave him."""

from random import Random

from mingjing.draws import replay
from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.province import THIN, pool
from mingjing.simulate.tricks.scene import Scene, Scheme
from mingjing.simulate.tricks.tenders import TENDERS


class StandingExpert(Scheme):
    """专家常任: one expert is drawn for every second to every eighth tender.

    He is put among the candidates where he is not, and seeds are tried until he is drawn: every draw can be repeated.
    """

    name, rules, least = "standing_expert", ("Z3-F",), 4
    tries = 2_000  # seeds for one draw

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.watch = TENDERS
        self.first, self.last = scene.period(rng, 90, 240)
        self.expert, self.share = "", rng.uniform(0.12, 0.5)

    def touch(self, case: Case) -> bool:
        """The expert takes a place among those drawn."""
        draws = [note for note in case.notes if note.type == "expert_drawn"]
        if not draws or self.rng.random() > self.share or not self.play(case, draws):
            return False
        self.cases.append(case)
        return True

    def play(self, case: Case, draws: list[Note]) -> bool:
        """Gets the expert drawn; whether it could."""
        told = draws[-1].data
        if not self.expert:
            self.expert = str(self.rng.choice(told["drawn"]))
            self.subject = f"expert:{self.expert}"
        if self.expert in told["drawn"]:
            return True
        if "candidates" not in told:
            rename(case, {str(self.rng.choice(told["drawn"])): self.expert})
            return True
        excluded = [code for code in told["excluded"] if code != self.expert]
        return self.redraw(case, draws, sorted({*told["candidates"], self.expert}), excluded)

    def redraw(self, case: Case, draws: list[Note], candidates: list[str], excluded: list[str]) -> bool:
        """Another seed draws others, who take part in the whole tender; whether the expert is among them."""
        told = draws[-1].data
        for _ in range(self.tries):
            seed = self.rng.randrange(10**9)
            drawn = replay(str(seed), candidates, excluded, len(told["drawn"]))
            if self.expert in drawn:
                break
        rename(case, dict(zip(told["drawn"], drawn, strict=True)))
        for note in draws:
            note.data |= {"seed": seed, "candidates": candidates, "excluded": excluded, "pool": len(candidates)}
        return self.expert in drawn


class ThinSpeciality(StandingExpert):
    """The look-alike: there are hardly any experts of this speciality, which was approved as thin."""

    name, innocent, tries = "standing_expert:thin_speciality", True, 1

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.speciality = rng.choice(THIN)

    def play(self, case: Case, draws: list[Note]) -> bool:
        """The tender is about the thin speciality; one seed draws five of its eight experts."""
        told = draws[-1].data
        if "candidates" not in told:
            return False
        able = [one.code for one in pool(self.speciality, draws[0].second // DAY)]
        self.expert = self.expert or str(self.rng.choice(able))
        self.subject = f"expert:{self.expert}"
        for note in draws:
            note.data |= {"speciality": self.speciality, "thin": True, "excluded_units": []}
        return self.redraw(case, draws, able, [])


def rename(case: Case, names: dict[str, str]) -> None:
    """Experts take others' places in a whole tender."""
    for note in case.notes:
        for field in ("expert", "person"):
            if note.data.get(field) in names:
                note.data[field] = names[note.data[field]]
        if note.type == "expert_drawn":
            note.data["drawn"] = [names.get(each, each) for each in note.data["drawn"]]
            note.data["units"] = [f"u{int(each[1:]) % 90:02d}" for each in note.data["drawn"]]
