"""Whose figures leaders look at: a region, a department. In the address, shared by the leaders' pages."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components.period import put
from dashboards.lexicon import Lexicon
from mingjing.scoring.details import Organisation
from mingjing.store.scores import Scope

FIELDS = {"region": "regions", "department": "departments", "window": "windows", "officer": "officers"}


def asked(*fields: str) -> dict[str, str]:
    """The codes that the address names, by field."""
    return {field: code for field in fields if (code := st.query_params.get(field, ""))}


def scope(places: Mapping[str, str], org: Organisation) -> Scope:
    """Whose sums those are; a region with all that lie in it."""
    codes = {field: org.under(code) if field == "region" else (code,) for field, code in places.items()}
    return Scope(**{FIELDS[field]: those for field, those in codes.items()})


def chooser(field: str, codes: Sequence[str], lexicon: Lexicon, *, whole: bool = True, width: int = 220) -> str:
    """A list to choose one code from; "" for all, where `whole` offers that. The address leads and follows."""
    words, current = lexicon.words, st.query_params.get(field, "")
    options = [*([""] if whole else []), *codes]
    if current and current not in options:
        options.append(current)
    key = f"place_{field}"
    chosen = current or (options[0] if options else "")
    if st.session_state.get(f"{key}_shown") != chosen or key not in st.session_state:
        st.session_state[key] = st.session_state[f"{key}_shown"] = chosen
    st.selectbox(
        words(f"scoring.level_{field}"),
        options,
        key=key,
        width=width,
        format_func=lambda code: lexicon.full(field, code) if code else words("filter.any"),
        on_change=lambda: put(**{field: st.session_state[key]}),
    )
    return chosen


def choosers(lexicon: Lexicon, *fields: str) -> None:
    """A list for each field, of all codes that have a name."""
    for field in fields:
        chooser(field, known(lexicon, field), lexicon)


def known(lexicon: Lexicon, field: str) -> list[str]:
    """The codes of a field that have a name, in order."""
    return sorted(code for kind, code in lexicon.names if kind == field)
