"""The board's filters in the sidebar, kept in step with the address.

The address leads: when it differs from what was last drawn (first visit, link, back button), the widgets follow it;
when a reader turns a widget, the address follows.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components.saving import CSV, offer
from dashboards.data import EXPORT_LIMIT, BoardRow, Facet, export_rows
from dashboards.exports import as_csv, as_jsonl
from dashboards.filters import NATURES, PAGE_SIZES, PERIODS, SEVERITIES, SORTS, STATUSES, Filter, from_query, to_query
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number, severity_name
from mingjing.settings import Severities

_LISTS = ("rule", "department", "window", "region")
_OURS = {*_LISTS, "severity", "status", "nature", "q", "period", "from", "to", "sort", "page", "size"}


def asked() -> Filter:
    """The view that the address asks for."""
    return from_query({name: st.query_params.get_all(name) for name in st.query_params})


def show(view: Filter) -> None:
    """Puts a view into the address, leaving what is not ours there."""
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OURS}
    if asked() != view:
        st.query_params.from_dict(others | to_query(view))


def filters(facets: Sequence[Facet], lexicon: Lexicon, severities: Severities) -> Filter:
    """Draws the filters; the view that they and the address now agree on."""
    words, view = lexicon.words, asked()
    if st.session_state.get("view") != view or "f_sort" not in st.session_state:
        _follow(view)
    with st.sidebar:
        st.text_input(words("filter.search"), key="f_q", placeholder=words("filter.search_hint"))
        st.pills(
            words("filter.severity"),
            SEVERITIES,
            selection_mode="multi",
            key="f_severity",
            format_func=lambda n: severity_name(n, words, severities),
        )
        st.pills(
            words("filter.status"),
            STATUSES,
            selection_mode="multi",
            key="f_status",
            format_func=lambda status: words(f"status.{status}"),
        )
        st.segmented_control(
            words("filter.nature"),
            NATURES,
            key="f_nature",
            required=True,
            format_func=lambda nature: words(f"nature.{nature or 'any'}"),
        )
        for field in _LISTS:
            _choice(field, facets, lexicon)
        st.selectbox(words("filter.period"), PERIODS, key="f_period", format_func=lambda p: words(f"period.{p}"))
        if st.session_state["f_period"] == "range":
            first, last = st.columns(2)
            first.date_input(words("filter.from"), key="f_first", value=None, min_value=date(1900, 1, 1))
            last.date_input(words("filter.to"), key="f_last", value=None, min_value=date(1900, 1, 1))
        st.selectbox(words("filter.sort"), SORTS, key="f_sort", format_func=lambda sort: words(f"sort.{sort}"))
        st.segmented_control(words("filter.size"), PAGE_SIZES, key="f_size", required=True)
        st.button(words("filter.clear"), key="clear", on_click=lambda: show(Filter()), disabled=not view.narrowed)
    chosen = _chosen(view)
    show(chosen)
    st.session_state["view"] = chosen
    return chosen


def export(words: Words) -> None:
    """Buttons that hand out all findings of the view on the address; made only when pressed, and recorded then."""
    view = asked()

    def rows() -> list[BoardRow]:
        with service.store() as store:
            return export_rows(store, view, service.now(), service.current().timezone)

    name = f"mingjing-{words.local(service.now()):%Y%m%d-%H%M}"
    with st.sidebar, st.container(key="export", horizontal=True):
        help_ = words("board.export_limit", n=number(EXPORT_LIMIT))
        ways: tuple[tuple[str, str, Callable[[Sequence[BoardRow]], bytes]], ...] = (
            ("csv", CSV, lambda found: as_csv(found, words)),
            ("jsonl", "application/x-ndjson", as_jsonl),
        )
        for kind, mime, written in ways:
            label = words(f"board.export_{kind}")
            offer("board", rows, written, f"{name}.{kind}", mime, label=label, key=f"export_{kind}", tip=help_)


def _choice(field: str, facets: Sequence[Facet], lexicon: Lexicon) -> None:
    known = {facet.value: facet.open for facet in facets if facet.field == field}
    options = [*known, *(value for value in st.session_state[f"f_{field}"] if value not in known)]

    def named(value: str) -> str:
        name = lexicon.rule(value) if field == "rule" else lexicon.name(field, value)
        return f"{name} ({known.get(value, 0)})"

    words = lexicon.words
    st.multiselect(
        words(f"filter.{field}"), options, key=f"f_{field}", format_func=named, placeholder=words("filter.any")
    )


def _follow(view: Filter) -> None:
    for field in (*_LISTS, "severity", "status"):
        st.session_state[f"f_{field}"] = list(getattr(view, field))
    for field in ("q", "nature", "period", "first", "last", "sort", "size"):
        st.session_state[f"f_{field}"] = getattr(view, field)


def _chosen(view: Filter) -> Filter:
    state = st.session_state
    wanted: dict[str, Any] = {field: tuple(state[f"f_{field}"]) for field in _LISTS}
    wanted["severity"] = tuple(s for s in SEVERITIES if s in state["f_severity"])
    wanted["status"] = tuple(s for s in STATUSES if s in state["f_status"])
    wanted["q"], wanted["nature"] = state["f_q"].strip(), state["f_nature"]
    wanted["period"], wanted["sort"], wanted["size"] = state["f_period"], state["f_sort"], state["f_size"]
    dated = wanted["period"] == "range"
    wanted["first"] = state.get("f_first") if dated else None
    wanted["last"] = state.get("f_last") if dated else None
    chosen = replace(view, **wanted)
    return chosen if chosen == view else replace(chosen, page=1)
