"""绿色通道与代办: cases in the green channel and cases of agents, counted apart; their grounds; the agents."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.period import LATEST, carry, heading, picker
from dashboards.components.places import asked, choosers, scope
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.parallel.listing import choice, days, find, section
from dashboards.parallel.reading import lanes_of
from dashboards.scores.reading import lexicon as named_codes
from dashboards.scores.reading import organisation
from dashboards.words import Words, number
from mingjing.insight.lanes import Counted, Standing, by_item, lanes
from mingjing.store.registers import RegisterLine
from mingjing.store.services import Favoured, Mark

LISTED = 40
ITEMS = 15
SHOWN = ("all", "green", "agent", "bare")


class LaneLine(Struct, frozen=True, kw_only=True):
    """One lane of one item ("": of all) as a line of the file; the interval at 95 %, days are working days."""

    item: str
    name: str
    lane: str
    n: int
    good: int
    rate: float | None
    lo: float | None
    hi: float | None
    median_days: float | None
    usual_rate: float | None
    usual_days: float | None


class CaseLine(Struct, frozen=True, kw_only=True):
    """One case of a lane as a line of the file."""

    case: str
    lane: str
    item: str
    department: str
    entered_at: str
    ground: str
    agent: str
    ended_at: str


def page() -> None:
    """The lanes side by side, by item, their cases, the agents."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        choosers(lexicon, "region", "department")
    carry("region", "department")
    title.html(heading(words("lanes.title"), period, words))
    places = scope(asked("region", "department"), organisation())
    search = st.query_params.get("q", "")
    rows, cases, marks, agents = lanes_of(period, places, search)
    statistics(rows, lexicon, period.code)
    listed(cases, marks, lexicon, period.code)
    people(cases, marks, agents, lexicon)


def statistics(rows: Sequence[Counted], lexicon: Lexicon, period: str) -> None:
    """Each lane against ordinary cases alike, and the same by item."""
    words = lexicon.words
    found = lanes(rows)
    if not found:
        st.html(empty(words("lanes.none"), words("lanes.none_hint")))
        return
    heads = [words(f"lanes.{name}") for name in ("lane", "n", "rate", "median", "usual_rate", "usual_days", "verdict")]
    lines = [tag("tr", *standing(one, words)) for one in found]
    st.html(tag("p", words("lanes.note"), class_="sub"))
    st.html(table(heads, lines, class_="mj-table"))
    items = by_item(rows)
    beneath: Html = tag("p", words("lanes.items_none"), class_="sub")
    if items:
        spread = [
            tag(
                "tr",
                tag("td", lexicon.name("item", item) if place == 0 else ""),
                *standing(one, words),
            )
            for item, several in items[:ITEMS]
            for place, one in enumerate(each for each in several if each.lane != "ordinary")
        ]
        beneath = table([words("lanes.item"), *heads], spread, class_="mj-table")
    more = (
        tag("p", words("lanes.items_more", n=number(len(items) - ITEMS)), class_="sub") if len(items) > ITEMS else None
    )
    st.html(section(words("lanes.items"), beneath, join(more)))
    lanes_told = [line("", one, lexicon) for one in found]
    lanes_told += [line(item, one, lexicon) for item, several in items for one in several]
    name = f"mingjing-lanes-{period}.csv"
    offer("lanes:rates", lambda: lanes_told, lambda said: rows_csv(LaneLine, said, words), name, key="lanes_csv")


def standing(one: Standing, words: Words) -> list[Html]:
    """The cells of one lane."""
    share = one.rate
    interval = f"{share.lo:.1%}–{share.hi:.1%}" if share.lo is not None and share.hi is not None else ""
    on_time = join(
        tag("b", "—" if share.rate is None else f"{share.rate:.1%}"), tag("br"), tag("small", interval, class_="sub")
    )
    alike = "—" if one.usual_rate is None else f"{one.usual_rate:.1%}"
    part = words("lanes.few", n=number(one.compared)) if one.usual_rate is not None and one.compared < share.n else ""
    verdict = "none" if one.usual_rate is None else {-1: "below", 0: "among", 1: "above"}[one.verdict]
    return [
        tag("td", words(f"lanes.lane_{one.lane}"), class_="nowrap"),
        tag("td", number(share.n), class_="number"),
        tag("td", on_time, class_="number"),
        tag("td", "—" if one.median is None else days(one.median), class_="number"),
        tag(
            "td",
            alike,
            tag("br") if part else None,
            tag("small", part, class_="sub") if part else None,
            class_="number",
        ),
        tag("td", "—" if one.usual_days is None else days(one.usual_days), class_="number"),
        tag("td", words(f"lanes.verdict_{verdict}"), class_="bad" if verdict == "below" else None),
    ]


def line(item: str, one: Standing, lexicon: Lexicon) -> LaneLine:
    """One lane for the file."""
    share = one.rate
    return LaneLine(
        item=item, name=lexicon.name("item", item) if item else "", lane=one.lane, n=share.n, good=share.good,
        rate=share.rate, lo=share.lo, hi=share.hi, median_days=one.median, usual_rate=one.usual_rate,
        usual_days=one.usual_days,
    )  # fmt: skip


