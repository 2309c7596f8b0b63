"""The hall's controls: which view, which windows, which days. The address leads, as on the board."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import streamlit as st
from msgspec.structs import replace

from dashboards.hall.state import SHOWN, WindowNow
from dashboards.hall.view import LISTS, SORTS, View, from_query, to_query
from dashboards.lexicon import Lexicon
from dashboards.words import Words

VIEWS = ("plan", "cameras", "heat")
PERIODS = {"today": 1, "week": 7, "month": 30, "quarter": 90}
"""Days that the heat map looks back; `range` is as chosen."""
MOST_DAYS = 366
"""Days that one heat map can be of."""
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
_OURS = {*LISTS, "q", "state", "sort"}


def asked() -> View:
    """The choice of windows that the address asks for."""
    return from_query({name: st.query_params.get_all(name) for name in st.query_params})


def put(**values: str) -> None:
    """Writes values into the address; empty ones are taken out of it."""
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in values}
    st.query_params.from_dict(kept | {name: [value] for name, value in values.items() if value})


def which(words: Words) -> str:
    """The switch between the plan, the cameras and the heat map."""
    current = next((one for one in VIEWS if one == st.query_params.get("view")), VIEWS[0])
    if st.session_state.get("hall_view_shown") != current:
        st.session_state["hall_view"] = current
    chosen = st.segmented_control(
        words("hall.view"),
        VIEWS,
        key="hall_view",
        required=True,
        label_visibility="collapsed",
        format_func=lambda one: words(f"hall.view_{one}"),
    )
    chosen = chosen or current
    st.session_state["hall_view_shown"] = chosen
    if chosen != current:
        put(view="" if chosen == VIEWS[0] else chosen)
    return chosen


def filters(windows: Sequence[WindowNow], lexicon: Lexicon, *, plan: bool) -> View:
    """Search, filters and order of the windows; state and order only for the plan."""
    words, view = lexicon.words, asked()
    if st.session_state.get("hall_filter") != view or "h_q" not in st.session_state:
        for name in (*LISTS, "state"):
            st.session_state[f"h_{name}"] = list(getattr(view, name))
        st.session_state["h_q"], st.session_state["h_sort"] = view.q, view.sort
    options = {
        "hall": sorted({one.place.hall for one in windows if one.place.hall}),
        "department": sorted({one.place.department for one in windows if one.place.department}),
        "by": sorted({camera for one in windows for camera in one.cameras}),
    }
    with st.container(key="hall_tools", horizontal=True, vertical_alignment="bottom"):
        st.text_input(words("hall.search"), key="h_q", placeholder=words("hall.search_hint"), width=160)
        for name in LISTS:
            had = st.session_state.get(f"h_{name}", list(getattr(view, name)))
            values = [*options[name], *(one for one in had if one not in options[name])]
            if len(values) > 1 or had:
                st.multiselect(
                    words(f"filter.{name}"),
                    values,
                    key=f"h_{name}",
                    format_func=partial(lexicon.name, name),
                    placeholder=words("filter.any"),
                    width=180,
                )
        if plan:
            st.pills(
                words("filter.status"),
                SHOWN,
                selection_mode="multi",
                key="h_state",
                format_func=lambda state: words(f"hall.{state}"),
                width="content",
            )
            st.selectbox(
                words("filter.sort"), SORTS, key="h_sort", format_func=lambda one: words(f"hall.sort_{one}"), width=150
            )
        chosen = _chosen(view)
        if chosen.narrowed:
            st.button(words("filter.clear"), key="hall_clear", on_click=lambda: _show(View(sort=chosen.sort)))
    _show(chosen)
    st.session_state["hall_filter"] = chosen
    return chosen


def _chosen(view: View) -> View:
    held = st.session_state
    values = {name: tuple(held.get(f"h_{name}", getattr(view, name))) for name in LISTS}
    state = tuple(one for one in SHOWN if one in held.get("h_state", view.state))
    return replace(view, q=held["h_q"].strip(), state=state, sort=held.get("h_sort", view.sort), **values)


def _show(view: View) -> None:
    if asked() != view:
        kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OURS}
        st.query_params.from_dict(kept | to_query(view))


def day(words: Words, today: date) -> date:
    """The day of a window that the reader looks at, today unless the address says otherwise."""
    current = _date(st.query_params.get("day")) or today
    if st.session_state.get("hall_day_shown") != current:
        st.session_state["hall_day"] = current

    def step(days: int) -> None:
        put(day=(current + timedelta(days=days)).isoformat())

    with st.container(key="hall_day_tools", horizontal=True, vertical_alignment="bottom"):
        chosen: date = st.date_input(
            words("hall.day"), key="hall_day", min_value=EARLIEST, max_value=max(today, current), width=170
        )
        st.button(words("hall.day_before"), key="day_before", on_click=step, args=(-1,))
        st.button(words("hall.day_after"), key="day_after", on_click=step, args=(1,), disabled=current >= today)
    st.session_state["hall_day_shown"] = chosen
    if chosen != current:
        put(day="" if chosen == today else chosen.isoformat())
    return chosen


def days(words: Words, today: date, *, usual: str) -> tuple[date, date]:
    """The first and last day of a heat map."""
    options = [*PERIODS, "range"]
    current = next((one for one in options if one == st.query_params.get("period")), usual)
    if st.session_state.get("hall_period_shown") != current:
        st.session_state["hall_period"] = current
    chosen = st.segmented_control(
        words("hall.period_days"),
        options,
        key="hall_period",
        required=True,
        format_func=lambda one: words(f"hall.period_{one}"),
    )
    chosen = chosen or current
    first, last = _date(st.query_params.get("from")), _date(st.query_params.get("to"))
    last = min(last or today, today)
    first = _near(min(first or last - timedelta(days=6), last), last)
    if chosen == "range":
        picked = st.date_input(words("hall.day"), (first, last), EARLIEST, today, key="hall_range", width=260)
        if len(picked) == 2:
            first, last = _near(picked[0], picked[1]), picked[1]
    else:
        first, last = today - timedelta(days=PERIODS[chosen] - 1), today
    st.session_state["hall_period_shown"] = chosen
    ranged = chosen == "range"
    wanted = {
        "period": "" if chosen == usual else chosen,
        "from": first.isoformat() if ranged else "",
        "to": last.isoformat() if ranged else "",
    }
    if any(st.query_params.get(name, "") != value for name, value in wanted.items()):
        put(**wanted)
    return first, last


def _near(first: date, last: date) -> date:
    return max(first, last - timedelta(days=MOST_DAYS), EARLIEST)


def heat_order(words: Words) -> str:
    """The order of the heat map's rows: `name` or `share`."""
    chosen = st.segmented_control(
        words("filter.sort"),
        ("name", "share"),
        key="heat_sort",
        default="name",
        required=True,
        format_func=lambda one: words(f"hall.heat_sort_{one}"),
    )
    return chosen or "name"


def _date(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if EARLIEST <= found < LATEST else None
