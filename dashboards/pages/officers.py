"""监察员看板: the findings as they come, gravest and newest first."""

from datetime import timedelta

import msgspec
import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components import tiles
from dashboards.components.board import address, board
from dashboards.components.chrome import empty, kept_notice, notice
from dashboards.components.controls import asked, export, filters, show
from dashboards.components.markup import Html, join, tag
from dashboards.data import Counts
from dashboards.filters import Filter, to_query
from dashboards.lexicon import Lexicon
from dashboards.snapshot import DAY_S, REFRESH_S, Snapshot, choices, judged_to, late_sources, snapshot
from dashboards.words import Words, number
from mingjing.errors import StoreUnavailable

WALL_ROWS = 10


def page() -> None:
    """The whole page: filters at the side once, the rest again and again."""
    words = service.words()
    wall = st.query_params.get("wall") == "1"
    if {"case", "id"} & set(st.query_params):
        # Leaving for a case, Streamlit writes its parameters into the board's entry of the browser's history first;
        # whoever goes back gets the view that they left.
        st.query_params.from_dict(service.board_query(words))
    facets, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    if not wall:
        filters(facets, lexicon, service.current().severity)
    st.fragment(live, run_every=REFRESH_S)(lexicon, wall)
    if not wall:
        export(words)


def live(lexicon: Lexicon, wall: bool) -> None:
    """Counts, trend, freshness and the list; runs again every two seconds without the rest of the page."""
    words = lexicon.words
    st.session_state["board_query"] = to_query(asked())
    view = replace(asked(), size=WALL_ROWS, page=1) if wall else asked()
    try:
        seen = snapshot(view)
    except StoreUnavailable:
        kept_view, kept = st.session_state.get("kept", (None, None))
        if kept_view != view or kept is None:
            st.html(notice(words("app.store_away", seconds=REFRESH_S)))
            return
        st.html(kept_notice(kept.at, words))
        seen = kept
    else:
        st.session_state["kept"] = (view, seen)
    draw(view, seen, lexicon, wall)


def draw(view: Filter, seen: Snapshot, lexicon: Lexicon, wall: bool) -> None:
    """Draws one snapshot of the board."""
    words = lexicon.words
    st.html(strip(seen, words, wall))
    total = seen.counts.of(view)
    if not wall and (hidden := hidden_red(view, seen.counts)):
        _hidden_red_line(hidden, words)
    if not total:
        st.html(nothing(view, seen, words))
    red = seen.counts.open(3, everywhere=True)
    opened = board(
        seen.rows,
        lexicon,
        service.current().severity,
        view=msgspec.json.encode(view).decode(),
        title=f"({number(red)}) {words('app.title')}" if red else words("app.title"),
        wall=wall,
        late=late_sources(seen.sources, service.now(), service.current()),
    )
    foot(view, total, words, wall)
    row = next((row for row in seen.rows if row.finding_id == opened), None)
    if row:
        page_name, query = address(row, words)
        st.switch_page(st.session_state["pages"][page_name], query_params=query)


def strip(seen: Snapshot, words: Words, wall: bool) -> Html:
    """The cards, the trend and how fresh the data are."""
    settings, now = service.current(), service.now()
    late = late_sources(seen.sources, now, settings)
    head = tag("h1", words("board.wall_title"), tag("span", words.minute(now))) if wall else None
    hourly = seen.trend_width < DAY_S

    def when(at: int) -> str:
        moment = words.local(seen.trend_since + timedelta(seconds=at * seen.trend_width))
        return f"{moment:%H:%M}" if hourly else f"{moment:%m-%d}"

    days = seen.trend_many * seen.trend_width // DAY_S
    heading = words("board.trend_hours") if hourly else words("board.trend_days", n=days)
    return tag(
        "section",
        head,
        tag("div", tiles.cards(seen.counts, words, settings.severity), class_="mj-cards"),
        tiles.trend(seen.trend, seen.trend_many, when, heading, words, settings.severity),
        tiles.freshness(seen.pulse, judged_to(seen.sources, late), late, service.wall_now(), words),
        class_="mj-strip",
        aria_label=words("app.board"),
    )


def hidden_red(view: Filter, counts: Counts) -> int:
    """Open red findings that the view leaves out."""
    inside = (not view.severity or 3 in view.severity) and (not view.status or "open" in view.status)
    return counts.open(3, everywhere=True) - (counts.open(3) if inside else 0)


def _hidden_red_line(hidden: int, words: Words) -> None:
    with st.container(key="hidden_red", horizontal=True, vertical_alignment="center"):
        st.html(tag("span", words("board.hidden_red", n=number(hidden))), width="content")
        if st.button(words("board.show_red"), key="show_red", type="tertiary"):
            show(Filter(severity=(3,)))
            st.rerun()


def nothing(view: Filter, seen: Snapshot, words: Words) -> Html:
    """Why the list is empty."""
    if not seen.pulse.events:
        return empty(words("board.none_events"), words("board.none_events_hint"))
    if view.narrowed:
        return empty(words("board.none_filtered"), words("board.none_filtered_hint"))
    as_of = words.moment(judged_to(seen.sources, ()))
    return empty(words("board.none_open"), words("board.none_open_hint", events=number(seen.pulse.events), as_of=as_of))


def foot(view: Filter, total: int, words: Words, wall: bool) -> None:
    """Which rows are shown, and the other pages."""
    first = (view.page - 1) * view.size + 1
    last = min(total, view.page * view.size)
    if wall:
        leave = tag("a", words("app.leave_wall"), href=f"?lang={words.language}", target="_self", class_="mj-leave")
        more = tag("p", words("board.wall_more", n=number(total - last)), class_="mj-more") if total > last else None
        st.html(join(leave, more))
        return
    if not total:
        return
    pages = -(-total // view.size)
    with st.container(key="foot", horizontal=True, vertical_alignment="center"):
        told = words("board.rows", first=number(first), last=number(last), all=number(total))
        st.html(tag("span", told, class_="mj-rows"), width="content")
        st.html(tag("span", words("board.keys"), class_="mj-keys"), width="content")
        if pages <= 1:
            return
        st.space("stretch")
        key = f"page_{view.page}"  # a new widget for a new page, so that the address alone says which it is
        turned = st.pagination(pages, default=min(view.page, pages), key=key)
        if turned != view.page:
            show(replace(view, page=turned))
            st.rerun()


page()
