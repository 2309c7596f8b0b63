"""The city at work: its cases day by day, and their events in order of occurrence, as many as one asks for."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from heapq import heappop, heappush
from random import Random
from typing import Any

from msgspec import Struct, convert, to_builtins

from mingjing.simulate import flaws
from mingjing.simulate.almanac import DAY, LAST_YEAR, Almanac, stamp
from mingjing.simulate.cityplan import City, dice
from mingjing.simulate.draft import Case, Draft, Note, World
from mingjing.simulate.flows.agency import agency
from mingjing.simulate.flows.chain import deal
from mingjing.simulate.flows.guide import published
from mingjing.simulate.flows.lanes import favoured
from mingjing.simulate.flows.levy import levy
from mingjing.simulate.flows.licence import licensed
from mingjing.simulate.flows.orders import order
from mingjing.simulate.flows.penalty import penalty
from mingjing.simulate.flows.permit import permit
from mingjing.simulate.flows.presence import attended
from mingjing.simulate.flows.services import logged
from mingjing.simulate.flows.tender import tender
from mingjing.simulate.itemplan import Item, Version
from mingjing.simulate.load import Load, hall_second, home_second
from mingjing.simulate.numbers import Numbers
from mingjing.simulate.places import misplaced
from mingjing.simulate.rates import Rates
from mingjing.simulate.tricks import UNCHANGED, Maker, Planted, Terms, Trick
from mingjing.types import CaseEvent

WATCHED = 10
"""One in so many cases is a window's day."""


