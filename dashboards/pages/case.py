"""办件: everything about one case, so that one finding can be explained to the accused officer from the page alone."""

from collections.abc import Sequence

import streamlit as st
from msgspec import Struct

from dashboards import data, service, unsealing, who
from dashboards.components.casehead import heading
from dashboards.components.chrome import empty, kept_notice, notice
from dashboards.components.findings import finding
from dashboards.components.markup import Html, tag
from dashboards.components.pictures import gallery
from dashboards.components.timeline import timeline
from dashboards.data import EVENTS_PER_PAGE, CaseHead, EventRow
from dashboards.hall.data import Evidence, snapshot_of, window_of
from dashboards.lexicon import Lexicon
from dashboards.reasons import why
from dashboards.snapshot import choices, late_sources
from dashboards.words import Words, number
from mingjing.access.permissions import opens
from mingjing.errors import StoreUnavailable
from mingjing.types import Finding, NotJudged

REFRESH_S = 10
FINDINGS_SHOWN = 30


class Dossier(Struct, frozen=True, kw_only=True):
    """What the store knows of a case, with one page of its events."""

    head: CaseHead
    findings: list[list[Finding]]
    evidence: dict[str, EventRow]
    events: list[EventRow]
    not_judged: list[NotJudged]
    late: tuple[str, ...]


def read(case_id: str, page: int) -> Dossier | None:
    """The case as it is now; None if the store holds neither an event nor a finding of it."""
    with service.store() as store:
        head = data.case_head(store, case_id)
        findings = data.case_findings(store, case_id)
        if not head.events and not findings:
            return None
        shown = [revisions[0] for revisions in findings[:FINDINGS_SHOWN]]
        wanted = sorted({event_id for one in shown for event_id in one.evidence.events})
        events = data.case_events(store, case_id, page)
        late = late_sources(data.source_times(store), service.now(), service.current())
        return Dossier(
            head=head,
            findings=findings,
            evidence=data.events_by_id(store, case_id, wanted),
            events=events,
            not_judged=data.case_not_judged(store, case_id),
            late=tuple(one for one in late if one == head.source or any(e.source == one for e in events)),
        )


def page() -> None:
    """The search line and the case that the address names."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    case_id = st.query_params.get("case", "")
    with st.container(key="find", horizontal=True, vertical_alignment="bottom"):
        pages = st.session_state["pages"]
        st.page_link(pages["board"], label=words("case.back"), query_params=service.board_query(words))
        asked = st.text_input(
            words("case.find"), placeholder=words("case.find_hint"), label_visibility="collapsed", key="find_case"
        )
    if asked and asked.strip() != st.session_state.get("found"):
        st.session_state["found"] = asked.strip()
        st.query_params.from_dict({"lang": words.language, "case": asked.strip()})
        st.rerun()
    if not case_id:
        st.html(empty(words("case.none_asked"), words("case.find_hint")))
        return
    st.fragment(dossier, run_every=REFRESH_S)(case_id, lexicon)


def dossier(case_id: str, lexicon: Lexicon) -> None:
    """The case, read again every ten seconds."""
    words = lexicon.words
    asked = st.query_params.get("events", "1")
    part = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 else 1
    try:
        known = read(case_id, max(1, part))
        st.session_state["dossier"] = (case_id, part, known, service.now())
    except StoreUnavailable:
        kept_id, kept_part, known, since = st.session_state.get("dossier", (None, 0, None, None))
        if (kept_id, kept_part) != (case_id, part) or known is None:
            st.html(notice(words("app.store_away", seconds=REFRESH_S)))
            return
        st.html(kept_notice(since, words))
    if known is None:
        st.html(empty(words("case.unknown", case=case_id), words("case.unknown_hint")))
        return
    st.html(heading(case_id, known.head, known.late, lexicon))
    to_hall(case_id, words)
    to_workspace(case_id, words)
    unsealing.panel(case_id, words)
    st.html(accusations(known, st.query_params.get("finding", ""), lexicon))
    marked = {event_id for revisions in known.findings for event_id in revisions[0].evidence.events}
    st.html(
        tag("section", tag("h2", words("case.timeline")), timeline(known.events, marked, lexicon), class_="mj-section")
    )
    _event_pages(known.head.events, part, lexicon)
    if window_of(case_id):
        snapshots(known.events, words)
    if known.not_judged:
        st.html(unjudged(known.not_judged, lexicon))
    st.html(
        tag("p", words("case.as_of", moment=words.moment(service.now()), timezone=words.timezone), class_="mj-asof")
    )


def to_hall(case_id: str, words: Words) -> None:
    """The way to the hall, where the case is a window's day or a camera."""
    about = window_of(case_id)
    query = {"window": about[0], "day": about[1].isoformat()} if about else {"camera": case_id.removeprefix("camera:")}
    if about or case_id.startswith("camera:"):
        label = words("hall.to_day" if about else "hall.to_camera")
        st.page_link(st.session_state["pages"]["hall"], label=label, query_params=query | {"lang": words.language})


