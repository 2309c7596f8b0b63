"""Typical cases on the public page 典型案件曝光: what was approved, while it stands."""

import streamlit as st

from dashboards.components.markup import table, tag
from dashboards.words import Words
from mingjing.opendata.exposures import Exposed, cases_csv
from mingjing.opendata.publishing import Publisher

KEPT_S = 15.0
"""Seconds after which the page asks again, and shows no more what was taken down."""


def exposures(source: Publisher, words: Words) -> None:
    """The section; nothing where nothing is published."""
    found = _found(source)
    if not found:
        return
    st.html(tag("h2", words("public.exposed")))
    rows = [
        tag(
            "tr",
            tag("td", one.day.isoformat(), class_="nowrap"),
            tag("td", words.pick(one.rule)),
            tag("td", words.pick(one.text)),
        )
        for one in found
    ]
    heads = [words(f"public.exposed_{name}") for name in ("day", "rule", "text")]
    st.html(table(heads, rows, class_="mj-table mj-exposed"))
    st.html(tag("p", words("public.exposed_note"), class_="sub"))
    with st.container(key="public_exposed"):
        csv = cases_csv(found, words.language)
        st.download_button(words("public.exposed_csv"), csv, "mingjing-exposed.csv", "text/csv", on_click="ignore")


@st.cache_data(ttl=KEPT_S, show_spinner=False)
def _found(_source: Publisher) -> tuple[Exposed, ...]:
    return _source.exposures().exposed
