"""招投标监察: all tenders, and one of them from its announcement to its contract."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from msgspec import Struct

from dashboards import service, unsealing
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from dashboards.tenders import listed, view
from dashboards.tenders.listed import ORDERS, View
from dashboards.tenders.reading import TenderRow, Whole, calendar, deals, tenders, whole
from dashboards.words import number
from mingjing.calendars import YearNotCovered
from mingjing.insight.tender.course import STAGES, Checkpoint, Course, stage
from mingjing.insight.tender.happened import last
from mingjing.insight.tender.panel import Mark, panel
from mingjing.insight.tender.thresholds import LIMITS, Split, splits

PER_PAGE = 50
DEALS_SHOWN = 100


class Line(Struct, frozen=True, kw_only=True):
    """One tender as a line of the file; amount in yuan, area in square metres."""

    tender: str
    project: str
    kind: str
    amount: float | None
    area: float | None
    place: str
    compulsory: bool
    owner: str
    site: str
    stage: str
    bidders: int
    winner: str
    registered_at: datetime
    findings: int
    severity: int


def page() -> None:
    """One tender where the address names one, else the list."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    case_id = st.query_params.get("tender", "")
    if case_id:
        one(case_id, lexicon)
    else:
        every(lexicon)


def every(lexicon: Lexicon) -> None:
    """The list with its search, then pieces of projects, then deals found outside the platform."""
    words = lexicon.words
    st.html(tag("h1", words("tender.title"), class_="mj-title"))
    rows = tenders()
    found = deals()
    if not rows and not found:
        st.html(empty(words("tender.none"), words("tender.none_hint")))
        return
    chosen = listed.chosen(rows, asked(lexicon))
    st.html(tag("p", words("tender.sum", n=number(len(chosen)), all=number(len(rows))), class_="sub"))
    if chosen:
        pages = -(-len(chosen) // PER_PAGE)
        part = st.pagination(pages, key="tender_part") if pages > 1 else 1
        st.html(listed.tender_table(chosen[(part - 1) * PER_PAGE : part * PER_PAGE], lexicon))
        offer("tender:list", lambda: _lines(chosen), lambda lines: rows_csv(Line, lines, words), "mingjing-tenders.csv")
    else:
        st.html(empty(words("tender.no_match"), words("tender.no_match_hint")))
    apart = splits(row.piece(listed.local_day(row, lexicon)) for row in rows)
    st.html(view.section(words("tender.splits"), tag("p", words("tender.splits_note"), class_="sub")))
    st.html(listed.split_table(apart, lexicon))
    st.html(view.section(words("tender.deals"), tag("p", words("tender.deals_note"), class_="sub")))
    if found:
        projects = {row.project: row.case_id for row in rows if row.project and row.place == "platform"}
        st.html(listed.deal_table(found[:DEALS_SHOWN], projects, lexicon))
    else:
        st.html(tag("p", words("tender.deals_none")))


def asked(lexicon: Lexicon) -> View:
    """What the reader asks to see; the search lives in the address."""
    words = lexicon.words

    def word(prefix: str, one: str) -> str:
        return words(f"tender.{prefix}_{one}") if one else words("filter.any")

    with st.container(key="tender_tools", horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            words("tender.search"), st.query_params.get("q", ""), key="t_search", width=260, max_chars=80
        )
        kind = st.selectbox(
            words("tender.head_kind"), ["", *LIMITS], key="t_kind", width=150, format_func=lambda o: word("kind", o)
        )
        at = st.selectbox(
            words("tender.head_stage"), ["", *STAGES], key="t_stage", width=170, format_func=lambda o: word("step", o)
        )
        place = st.selectbox(
            words("tender.head_place"), ["", "platform", "elsewhere"], key="t_place", width=150,
            format_func=lambda o: word("place", o),
        )  # fmt: skip
        order = st.selectbox(
            words("tender.order"), ORDERS, key="t_order", width=150, format_func=lambda o: word("order", o)
        )
        only = st.checkbox(words("tender.found_only"), key="t_found")
    if search != st.query_params.get("q", ""):
        st.query_params["q"] = search
    return View(search=search, kind=kind, stage=at, place=place, found=only, order=order)


def _lines(rows: Sequence[TenderRow]) -> list[Line]:
    return [
        Line(
            tender=row.case_id, project=row.project, kind=row.kind, amount=row.amount, area=row.area, place=row.place,
            compulsory=row.compulsory, owner=row.owner, site=row.site, stage=row.stage, bidders=row.bidders,
            winner=row.winner, registered_at=row.registered_at, findings=row.findings, severity=row.severity,
        )
        for row in rows
    ]  # fmt: skip


def one(case_id: str, lexicon: Lexicon) -> None:
    """One tender from announcement to contract."""
    words = lexicon.words
    known = whole(case_id)
    head = last(known.events, "tender_registered")
    if head is None:
        st.html(tag("h1", words("tender.title"), class_="mj-title"))
        st.html(empty(words("tender.unknown", tender=case_id), words("tender.unknown_hint")))
        st.html(tag("p", tag("a", words("tender.all"), href=f"tender?lang={words.language}", target="_self")))
        return
    reached = stage([event.type for event in known.events])
    st.html(view.header(case_id, head, known, reached, lexicon))
    unsealing.panel(case_id, words)
    points = checkpoints(known, lexicon)
    if points is not None:
        view.course(points, known, lexicon)
    view.thresholds(head, _split(case_id), lexicon)
    marks: list[Mark] = []
    if head.text("place") != "elsewhere":
        view.draws(known.events, lexicon)
        view.rooms(known.events, lexicon)
        marks = view.scores(known.events, lexicon)
        view.collusion(known.events, lexicon)
    files(case_id, points or [], marks, lexicon)
    st.html(
        tag("p", words("case.as_of", moment=words.moment(service.now()), timezone=words.timezone), class_="mj-asof")
    )


def checkpoints(known: Whole, lexicon: Lexicon) -> list[Checkpoint] | None:
    """The course; None, with a notice, where the calendar lacks a year that a limit reaches into."""
    words = lexicon.words
    try:
        return Course(known.events, lambda at: words.local(at).date(), calendar(), service.now()).checkpoints()
    except YearNotCovered as gap:
        st.html(notice(words("tender.no_calendar", reason=str(gap))))
        return None


def _split(case_id: str) -> Split | None:
    """The owner's projects of this kind on this site, where this is one of several below the threshold."""
    words = service.words()
    rows = tenders()
    mine = next((row for row in rows if row.case_id == case_id), None)
    if mine is None:
        return None
    alike = [row for row in rows if (row.owner, row.site, row.kind) == (mine.owner, mine.site, mine.kind)]
    found = splits(row.piece(words.local(row.registered_at).date()) for row in alike)
    return next((one for one in found if case_id in {piece.case for piece in one.pieces}), None)


def files(case_id: str, points: Sequence[Checkpoint], marks: Sequence[Mark], lexicon: Lexicon) -> None:
    """The checkpoints and the scores as files; what is read when the button is pressed is masked, unsealed or not."""
    words = lexicon.words
    with st.container(key="tender_files", horizontal=True):
        if points:
            offer(
                "tender:course", lambda: points, lambda rows: rows_csv(Checkpoint, rows, words),
                f"mingjing-tender-{case_id}.csv", label=words("tender.export_course"), key="tender_course",
                case_id=case_id,
            )  # fmt: skip
        if marks:
            offer(
                "tender:scores", lambda: panel(whole(case_id).events), lambda rows: rows_csv(Mark, rows, words),
                f"mingjing-scores-{case_id}.csv", label=words("tender.export_scores"), key="tender_scores",
                case_id=case_id,
            )  # fmt: skip


page()
