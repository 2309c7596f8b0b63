"""What the commands on scores open and read in the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, NamedTuple

import typer
from msgspec.structs import replace

from mingjing import settings
from mingjing.access import WHOLE
from mingjing.cli.parts import store_dsn
from mingjing.errors import UsageError
from mingjing.instants import at
from mingjing.scores import Scoring
from mingjing.scoring.periods import Period
from mingjing.scoring.schemes import load
from mingjing.scoring.sums import LEVELS
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.scores import EVERYTHING, Scope
from mingjing.zones import zone

SchemeOption = Annotated[
    str | None, typer.Option("--scheme", metavar="NAME|FILE", help="Instead of the settings' scheme.")
]
LevelArgument = Annotated[str, typer.Argument(metavar="LEVEL", help=f"One of {', '.join(LEVELS)}.")]
PeriodArgument = Annotated[
    str,
    typer.Argument(metavar="PERIOD", help="2026-03-09, 2026-W11, 2026-03, 2026-Q1, 2026 or 2026-01-01..2026-06-30."),
]
WITHIN = {"region": "regions", "department": "departments", "window": "windows", "officer": "officers", "item": "items"}


class Opened(NamedTuple):
    """What a command works with. `now`: in the zone whose days count."""

    store: Store
    scoring: Scoring
    chosen: Settings
    now: datetime


@contextmanager
def opened(scheme: str | None = None) -> Iterator[Opened]:
    """The store and the scores of the settings, by another scheme if one is given."""
    chosen = settings.load()
    by = load(scheme or chosen.scheme)
    now = at(settings.clock_now(chosen)).astimezone(zone(chosen.timezone).info)
    with store_dsn(chosen) as dsn, Store(dsn, profile="offline", scope=WHOLE) as store:
        yield Opened(store, Scoring(store, by), chosen, now)


def level_of(text: str) -> str:
    """A level of scores; UsageError for anything else."""
    if text not in LEVELS:
        raise UsageError(f"no level {text!r}; there are {', '.join(LEVELS)}")
    return text


def period_of(text: str) -> Period:
    """A period; UsageError for a text that is none."""
    try:
        return Period.parse(text)
    except ValueError as wrong:
        raise UsageError(str(wrong) if text in str(wrong) else f"{text!r} is no period: {wrong}") from None


def scope_of(parts: list[str] | None) -> Scope:
    """The scope that `FIELD=CODE` texts say, several of one field: any of them; UsageError."""
    scope = EVERYTHING
    for part in parts or []:
        field, equals, code = part.partition("=")
        if not equals or field not in WITHIN or not code:
            raise UsageError(f"--scope {part!r}: write FIELD=CODE, FIELD one of {', '.join(WITHIN)}")
        name = WITHIN[field]
        scope = replace(scope, **{name: (*getattr(scope, name), code)})
    return scope
