"""The public page's entry, run by Streamlit: `mingjing dashboard --public` starts it."""

import logging
from pathlib import Path

import streamlit as st

from dashboards import service
from dashboards.components.chrome import away, notice
from dashboards.components.markup import join, tag
from dashboards.public.page import page
from dashboards.words import LANGUAGES, Words
from mingjing.errors import MingjingError, StoreUnavailable

LOG = logging.getLogger(__name__)
STYLE = Path(__file__).parents[1] / "style"


def main() -> None:
    """Draws the page, or says why it cannot."""
    try:
        words = service.words()
    except MingjingError as wrong:
        _closed(wrong)
        return
    st.set_page_config(words("public.title"), page_icon=STYLE / "icon.svg", layout="wide")
    sheets = "\n".join((STYLE / f"{name}.css").read_text(encoding="utf-8") for name in ("page", "public"))
    st.html(f"<style>{sheets}</style>")
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        brand = tag("div", tag("b", "明镜"), tag("span", words("public.title")), class_="mj-brand")
        st.html(brand, width="content")
        st.button(words("app.other_language"), key="language", on_click=_other_language, args=(words,))
    try:
        page(words)
    except StoreUnavailable:
        away(words)
    except MingjingError as wrong:
        _closed(wrong)


def _closed(wrong: MingjingError) -> None:
    """Says that the page is closed, in both languages; why, which may name the store, is for the log alone."""
    LOG.error("the public page cannot open: %s", wrong)
    st.html(join(*(notice(Words(language, "UTC")("public.closed")) for language in LANGUAGES)))


def _other_language(words: Words) -> None:
    other = next(language for language in LANGUAGES if language != words.language)
    st.session_state["lang"] = other
    st.query_params["lang"] = other


main()
