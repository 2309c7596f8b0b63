"""办件调查: one case: its whole life, ledger, the normal course of its item, what is related, notes, sealed files."""

from typing import Literal, get_args

import streamlit as st

from dashboards import data, service, unsealing
from dashboards.components.casehead import heading
from dashboards.components.chrome import empty
from dashboards.components.findings import finding
from dashboards.components.markup import tag
from dashboards.data import EventRow
from dashboards.investigation import panels
from dashboards.investigation.lifeview import lifetime
from dashboards.investigation.reading import Life, life
from dashboards.investigation.related import related
from dashboards.investigation.usual import usual_course
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices, late_sources

View = Literal["life", "ledger", "course", "related", "notes", "acts"]
VIEWS: tuple[View, ...] = get_args(View)
FINDINGS_SHOWN = 30


def page() -> None:
    """The case that the address names, in the view that it names."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    case_id = st.query_params.get("case", "")
    with st.container(key="find", horizontal=True, vertical_alignment="bottom"):
        pages = st.session_state["pages"]
        st.page_link(pages["investigate"], label=words("workspace.back"), query_params={"lang": words.language})
        asked = st.text_input(
            words("case.find"), placeholder=words("case.find_hint"), label_visibility="collapsed", key="find_workspace"
        )
    if asked and asked.strip() != st.session_state.get("found_workspace"):
        st.session_state["found_workspace"] = asked.strip()
        st.query_params.from_dict({"lang": words.language, "case": asked.strip()})
        st.rerun()
    if not case_id:
        st.html(empty(words("workspace.none_asked"), words("workspace.none_asked_hint")))
        return
    with service.store() as store:
        known = life(store, case_id)
        late = late_sources(data.source_times(store), service.now(), service.current())
    if known is None:
        st.html(empty(words("case.unknown", case=case_id), words("case.unknown_hint")))
        return
    st.html(heading(case_id, known.head, [one for one in late if one == known.head.source], lexicon))
    unsealing.panel(case_id, words)
    draw(view(lexicon), case_id, known, lexicon)
    st.html(
        tag("p", words("case.as_of", moment=words.moment(service.now()), timezone=words.timezone), class_="mj-asof")
    )


def view(lexicon: Lexicon) -> View:
    """The view that the address names; the reader's choice goes into the address."""
    words, query = lexicon.words, st.query_params
    first: View = next((one for one in VIEWS if one == query.get("view")), "life")
    if st.session_state.get("shown_view") != first:
        st.session_state["workspace_view"] = st.session_state["shown_view"] = first
    chosen = st.segmented_control(
        words("workspace.view"), VIEWS, key="workspace_view", required=True, label_visibility="collapsed",
        format_func=lambda one: words(f"workspace.view_{one}"),
    )  # fmt: skip
    if chosen is None:
        return first
    if chosen != first:
        st.session_state["shown_view"] = query["view"] = chosen
    return chosen


def draw(chosen: View, case_id: str, known: Life, lexicon: Lexicon) -> None:
    """One view of the case."""
    match chosen:
        case "life":
            lifetime(case_id, known, lexicon)
        case "ledger":
            ledgers(known, lexicon)
        case "course":
            usual_course(case_id, known, lexicon)
        case "related":
            related(case_id, known, lexicon)
        case "notes":
            panels.notes(case_id, known, lexicon)
        case "acts":
            panels.acts(known, lexicon)


def ledgers(known: Life, lexicon: Lexicon) -> None:
    """Every finding with its ledger day by day, evidence, rule and revisions; the one of the address first."""
    words, severities = lexicon.words, service.current().severity
    if not known.findings:
        st.html(empty(words("case.findings_none"), words("workspace.ledger_none")))
        return
    chosen = st.query_params.get("finding", "")
    ordered = sorted(known.findings, key=lambda revisions: revisions[0].finding_id != chosen)
    events: dict[str, EventRow] = {one.event_id: one for one in known.events}
    drawn = [
        finding(revisions, events, lexicon, severities, unfolded=at == 0)
        for at, revisions in enumerate(ordered[:FINDINGS_SHOWN])
    ]
    more = len(ordered) - len(drawn)
    told = tag("p", words("case.findings_more", n=more)) if more else None
    st.html(tag("section", tag("h2", words("case.findings"), f" ({len(ordered)})"), *drawn, told, class_="mj-section"))


page()
