"""The dashboards' entry, run by Streamlit: language, navigation, and what a page shows when the store is away.

`mingjing dashboard` starts it, behind the gate (dashboards.signin.gate); `streamlit run` would do so without.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboards import service, who
from dashboards.app.menu import BEHIND, GROUPS
from dashboards.components.chrome import away, broken, refused, signed_out, stay, style, top_bar
from dashboards.words import Words
from mingjing.access import Person
from mingjing.access.permissions import opens
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
    try:
        me = who.person()
    except StoreUnavailable:
        away(words)
        return
    except MingjingError as wrong:
        broken(wrong)
        return
    if me == who.NOBODY:
        signed_out(words)
        return
    signed_in = (me.account, me.roles)
    if st.session_state.setdefault("signed_in_as", signed_in) != signed_in:  # somebody else, or in another role
        st.session_state.clear()
        st.rerun()
    pages = _pages(me, words)
    st.session_state["pages"] = pages
    page = st.navigation(list(pages.values()), position="hidden")
    if page.url_path in service.LEADERS:
        service.keep()
    if not wall:
        top_bar(_entries(me), BEHIND, pages, page, me, words)
    stay()
    try:
        page.run()
    except StoreUnavailable:
        away(words)
    except MingjingError as wrong:
        broken(wrong)


def _entries(me: Person) -> dict[str, dict[str, str]]:
    """The groups of the bar, with what the person may open."""
    return {
        group: {name: script for name, script in names.items() if opens(me, name)} for group, names in GROUPS.items()
    }


def _pages(me: Person, words: Words) -> dict[str, st.Page]:
    """All pages by name; one that is not for the person's role says only that, whichever way it was reached."""
    scripts = {name: script for group in GROUPS.values() for name, script in group.items()} | {
        one: one for one in BEHIND
    }
    return {
        name: st.Page(
            PAGES / f"{script}.py" if opens(me, name) else _instead(name, me, words),
            title=words(f"app.{name}"),
            default=name == "board",
            url_path=None if name == "board" else name,
        )
        for name, script in scripts.items()
    }


def _instead(name: str, me: Person, words: Words) -> Callable[[], None]:
    """What is drawn in place of a page that is not for the person's role; of the first one, whatever it may open."""

    def not_for_role() -> None:
        first = next((one for names in _entries(me).values() for one in names), None)
        if name == "board" and first is not None:
            st.switch_page(st.session_state["pages"][first])
        refused(name, me, words)

    return not_for_role


main()
