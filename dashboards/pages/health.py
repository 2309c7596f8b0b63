"""运行状况: sources and their lag, what could not be read or judged, conflicts, and whether the store answers."""

import time
from datetime import timedelta

import streamlit as st

from dashboards import data, service
from dashboards.components.chrome import notice
from dashboards.components.markup import Html, facts, table, tag
from dashboards.data import Blank, Clash, Dead, Period, SourceTime, Told, Totals
from dashboards.lexicon import Lexicon
from dashboards.reasons import why
from dashboards.snapshot import choices, late_sources
from dashboards.words import number
from mingjing.errors import StoreUnavailable

REFRESH_S = 5


def page() -> None:
    """The whole page, read again every five seconds."""
    words = service.words()
    _, rules, names = choices()
    st.fragment(health, run_every=REFRESH_S)(Lexicon(words, rules, names))


def health(lexicon: Lexicon) -> None:
    """All sections, or that the store is away."""
    began = time.perf_counter()
    try:
        with service.store() as store:
            totals = data.totals(store)
            sources = data.source_times(store)
            dead = data.dead_letters(store)
            blanks = data.not_judged(store)
            clashes = data.conflicts(store)
            periods = data.judged_periods(store)
            told = data.told(store)
    except StoreUnavailable:
        st.html(notice(lexicon.words("app.store_away", seconds=REFRESH_S)))
        return
    took = time.perf_counter() - began
    st.html(services(totals, took, lexicon))
    st.html(_section("sources", source_table(sources, lexicon), lexicon))
    st.html(_section("not_judged", blank_table(blanks, lexicon), lexicon))
    st.html(_section("periods", period_table(periods, lexicon), lexicon))
    st.html(_section("messages", told_table(told, lexicon), lexicon))
    st.html(_section("dead", dead_table(dead, totals.dead_letters, lexicon), lexicon))
    st.html(_section("conflicts", clash_table(clashes, totals.conflicts, lexicon), lexicon))


def _section(name: str, body: Html, lexicon: Lexicon) -> Html:
    return tag("section", tag("h2", lexicon.words(f"health.{name}")), body, class_="mj-section")


def services(totals: Totals, took: float, lexicon: Lexicon) -> Html:
    """Whether the store answers, how much it holds, and when something was last stored."""
    words, now = lexicon.words, service.wall_now()
    last = [words.ago(at, now) if at else words("health.never") for at in (totals.last_event, totals.last_finding)]
    pairs = [
        (words("health.database"), tag("span", words("health.database_up", version=totals.version), class_="good")),
        (words("health.answer"), words("health.milliseconds", n=round(took * 1000))),
        (words("health.events"), number(totals.events)),
        (words("health.last_event"), last[0]),
        (words("health.findings"), number(totals.findings)),
        (words("health.last_finding"), last[1]),
        (words("health.revisions"), number(totals.revisions)),
        (words("health.dead"), number(totals.dead_letters)),
        (words("health.conflicts"), number(totals.conflicts)),
    ]
    return tag("section", tag("h2", words("health.services")), facts(pairs, class_="mj-facts"), class_="mj-section")


def source_table(sources: list[SourceTime], lexicon: Lexicon) -> Html:
    """How far each source has come, and whether its data are late."""
    words, settings, now = lexicon.words, service.current(), service.now()
    if not sources:
        return tag("p", words("health.sources_none"))
    rows = []
    for source in sorted({one.source for one in sources}):
        parts = [one for one in sources if one.source == source]
        latest = max((one.watermark for one in parts if one.watermark), default=None)
        late = source in late_sources(parts, now, settings)
        cells: list[Html | str] = [
            source,
            words.moment(min(one.as_of for one in parts)),
            words.moment(latest),
            words.span(now - latest) if latest else "—",
            words.span(timedelta(microseconds=settings.lag(source))),
            tag("span", words("health.late" if late else "health.on_time"), class_="bad" if late else "good"),
        ]
        rows.append(tag("tr", *(tag("td", cell) for cell in cells)))
    heads = ("source", "judged_to", "watermark", "behind", "agreed", "state")
    return table([words(f"health.{head}") for head in heads], rows, class_="mj-table")