def to_workspace(case_id: str, words: Words) -> None:
    """The way to the investigators' workspace, for who may open it."""
    if opens(who.person(), "workspace"):
        query = {"case": case_id, "lang": words.language}
        st.page_link(st.session_state["pages"]["workspace"], label=words("workspace.open"), query_params=query)


def snapshots(events: Sequence[EventRow], words: Words) -> None:
    """The pictures that events of a window's day name as evidence, each once."""
    kept: dict[str, Evidence] = {}
    for event in events:
        if name := snapshot_of(event.data):
            kept.setdefault(name, Evidence(event.occurred_at, name))
    if kept:
        st.html(tag("section", tag("h2", words("hall.evidence")), class_="mj-section"))
        gallery(list(kept.values()), words)


def accusations(known: Dossier, chosen: str, lexicon: Lexicon) -> Html:
    """The findings: the one that the address names unfolded and first, else the gravest."""
    words = lexicon.words
    ordered = sorted(known.findings, key=lambda revisions: revisions[0].finding_id != chosen)
    severities = service.current().severity
    drawn = [
        finding(revisions, known.evidence, lexicon, severities, unfolded=at == 0)
        for at, revisions in enumerate(ordered[:FINDINGS_SHOWN])
    ]
    more = len(ordered) - len(drawn)
    return tag(
        "section",
        tag("h2", words("case.findings"), f" ({len(ordered)})" if ordered else None),
        *drawn,
        None if ordered else tag("p", words("case.findings_none")),
        tag("p", words("case.findings_more", n=more)) if more else None,
        class_="mj-section",
    )


def unjudged(notes: Sequence[NotJudged], lexicon: Lexicon) -> Html:
    """What no rule could say anything of, and why."""
    words = lexicon.words
    lines = [
        tag(
            "li",
            tag("b", lexicon.rule(note.rule)),
            " ",
            note.key,
            "：" if words.language == "zh" else ": ",
            why(note.reason, words),
        )
        for note in notes
    ]
    return tag(
        "section",
        tag("h2", words("case.not_judged")),
        tag("p", words("case.not_judged_note")),
        tag("ul", *lines),
        class_="mj-section",
    )


def _event_pages(total: int, part: int, lexicon: Lexicon) -> None:
    pages = -(-total // EVENTS_PER_PAGE)
    if pages <= 1:
        return
    words = lexicon.words
    with st.container(key="event_pages", horizontal=True, vertical_alignment="center"):
        first, last = (part - 1) * EVENTS_PER_PAGE + 1, min(total, part * EVENTS_PER_PAGE)
        told = words("board.rows", first=number(first), last=number(last), all=number(total))
        st.html(tag("span", told, class_="mj-rows"), width="content")
        turned = st.pagination(pages, default=min(part, pages), key=f"events_{part}")
        if turned != part:
            st.query_params["events"] = str(turned)
            st.rerun()


page()
