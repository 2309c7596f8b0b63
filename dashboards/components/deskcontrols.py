"""The queues and filters of the desk; the address leads, and follows what the reader turns."""

from typing import Any

import streamlit as st

from dashboards.data import Facet
from dashboards.desk import telling
from dashboards.desk.reading import Counts
from dashboards.desk.view import QUEUES, SEVERITIES, Inbox, Queue, from_query, to_query
from dashboards.lexicon import Lexicon
from dashboards.words import number, severity_name
from mingjing.handling.machine import STATES
from mingjing.settings import Severities

_LISTS = ("rule", "department", "window", "region")
_OURS = {*_LISTS, "queue", "severity", "state", "holder", "q", "page"}


def asked() -> Inbox:
    """The view that the address asks for."""
    return from_query({name: st.query_params.get_all(name) for name in st.query_params})


def show(view: Inbox) -> None:
    """Puts a view into the address, leaving what is not ours there."""
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OURS}
    if asked() != view:
        st.query_params.from_dict(others | to_query(view))


def queues(counts: Counts, lexicon: Lexicon) -> None:
    """The queues with how many stand in each."""
    words, view = lexicon.words, asked()
    if st.session_state.get("d_queue_shown") != view.queue:
        st.session_state["d_queue"] = st.session_state["d_queue_shown"] = view.queue

    def turned() -> None:
        chosen: Queue = st.session_state["d_queue"] or "mine"
        show(Inbox(queue=chosen, **_narrowing(asked())))
        st.session_state["d_queue_shown"] = chosen

    st.segmented_control(
        words("desk.queue"),
        QUEUES,
        key="d_queue",
        required=True,
        label_visibility="collapsed",
        format_func=lambda one: f"{words(f'queue.{one}')} {number(getattr(counts, one))}",
        on_change=turned,
    )


def filters(facets: list[Facet], lexicon: Lexicon, severities: Severities) -> None:
    """The filters in the sidebar."""
    words, view = lexicon.words, asked()
    if st.session_state.get("d_shown") != view or "d_q" not in st.session_state:
        for field in (*_LISTS, "severity", "state"):
            st.session_state[f"d_{field}"] = list(getattr(view, field))
        for field in ("q", "holder"):
            st.session_state[f"d_{field}"] = getattr(view, field)
        st.session_state["d_shown"] = view
    with st.sidebar:
        st.text_input(words("filter.search"), key="d_q", placeholder=words("desk.search_hint"), on_change=_turned)
        st.pills(
            words("filter.severity"), SEVERITIES, selection_mode="multi", key="d_severity", on_change=_turned,
            format_func=lambda n: severity_name(n, words, severities),
        )  # fmt: skip
        st.multiselect(
            words("desk.state"), STATES, key="d_state", on_change=_turned, placeholder=words("filter.any"),
            format_func=lambda one: telling.state(one, words),
        )  # fmt: skip
        for field in _LISTS:
            _choice(field, facets, lexicon)
        st.text_input(words("desk.holder"), key="d_holder", on_change=_turned)
        st.button(
            words("filter.clear"), key="d_clear", disabled=not view.narrowed,
            on_click=lambda: show(Inbox(queue=asked().queue)),
        )  # fmt: skip


def _choice(field: str, facets: list[Facet], lexicon: Lexicon) -> None:
    known = [facet.value for facet in facets if facet.field == field and facet.value]
    options = [*known, *(value for value in st.session_state[f"d_{field}"] if value not in known)]
    st.multiselect(
        lexicon.words(f"filter.{field}"), options, key=f"d_{field}", on_change=_turned,
        placeholder=lexicon.words("filter.any"),
        format_func=lambda value: lexicon.rule(value) if field == "rule" else lexicon.name(field, value),
    )  # fmt: skip


def _turned() -> None:
    state = st.session_state
    wanted: dict[str, Any] = {field: tuple(state[f"d_{field}"]) for field in (*_LISTS, "severity", "state")}
    view = Inbox(queue=asked().queue, q=state["d_q"].strip(), holder=state["d_holder"].strip(), **wanted)
    show(view)
    state["d_shown"] = asked()


def _narrowing(view: Inbox) -> dict[str, Any]:
    return {name: getattr(view, name) for name in (*_LISTS, "severity", "holder", "q")}
