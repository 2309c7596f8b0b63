"""本窗口: one window's or officer's own score, every case that cost points, and how to appeal."""

from datetime import date
from pathlib import Path

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components import ownview
from dashboards.components.actions import panel
from dashboards.components.chrome import empty
from dashboards.components.handling import attachments, history, standing
from dashboards.components.markup import tag
from dashboards.components.period import carry, heading, picker, put
from dashboards.components.places import chooser
from dashboards.components.saving import offer
from dashboards.components.scoresheet import what
from dashboards.components.standing import address
from dashboards.desk import acting
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores import reading
from dashboards.words import Words, number, utc
from mingjing.calendars import Calendar, Calendars, YearNotCovered
from mingjing.insight.mine import Cost, appeal_until, costs, gains, peers, spotless
from mingjing.scoring.details import Behind
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score
from mingjing.scoring.scheme import Scheme

LEVELS = ("window", "officer")
READ, SHOWN, FIRST, LEAST = 200, 100, 20, 0.05  # lines read per indicator, listed, at once; the fewest points listed


class CostLine(Struct, frozen=True, kw_only=True):
    """One case that cost points as a line of the file."""

    day: date
    case: str
    item: str
    about: str
    word: str
    finding: str
    indicator: str
    points: float
    appeal_until: date | None


