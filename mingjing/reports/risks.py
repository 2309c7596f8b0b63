"""Sections about risks and their causes, load, joint approval and shorter limits. Pure."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from mingjing.charts import load as charts
from mingjing.insight.load import Hour, hours
from mingjing.reports.facts import Facts
from mingjing.reports.model import Cell, Picture, Section, Table
from mingjing.reports.voice import Voice

CAUSES = 10
SHORTENED = 8


def risks(facts: Facts, voice: Voice) -> Section:
    """Which rules drew most cards, where, and which of them have been open longest."""
    causes, before = facts.now.by_cause(), facts.before.by_cause()
    tables = []
    if causes:
        rows = tuple(_cause(cause, n, before.get(cause, 0), facts, voice) for cause, n in list(causes.items())[:CAUSES])
        heads = tuple(voice("risks.heads").split("|"))
        title = voice("risks.causes")
        tables.append(Table(id="causes", title=title, heads=heads, rows=rows, wide=(0, 4), series=(0, 1)))
    if facts.open_cards:
        title = voice("risks.open", n=facts.open_all)
        heads = tuple(voice("risks.open_heads").split("|"))
        rows = tuple(_open(number, facts, voice) for number in range(len(facts.open_cards)))
        note = voice("risks.open_note", shown=len(rows), n=facts.open_all) if facts.open_all > len(rows) else ""
        tables.append(Table(id="open", title=title, heads=heads, rows=rows, wide=(0, 2), note=note))
    told = [] if causes else [voice("risks.no_cards")]
    if not facts.open_cards:
        told.append(voice("risks.none_open"))
    return Section(title=voice("risks.title"), paragraphs=tuple(told), tables=tuple(tables))


def load(facts: Facts, voice: Voice) -> Section | None:
    """When cases arrive; None where none did."""
    found = busy(facts)
    if not found:
        return None
    peak = max(found, key=lambda one: (one.a_day, -one.weekday, -one.hour))
    days = [voice(f"weekday.{n}") for n in range(1, 8) if any(one.weekday == n for one in found)]
    cells = [charts.Cell(row=voice(f"weekday.{one.weekday}"), hour=one.hour, value=one.a_day) for one in found]
    told = voice(
        "load.peak",
        day=voice(f"weekday.{peak.weekday}"),
        first=f"{peak.hour:02}:00",
        last=f"{peak.hour + 1:02}:00",
        a_day=f"{peak.a_day:.1f}",
        share=f"{sum(one.arrivals for one in found if one.hour < 12) / sum(one.arrivals for one in found):.0%}",
    )
    labels = {"value": voice("load.cases"), "row": voice("load.weekday"), "hour": voice("load.hour")}
    spec = charts.grid(cells, days, labels)
    by_hour = Table(
        id="load",
        title="",
        heads=tuple(voice("load.heads").split("|")),
        rows=tuple(
            (
                Cell(voice(f"weekday.{one.weekday}")),
                Cell(f"{one.hour:02}:00"),
                Cell(one.arrivals, "count"),
                Cell(one.a_day, "points"),
            )
            for one in found
        ),
    )
    picture = Picture(title="", spec=spec, alt=told)
    return Section(title=voice("load.title"), paragraphs=(told,), pictures=(picture,), sheets=(by_hour,))


def busy(facts: Facts) -> tuple[Hour, ...]:
    """The hours of the week with arrivals in the period, a day being one on which any case came."""
    return hours(facts.now.arrivals, facts.open_days, {})


def reform(facts: Facts, voice: Voice) -> Section | None:
    """Joint approval against the sum of its units' limits, and the catalogue's days against a year before."""
    told = []
    serial, elapsed = facts.now["parallel_n"], facts.now["parallel_good"]
    if serial:
        saved = f"{1 - elapsed / serial:.0%}"
        told.append(voice("reform.parallel", serial=f"{serial:,.0f}", elapsed=f"{elapsed:,.0f}", saved=saved))
    tables: tuple[Table, ...] = ()
    change = facts.reduction
    if change and change.changes:
        before, after = change.before, change.after
        told.append(
            voice(
                "reform.days",
                before=f"{before.committed:,.0f}",
                after=f"{after.committed:,.0f}",
                items_before=before.items,
                items_after=after.items,
                shortened=change.of("shortened"),
                lengthened=change.of("lengthened"),
            )
        )
        rows = tuple(
            (
                Cell(voice.name("item", one.item)),
                Cell(voice.name("department", one.department)),
                Cell(one.before, "days"),
                Cell(one.after, "days"),
                Cell(one.days, "change"),
            )
            for one in change.changes[:SHORTENED]
            if one.days
        )
        heads = tuple(voice("reform.heads").split("|"))
        tables = (Table(id="reform", title=voice("reform.table"), heads=heads, rows=rows, wide=(0, 1)),) if rows else ()
    return Section(title=voice("reform.title"), paragraphs=tuple(told), tables=tables) if told else None


def _cause(cause: str, n: int, before: int, facts: Facts, voice: Voice) -> tuple[Cell, ...]:
    code, there = facts.focus.get(cause, ("", 0))
    level = "window" if len(facts.order.scope.departments) == 1 else "department"
    where = voice("risks.where", name=voice.name(level, code), share=f"{there / n:.0%}") if there else ""
    return (
        Cell(voice.cause(cause)),
        Cell(n, "count"),
        Cell(facts.now.reds(cause), "count"),
        Cell(before, "count"),
        Cell(where),
    )


def _open(number: int, facts: Facts, voice: Voice) -> tuple[Cell, ...]:
    one = facts.open_cards[number]
    days = (facts.made_at - one.occurred_at) / timedelta(days=1)
    place = voice.name("window", one.window) if one.window else voice.name("department", one.department)
    return (
        Cell(voice.rule(one.rule)),
        Cell(voice.severity(one.severity)),
        Cell(place),
        Cell(one.case_id),
        Cell(f"{one.occurred_at.astimezone(ZoneInfo(voice.timezone)):%Y-%m-%d}"),
        Cell(int(days), "count"),
    )
