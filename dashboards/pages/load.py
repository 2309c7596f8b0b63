"""忙闲: when cases come, at which windows, who was there to take them, and what to change."""

from collections.abc import Sequence

import streamlit as st

from dashboards import counters, loads, service
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, facts, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.places import asked, choosers, scope
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.hall.reading import presence
from dashboards.lexicon import Lexicon
from dashboards.loads import HourLine, Load
from dashboards.scores.reading import lexicon as named_codes
from dashboards.scores.reading import organisation
from dashboards.words import Words, number
from mingjing.charts.load import Cell, flow, grid
from mingjing.insight.load import Hour, advice, whole
from mingjing.scoring.periods import Period

WINDOWS_SHOWN = 30


def page() -> None:
    """Period and place, then advice, the week, the windows, and the flow."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        choosers(lexicon, "region", "department")
        download = st.empty()
    carry("region", "department")
    title.html(heading(words("load.title"), period, words))
    found = read(period)
    if not found.whole:
        st.html(empty(words("load.none"), words("load.none_hint")))
        counters.part(period, lexicon, hidden=True)
        return
    name = f"mingjing-load-{period.code}.csv"
    with download:
        offer("load", lambda: found.lines, lambda rows: rows_csv(HourLine, rows, words), name)
    st.html(told(found, words))
    week(found, words)
    by_window(found, lexicon)
    coming_and_going(found, words)
    counters.part(period, lexicon)


def read(period: Period) -> Load:
    """The arrivals of the places that the address names, with what cameras saw of their windows."""
    with service.store() as store:
        places = scope(asked("region", "department"), organisation())
        arrivals, flows = loads.read(store, period, places)
    today = service.words().local(service.now()).date()
    days = loads.camera_days(period, today)
    seen = presence(*days) if days and arrivals else []
    return loads.load(arrivals, flows, seen)


def told(found: Load, words: Words) -> Html:
    """The figures in a line, and what they suggest."""
    cases = sum(one.arrivals for one in found.whole)
    top = max(found.whole, key=lambda one: one.a_day)
    days = sum(1 for one in found.flows.days if one.opened)
    still = found.flows.before + sum(one.opened - one.closed for one in found.flows.days)
    pairs = [
        (words("load.cases"), number(cases)),
        (words("load.a_day"), number(round(cases / days, 1)) if days else "—"),
        (words("load.busiest"), words("load.busiest_value", hour=when(top, words), n=number(round(top.a_day, 1)))),
        (words("load.still"), number(still)),
        (words("load.watched"), words("load.watched_value", n=len(found.watched), all=len(found.windows))),
    ]
    return tag(
        "section", facts(pairs, class_="mj-facts"), tag("p", suggestion(found, words), class_="mj-advice"),
        class_="mj-section",
    )  # fmt: skip


def suggestion(found: Load, words: Words) -> str:
    """One sentence of advice with its numbers, or why there is none."""
    if not found.watched:
        return words("load.blind")
    one = advice(found.met)
    if one is None:
        return words("load.even", n=len(found.watched))
    said = words(
        "load.advice",
        busy=when(one.busy, words),
        busy_rate=f"{one.busy.pressure or 0:.1f}",
        busy_windows=f"{one.busy.windows:.1f}",
        idle=when(one.idle, words),
        idle_rate=f"{one.idle.pressure or 0:.1f}",
        idle_windows=f"{one.idle.windows:.1f}",
    )
    return said + (words("load.move", n=one.move) if one.move else words("load.move_part"))


def when(one: Hour, words: Words) -> str:
    """`周一 9:00–10:00`, or of every working day."""
    day = words(f"weekday.{one.weekday}") if one.weekday else words("load.every_day")
    return f"{day} {one.hour}:00–{one.hour + 1}:00"


def week(found: Load, words: Words) -> None:
    """The week as a grid: cases a day, and beside it cases per staffed window-hour."""
    days = [words(f"weekday.{n}") for n in sorted({one.weekday for one in found.whole})]
    labels = {"value": words("load.cell_cases"), "row": words("load.weekday")}
    left, right = st.columns(2)
    with left:
        st.html(tag("section", tag("h2", words("load.week")), class_="mj-section"))
        cells = [_cell(one, words(f"weekday.{one.weekday}"), one.a_day, words) for one in found.whole]
        st.vega_lite_chart(None, grid(cells, days, labels), key="week", width="stretch")
    with right:
        st.html(tag("section", tag("h2", words("load.pressure")), class_="mj-section"))
        if not any(one.pressure for one in found.met):
            st.html(notice(words("load.blind")))
            return
        labels = {"value": words("load.cell_pressure"), "row": words("load.weekday")}
        full = set(whole(found.met))
        cells = [
            _cell(one, words(f"weekday.{one.weekday}"), one.pressure if one in full else None, words)
            for one in found.met
            if one.arrivals or one.staffed
        ]
        st.vega_lite_chart(None, grid(cells, days, labels), key="pressure", width="stretch")
        st.html(tag("p", words("load.pressure_note", n=len(found.watched)), class_="sub"))


def by_window(found: Load, lexicon: Lexicon) -> None:
    """The busiest windows by hour of the day."""
    words = lexicon.words
    days = sum(1 for one in found.flows.days if one.opened)
    busiest = sorted(found.windows, key=lambda window: -sum(one.arrivals for one in found.windows[window]))
    shown = [window for window in busiest if window][:WINDOWS_SHOWN]
    if not shown or not days:
        return
    rows = {window: _label(window, lexicon) for window in shown}
    cells = [
        Cell(row=rows[window], hour=hour, value=n / days, told=words("load.cell_told", n=number(n), days=days))
        for window in shown
        for hour, n in _of_day(found.windows[window]).items()
    ]
    left_out = len(busiest) - len(shown)
    more = tag("small", words("load.more_windows", n=left_out)) if left_out else None
    st.html(tag("section", tag("h2", words("load.by_window"), more), class_="mj-section"))
    labels = {"value": words("load.cell_cases"), "row": words("filter.window")}
    st.vega_lite_chart(None, grid(cells, list(rows.values()), labels), key="windows", width="stretch")


def _label(window: str, lexicon: Lexicon) -> str:
    """The code first: long names are cut at their end, where windows of one department differ."""
    name = lexicon.name("window", window)
    return window if name == window else f"{window} {name}"


def coming_and_going(found: Load, words: Words) -> None:
    """Cases opened and closed over time, and how many were open."""
    st.html(tag("section", tag("h2", words("load.flow")), class_="mj-section"))
    labels = {name: words(f"load.flow_{name}") for name in ("opened", "closed", "open", "cases")}
    st.vega_lite_chart(None, flow(loads.stretches(found.flows), labels), key="flow", width="stretch")
    st.html(tag("p", words("load.flow_note"), class_="sub"))


def _cell(one: Hour, row: str, value: float | None, words: Words) -> Cell:
    said = words("load.cell_told", n=number(one.arrivals), days=one.days)
    if one.known:
        said += words("load.cell_staffed", n=f"{one.windows:.1f}")
    return Cell(row=row, hour=one.hour, value=value, told=said)


def _of_day(several: Sequence[Hour]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in several:
        found[one.hour] = found.get(one.hour, 0) + one.arrivals
    return dict(sorted(found.items()))


page()
