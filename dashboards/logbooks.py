"""What the pages on the duty room, contacts and objectives read: the logs' events and registers' rows of a period.

A case of a log is read whole, as the rules judge it: else whoever handed a contact over would never see it answered.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboards import service, who
from dashboards.data import BoardRow, board_rows, rows_of
from dashboards.filters import STATUSES, Filter
from dashboards.sharing import shared
from mingjing.insight.duty import ANSWERED, ASKED, CAME, ENDED, HANDED, LEFT, OFF, ROSTERED, Happened, Question
from mingjing.insight.quality import Objective, objectives
from mingjing.scoring.periods import Period
from mingjing.store import Store
from mingjing.store.registers import register_rows

LIMIT = 20_000
"""Cases of a log that are read, the latest."""
AT_ONCE = 2_000
"""So many of them in one question."""
FOUND = 100
"""Findings of a page's rules that are shown at most."""
REFRESH_S = 30


@shared(ttl=REFRESH_S, max_entries=50)
def shift_events(first: date, last: date, timezone: str) -> list[Happened]:
    """What happened in the duty room's shifts whose roster was posted on the local days before `last`."""
    return _events(first, last, timezone, [ROSTERED], [ROSTERED, CAME, LEFT, *OFF])


@shared(ttl=REFRESH_S, max_entries=50)
def contact_events(first: date, last: date, timezone: str) -> list[Happened]:
    """What happened in contacts that began on the local days before `last`; those handed to a unit are its own too."""
    return _events(first, last, timezone, [ASKED, HANDED], [ASKED, HANDED, ANSWERED, *ENDED])


@shared(ttl=REFRESH_S, max_entries=50)
def questions(first: date, last: date, timezone: str) -> list[Question]:
    """The questions to the duty room asked on the local days before `last`, the latest first."""
    with service.store() as store:
        begun = _begun(store, first, last, timezone, ["wo_received"], "duty_room")
        return [one for cases in begun for one in rows_of(store, "duty_questions", Question, cases=cases)]


@shared(ttl=REFRESH_S, max_entries=50)
def counted(first: date, last: date) -> dict[tuple[str, str], tuple[int, int]]:
    """How many were as promised, of how many, by unit and measure of objectives."""
    with service.store() as store:
        rows = store.query("objective_counts", first=first, last=last)
    return {(row["department"], row["measure"]): (row["good"], row["n"]) for row in rows}


@shared(ttl=REFRESH_S, max_entries=50)
def aims(day: date) -> list[Objective]:
    """The quality objectives in force on a day."""
    with service.store() as store:
        return objectives((row.valid_from, row.fields) for row in register_rows(store, "objectives", day=day))


def reached(aims: Iterable[Objective], period: Period) -> dict[str, tuple[int, int]]:
    """How many were as promised, of how many, by objective: on those days of a period on which it was in force."""
    found = {}
    for aim in aims:
        by_unit = counted(max(aim.since, period.since), period.until)
        found[aim.code] = by_unit.get((aim.unit, aim.measure), (0, 0))
    return found


def found_by(rules: tuple[str, ...], period: Period) -> list[BoardRow]:
    """What rules found of a period, in whatever state, the gravest first.

    They look at whole days and stand at the midnight after the last of them.
    """
    first = period.since + timedelta(days=1)
    view = Filter(rule=rules, status=STATUSES, period="range", first=first, last=period.until, size=FOUND)
    with service.store() as store:
        return board_rows(store, view, service.now(), service.current().timezone)


def own(*codes: str) -> bool:
    """Whether one of these codes is within the reader's scope: a case may have been put right to be another's."""
    within = who.person().scope.counters
    return within is None or not within.isdisjoint(codes)


def _events(first: date, last: date, timezone: str, openings: list[str], types: list[str]) -> list[Happened]:
    with service.store() as store:
        begun = _begun(store, first, last, timezone, openings)
        return [one for cases in begun for one in rows_of(store, "log_events", Happened, cases=cases, types=types)]


def _begun(
    store: Store, first: date, last: date, timezone: str, openings: list[str], sort: str = ""
) -> Iterator[list[str]]:
    """The cases that the reader's scope holds an opening event of, so many at once as one question takes."""
    since, until = span(first, last, timezone)
    rows = store.query("log_cases", openings=openings, sort=sort, since=since, until=until, limit=LIMIT)
    cases = [row["case_id"] for row in rows]
    return (cases[at : at + AT_ONCE] for at in range(0, len(cases), AT_ONCE))


def span(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    """The instants at which one local day and another begin."""
    zone = ZoneInfo(timezone)
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)
