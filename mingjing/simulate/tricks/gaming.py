"""All tricks of a run, played at once: who watches which case, who adds which, and what was planted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from random import Random

from mingjing.errors import UsageError
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Case, World
from mingjing.simulate.tricks import (
    Maker,
    Planted,
    accounts,
    agencies,
    chiefs,
    clocks,
    draws,
    entry,
    joint,
    objectives,
    penalties,
    ratings,
    tenders,
    traces,
    volume,
)
from mingjing.simulate.tricks.scene import Key, Scene, Scheme, keys_of, pseudonym

TRICKS: Mapping[str, tuple[type[Scheme], ...]] = {
    "bulk_entry": (entry.BulkEntry, entry.Outage, entry.NightlyBatch),
    "fabricated_nodes": (traces.Fabricated, traces.SwiftSpot, traces.NightRun),
    "deadline_acceptance": (traces.DeadlineAcceptance, traces.SlowAcceptance),
    "off_system": (entry.OffSystem, entry.SharedNumbers),
    "stop_clock": (clocks.StopClock, clocks.Hearings, clocks.SeasonalTests),
    "repeated_correction": (clocks.AgainCorrected, clocks.Replaced),
    "refile": (clocks.Refile, clocks.Withdrawn),
    "splitting": (volume.Splitting, volume.ManyLicences, volume.Agents),
    "project_split": (tenders.Pieces, tenders.Phases, tenders.ManySites),
    "padding": (volume.Padding, volume.LegalChange),
    "easy_inflation": (volume.EasyCases, volume.Rush),
    "brushing": (ratings.Brushing, ratings.SharedTerminal, ratings.Popular),
    "suppression": (ratings.Suppression, ratings.FewComplaints, ratings.HonestCritics),
    "extension_laundering": (entry.LateExtension, entry.SlowExtension),
    "calendar_abuse": (clocks.InventedHoliday, clocks.AnnouncedHoliday),
    "mass_revocation": (ratings.MassRevocation, ratings.DataError),
    "bid_collusion": (tenders.Collusion, tenders.SharedAgent),
    "score_deviation": (tenders.BentScore, tenders.StrictExpert),
    "standing_expert": (draws.StandingExpert, draws.ThinSpeciality),
    "agency_steering": (agencies.Steering, agencies.OnlyAgency),
    "no_parallel": (joint.OneByOne, joint.Offered, joint.Misdirected),
    "leniency": (penalties.Lenient, penalties.FirstOffences, penalties.Approved),
    "objective_missed": (objectives.Discontent, objectives.Passable, objectives.TooFew),
    "no_chief": (chiefs.NoChief, chiefs.Deputised, chiefs.HandedOver),
    "lent_account": (accounts.LentAccount, accounts.Relief, accounts.Urgent),
}
"""The tricks by name: first the trick itself, then its innocent look-alikes."""

FEW = ("bulk_entry", "fabricated_nodes", "stop_clock", "splitting", "brushing", "extension_laundering")
"""What a demo shows."""

PER_TRICK = 75_000
"""So many cases of a city bear one instance of each trick, and one more look-alike than tricks."""


def named(text: str) -> tuple[str, ...]:
    """The tricks of a `--tricks` option: all, few, none, or names with commas. Raises UsageError."""
    if text in ("all", "none", "few"):
        return {"all": tuple(TRICKS), "none": (), "few": FEW}[text]
    names = tuple(filter(None, (name.strip() for name in text.split(","))))
    unknown = [name for name in names if name not in TRICKS]
    if unknown:
        known = ", ".join(TRICKS)
        raise UsageError(f"--tricks {', '.join(unknown)}: no such trick; choose all, few, none, or of {known}")
    return tuple(name for name in TRICKS if name in names)


def makers(names: Sequence[str], cases: int, days: int | None = None) -> tuple[Maker, ...]:
    """What a stream of about so many cases takes: nothing, or one maker that plays all the tricks named.

    `days`: the tricks are over after so many, and the cases are those of these days.
    """
    if not names:
        return ()

    def make(world: World, first: int, end: int) -> Gaming:
        last = end if days is None else min(end, first + days)
        return Gaming(Scene(world, first, last, cases), names)

    return (make,)


class Gaming:
    """All tricks of one run. A case is altered by one scheme at most."""

    def __init__(self, scene: Scene, names: Sequence[str]) -> None:
        self.scene, self.terms = scene, scene.terms
        self.schemes = list(schemes(scene, names))
        self.watch: dict[Key, list[Scheme]] = {}
        for scheme in self.schemes:
            for key in scheme.watch:
                self.watch.setdefault(key, []).append(scheme)
        self.regulars = Regulars(dice(scene.world.seed, "trick", "regulars"))

    def day(self, day: int, begun: Sequence[Case]) -> Iterable[Case]:
        """Plays today's tricks; gives the cases that they add."""
        for case in begun:
            self.regulars.come(case)
            if case.item.code not in self.terms.items:  # whose promise is changed has no other trick about limits
                any(scheme.touch(case) for scheme in self._watching(day, case, aside=False))
        further = self.scene.later.pop(day, [])
        for scheme in self.schemes:
            if scheme.first <= day <= scheme.last:
                further.extend(scheme.more(day))
        for case in (*begun, *further):
            for scheme in self._watching(day, case, aside=True):
                scheme.touch(case)
        when = date.fromordinal(day)
        for number, case in enumerate(further, len(begun) + 1):
            case.id = f"{self.scene.world.city.region}{when:%Y%m%d}{number:05d}"
        return further

    def _watching(self, day: int, case: Case, *, aside: bool) -> Iterator[Scheme]:
        found = [scheme for key in sorted(keys_of(case)) for scheme in self.watch.get(key, ())]
        return (scheme for scheme in found if scheme.aside == aside and scheme.first <= day <= scheme.last)

    def leads(self) -> Iterator[Planted]:
        """What was planted."""
        for scheme in self.schemes:
            yield from scheme.rows()


def schemes(scene: Scene, names: Sequence[str]) -> Iterator[Scheme]:
    """Instances of the named tricks and their look-alikes, more in a larger city; at least one of each kind."""
    times = max(1, round(scene.cases / PER_TRICK))
    for name in names:
        trick, *others = TRICKS[name]
        kinds = [trick] * times + [others[place % len(others)] for place in range(max(times + 1, len(others)))]
        for place, kind in enumerate(kinds):
            yield kind(scene, dice(scene.world.seed, "trick", name, place))
    if "mass_revocation" in names:
        yield ratings.EverydayRevocations(scene, dice(scene.world.seed, "trick", "everyday"))
    if "agency_steering" in names:
        yield agencies.Market(scene, dice(scene.world.seed, "trick", "market"))


class Regulars:
    """Ordinary life: one case in eight is of an applicant who comes again and again, a firm or an agent."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.known = [pseudonym(rng, "p") for _ in range(4000)]

    def come(self, case: Case) -> None:
        """Perhaps the applicant is a regular one."""
        if self.rng.random() < 0.125:
            who = self.known[int(len(self.known) * self.rng.random() ** 2)]
            for note in case.notes:
                if "applicant" in note.data:
                    note.data["applicant"] = who
