"""监察发现: one finding that spans cases (an officer's, a window's, a source's), explained like those of one case."""

import streamlit as st

from dashboards import data, service
from dashboards.components.actions import panel
from dashboards.components.chrome import empty, notice
from dashboards.components.findings import finding
from dashboards.components.handling import attachments, beside, history, standing
from dashboards.components.markup import Html, join, table, tag
from dashboards.data import NamedEvent
from dashboards.desk import acting
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from mingjing.errors import MingjingError

EVENTS_SHOWN = 200
REFRESH_S = 3


def page() -> None:
    """The finding that the address names."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    pages = st.session_state["pages"]
    st.page_link(pages["board"], label=words("case.back"), query_params=service.board_query(words))
    with service.store() as store:
        revisions = data.finding_revisions(store, st.query_params.get("id", ""))
        events = data.events_named(store, revisions[0].evidence.events[:EVENTS_SHOWN]) if revisions else []
    if not revisions:
        st.html(empty(words("onefinding.unknown"), words("onefinding.unknown_hint")))
        return
    latest = revisions[0]
    st.html(
        tag(
            "header", tag("h1", lexicon.subject(latest.subject)), tag("p", words.pick(latest.message)), class_="mj-case"
        )
    )
    handle(latest.finding_id, lexicon)
    found = {one.event_id: one.event for one in events}
    drawn = finding(revisions, found, lexicon, service.current().severity, unfolded=True)
    st.html(tag("section", drawn, class_="mj-section"))
    if events:
        st.html(tag("section", tag("h2", words("onefinding.cases")), _cases(events, lexicon), class_="mj-section"))


def handle(finding_id: str, lexicon: Lexicon) -> None:
    """How its handling stands, what can be done, and what was done; follows what others do."""
    words, severities = lexicon.words, service.current().severity

    @st.fragment(run_every=REFRESH_S)
    def live() -> None:
        try:
            found = acting.views([finding_id])
        except MingjingError as wrong:  # the store is away, or acts were tampered with
            st.html(notice(str(wrong)))
            return
        if finding_id not in found:
            return
        view = found[finding_id]
        st.html(tag("h2", words("desk.handling"), class_="mj-handling"))
        st.html(join(standing(view, service.now(), words, severities), beside(view, service.now(), words)))
        left, right = st.columns([55, 45], gap="medium")
        with left:
            st.html(history(view.acts, words, severities) if view.acts else tag("p", words("desk.no_acts")))
            attachments(view, words, "finding")
        with right, st.container(key="finding_act"):
            if panel([view], "finding", words, severities):
                st.rerun()

    live()


def _cases(events: list[NamedEvent], lexicon: Lexicon) -> Html:
    words = lexicon.words
    by_case: dict[str, list[NamedEvent]] = {}
    for one in events:
        by_case.setdefault(one.case_id, []).append(one)
    rows = [
        tag(
            "tr",
            tag("td", tag("a", case, href=f"case?case={case}&lang={words.language}", target="_self"), class_="nowrap"),
            tag("td", lexicon.name("item", own[0].event.item)),
            tag("td", "、".join(dict.fromkeys(words.name("event", one.event.type) for one in own))),
            tag("td", words.minute(min(one.event.occurred_at for one in own)), class_="nowrap"),
        )
        for case, own in sorted(by_case.items())
    ]
    heads = [words("app.case"), words("case.item"), words("onefinding.events"), words("case.occurred")]
    return table(heads, rows, class_="mj-table")


page()
