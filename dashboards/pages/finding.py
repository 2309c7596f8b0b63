"""监察发现: one finding that spans cases (an officer's, a window's, a source's), explained like those of one case."""

import streamlit as st

from dashboards import data, service
from dashboards.components.chrome import empty
from dashboards.components.findings import finding
from dashboards.components.markup import Html, table, tag
from dashboards.data import NamedEvent
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices

EVENTS_SHOWN = 200


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
    st.html(tag("header", tag("h1", lexicon.subject(latest.subject)), class_="mj-case"))
    found = {one.event_id: one.event for one in events}
    drawn = finding(revisions, found, lexicon, service.current().severity, unfolded=True)
    st.html(tag("section", drawn, class_="mj-section"))
    if events:
        st.html(tag("section", tag("h2", words("onefinding.cases")), _cases(events, lexicon), class_="mj-section"))


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