def blank_table(blanks: list[Blank], lexicon: Lexicon) -> Html:
    """What the rules could not judge."""
    words = lexicon.words
    if not blanks:
        return tag("p", words("health.not_judged_none"))
    rows = [
        tag(
            "tr",
            tag("td", lexicon.rule(blank.rule)),
            tag("td", why(blank.reason, words)),
            tag("td", number(blank.cases), class_="number"),
            tag("td", tag("a", blank.example, href=f"case?case={blank.example}&lang={words.language}", target="_self")),
        )
        for blank in blanks
    ]
    return table([words(f"health.{head}") for head in ("rule", "reason", "cases", "example")], rows, class_="mj-table")


def period_table(periods: list[Period], lexicon: Lexicon) -> Html:
    """What the rules over many cases judged last, and whether a query of theirs failed."""
    words = lexicon.words
    if not periods:
        return tag("p", words("health.periods_none"))
    rows = [
        tag(
            "tr",
            tag("td", lexicon.rule(one.rule)),
            tag("td", f"{words.minute(one.since)} – {words.minute(one.until)}", class_="nowrap"),
            tag("td", words.minute(one.as_of), class_="nowrap"),
            tag("td", number(one.findings), class_="number"),
            tag("td", f"{one.seconds:.2f} s", class_="number"),
            tag("td", tag("span", one.error or words("health.on_time"), class_="bad" if one.error else "good")),
        )
        for one in periods
    ]
    heads = ("rule", "period", "judged_to", "findings", "took", "state")
    return table([words(f"health.{head}") for head in heads], rows, class_="mj-table")


def told_table(told: list[Told], lexicon: Lexicon) -> Html:
    """Who was told of findings by mail or web call, and what became of the latest message."""
    words = lexicon.words
    if not told:
        return tag("p", words("health.messages_none"))
    rows = []
    for one in told:
        well = one.outcome == "sent"
        said = words(f"health.message_{one.outcome}")
        cells: list[Html | str] = [
            one.recipient,
            words(f"health.way_{one.way}"),
            words.minute(one.last_at),
            tag("span", f"{said} {one.reason}".strip(), class_="good" if well else "bad"),
        ]
        counts = [tag("td", number(count), class_="number") for count in (one.sent, one.failed)]
        rows.append(tag("tr", *(tag("td", cell) for cell in cells), *counts))
    heads = ("recipient", "way", "last_message", "state", "sent", "failed")
    return table([words(f"health.{head}") for head in heads], rows, class_="mj-table")


def dead_table(dead: list[Dead], total: int, lexicon: Lexicon) -> Html:
    """The latest records that could not be read."""
    words = lexicon.words
    if not dead:
        return tag("p", words("health.dead_none"))
    rows = []
    for one in dead:
        where = f"{one.file}:{one.line}" if one.file else f"{one.topic} / {one.partition} @ {one.offset}:{one.line}"
        raw = one.raw if one.length <= len(one.raw.encode()) else f"{one.raw}…"
        cells = (words.moment(one.at), where, one.reason, tag("code", raw))
        rows.append(tag("tr", *(tag("td", cell) for cell in cells)))
    listed = table([words(f"health.{head}") for head in ("at", "where", "reason", "raw")], rows, class_="mj-table")
    return tag("div", tag("p", words("health.dead_more", n=number(total))), listed)


def clash_table(clashes: list[Clash], total: int, lexicon: Lexicon) -> Html:
    """The latest event ids that came with two contents."""
    words = lexicon.words
    if not clashes:
        return tag("p", words("health.conflicts_none"))
    rows = [
        tag(
            "tr",
            *(
                tag("td", cell)
                for cell in (one.case_id, one.event_id, tag("code", one.kept[:16]), tag("code", one.refused[:16]))
            ),
        )
        for one in clashes
    ]
    heads = [words("app.case"), *(words(f"health.{head}") for head in ("event", "kept", "refused"))]
    return tag("div", tag("p", words("health.conflicts_more", n=number(total))), table(heads, rows, class_="mj-table"))


page()
