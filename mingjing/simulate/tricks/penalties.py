"""Tricks with penalties 行政处罚: somebody for whom the least of every band is enough."""

from collections.abc import Iterator
from datetime import date
from random import Random

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.market import Band, bands_on
from mingjing.simulate.tricks import Planted
from mingjing.simulate.tricks.scene import Scene, Scheme, examiners

AT_ONCE = 2
"""So many people of the few who propose penalties are lenient in one city; otherwise leniency would be the custom."""
DAILY = 0.05


class Handled(Scheme):
    """Some penalties that one person proposed, of those that name a band in force and keep within it."""

    rules, aside, least = ("N39-S",), True, 8

    def __init__(self, scene: Scene, rng: Random) -> None:
        super().__init__(scene, rng)
        self.share, self.handler = rng.uniform(0.45, 1.0), ""
        shares: dict[str, float] = {}
        for item, share in scene.items:
            if item.matter == "penalty":
                for one in examiners(item):
                    shares[one.code] = shares.get(one.code, 0.0) + share / len(examiners(item))
        days = max(1, scene.end - scene.first)
        weighed = [(code, code, share * scene.cases / days) for code, share in sorted(shares.items())]
        if self.plays():
            self.handler = scene.pick(rng, "penalties", weighed, DAILY) or ""
        self.watch, self.subject = (("matter", "penalty"),), f"officer:{self.handler}"

    def plays(self) -> bool:
        """Whether there is room for one more."""
        return True

    def touch(self, case: Case) -> bool:
        """The handler's decisions."""
        found = decided(case)
        if found is None or found[0].data["handler"] != self.handler or self.rng.random() > self.share:
            return False
        self.measure(*found)
        self.cases.append(case)
        return True

    def measure(self, note: Note, allowed: list[Band]) -> None:
        """What the penalty becomes."""
        raise NotImplementedError

    def rows(self) -> Iterator[Planted]:
        """One row, if it was played at all."""
        return super().rows() if self.handler else iter(())


class Lenient(Handled):
    """从宽: of the bands that fit, always the very least."""

    name = "leniency"

    def plays(self) -> bool:
        """At most AT_ONCE in a city."""
        return any(self.scene.free("leniency", str(place)) for place in range(AT_ONCE))

    def measure(self, note: Note, allowed: list[Band]) -> None:
        """The least of the band."""
        note.data["amount"] = next(band.least for band in allowed if band.code == note.data["band"])


class FirstOffences(Handled):
    """The look-alike: a campaign against first offences, all in the mildest band, but not at its edge."""

    name, innocent = "leniency:first_offences", True

    def measure(self, note: Note, allowed: list[Band]) -> None:
        """As far into the mildest band as it was into its own."""
        own, mildest = next(band for band in allowed if band.code == note.data["band"]), allowed[0]
        part = (note.data["amount"] - own.least) / (own.most - own.least)
        note.data["band"] = mildest.code
        note.data["amount"] = mildest.least + round(part * (mildest.most - mildest.least))


class Approved(Handled):
    """The look-alike: penalties below the band, each discussed by the heads and on record."""

    name, innocent = "leniency:approved", True

    def measure(self, note: Note, allowed: list[Band]) -> None:
        """Half the least, with the number of the record."""
        least = next(band.least for band in allowed if band.code == note.data["band"])
        note.data |= {"amount": least // 2, "departure": f"集体讨论{self.rng.randrange(1000):03d}"}


def decided(case: Case) -> tuple[Note, list[Band]] | None:
    """A penalty's decision within the band that it names, and the bands of that day, the mildest first."""
    for note in case.notes:
        if note.type == "decided" and "band" in note.data and "departure" not in note.data:
            allowed = bands_on(case.item.code, date.fromordinal(note.second // DAY))
            named = [band for band in allowed if band.code == note.data["band"]]
            if named and named[0].least <= note.data["amount"] <= named[0].most:
                return note, allowed
    return None
