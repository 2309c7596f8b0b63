"""Controls of the scores' pages: level, period, place, scheme, search, order. The address leads, as on the board."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st
from msgspec.structs import replace

from dashboards.components import period
from dashboards.lexicon import Lexicon
from dashboards.scores import reading
from dashboards.scores.view import ORDERS, View, from_query, to_query
from mingjing.scoring.periods import Period
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.sums import LEVELS

CARRIED = ("region", "department", "scheme")
_OURS = {"level", *CARRIED, "q", "sort", "live", "rev", "page"}
_FIELDS = ("level", *CARRIED, "q", "sort")


def asked() -> View:
    """The view that the address asks for."""
    view = from_query({name: st.query_params.get_all(name) for name in st.query_params})
    return replace(view, scheme=reading.known(view.scheme))


def show(view: View) -> None:
    """Puts a view into the address, leaving what is not ours there."""
    if asked() != view:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OURS}
        st.query_params.from_dict(others | to_query(view))
    period.carry(*CARRIED)


def level_and_period(lexicon: Lexicon) -> Period:
    """Which level, and of when."""
    words, view = lexicon.words, asked()
    _follow(view)
    with st.container(key="score_tools", horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            words("scoring.level"),
            LEVELS,
            key="s_level",
            required=True,
            format_func=lambda one: words(f"scoring.level_{one}"),
            on_change=_turned,
        )
        return period.picker(words)


def place(lexicon: Lexicon, *, search: bool = True) -> None:
    """Which region, department and scheme; with `search` also the search and the order of a ranking."""
    words, view = lexicon.words, asked()
    width: Literal["stretch", "content"] = "stretch" if search else "content"
    with st.container(key="score_place", horizontal=True, vertical_alignment="bottom", width=width):
        if search:
            st.text_input(
                words("ranking.search"),
                key="s_q",
                placeholder=words("ranking.search_hint"),
                on_change=_turned,
                width=170,
            )
        for field in ("region", "department"):
            _choice(field, lexicon, view)
        if search:
            _order(reading.scheme(view.scheme), lexicon)
        known = reading.choices()
        if len(known) > 1:
            st.selectbox(
                words("scoring.scheme"),
                ["", *known[1:]],
                key="s_scheme",
                format_func=lambda one: words.pick(reading.scheme(one).name),
                on_change=_turned,
                width=190,
            )


def _order(scheme: Scheme, lexicon: Lexicon) -> None:
    words = lexicon.words
    named: dict[str, str] = {one: words(f"ranking.sort_{one}") for one in ORDERS}
    named |= {one.id: words("ranking.sort_by", name=words.pick(one.name)) for one in scheme.indicators}
    held = st.session_state.get("s_sort")
    options = [*named, *([held] if held not in named and held else [])]
    st.selectbox(
        words("filter.sort"),
        options,
        key="s_sort",
        format_func=lambda one: named.get(one, one),
        on_change=_turned,
        width=190,
    )


def _choice(field: str, lexicon: Lexicon, view: View) -> None:
    options = codes(field, lexicon)
    held = getattr(view, field)
    values = ["", *options, *([held] if held and held not in options else [])]
    st.selectbox(
        lexicon.words(f"filter.{field}"),
        values,
        key=f"s_{field}",
        format_func=lambda code: options.get(code, code) or lexicon.words("filter.any"),
        on_change=_turned,
        width=190,
    )


def codes(field: str, lexicon: Lexicon) -> Mapping[str, str]:
    """The known codes of a field and their names; regions as a tree, each beneath its parent."""
    known = sorted(code for kind, code in lexicon.names if kind == field)
    if field != "region":
        return {code: lexicon.name(field, code) for code in known}
    tree = reading.organisation()
    return {
        code: "　" * tree.depth(code) + lexicon.name(field, code)
        for code in sorted(known, key=lambda one: [*reversed(tree.over(one))])
    }


def _follow(view: View) -> None:
    """The widgets follow the address where it changed by other ways than them."""
    if st.session_state.get("s_shown") == view and "s_level" in st.session_state:
        return
    for name in _FIELDS:
        st.session_state[f"s_{name}"] = getattr(view, name)
    st.session_state["s_shown"] = view


def _turned() -> None:
    view = asked()
    values = {name: st.session_state.get(f"s_{name}", getattr(view, name)) or "" for name in _FIELDS}
    values["q"], values["sort"] = values["q"].strip(), values["sort"] or "total"
    if values["level"] != view.level:
        values["q"], values["sort"] = "", "total"
    turned = replace(view, **values, page=1, revision=0)
    st.session_state["s_shown"] = turned
    show(turned)
