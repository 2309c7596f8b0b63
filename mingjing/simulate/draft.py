"""One simulated case while it is being thought up: a list of notes of what happens when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

from msgspec import Struct

from mingjing.simulate.almanac import DAY, Almanac, stamp
from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.itemplan import Item, Version
from mingjing.simulate.people import Officer, Window
from mingjing.simulate.quality import rates_at
from mingjing.simulate.rates import Rates


class Note(Struct):
    """Something that happens in a case: the local second, the event's own fields, and who did it.

    `lag` is after how many seconds the source system wrote it down. `corrects` is the note that this one replaces,
    `about` the one to which it brings something later;
    `channel`, `source` and `department` stand instead of the case's.
    """

    second: int
    type: str
    data: dict[str, Any]
    lag: int
    officer: str | None = None
    window: str | None = None
    channel: str | None = None
    source: str | None = None
    department: str | None = None
    corrects: "Note | None" = None
    about: "Note | None" = None


class Case(Struct):
    """A whole simulated case, from its first event to its last.

    `version` is the item's version at acceptance (for a work order: at receipt). `flaws` are the irregularities
    arranged in it, by the names of their rates. `series` tells apart the events of cases of one id, on several days.
    """

    id: str
    item: Item
    version: Version
    channel: str
    source: str
    notes: list[Note]
    flaws: list[str]
    series: str = ""
    _settled: int = -1

    @property
    def settled(self) -> int:
        """The place of the event from which on the item's version is settled; asked when all is written down."""
        if self._settled < 0:
            types = [note.type for note in self.notes] if self.item.matter == "permit" else ["accepted"]
            self._settled = types.index("accepted") if "accepted" in types else len(types)
        return self._settled


class World(Struct, frozen=True):
    """What all cases of a simulation share."""

    city: City
    almanac: Almanac
    rates: Rates
    seed: int


class Draft:
    """Writes one case; `now` is how far it has come, `rates` are those of its window."""

    def __init__(self, world: World, rng: Random, item: Item, now: int) -> None:
        self.city, self.almanac = world.city, world.almanac
        self.rng, self.item, self.now = rng, item, now
        self.notes: list[Note] = []
        self.flaws: list[str] = []
        self.channel = "window"
        self.window: Window = rng.choice(item.windows)
        self.rates = rates_at(world.city.seed, self.window.code, world.rates)
        self.front: Officer = self.window.officer
        people = item.department.officers
        self.approver: Officer = item.department.approver
        self.examiner: Officer = rng.choice([o for o in people if not o.front and o is not self.approver])
        self.applicant = self.pseudonym("p")
        self.bidders: list[str] = []
        self.winner = ""

    def companion(self, officer: Officer) -> Officer:
        """Somebody else of the department who comes along."""
        people = self.item.department.officers
        return people[0] if people[0] is not officer else people[1]

    def happens(self, share: float) -> bool:
        """Whether something of this share of cases happens in this one."""
        return self.rng.random() < share

    def flaw(self, name: str, share: float) -> bool:
        """Whether this irregularity is arranged in this case; if so it is remembered."""
        arranged = self.rng.random() < share
        if arranged:
            self.flaws.append(name)
        return arranged

    def arranged(self, rng: Random, name: str, share: float) -> bool:
        """Like `flaw`, by other dice than the draft's own."""
        arranged = rng.random() < share
        if arranged:
            self.flaws.append(name)
        return arranged

    @property
    def day(self) -> date:
        """Today."""
        return date.fromordinal(self.now // DAY)

    @contextmanager
    def aside(self, name: str) -> Iterator[None]:
        """Draws from dice of this name meanwhile, and comes back: the rest of the case stays as it was."""
        usual, then = self.rng, self.now
        self.rng = dice(self.city.seed, name, self.applicant)
        try:
            yield
        finally:
            self.rng, self.now = usual, then

    def note(self, what: str, by: Officer | None = None, /, *, counter: bool = False, **data: Any) -> Note:
        """Writes down that something happens now; `counter`: at the window, where a person sits."""
        officer = self.front if counter else by
        note = Note(
            second=self.now,
            type=what,
            data=data,
            lag=2 + int(self.rng.expovariate(1 / 40)),
            officer=officer.code if officer else None,
            window=self.window.code if counter else None,
        )
        self.notes.append(note)
        return note

    def pseudonym(self, kind: str) -> str:
        """An opaque code for a person, a device or a firm, out of so many that two cases seldom share one."""
        return f"{kind}{self.rng.randrange(16**9):09x}"

    def stamp(self, later: int = 0) -> str:
        """The instant so many seconds from now, as a text for a field of data."""
        return stamp(self.now + later)

    def version(self) -> Version:
        """The version of the item in force now."""
        return self.item.version(date.fromordinal(self.now // DAY))

    def word(self, *path: str) -> Any:
        """A random word of a list of words.toml."""
        words: Any = self.city.words
        for name in path:
            words = words[name]
        return self.rng.choice(words if isinstance(words, list) else list(words))

    def wait(self, least: int, most: int) -> None:
        """Lets some minutes pass without leaving the day."""
        self.now = self.almanac.soon(self.now, self.rng.randint(least * 60, most * 60) + self.rng.randrange(60))

    def days(self, count: int) -> None:
        """Lets working days pass; with 0 it stays the same office day, or becomes the next where the hall is shut."""
        if count:
            self.now = self.almanac.after_days(self.now, count, self.rng)
        else:
            self.now = max(self.now, self.almanac.opening(self.now))
            self.wait(2, 90)

    def number(self, kind: str) -> str:
        """A running number of a paper, like 准予2025-0412-3381."""
        return f"{self.item.department.code}{kind}{self.rng.randrange(10**7):07d}"
