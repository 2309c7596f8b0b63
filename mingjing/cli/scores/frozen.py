"""`mingjing scores freeze`, `revise`, `revisions`: frozen periods by hand."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from mingjing.calendars import Calendars
from mingjing.cli.options import or_mistakes
from mingjing.cli.scores.parts import LevelArgument, PeriodArgument, SchemeOption, level_of, opened, period_of
from mingjing.errors import UsageError
from mingjing.freezing import freeze as freeze_period
from mingjing.freezing import freeze_due
from mingjing.freezing import revise as revise_period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.sums import LEVELS

LevelsOption = Annotated[
    list[str] | None, typer.Option("--level", metavar="LEVEL", help="Only this level; may be repeated. Absent: all.")
]


def freeze(
    periods: Annotated[list[str] | None, typer.Argument(metavar="PERIOD", help="Absent: whatever is due.")] = None,
    level: LevelsOption = None,
    scheme: SchemeOption = None,
) -> None:
    """Freeze the scores of periods that are over. The scorer does this by itself when they are due."""
    spans, levels = [period_of(one) for one in periods or []], _levels(level)
    if level and not spans:
        raise UsageError("--level needs a PERIOD; what is due is frozen at every level")
    with opened(scheme) as at:
        if spans:
            made = [sheet for one in spans for sheet in freeze_period(at.store, at.scoring, one, at.now, levels)]
        else:
            from pathlib import Path

            own = Path(at.chosen.calendars_dir) if at.chosen.calendars_dir else None
            calendars = or_mistakes(lambda: Calendars(own))
            made = freeze_due(at.store, at.scoring, at.now, calendars.get(at.chosen.calendar))
        _tell(made)


def revise(
    period: PeriodArgument,
    reason: Annotated[str, typer.Option(help="Why; it stands on the sheet.")] = "",
    level: LevelsOption = None,
    scheme: SchemeOption = None,
) -> None:
    """Make the next revision of a frozen period: everything that is known by now counts."""
    span, levels = period_of(period), _levels(level)
    with opened(scheme) as at:
        _tell(revise_period(at.store, at.scoring, span, reason, at.now, levels))


def revisions(
    level: LevelArgument,
    period: PeriodArgument,
    scheme: SchemeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, each with what it changed.")] = False,
) -> None:
    """List the revisions of a frozen period: when, why, and whose score each changed."""
    span = period_of(period)
    with opened(scheme) as at:
        found = at.scoring.revisions(level_of(level), span)
        changed = [at.scoring.delta(level, span, one.revision) for one in found]
    if as_json:
        for one, delta in zip(found, changed, strict=True):
            typer.echo(msgspec.json.encode({"revision": one, "changed": delta}).decode())
        return
    if not found:
        typer.echo(f"{level} {span.code} is not frozen")
        return
    table = Table()
    for heading in ("revision", "frozen", "reason", "changed"):
        table.add_column(heading, overflow="fold")
    for one, delta in zip(found, changed, strict=True):
        moves = ", ".join(f"{each.code} {_score(each.before)}→{_score(each.now)}" for each in delta)
        table.add_row(str(one.revision), f"{one.frozen_at.astimezone(at.now.tzinfo):%Y-%m-%d %H:%M}", one.reason, moves)
    Console().print(table)


def _levels(given: list[str] | None) -> tuple[str, ...]:
    return tuple(level_of(one) for one in given) if given else LEVELS


def _tell(made: list[ScoreSheet]) -> None:
    for sheet in made:
        typer.echo(f"{sheet.level} {sheet.period.code}: revision {sheet.revision}, {len(sheet.scores):,} subjects")
    if not made:
        typer.echo("nothing is due")


def _score(one: object) -> str:
    score = getattr(one, "score", None)
    return "–" if score is None else f"{score:.2f}"
