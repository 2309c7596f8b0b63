"""处置台: the inbox of handling by urgency, and what is to be done about one finding or many."""

import msgspec
import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components import desk, deskcontrols
from dashboards.components.actions import panel
from dashboards.components.chrome import empty, notice
from dashboards.components.handling import attachments, beside, history, standing
from dashboards.components.markup import join, tag
from dashboards.components.owntemplates import own_templates
from dashboards.desk import acting, reading
from dashboards.desk.view import SIZE, Inbox, Row
from dashboards.lexicon import Lexicon
from dashboards.sharing import eyes
from dashboards.snapshot import choices
from dashboards.words import Words, number
from mingjing.errors import StoreUnavailable
from mingjing.handling.desk import View
from mingjing.handling.fold import Broken

REFRESH_S = 2
ALARMS = 50  # new red findings that the bell knows of
MANY = 50  # findings that one act is done to at most


def page() -> None:
    """Filters at the side once, the rest again and again."""
    words = service.words()
    facets, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    deskcontrols.filters(facets, lexicon, service.current().severity)
    st.fragment(live, run_every=REFRESH_S)(lexicon)
    with st.sidebar:
        own_templates(words)


def live(lexicon: Lexicon) -> None:
    """Queues, list and panel; runs again every two seconds without the rest of the page."""
    words = lexicon.words
    view, now = deskcontrols.asked(), service.now()
    try:
        counts = reading.counts(now)
        rows = reading.inbox(view, now)
        red = reading.inbox(Inbox(queue="red"), now)
    except StoreUnavailable:
        st.html(notice(words("app.store_away", seconds=REFRESH_S)))
        return
    with st.container(key="desk_top", horizontal=True, vertical_alignment="center"):
        deskcontrols.queues(counts, lexicon)
        st.space("stretch")
        st.html(tag("span", words("desk.keys_hint"), class_="mj-keys"), width="content")
        desk.alarm(red[:ALARMS], words)
    opened = [one for one in st.session_state.get("desk_open", []) if isinstance(one, str)]
    left, right = st.columns([62, 38], gap="medium") if rows or opened else (st.container(), st.container())
    with left:
        chosen = desk.inbox(
            rows, lexicon, service.current().severity, now,
            view=msgspec.json.encode(view).decode(),
            title=f"({number(counts.mine)}) {words('app.desk')}" if counts.mine else words("app.desk"),
            round_=st.session_state.get("desk_round", 0),
            opened=opened,
        )  # fmt: skip
        if not rows:
            st.html(nothing(view, counts.open, words))
        foot(view, rows, getattr(counts, view.queue), words)
    if chosen.opened:
        opened = st.session_state["desk_open"] = [chosen.opened]
    with right:
        side(list(chosen.picked[:MANY]) or opened, lexicon)


def side(finding_ids: list[str], lexicon: Lexicon) -> None:
    """What is known of the chosen finding, or how many are chosen, and what can be done."""
    words = lexicon.words
    if not finding_ids:
        st.html(tag("p", words("desk.choose"), class_="mj-choose"))
        return
    try:
        views = list(_views(finding_ids).values())
    except Broken as wrong:
        st.html(notice(str(wrong)))
        return
    if not views:
        st.html(empty(words("onefinding.unknown"), words("onefinding.unknown_hint")))
        return
    severities = service.current().severity
    with st.container(key="desk_side"):
        if len(views) == 1:
            _head(views[0], lexicon)
        else:
            st.html(tag("h3", words("desk.chosen_n", n=len(views)), class_="mj-sidehead"))
        if panel(views, "desk", words, severities):
            st.rerun()
        if len(views) == 1:
            attachments(views[0], words, "desk")
            st.html(history(views[0].acts, words, severities) if views[0].acts else tag("p", words("desk.no_acts")))


def _head(view: View, lexicon: Lexicon) -> None:
    words, found = lexicon.words, view.finding
    links = [tag("a", words("desk.to_finding"), href=desk.finding_address(found.finding_id, words), target="_self")]
    if found.case_id and not found.case_id.startswith(("finding:", "inspection:")):
        address = f"case?case={found.case_id}&finding={found.finding_id}&lang={words.language}"
        links.append(tag("a", words("desk.to_case"), href=address, target="_self"))
    st.html(
        join(
            tag("h3", words.pick(found.message), class_="mj-sidehead"),
            tag("p", lexicon.rule(found.rule), " · ", lexicon.subject(found.subject), class_="sub"),
            tag("p", *(part for link in links for part in (link, "  ")), class_="sub"),
            standing(view, service.now(), words, service.current().severity),
            beside(view, service.now(), words),
        )
    )


def _views(finding_ids: list[str]) -> dict[str, View]:
    """Read anew only when something has changed since, or what this person may see."""
    key = (tuple(finding_ids), eyes(), reading.stamp())
    kept_key, kept = st.session_state.get("desk_views", (None, {}))
    if kept_key != key:
        kept = acting.views(finding_ids)
        st.session_state["desk_views"] = (key, kept)
    found: dict[str, View] = kept
    return found


def nothing(view: Inbox, going: int, words: Words) -> str:
    """Why the list is empty."""
    if view.narrowed:
        return empty(words("board.none_filtered"), words("board.none_filtered_hint"))
    if view.queue in ("mine", "overdue", "red") and going:
        return empty(words(f"desk.none_{view.queue}"), words("desk.none_hint", n=number(going)))
    return empty(words("desk.none"), words("desk.none_open_hint"))


def foot(view: Inbox, rows: list[Row], of: int, words: Words) -> None:
    """Which rows are shown, and the other pages. How many a filter lets through is not counted."""
    last = (view.page - 1) * SIZE + len(rows)
    if view.page == 1 and len(rows) < SIZE:
        return
    with st.container(key="desk_foot", horizontal=True, vertical_alignment="center"):
        told = words("desk.rows", first=last - len(rows) + 1, last=last, of=number(of))
        st.html(tag("span", told, class_="mj-rows"), width="content")
        st.button(
            "◀", key="desk_back", disabled=view.page == 1, help=words("desk.page_back"),
            on_click=lambda: deskcontrols.show(replace(view, page=view.page - 1)),
        )  # fmt: skip
        st.button(
            "▶", key="desk_on", disabled=len(rows) < SIZE, help=words("desk.page_on"),
            on_click=lambda: deskcontrols.show(replace(view, page=view.page + 1)),
        )  # fmt: skip


page()
