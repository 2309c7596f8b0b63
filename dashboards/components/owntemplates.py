"""A person's own reply templates, edited in the sidebar: one a paragraph."""

import streamlit as st

from dashboards.components.chrome import notice
from dashboards.desk import acting
from dashboards.words import Words
from mingjing.record.recorder import Taken


def own_templates(words: Words) -> None:
    """The editor; templates lie between blank lines. What was changed elsewhere meanwhile is said, and not lost."""
    if not acting.can_act():
        return
    with st.expander(words("desk.own_templates")):
        number, texts = st.session_state.setdefault("desk_templates", None) or acting.own_templates()
        st.session_state["desk_templates"] = (number, texts)
        field = f"desk_own_{number}"
        typed = st.text_area(
            words("desk.own_templates_hint"), "\n\n".join(texts), key=field, height=160,
            max_chars=acting.TEMPLATES_MOST * acting.TEMPLATE_LONGEST,
        )  # fmt: skip
        if not st.button(words("desk.own_templates_keep"), key="desk_own_keep"):
            return
        try:
            acting.keep_templates(number, [" ".join(one.split("\n")) for one in (typed or "").split("\n\n")])
        except Taken:
            st.html(notice(words("desk.own_templates_taken")))
            return
        st.session_state["desk_templates"] = None
        st.rerun()
