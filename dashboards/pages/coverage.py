"""监察覆盖: which units, items, steps and windows data come from, the three rates, and what shows each function."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import coverage, data, service, who
from dashboards.components import coverage as drawn
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, tag
from dashboards.components.period import carry, named, picker, put
from dashboards.components.saving import offer
from dashboards.coverage import Found, RatesLine, UnitLine, rates_line, unit_line
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices, late_sources
from dashboards.words import Words
from mingjing.coverage import Function, functions
from mingjing.insight.coverage import Gap, Node
from mingjing.scoring.periods import Period

VIEWS = ("data", "rates", "functions")
GAPS_SHOWN = 100


def page() -> None:
    """One of three views, which the address names."""
    words = service.words()
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        view = chosen(words)
        period = None if view == "functions" else picker(words)
        sought = searched(view, words)
        download = st.empty()
    carry()
    small = None if period is None else tag("small", named(period, words))
    title.html(tag("h1", words("coverage.title"), small, class_="mj-title"))
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    if period is None:
        every_function(sought, lexicon)
        return
    found = coverage.read(*instants(period, words), min(words.local(service.now()).date(), last(period)))
    if not found.nodes:
        st.html(empty(words("coverage.none"), words("coverage.none_hint")))
    elif view == "rates":
        three_rates(found, sought, period, lexicon, download)
    else:
        with download:
            offered(found.nodes, period, words)
        of_data(found, sought, lexicon)


def chosen(words: Words) -> str:
    """The view that the address names, and the switch to another."""
    asked = st.query_params.get("view", "")
    current = asked if asked in VIEWS else VIEWS[0]
    if st.session_state.get("coverage_shown") != current:
        st.session_state["coverage_view"] = st.session_state["coverage_shown"] = current
    st.segmented_control(
        words("coverage.view"), VIEWS, key="coverage_view", required=True,
        format_func=lambda one: words(f"coverage.view_{one}"),
        on_change=lambda: put(view=st.session_state["coverage_view"] or VIEWS[0]),
    )  # fmt: skip
    return current


def searched(view: str, words: Words) -> str:
    """What is looked for, in the address as well."""
    current = st.query_params.get("q", "")
    if st.session_state.get("coverage_q_shown") != current:
        st.session_state["coverage_q"] = st.session_state["coverage_q_shown"] = current
    st.text_input(
        words("coverage.find"), key="coverage_q", placeholder=words(f"coverage.find_{view}"), width=240,
        on_change=lambda: put(q=st.session_state["coverage_q"].strip()),
    )  # fmt: skip
    return current.strip().casefold()


def last(period: Period) -> date:
    """The last day of a period."""
    return period.until - timedelta(days=1)


def instants(period: Period, words: Words) -> tuple[datetime, datetime]:
    """The period's first instant and the one after it, in UTC."""
    zone = ZoneInfo(words.timezone)
    first, after = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (period.since, period.until))
    return first, after


def of_data(found: Found, sought: str, lexicon: Lexicon) -> None:
    """The sums, the tree, and what is missing."""
    words = lexicon.words
    with service.store() as store:
        times = data.source_times(store)
    late = late_sources(times, service.now(), service.current())
    st.html(drawn.summary(found.nodes, len(late), len({one.source for one in times}), words))
    only = st.toggle(words("coverage.only_gaps"), key="coverage_gaps")
    nodes = [node for node in found.nodes if fits(sought, node.unit.code, node.unit.name) and (node.gaps or not only)]
    if nodes:
        st.html(_section(words("coverage.tree"), words("coverage.tree_note"), drawn.tree(nodes, lexicon)))
    else:
        st.html(empty(words("coverage.no_match"), words("coverage.no_match_hint")))
    missing = [gap for gap in found.gaps if fits(sought, gap.code, gap.name, gap.department, gap.step)]
    st.html(_section(words("coverage.gaps"), words("coverage.gaps_note"), drawn.gaps(missing, GAPS_SHOWN, lexicon)))
    if missing:
        offer("coverage:gaps", lambda: missing, lambda rows: rows_csv(Gap, rows, words), "mingjing-coverage-gaps.csv",
              key="coverage_gaps_csv")  # fmt: skip


def offered(nodes: Sequence[Node], period: Period, words: Words) -> None:
    """The tree as a file."""
    lines = [unit_line(node) for node in nodes]
    name = f"mingjing-coverage-{period.code}.csv"
    offer("coverage", lambda: lines, lambda rows: rows_csv(UnitLine, rows, words), name, key="coverage_csv")


def three_rates(found: Found, sought: str, period: Period, lexicon: Lexicon, download: DeltaGenerator) -> None:
    """进驻率, 授权率, 监察接入率 by department; their file goes where `download` is."""
    words = lexicon.words
    names = {node.unit.code: node.unit.name for node in found.nodes}
    named_rates = [(one, names.get(one.department) or one.department) for one in found.rates]
    shown = [(one, name) for one, name in named_rates if fits(sought, one.department, name)]
    if not shown:
        known = "no_match" if found.rates else "rates_none"
        st.html(empty(words(f"coverage.{known}"), words(f"coverage.{known}_hint")))
        return
    table = drawn.rates(shown, lexicon)
    st.html(_section(words("coverage.rates"), words("coverage.rates_note"), table))
    lines = [rates_line(one, name) for one, name in shown]
    name = f"mingjing-three-rates-{period.code}.csv"
    with download:
        offer("coverage:rates", lambda: lines, lambda rows: rows_csv(RatesLine, rows, words), name, key="rates_csv")


def every_function(sought: str, lexicon: Lexicon) -> None:
    """The table of functions, or those that match."""
    words = lexicon.words
    shown = [one for one in functions() if fits(sought, *told(one))]
    if not shown:
        st.html(empty(words("coverage.no_match"), words("coverage.no_match_hint")))
        return
    note = words("coverage.functions_note", n=len(shown), all=len(functions()))
    st.html(_section(words("coverage.functions"), note, drawn.functions(shown, who.person(), lexicon)))


def told(one: Function) -> tuple[str, ...]:
    """What a function is found by."""
    return (one.code, one.name.zh, one.name.en, one.shows.zh, one.shows.en, *one.rules, *one.pages)


def fits(sought: str, *texts: str) -> bool:
    """Whether any of the texts holds what is looked for."""
    return not sought or any(sought in text.casefold() for text in texts)


def _section(title: str, note: str, body: Html) -> Html:
    return tag("section", tag("h2", title), tag("p", note, class_="sub"), body, class_="mj-section")


page()
