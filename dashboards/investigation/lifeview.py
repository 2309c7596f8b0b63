"""The view of a case's whole life: the chart that zooms, and the same events as a table."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import tag
from dashboards.components.saving import offer
from dashboards.components.timeline import timeline
from dashboards.data import EVENTS_PER_PAGE, EventRow
from dashboards.exports import rows_csv
from dashboards.investigation.life import Drawing, drawing, extent
from dashboards.investigation.reading import EVENTS_DRAWN, Life
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.charts.life import life as life_chart
from mingjing.investigation.notes import notes
from mingjing.store.record import entries

Span = Literal["all", "month", "week", "breach", "day"]
SPANS: tuple[Span, ...] = get_args(Span)
AROUND = timedelta(days=3)
LENGTHS = {"month": timedelta(days=30), "week": timedelta(days=7), "day": timedelta(days=1)}


class EventLine(Struct, frozen=True, kw_only=True):
    """One event as a line of the file; how late it was written down and received, in hours."""

    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime | None
    received_at: datetime | None
    recorded_after: float | None
    received_after: float | None
    window: str
    officer: str
    source: str
    corrects: str
    corrected_by: str


def lifetime(case_id: str, known: Life, lexicon: Lexicon) -> None:
    """The chart with its choice of a span, then the events in order."""
    words = lexicon.words
    with service.store() as store:
        written = notes(entries(store, kinds=["note"], cases=[case_id]))
    drawn = drawing(known, written, lexicon, service.current().severity, service.now())
    whole = extent(drawn)
    if whole is None:
        st.html(empty(words("life.none"), words("life.none_hint")))
        return
    span = _span(known, words)
    labels = {name: words(f"life.tip_{name}") for name in ("what", "told", "at", "until")}
    window = shown(span, whole, known, words)
    spec = life_chart(drawn.lanes, drawn.points, drawn.bars, drawn.links, drawn.kinds, labels, window=window)
    st.vega_lite_chart(None, spec, key=f"life_{span}", width="stretch", theme=None, alt=_alt(drawn, words))
    st.html(tag("p", words("life.how"), class_="sub"))
    if known.head.events > len(known.events):
        st.html(
            tag("p", words("life.cut", n=number(len(known.events)), all=number(known.head.events)), class_="mj-notice")
        )
    _events(known, lexicon)
    _export(case_id, known, words)


def shown(span: Span, whole: tuple[datetime, datetime], known: Life, words: Words) -> tuple[datetime, datetime]:
    """The part of the life that the chart opens with, a little wider than what it is about."""
    first, last = whole
    if span == "breach" and known.findings:
        at = words.local(known.findings[0][0].occurred_at).replace(tzinfo=None)
        return at - AROUND, at + AROUND
    if span in LENGTHS:
        end = words.local(known.head.last_at or service.now()).replace(tzinfo=None)
        return end - LENGTHS[span], end + LENGTHS[span] / 20
    edge = max((last - first) / 50, timedelta(minutes=5))
    return first - edge, last + edge


def _span(known: Life, words: Words) -> Span:
    offered = [one for one in SPANS if one != "breach" or known.findings]
    chosen: Span = st.segmented_control(
        words("life.span"), offered, default="all", required=True, key="life_span",
        format_func=lambda one: words(f"life.span_{one}"),
    )  # fmt: skip
    return chosen


def _alt(drawn: Drawing, words: Words) -> str:
    return words("life.alt", lanes=len(drawn.lanes), points=len(drawn.points))


def _events(known: Life, lexicon: Lexicon) -> None:
    """A page of the events as a table: for those who read rather than look, and for what lies close together."""
    words = lexicon.words
    if not known.events:
        return
    pages = -(-len(known.events) // EVENTS_PER_PAGE)
    part = min(pages, st.session_state.get("life_page", 1))
    marked = {event_id for revisions in known.findings for event_id in revisions[0].evidence.events}
    rows = known.events[(part - 1) * EVENTS_PER_PAGE : part * EVENTS_PER_PAGE]
    title = f"{words('case.timeline')} ({number(known.head.events)})"
    st.html(tag("section", tag("h2", title), timeline(rows, marked, lexicon), class_="mj-section"))
    if pages > 1:
        st.pagination(pages, default=part, key="life_page")


def _export(case_id: str, known: Life, words: Words) -> None:
    def written(events: Sequence[EventRow]) -> bytes:
        return rows_csv(EventLine, [_line(one) for one in events], words)

    tip = words("life.export_help", n=number(EVENTS_DRAWN))
    offer(
        "workspace:events", lambda: known.events, written, "mingjing-case-events.csv", key="life_csv", case_id=case_id,
        tip=tip,
    )  # fmt: skip


def _line(one: EventRow) -> EventLine:
    def after(instant: datetime | None) -> float | None:
        return None if instant is None else round((instant - one.occurred_at).total_seconds() / 3600, 3)

    return EventLine(
        event_id=one.event_id, type=one.type, occurred_at=one.occurred_at, recorded_at=one.recorded_at,
        received_at=one.received_at, recorded_after=after(one.recorded_at), received_after=after(one.received_at),
        window=one.window, officer=one.officer, source=one.source, corrects=one.corrects, corrected_by=one.corrected_by,
    )  # fmt: skip