def page() -> None:
    """Whose view, of when; then the score, what was done well, what cost points, and how to appeal."""
    words = service.words()
    lexicon = reading.lexicon(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        level = which(words)
        known = sorted(code for kind, code in lexicon.names if kind == level)
        code = chooser(level, known, lexicon, whole=False, width=300)
        period = picker(words)
        download = st.empty()
    carry()
    who = lexicon.full(level, code) if code else words("app.mine")
    title.html(heading(who, period, words))
    st.html(tag("p", words("mine.sign_in"), class_="sub"))
    name = reading.known(st.query_params.get("scheme", ""))
    sheet = reading.sheet(name, level, period)
    one = sheet.of(code) if code else None
    if one is None or one.state == "idle":
        st.html(empty(words("mine.none"), words("mine.none_hint")))
        return
    scheme = reading.scheme(name)
    st.html(ownview.head(one, sheet, scheme, peers(sheet.scores), lexicon))
    found, counts = lost(name, level, code, period, one, scheme)
    left, right = st.columns(2)
    left.html(ownview.well(one, scheme, lexicon))
    right.html(ownview.cheapest(gains(one, counts), scheme, lexicon))
    until = deadlines([cost.line for cost in found], words)
    cases(found, until, scheme, lexicon)
    to = address("score", words, level=level, code=code, period=period.code, scheme=name)
    st.html(tag("p", tag("a", words("mine.to_score"), href=to, target="_self"), class_="sub"))
    appeal(found, until, who, lexicon)
    lines = [_line(cost, until.get(cost.line.ref)) for cost in found]
    file = f"mingjing-{level}-{code}-{period.code}.csv"
    with download:
        offer("mine", lambda: lines, lambda rows: rows_csv(CostLine, rows, words), file)


def which(words: Words) -> str:
    """A window's view or an officer's: as the address names one."""
    current = "officer" if st.query_params.get("officer") else "window"
    if st.session_state.get("mine_shown") != current:
        st.session_state["mine_level"] = st.session_state["mine_shown"] = current

    def turned() -> None:
        chosen = st.session_state["mine_level"] or "window"
        first = next((code for kind, code in sorted(reading.names()) if kind == chosen), "")
        put(**{"window": "", "officer": "", chosen: first})

    st.segmented_control(
        words("scoring.level"),
        LEVELS,
        key="mine_level",
        format_func=lambda one: words(f"scoring.level_{one}"),
        on_change=turned,
    )
    return current


def lost(
    name: str, level: str, code: str, period: Period, one: Score, scheme: Scheme
) -> tuple[list[Cost], dict[str, int]]:
    """Every line that cost points, the dearest first, and how many there are by indicator.

    Speed is left out: nearly every case costs a little of it, and none of them did anything wrong.
    """
    found: list[Cost] = []
    counts: dict[str, int] = {}
    for indicator in scheme.indicators:
        value = next((known for known in one.values if known.indicator == indicator.id), None)
        if value is None or indicator.kind == "speed" or spotless(value, indicator):
            continue
        lines, count = reading.behind(name, level, code, indicator.id, period, True, READ, 0)
        counts[indicator.id] = count
        found += costs(value, lines, count)
    return sorted(found, key=lambda cost: (-cost.points, -cost.line.at.timestamp())), counts


def deadlines(lines: list[Behind], words: Words) -> dict[str, date | None]:
    """Until when each line may be appealed against: from the day its finding was issued, else from its own day."""
    with service.store() as store:
        refs = [one.ref for one in lines if one.about == "card"]
        issued = (
            {row["finding_id"]: row["issued"] for row in store.query("findings_issued", findings=refs)} if refs else {}
        )
    days = calendar()
    return {one.ref: _until(words.local(utc(issued.get(one.ref, one.at))).date(), days) for one in lines}


@st.cache_resource
def calendar() -> Calendar:
    """The installation's working days."""
    settings = service.current()
    folder = Path(settings.calendars_dir) if settings.calendars_dir else None
    return Calendars(folder).get(settings.calendar)


def _until(issued: date, days: Calendar) -> date | None:
    try:
        return appeal_until(issued, days)
    except YearNotCovered:
        return None


def cases(found: list[Cost], until: dict[str, date | None], scheme: Scheme, lexicon: Lexicon) -> None:
    """The list of what cost points."""
    words = lexicon.words
    today = words.local(service.now()).date()
    shown = [cost for cost in found if cost.points >= LEAST][:SHOWN]
    many = tag("small", words("mine.list_many", n=number(len(found)), shown=len(shown)))
    st.html(tag("section", tag("h2", words("mine.list"), many if found else None), class_="mj-section"))
    if not found:
        st.html(tag("p", words("mine.list_none"), class_="good"))
        return
    severities = service.current().severity
    st.html(ownview.listed(shown[:FIRST], until, today, scheme, lexicon, severities))
    if rest := shown[FIRST:]:
        with st.expander(words("mine.list_rest", n=number(len(rest)))):
            st.html(ownview.listed(rest, until, today, scheme, lexicon, severities))


def appeal(found: list[Cost], until: dict[str, date | None], who: str, lexicon: Lexicon) -> None:
    """How to appeal, and the form with the chosen case filled in."""
    words, severities = lexicon.words, service.current().severity
    st.html(ownview.how_to_appeal(lexicon))
    options = list(range(min(SHOWN, len(found))))
    chosen = st.selectbox(
        words("mine.form_case"),
        options,
        index=0 if options else None,
        key="mine_form",
        placeholder=words("mine.form_any"),
        format_func=lambda n: f"{found[n].line.subject} · {what(found[n].line, lexicon, severities)}",
        width=520,
    )
    one = found[chosen] if chosen is not None and chosen < len(found) else None
    if one and one.line.about == "card":
        appeal_here(one.line.ref, lexicon)
    text = ownview.form(one, who, until.get(one.line.ref) if one else None, lexicon, severities)
    st.code(text, language=None, wrap_lines=True)
    st.download_button(
        words("mine.form_save"),
        text.encode("utf-8-sig"),
        "appeal.txt",
        "text/plain",
        key="appeal_txt",
        on_click="ignore",
    )


def appeal_here(finding_id: str, lexicon: Lexicon) -> None:
    """What the unit itself can do about a card: acknowledge, explain, appeal."""
    found = acting.views([finding_id])
    if finding_id not in found:
        return
    view, words, severities = found[finding_id], lexicon.words, service.current().severity
    with st.container(key="mine_act", border=True):
        st.html(standing(view, service.now(), words, severities))
        if panel([view], "mine", words, severities, only=("appeal", "acknowledge", "explain", "comment")):
            st.rerun()
        if view.acts:
            st.html(history(view.acts, words, severities))
        attachments(view, words, "mine")


def _line(cost: Cost, until: date | None) -> CostLine:
    one = cost.line
    return CostLine(
        day=one.day,
        case=one.subject,
        item=one.item,
        about=one.about,
        word=one.word,
        finding=one.ref if one.about == "card" else "",
        indicator=cost.indicator,
        points=round(cost.points, 3),
        appeal_until=until,
    )


page()
