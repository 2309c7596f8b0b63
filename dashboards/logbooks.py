"""What the pages on the duty room, contacts and objectives read: the logs' events and registers' rows of a period."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dashboards import service
from dashboards.data import BoardRow, board_rows, rows_of
from dashboards.filters import STATUSES, Filter
from dashboards.sharing import shared
from mingjing.insight.duty import ANSWERED, ASKED, CAME, HANDED, LEFT, ROSTERED, Happened, Question
from mingjing.insight.quality import Objective, objectives
from mingjing.scoring.periods import Period
from mingjing.store.registers import register_rows

LIMIT = 50_000
"""Events of a log that are read at once."""
FOUND = 100
"""Findings of a page's rules that are shown at most."""
REFRESH_S = 30


@shared(ttl=REFRESH_S, max_entries=50)
def shift_events(first: date, last: date, timezone: str) -> list[Happened]:
    """What happened in the duty room's shifts whose roster was posted on the local days before `last`."""
    return _events(first, last, timezone, [ROSTERED], [ROSTERED, CAME, LEFT])


@shared(ttl=REFRESH_S, max_entries=50)
def contact_events(first: date, last: date, timezone: str) -> list[Happened]:
    """What happened in contacts that began on the local days before `last`; those handed to a unit are its own too."""
    return _events(first, last, timezone, [ASKED, HANDED], [ASKED, HANDED, ANSWERED])


@shared(ttl=REFRESH_S, max_entries=50)
def questions(first: date, last: date, timezone: str) -> list[Question]:
    """The questions to the duty room asked on the local days before `last`, the latest first."""
    since, until = _span(first, last, timezone)
    with service.store() as store:
        return rows_of(store, "duty_questions", Question, since=since, until=until, limit=LIMIT)


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
        return objectives(dict(row.fields) for row in register_rows(store, "objectives", day=day))


def found_by(rules: tuple[str, ...], period: Period) -> list[BoardRow]:
    """What rules found in a period, in whatever state, the gravest first."""
    last = date.fromordinal(period.until.toordinal() - 1)
    view = Filter(rule=rules, status=STATUSES, period="range", first=period.since, last=last, size=FOUND)
    with service.store() as store:
        return board_rows(store, view, service.now(), service.current().timezone)


def _events(first: date, last: date, timezone: str, openings: list[str], types: list[str]) -> list[Happened]:
    since, until = _span(first, last, timezone)
    given = {"since": since, "until": until, "openings": openings, "types": types}
    with service.store() as store:
        return rows_of(store, "log_events", Happened, **given, limit=LIMIT)


def _span(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    zone = ZoneInfo(timezone)
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)