def cases_of(world: World, day: int, count: int) -> Iterator[Case]:
    """The cases that begin on a day, each thought up to its end; the same for the same day, number and seed.

    On working days some of them are the days of windows, as many as the cameras of so large a hall watch.
    """
    rng = dice(world.seed, day, count)
    desks: tuple[Item, ...] = ()
    if world.almanac.works(day):
        desks = world.city.desks
        watched = min(len(desks), count // WATCHED)
        desks = tuple(desks[(day * watched + place) % len(desks)] for place in range(watched))
    date_of = date.fromordinal(day)
    for desk in desks:
        draft = Draft(world, rng, desk, day * DAY)
        camera = attended(draft, dice(world.seed, day, desk.windows[0].code))
        draft.channel = ""
        name = f"presence:{desk.windows[0].code}:{date_of.isoformat()}"
        yield finished(draft, name, desk.versions[0], "attendance")
        if camera:
            count -= 1
            yield _watched(draft, camera, f"-{date_of.isoformat()}")
    if desks and rng.random() < count / 100:
        yield _guide(world, rng, day)
        count -= 1
    if found := _deal(world, day) if count > len(desks) else None:
        yield found
        count -= 1
    where = dice(world.seed, day, "places")
    for number in range(1, count + 1 - len(desks)):
        case = _case(world, rng, day, f"{world.city.region}{date_of:%Y%m%d}{number:05d}")
        yield misplaced(world, case, where)


def _watched(draft: Draft, notes: list[Note], series: str) -> Case:
    """What became of the camera over a window on a day, in the camera's own case."""
    flaws = [flaw for flaw in draft.flaws if flaw == "camera_lost"]
    name = f"camera:{notes[0].data['camera']}"
    return Case(name, draft.item, draft.item.versions[0], "", "attendance", notes, flaws, series)


def _deal(world: World, day: int) -> Case | None:
    """On some working days, a deal that was found outside the platform."""
    rng = dice(world.seed, "deal", day)
    items = [item for item in world.city.items if item.matter == "tender"]
    if not items or not world.almanac.works(day) or rng.random() >= world.rates.deals:
        return None
    item = rng.choice(items)
    draft = Draft(world, rng, item, hall_second(day, rng))
    draft.channel = ""
    deal(draft, rng)
    return finished(draft, f"deal:{date.fromordinal(day):%Y%m%d}", item.versions[0], "deals")


def _guide(world: World, rng: Random, day: int) -> Case:
    """The guide of one item after another, a day each."""
    publication, place = divmod(day, len(world.city.items))
    item = world.city.items[place]
    draft = Draft(world, rng, item, hall_second(day, rng))
    published(draft)
    draft.channel = ""
    return finished(draft, f"guide:{item.code}:{publication}", draft.version(), "portal")


def _case(world: World, rng: Random, day: int, name: str) -> Case:
    works = world.almanac.works(day)
    item = world.city.draw(rng)
    while not works and item.matter in OTHERS:
        item = world.city.draw(rng)
    off_list = item.matter == "permit" and rng.random() < world.rates.off_list
    if off_list:
        item = rng.choice(world.city.former)
    online = item.matter in AT_ANY_TIME or not works
    if item.matter == "permit":
        online = online or rng.random() < world.rates.online
    draft = Draft(world, rng, item, home_second(day, rng) if online else hall_second(day, rng))
    if off_list:
        draft.flaws.append("off_list")
    version = item.version(date.fromordinal(day))
    source = item.department.system
    if item.matter == "permit":
        draft.channel = "online" if online else rng.choices(("window", "kiosk", "agent"), (90, 7, 3))[0]
        version = permit(draft)
        favoured(draft)
        licensed(draft, version)
        flaws.arrange(draft)
    elif item.matter in AT_ANY_TIME:
        draft.channel = "online" if item.order in ("duty_room", "consultation") else "phone"
        order(draft, version.committed)
        source = "hotline-12345"
    else:
        draft.channel = "window"
        source = OTHERS[item.matter](draft, version.committed) or source
    return finished(draft, name, version, source)


AT_ANY_TIME = ("hotline", "consultation", "complaint")
"""Matters that citizens bring up from home."""


def _tender(draft: Draft, _: int) -> str:
    tender(draft)
    return "trading-platform"


OTHERS: dict[str, Callable[[Draft, int], str | None]] = {
    "penalty": lambda draft, _: penalty(draft),
    "levy": levy,
    "agency": lambda draft, _: agency(draft),
    "tender": _tender,
}
"""How the other matters are handled; gives the source that reports them, where it is not the department's own."""


def finished(draft: Draft, name: str, version: Version, source: str) -> Case:
    """The case that a draft has become."""
    draft.notes.sort(key=_when)
    return Case(name, draft.item, version, draft.channel, source, draft.notes, draft.flaws)


def _when(note: Note) -> int:
    return note.second


class Record(Struct, kw_only=True, omit_defaults=True, gc=False):
    """A case event as its source system writes it, instants as text."""

    event_id: str
    case_id: str
    type: str
    occurred_at: str
    recorded_at: str
    source: str
    item: str | None = None
    item_version: str | None = None
    region: str
    department: str
    window: str | None = None
    officer: str | None = None
    channel: str | None = None
    corrects: str | None = None
    data: dict[str, Any] = {}


def record(city: City, case: Case, number: int) -> Record:
    """The number-th note of a case as its source system reports it."""
    note, item = case.notes[number], case.item
    return Record(
        event_id=event_id(case, number),
        case_id=case.id,
        type=note.type,
        occurred_at=stamp(note.second),
        recorded_at=stamp(note.second + note.lag),
        source=note.source or case.source,
        item=item.code or None,
        item_version=(case.version.number or None) if number >= case.settled else None,
        region=city.region,
        department=note.department or item.department.code,
        window=note.window,
        officer=note.officer,
        channel=note.channel or case.channel or None,
        corrects=event_id(case, _place(case, note.corrects)) if note.corrects else None,
        data=note.data if note.about is None else {**note.data, "of": event_id(case, _place(case, note.about))},
    )


def event(city: City, case: Case, number: int) -> CaseEvent:
    """The number-th note of a case as an event."""
    return convert(to_builtins(record(city, case, number)), CaseEvent)


def _place(case: Case, note: Note) -> int:
    return next(place for place, other in enumerate(case.notes) if other is note)


def event_id(case: Case, number: int) -> str:
    """The event's id: the case's number and the event's place in it."""
    return f"{case.id}{case.series}-{number + 1:02d}"


class Stream:
    """Events in order of occurrence, made day by day; open cases wait in a heap."""

    def __init__(
        self,
        world: World,
        start: date,
        end: date | None = None,
        *,
        cases: int | None = None,
        tricks: Sequence[Maker] = (),
    ) -> None:
        """From the start of a day up to the start of another (None: the last day known); `cases`: so many in all.

        `tricks` change these cases and add others, beyond the count.
        Raises UsageError for days outside the known years.
        """
        last = date.fromordinal(end.toordinal() - 1) if end else date(LAST_YEAR, 12, 31)
        Almanac.check(start, last)
        self.world = world
        self.first, self.end = start.toordinal(), last.toordinal() + 1
        self.load = Load(world.almanac, (self.first, self.end), cases) if cases is not None else Load(world.almanac)
        self.tricks: list[Trick] = [make(world, self.first, self.end) for make in tricks]

    @property
    def terms(self) -> Terms:
        """What the tricks change in the city's books."""
        return self.tricks[0].terms if self.tricks else UNCHANGED

    @property
    def midnight(self) -> int:
        """The local second at which the simulation ends."""
        return self.end * DAY

    def days(self) -> Iterator[tuple[list[Case], list[tuple[int, int, Case]]]]:
        """Day by day: the cases that begin, and the happenings (second, number, case) of the day, in order.

        Happenings at the same second are in order of case and number. Where there are tricks, only once.
        """
        waiting: list[tuple[int, str, int, Case]] = []
        numbers = Numbers(self.terms.series, self.terms.skipped)
        for day in range(self.first, self.end):
            count = self.load.on(day)
            begun = list(cases_of(self.world, day, count))
            self._trick(day, begun)
            begun.extend(logged(self.world, day, count))
            for case in begun:
                heappush(waiting, (case.notes[0].second, case.id, 0, case))
            happened = []
            midnight = (day + 1) * DAY
            while waiting and waiting[0][0] < midnight:
                second, name, number, case = heappop(waiting)
                numbers.issue(case, case.notes[number])
                happened.append((second, number, case))
                if number + 1 < len(case.notes):
                    heappush(waiting, (case.notes[number + 1].second, name, number + 1, case))
            yield begun, happened

    def _trick(self, day: int, begun: list[Case]) -> None:
        if not self.tricks:
            return
        for trick in self.tricks:
            begun.extend(trick.day(day, begun))
        for case in begun:
            case.notes.sort(key=_when)

    def planted(self) -> Iterator[Planted]:
        """What the tricks planted, after the last day."""
        for trick in self.tricks:
            yield from trick.leads()


def events(
    city: City,
    start: date,
    end: date | None = None,
    *,
    rates: Rates | None = None,
    seed: int = 1,
    cases: int | None = None,
) -> Iterator[CaseEvent]:
    """The city's events in order of occurrence, lazily, from the start of a day up to the start of another.

    Without `end` it goes on to the end of the last year whose working days are known. About 300,000 cases begin
    in a year, or exactly `cases` in the whole period. No case is open at the start: begin some weeks earlier for a
    hall in full swing. The same arguments give the same events. Raises UsageError for days outside the known years.
    """
    world = World(city, Almanac(), rates or Rates(), seed)
    for _, happened in Stream(world, start, end, cases=cases).days():
        for _, number, case in happened:
            yield event(city, case, number)
