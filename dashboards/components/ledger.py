"""A clock's ledger drawn so that it can be checked by hand: month by month, by stretches, day by day."""

from collections.abc import Sequence
from datetime import datetime

from dashboards.components.markup import Html, facts, table, tag
from dashboards.days import Day, Month, months, unfold
from dashboards.words import Words, number
from mingjing.types import Clock, LedgerLine

MONTHS_SHOWN = 12
DAYS_LISTED = 400
_KINDS = ("start", "counted", "rest", "paused", "late")


def ledger(clock: Clock, breach: datetime, words: Words) -> Html:
    """The clock of a finding: its limit in a few words, the wall calendar, the stretches and the list of days."""
    days = unfold(clock, breach)
    return tag(
        "div",
        _summary(clock, words),
        _wall_calendar(days, clock, words) if days else None,
        tag("details", tag("summary", words("finding.runs")), _stretches(clock, words), open=not days),
        _day_list(days, clock, words) if days else None,
        class_="mj-ledger",
    )


def _summary(clock: Clock, words: Words) -> Html:
    due = words("finding.due_day", day=words.day(clock.due_on)) if clock.due_on else words.moment(clock.due_at)
    limit = words("finding.limit_value", limit=number(clock.limit), unit=words.name("unit", clock.unit))
    if extended := sum(line.units for line in clock.ledger if line.kind == "extended"):
        limit += words("finding.limit_extended", n=number(extended))
    counted = max((line.total for line in clock.ledger), default=0)
    return facts(
        [
            (words("finding.limit"), limit),
            (words("finding.start"), words.moment(clock.started_at)),
            (words("finding.due"), due if clock.due_on or clock.due_at else words("finding.not_due")),
            (words("finding.counted"), f"{number(counted)} / {number(clock.limit)}"),
            (
                words("finding.stop"),
                words.moment(clock.stopped_at) if clock.stopped_at else words("finding.not_stopped"),
            ),
        ],
        class_="mj-facts",
    )


def _wall_calendar(days: Sequence[Day], clock: Clock, words: Words) -> Html:
    shown = months(days)[:MONTHS_SHOWN]
    present = {day.kind for day in days}
    legend = [tag("span", tag("i", class_=kind), words(f"ledger.{kind}")) for kind in _KINDS if kind in present]
    marks = [tag("span", tag("i", class_=mark), words(f"ledger.{mark}")) for mark in ("due", "stopped", "breach")]
    return tag(
        "div",
        tag("div", *(_month(month, clock, words) for month in shown), class_="mj-months"),
        tag("p", *legend, *marks, class_="mj-legend"),
    )


def _month(month: Month, clock: Clock, words: Words) -> Html:
    heads = [tag("b", words(f"weekday_short.{n}"), aria_hidden="true") for n in range(1, 8)]
    blanks = [tag("span")] * (month.first.isoweekday() - 1)
    cells = [
        _cell(day, clock, words) if day else tag("span", tag("u", date.day), class_="out") for date, day in month.days
    ]
    return tag("figure", tag("figcaption", f"{month.first:%Y-%m}"), tag("div", *heads, *blanks, *cells, class_="grid"))


def _cell(day: Day, clock: Clock, words: Words) -> Html:
    marks = [name for name in ("due", "stopped", "breach") if getattr(day, name)]
    told = [words.day(day.day), words(f"ledger.{day.kind}")]
    if day.number is not None:
        told.append(words("ledger.number", k=number(day.number), n=number(clock.limit)))
    told += [words(f"ledger.{mark}") for mark in marks]
    return tag(
        "span",
        tag("u", day.day.day),
        tag("em", number(day.number)) if day.number is not None else None,
        class_=" ".join(["day", day.kind, *marks]),
        title=" · ".join([*told, *day.notes]),
    )


def _stretches(clock: Clock, words: Words) -> Html:
    by_day = clock.precision == "day"
    heads = ["from", "to" if by_day else "until", "what", "units", "total", "note"]
    return table(
        [words(f"ledger.{head}") for head in heads],
        [_stretch(line, by_day, words) for line in clock.ledger],
        class_="mj-table",
    )


def _stretch(line: LedgerLine, by_day: bool, words: Words) -> Html:
    if line.first and line.last:
        since, until = words.day(line.first), words.day(line.last)
    else:
        since, until = words.moment(line.since), words.moment(line.until) if line.until else ""
    extended = line.kind == "extended"
    units = ("+" if extended else "") + number(round(line.units, 4)) if line.units else ""
    total = "" if extended or line.kind == "rung" else number(round(line.total, 4))
    return tag(
        "tr",
        tag("td", since, class_="nowrap"),
        tag("td", until, class_="nowrap"),
        tag("td", tag("i", class_=f"mj-key {line.kind}") if by_day else None, words(f"ledger.{line.kind}")),
        tag("td", units, class_="number"),
        tag("td", total, class_="number"),
        tag("td", line.note or ""),
    )


def _day_list(days: Sequence[Day], clock: Clock, words: Words) -> Html:
    rows = [_day_row(day, clock, words) for day in days[:DAYS_LISTED]]
    cut = tag("p", words("finding.by_day_cut", n=DAYS_LISTED)) if len(days) > DAYS_LISTED else None
    listed = table(
        [words("ledger.day"), words("ledger.what"), words("ledger.total"), words("ledger.note")],
        rows,
        class_="mj-table",
    )
    return tag("details", tag("summary", words("finding.by_day", n=len(days))), listed, cut)


def _day_row(day: Day, clock: Clock, words: Words) -> Html:
    marks = [words(f"ledger.{name}") for name in ("due", "stopped", "breach") if getattr(day, name)]
    count = words("ledger.number", k=number(day.number), n=number(clock.limit)) if day.number is not None else ""
    return tag(
        "tr",
        tag("td", words.day(day.day), class_="nowrap"),
        tag("td", tag("i", class_=f"mj-key {day.kind}"), words(f"ledger.{day.kind}")),
        tag("td", count, class_="nowrap"),
        tag("td", " · ".join([*marks, *day.notes])),
    )
