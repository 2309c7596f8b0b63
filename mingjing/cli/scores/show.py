"""`mingjing scores show` and `explain`: scores as a table, as data, and by hand."""

import csv
import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mingjing.cli.scores.parts import (
    LevelArgument,
    Opened,
    PeriodArgument,
    SchemeOption,
    level_of,
    opened,
    period_of,
    scope_of,
)
from mingjing.errors import UsageError
from mingjing.scoring.results import Score, ScoreSheet, Value
from mingjing.scoring.scheme import Indicator, Scheme

COLUMNS = ("tier", "code", "name", "score", "lo", "hi", "state", "cases", "weighted", "doubts", "doubtful")
NUMBERS = ("tier", "score", "cases", "weighted")


def show(
    level: LevelArgument,
    period: PeriodArgument,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=CODE", help="Only within, like department=D01; may be repeated.")
    ] = None,
    scheme: SchemeOption = None,
    live: Annotated[bool, typer.Option("--live", help="As of now, even where the period is frozen.")] = False,
    revision: Annotated[int, typer.Option(min=0, help="Of a frozen period; 0 is the last one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The whole sheet, indicators included.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One line a subject.")] = False,
) -> None:
    """Show the scores of a level in a period: tiers, 95 % intervals, cases. Frozen periods as they were frozen."""
    if live and revision:
        raise UsageError("--live is as of now and --revision as it was; give one of them")
    with opened(scheme) as at:
        sheet = at.scoring.sheet(level_of(level), period_of(period), scope_of(scope), live=live, revision=revision)
        if as_json:
            typer.echo(msgspec.json.encode(sheet).decode())
        elif as_csv:
            writer = csv.writer(sys.stdout)
            writer.writerow(COLUMNS)
            writer.writerows(_row(at, sheet, one) for one in sheet.scores)
        else:
            _print(at, sheet)


def explain(level: LevelArgument, code: str, period: PeriodArgument, scheme: SchemeOption = None) -> None:
    """Explain one score by hand: what was counted, what the average peer reaches, what of the distance is left, points.

    The fair value is what the average peer reaches on the items of all, and what is left of the distance from peers on
    the same items after it was drawn towards them; "own" says how much the subject's own figures weigh in that.
    """
    with opened(scheme) as at:
        sheet = at.scoring.sheet(level_of(level), period_of(period))
        found = sheet.of(code)
        if found is None:
            raise UsageError(f"{level} {code!r} has nothing in {sheet.period.code}")
        table = Table(title=f"{at.scoring.name(level, code).zh} {code} · {sheet.period.code} · {_kind(sheet)}")
        for heading in ("indicator", "raw", "peers, same items", "own", "fair value", "points", "of", "by hand"):
            table.add_column(heading, overflow="fold")
        for value in found.values:
            indicator = at.scoring.indicator(value.indicator)
            table.add_row(
                f"{indicator.name.zh} {indicator.id}",
                "–" if value.raw is None else f"{value.raw:.4g} = {value.good:g} of {value.n:g}",
                _number(value.expected),
                "–" if value.own is None else f"{value.own:.0%}",
                fair(value),
                f"{value.points:.2f} ({value.lo:.2f}–{value.hi:.2f})",
                f"{value.weight:.2f}",
                by_hand(indicator, value),
            )
        console = Console()
        console.print(table)
        console.print(_total(at.scoring.scheme, found), highlight=False)


def fair(value: Value) -> str:
    """The fair value as the sum that it is, to the digits shown, and its interval."""
    if value.value is None or value.usual is None:
        return _number(value.value)
    whole, usual = round(value.value, 4), round(value.usual, 4)
    between = f"({_number(value.value_lo)}–{_number(value.value_hi)})"
    return f"{usual:.4f} {whole - usual:+.4f} = {whole:.4f} {between}"


def by_hand(indicator: Indicator, value: Value) -> str:
    """The sum that makes points of the fair value; the points told are its mean over all that the value may be."""
    if value.value is None:
        return ""
    match indicator.kind:
        case "cards":
            return f"{value.weight:.4g} × (1 − {value.value:.4g} / {indicator.zero_at:g})"
        case "deduct":
            return f"{value.weight:.4g} − {value.value:.4g}"
        case "rate" | "speed":
            span = f"({indicator.target:g} − {indicator.floor:g})"
            return f"{value.weight:.4g} × ({value.value:.4g} − {indicator.floor:g}) / {span}"


def _print(at: Opened, sheet: ScoreSheet) -> None:
    table = Table(title=f"{sheet.level} · {sheet.period.code} · {sheet.scheme} {sheet.scheme_version} · {_kind(sheet)}")
    for heading in ("tier", "code", "name", "score", "95 %", "cases", "weighted", "state"):
        table.add_column(heading, justify="right" if heading in NUMBERS else "left")
    for one in sheet.scores:
        table.add_row(
            str(one.tier or "–"),
            escape(one.code),
            escape(getattr(at.scoring.name(sheet.level, one.code), at.chosen.language)),
            "–" if one.score is None else f"{one.score:.1f}",
            "" if one.lo is None or one.hi is None else f"{one.lo:.1f}–{one.hi:.1f}",
            f"{one.cases:,.0f}",
            f"{one.weighted:,.1f}",
            f"{one.state} {_doubts(one)}".rstrip(),
        )
    console = Console()
    console.print(table)
    if sheet.reason:
        console.print(f"revised: {sheet.reason}", markup=False, highlight=False)
    if sheet.scores and not sheet.differs:
        console.print("All intervals overlap the leader's: nobody can be told from it.", highlight=False)


def _row(at: Opened, sheet: ScoreSheet, one: Score) -> tuple[object, ...]:
    name = getattr(at.scoring.name(sheet.level, one.code), at.chosen.language)
    return (
        one.tier,
        one.code,
        name,
        one.score,
        one.lo,
        one.hi,
        one.state,
        one.cases,
        one.weighted,
        " ".join(one.doubts),
        one.doubtful,
    )


def _doubts(one: Score) -> str:
    """The causes confirmed, and in how many windows beneath a subject whose score stands."""
    windows = f" (windows in doubt: {one.doubtful})" if one.doubtful else ""
    return ", ".join(one.doubts) + windows


def _kind(sheet: ScoreSheet) -> str:
    return f"frozen on {sheet.frozen_on}, revision {sheet.revision}" if sheet.revision else "as of now"


def _total(scheme: Scheme, found: Score) -> str:
    if found.score is None:
        return f"no score: {found.state} {_doubts(found)}".rstrip()
    points = " + ".join(f"{value.points:.2f}" for value in found.values)
    bonus = f" + {found.bonus:.2f} bonus" if found.bonus else ""
    sum_ = f"{points}{bonus} = {found.score:.2f} ({found.lo:.2f}–{found.hi:.2f}), at most {scheme.most:g}"
    return f"{sum_}; {found.state} {_doubts(found)}".rstrip()


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
