"""The period 考核周期 and place that leaders' pages share. They live in the address, so that a link reproduces them."""

from datetime import date
from functools import partial

import streamlit as st

from dashboards import service
from dashboards.components.markup import Html, tag
from dashboards.words import Words
from mingjing.scoring.periods import KINDS, Kind, Period

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


def asked(today: date) -> Period:
    """The period that the address names, else the month of today; what is out of the question is dropped."""
    try:
        period = Period.parse(st.query_params.get("period", ""))
    except ValueError:
        return Period.of("month", today)
    return period if period.since >= EARLIEST and period.until <= LATEST else Period.of("month", today)


def put(**values: str) -> None:
    """Writes values into the address, empty ones out of it, and lets the other pages know of them."""
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in values}
    st.query_params.from_dict(kept | {name: [value] for name, value in values.items() if value})
    carry(*(name for name in values if name in service.SHARED))


def carry(*names: str) -> None:
    """Keeps the period and the named parts of the address for the other pages that share them."""
    held: dict[str, list[str]] = st.session_state.get("leaders_query", {})
    now = {name: st.query_params.get_all(name) for name in ("period", *names)}
    st.session_state["leaders_query"] = {name: v for name, v in (held | now).items() if v}


def picker(words: Words) -> Period:
    """Kind of period, one step back and forward, and a day to jump to."""
    today = words.local(service.now()).date()
    current = asked(today)
    kind = current.kind if current.kind != "span" else None
    if st.session_state.get("period_shown") != current:
        st.session_state["period_kind"], st.session_state["period_day"] = kind, min(max(current.since, EARLIEST), today)
    with st.container(key="period", horizontal=True, vertical_alignment="bottom", width="content"):
        st.segmented_control(
            words("periods.kind"),
            KINDS,
            key="period_kind",
            format_func=lambda one: words("periods.day_kind" if one == "day" else f"periods.{one}"),
            on_change=_turned,
        )
        st.button("◀", key="period_back", help=words("periods.back"), on_click=partial(_go, current.before))
        st.date_input(
            words("periods.day"), key="period_day", min_value=EARLIEST, max_value=LATEST, on_change=_turned, width=130
        )
        later = after(current)
        st.button(
            "▶", key="period_on", help=words("periods.on"), on_click=partial(_go, later), disabled=later.since > today
        )
    st.session_state["period_shown"] = current
    return current


def after(period: Period) -> Period:
    """The period of the same kind (or length) just after."""
    if period.kind == "span":
        return Period(period.until, period.until + (period.until - period.since))
    return Period.of(period.kind, period.until)


def heading(title: str, period: Period, words: Words) -> Html:
    """A page's title with its period."""
    return tag("h1", title, tag("small", named(period, words)), class_="mj-title")


def named(period: Period, words: Words) -> str:
    """What people call a period: `2026 年 3 月`, or its days."""
    since, last = period.since, date.fromordinal(period.until.toordinal() - 1)
    match period.kind:
        case "day":
            return words.day(since)
        case "week":
            year, week, _ = since.isocalendar()
            return words("periods.of_week", n=year, week=week, first=since, last=last)
        case "month":
            return words("periods.of_month", year=since.year, month=f"{since:%m}")
        case "quarter":
            return words("periods.of_quarter", year=since.year, n=(since.month + 2) // 3)
        case "year":
            return words("periods.of_year", year=since.year)
        case _:
            return words("periods.of_span", first=since, last=last)


def _turned() -> None:
    kind: Kind = st.session_state["period_kind"] or "month"
    day = st.session_state["period_day"]
    if isinstance(day, date):
        put(period=Period.of(kind, day).code)


def _go(period: Period) -> None:
    put(period=period.code)
