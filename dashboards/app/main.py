"""The dashboards' entry, run by Streamlit: language, navigation, and what a page shows when the store is away.

`mingjing dashboard` starts it; `streamlit run dashboards/app/main.py` does too.
"""

from pathlib import Path

import streamlit as st

from dashboards import service
from dashboards.app.menu import BEHIND, GROUPS
from dashboards.components.chrome import away, broken, style, top_bar
from dashboards.words import Words
from mingjing.errors import MingjingError, StoreUnavailable

HERE = Path(__file__).parents[1]
PAGES = HERE / "pages"
ICON = HERE / "style" / "icon.svg"


def main() -> None:
    """Draws the page that the address names."""
    try:
        words = service.words()
    except MingjingError as wrong:
        broken(wrong)
        return
    st.set_page_config(words("app.title"), page_icon=ICON, layout="wide")
    wall = st.query_params.get("wall") == "1"
    style(service.current().severity, wall=wall)
    pages = _pages(words)
    st.session_state["pages"] = pages
    page = st.navigation(list(pages.values()), position="hidden")
    if page.url_path in service.LEADERS:
        service.keep()
    if not wall:
        top_bar(GROUPS, BEHIND, pages, page, words)
    try:
        page.run()
    except StoreUnavailable:
        away(words)
    except MingjingError as wrong:
        broken(wrong)


def _pages(words: Words) -> dict[str, st.Page]:
    scripts = {name: script for group in GROUPS.values() for name, script in group.items()} | {
        one: one for one in BEHIND
    }
    return {
        name: st.Page(
            PAGES / f"{script}.py",
            title=words(f"app.{name}"),
            default=name == "board",
            url_path=None if name == "board" else name,
        )
        for name, script in scripts.items()
    }


main()