def listed(cases: Sequence[Favoured], marks: dict[str, Mark], lexicon: Lexicon, period: str) -> None:
    """The cases that entered a lane, each with its ground or its agent."""
    words = lexicon.words
    st.html(section(words("lanes.cases")))
    with st.container(key="lane_tools", horizontal=True, vertical_alignment="bottom"):
        find("lanes", words)
        shown = choice("lanes", "show", SHOWN, words)
    kept = [one for one in cases if fits(one, shown)]
    if not kept:
        st.html(empty(words("lanes.cases_none"), words("lanes.cases_none_hint")))
        return
    heads = [words(f"lanes.{name}") for name in ("case", "lane", "item", "entered", "ground", "agent", "ended")]
    told = words(
        "lanes.cases_note", n=number(min(len(kept), LISTED)), all=number(kept[0].total if shown == "all" else len(kept))
    )
    rows = [row(one, marks.get(one.case_id), lexicon) for one in kept[:LISTED]]
    st.html(join(tag("p", told, class_="sub"), table(heads, rows, class_="mj-table")))
    name = f"mingjing-lane-cases-{period}.csv"
    told_cases = [filed(one, words) for one in kept]
    offer("lanes:cases", lambda: told_cases, lambda rows: rows_csv(CaseLine, rows, words), name, key="lane_cases_csv")


def fits(one: Favoured, shown: str) -> bool:
    """Whether a case is one of those that a reader asked for."""
    if shown == "bare":
        return one.lane != "agent" and not one.ground
    return shown == "all" or one.lane in (shown, "both")


def row(one: Favoured, mark: Mark | None, lexicon: Lexicon) -> Html:
    """One case in the list."""
    words = lexicon.words
    ground = one.ground or (tag("span", words("lanes.no_ground"), class_="bad") if one.lane != "agent" else "—")
    unknown = mark is not None and "N26" in mark.rules
    return tag(
        "tr",
        tag(
            "td",
            tag("a", one.case_id, href=f"case?case={one.case_id}&lang={words.language}", target="_self", class_="mono"),
        ),
        tag("td", words(f"lanes.lane_{one.lane}"), class_="nowrap"),
        tag(
            "td",
            lexicon.name("item", one.item),
            tag("br"),
            tag("small", lexicon.name("department", one.department), class_="sub"),
        ),
        tag("td", words.minute(one.entered_at), class_="nowrap"),
        tag("td", ground),
        tag("td", one.agent or "—", class_="bad" if unknown else None),
        tag("td", words.minute(one.ended_at) if one.ended_at else words("lanes.running"), class_="nowrap"),
    )


def filed(one: Favoured, words: Words) -> CaseLine:
    """One case for the file."""
    return CaseLine(
        case=one.case_id, lane=one.lane, item=one.item, department=one.department,
        entered_at=words.minute(one.entered_at), ground=one.ground, agent=one.agent,
        ended_at=words.minute(one.ended_at) if one.ended_at else "",
    )  # fmt: skip


def people(
    cases: Sequence[Favoured], marks: dict[str, Mark], register: Sequence[RegisterLine], lexicon: Lexicon
) -> None:
    """The agents: who is on the register until when, how many of the cases, and who is not on it."""
    words = lexicon.words
    known: dict[str, RegisterLine] = {}
    for entry in register:
        if entry.code not in known or entry.valid_to > known[entry.code].valid_to:
            known[entry.code] = entry
    brought = Counter(one.agent for one in cases if one.agent)
    faults = Counter(one.agent for one in cases if one.agent and "N26" in marks.get(one.case_id, _NOTHING).rules)
    heading = join(tag("p", words("lanes.agents_note"), class_="sub"))
    if not known and not brought:
        st.html(
            section(words("lanes.agents"), heading, empty(words("lanes.agents_none"), words("lanes.agents_none_hint")))
        )
        return
    today = words.local(service.now()).date()
    order = sorted({*known, *brought}, key=lambda code: (-faults[code], -brought[code], code))
    rows = [
        tag(
            "tr",
            tag("td", code, class_="mono"),
            tag("td", lexicon.name("department", known[code].fields.get("unit")) if code in known else "—"),
            tag("td", on_register(known.get(code), today, words)),
            tag("td", number(brought[code]), class_="number"),
            tag("td", number(faults[code]), class_="number bad" if faults[code] else "number"),
        )
        for code in order[:LISTED]
    ]
    heads = [words(f"lanes.{name}") for name in ("agent", "agent_unit", "agent_register", "agent_cases", "agent_found")]
    st.html(section(words("lanes.agents"), heading, table(heads, rows, class_="mj-table")))


def on_register(entry: RegisterLine | None, today: date, words: Words) -> Html:
    """How an agent stands on the register today."""
    if entry is None:
        return tag("span", words("lanes.agent_unknown"), class_="bad")
    if entry.valid_to < today:
        return tag("span", words("lanes.agent_gone", day=entry.valid_to), class_="bad")
    return tag(
        "span",
        words("lanes.agent_open") if entry.valid_to >= LATEST else words("lanes.agent_until", day=entry.valid_to),
    )


_NOTHING = Mark(findings=0, severity=0, rules=())


page()
