"""Sources that fall silent 来源静默: what a worker reports of the connectors, as events like any other source's.

The case is the connector, `source:NAME`. `source_silent` says that a source is late: nothing newer than `data.seen_at`
came up to `data.due_at`, its agreed lag after that, outages left out. `source_reported` says that it is on time again.
Rest days do not count either: halls are closed then. Rules judge these events (N63), so a silence is found, resolved,
revised and verified like everything else; nothing is reported where no rule listens.
Pure: no wall clock, no Kafka. Instants are microseconds UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mingjing.calendars import Days, YearNotCovered
from mingjing.errors import BookError, Mistake
from mingjing.instants import at, micros, parse
from mingjing.registers import Agreement
from mingjing.settings import Settings
from mingjing.types import CaseEvent
from mingjing.zones import Zone, zone
from rules import Engine, surroundings
from streams.watermark import OURS, Watermarks

LOOKS = 3
"""A source whose mark moved since so many looks is catching up, not silent: history may be arriving."""

PREFIX = "source:"
SILENT, REPORTED = "source_silent", "source_reported"


def case_of(source: str) -> str:
    """The case id of a connector."""
    return PREFIX + source


def due(agreement: Agreement, mark: int, days: Days, zone: Zone) -> int:
    """The last instant at which a source that has reported up to `mark` is on time: its lag, counted on working days
    and outside outages. A day of an uncovered year counts."""
    left, position, day = agreement.lag, mark, zone.day(mark)
    while True:
        midnight = zone.midnight(day + 1)
        if _counts(days, day):
            free = midnight - position - agreement.outage_time(position, midnight)
            if free >= left:
                return agreement._replace(lag=left).due(position)
            left -= free
        position, day = midnight, day + 1


def _counts(days: Days, day: int) -> bool:
    try:
        return days.counts(day)
    except YearNotCovered:
        return True


class Silences:
    """Which connectors were last reported as silent, and since which mark.

    `due`: the last instant at which a source that has reported up to a mark is on time.
    """

    def __init__(self, due: Callable[[str, int], int]) -> None:
        self._due = due
        self._silent: dict[str, int | None] = {}
        self._standing: dict[str, tuple[int, int]] = {}

    def known(self, source: str) -> bool:
        """Whether it is known what was last reported of a connector."""
        return source in self._silent

    def learn(self, source: str, history: Iterable[CaseEvent]) -> None:
        """What has been reported of a connector so far: its case's history, in any order."""
        marks: dict[int, set[str]] = {}
        for event in history:
            since = event.data.get("silent_since")
            if event.source == OURS and isinstance(since, str):
                marks.setdefault(micros(parse(since)), set()).add(event.type)
        open_ = [mark for mark, types in marks.items() if REPORTED not in types]
        self._silent[source] = max(open_, default=None)

    def forget(self) -> None:
        """Another worker may have reported meanwhile."""
        self._silent.clear()
        self._standing.clear()

    def changes(self, marks: Watermarks, now: int, sources: Iterable[str]) -> Iterator[CaseEvent]:
        """What is to be reported at `now` of connectors that are known. Asked again it is the same, until `sent`.

        Asking is a look; silence is reported when the source's mark has stood still for a few of them.
        """
        for source in sources:
            mark = marks.of(source)
            if not source or source == OURS or mark is None or source not in self._silent:
                continue
            since, due = self._silent[source], self._due(source, mark)
            before, looks = self._standing.get(source, (mark, 0))
            looks = looks + 1 if before == mark else 1
            self._standing[source] = (mark, looks)
            if since is None and now > due and looks >= LOOKS:
                yield _event(source, SILENT, mark, due, due)
            elif since is not None and now <= due:
                yield _event(source, REPORTED, since, now, due)

    def sent(self, event: CaseEvent) -> None:
        """An event of ours was published."""
        source = event.case_id.removeprefix(PREFIX)
        self._silent[source] = micros(parse(event.data["silent_since"])) if event.type == SILENT else None

    @property
    def silent(self) -> list[str]:
        """The connectors that are silent."""
        return [source for source, since in self._silent.items() if since is not None]


def _event(source: str, kind: str, mark: int, occurred: int, due: int) -> CaseEvent:
    since = at(mark).isoformat()
    return CaseEvent(
        event_id=f"{OURS}:{source}:{since}:{kind}",
        case_id=case_of(source),
        type=kind,
        occurred_at=at(occurred),
        source=OURS,
        data={"connector": source, "silent_since": since, "due_at": at(due).isoformat()},
    )


class Agreed(NamedTuple):
    """What is agreed with sources: the lag of each (microseconds), and who reports when it is passed."""

    lag: Callable[[str], int]
    silences: Silences | None


def agreed(settings: Settings, engine: Engine) -> Agreed:
    """The agreements of the engine's registers, and of the settings where those have none.

    Raises BookError for calendars that cannot be read.
    """
    mistakes: list[Mistake] = []
    around = surroundings(settings, mistakes)
    if mistakes:
        raise BookError(mistakes)
    days, home = around.calendars.get(settings.calendar), zone(settings.timezone)

    def agreement(source: str) -> Agreement:
        return engine.registers.source(source) or Agreement(source, settings.lag(source), batch=False)

    listens = any(
        engine.book.table.types(slot) & {SILENT} for rule in engine.book.rules for slot in rule.judge.triggers
    )
    silences = Silences(lambda source, mark: due(agreement(source), mark, days, home)) if listens else None
    return Agreed(lambda source: agreement(source).lag, silences)
