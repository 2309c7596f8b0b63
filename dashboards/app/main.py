"""The dashboards' entry, run by Streamlit: language, navigation, and what a page shows when the store is away.

`mingjing dashboard` starts it; `streamlit run dashboards/app/main.py` does too.
"""

from pathlib import Path

import streamlit as st

from dashboards import service
from dashboards.components.chrome import away, broken, style, top_bar
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
    pages = {
        "board": st.Page(PAGES / "officers.py", title=words("app.board"), default=True),
        "hall": st.Page(PAGES / "hall.py", title=words("app.hall"), url_path="hall"),
        "case": st.Page(PAGES / "case.py", title=words("app.case"), url_path="case"),
        "finding": st.Page(PAGES / "finding.py", title=words("onefinding.title"), url_path="finding"),
        "rules": st.Page(PAGES / "rules.py", title=words("app.rules"), url_path="rules"),
        "health": st.Page(PAGES / "health.py", title=words("app.health"), url_path="health"),
        "calibrate": st.Page(PAGES / "calibrate.py", title=words("calibrate.title"), url_path="calibrate"),
    }
    st.session_state["pages"] = pages
    page = st.navigation(list(pages.values()), position="hidden")
    if not wall:
        top_bar(pages, page, words)
    try:
        page.run()
    except StoreUnavailable:
        away(words)
    except MingjingError as wrong:
        broken(wrong)


main()
