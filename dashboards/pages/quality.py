"""质量目标: what units promised and reached, which misses are more than chance, and what is done about them."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st
from msgspec import Struct

from dashboards import logbooks, service
from dashboards.components.chrome import empty
from dashboards.components.desk import finding_address
from dashboards.components.markup import Html, table, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.places import chooser, known
from dashboards.components.saving import offer
from dashboards.data import BoardRow
from dashboards.desk import acting, telling
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores.reading import lexicon as named_codes
from dashboards.words import number
from mingjing.handling.desk import View
from mingjing.insight.quality import STATES, Attained, attained
from mingjing.scoring.periods import Period

RULE = "N52"
TONES = {"missed": "bad", "reached": "good"}


class ObjectiveLine(Struct, frozen=True, kw_only=True):
    """One objective as a line of the file; the interval at 95 %."""

    objective: str
    department: str
    measure: str
    target: float
    good: int
    n: int
    rate: float | None
    lo: float | None
    hi: float | None
    state: str
    basis: str


def page() -> None:
    """The objectives with what was reached, and the nonconformities with how their correction stands."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        unit = chooser("department", known(lexicon, "department"), lexicon)
        state = st.selectbox(
            words("quality.state"), ["", *STATES], key="quality_state", width=200,
            format_func=lambda one: words(f"quality.is_{one}") if one else words("filter.any"),
        )  # fmt: skip
    carry("department")
    title.html(heading(words("quality.title"), period, words))
    last = min(date.fromordinal(period.until.toordinal() - 1), words.local(service.now()).date())
    aims = [one for one in logbooks.aims(last) if not unit or one.unit == unit]
    every = attained(aims, logbooks.reached(aims, period))
    found = [one for one in logbooks.found_by((RULE,), period) if not unit or one.department == unit]
    if not every and not found:
        st.html(empty(words("quality.none"), words("quality.none_hint")))
        return
    missed = sum(one.state == "missed" for one in every)
    told = words("quality.told", n=number(len(every)), missed=number(missed))
    st.html(tag("p", told, class_="mj-advice bad" if missed else "mj-advice"))
    st.html(nonconformities(found, lexicon))
    shown = [one for one in every if not state or one.state == state]
    st.html(objectives(shown, lexicon))
    _file(shown, period, lexicon)


def objectives(shown: Sequence[Attained], lexicon: Lexicon) -> Html:
    """Target and attained share side by side, the interval drawn with the target's mark."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full("department", one.objective.unit)),
            tag("td", words(f"quality.measure_{one.objective.measure}")),
            tag("td", f"{one.objective.target:.1%}", class_="number"),
            tag("td", "—" if one.found.rate is None else f"{one.found.rate:.1%}", class_="number"),
            tag("td", drawn(one)),
            tag("td", f"{number(one.found.good)}/{number(one.found.n)}", class_="number"),
            tag("td", tag("span", words(f"quality.is_{one.state}"), class_=TONES.get(one.state))),
        )
        for one in shown
    ]
    heads = ("unit", "measure", "target", "attained", "interval", "n", "state")
    body = table([words(f"quality.{head}") for head in heads], rows, class_="mj-table")
    none = tag("p", words("quality.none_so"), class_="sub")
    note = tag("p", words("quality.note"), class_="sub")
    return tag("section", tag("h2", words("quality.objectives")), note, body if rows else none, class_="mj-section")


def drawn(one: Attained) -> Html | str:
    """The interval as a bar from 0 to 100 %, the attained share as a dot, the target as a line; its title says it."""
    if one.found.rate is None or one.found.lo is None or one.found.hi is None:
        return "—"
    lo, hi = one.found.lo, one.found.hi
    said = f"{lo:.1%}–{hi:.1%}"
    return tag(
        "span",
        tag("i", class_="span", style=f"left:{lo:.2%};width:{hi - lo:.2%}"),
        tag("i", class_="dot", style=f"left:{one.found.rate:.2%}"),
        tag("i", class_="aim", style=f"left:{one.objective.target:.2%}"),
        class_=f"mj-aim {one.state}", role="img", title=said, aria_label=said,
    )  # fmt: skip


def nonconformities(found: Sequence[BoardRow], lexicon: Lexicon) -> Html:
    """What N52 found, and how far its handling is: that is the corrective action."""
    words = lexicon.words
    standing = sum(one.status != "withdrawn" for one in found)
    head = tag("h2", words("quality.nonconformities", n=number(standing)))
    if not found:
        return tag("section", head, tag("p", words("quality.no_nonconformity"), class_="good"), class_="mj-section")
    views = acting.views([one.finding_id for one in found])
    rows = [
        tag(
            "tr",
            tag("td", words.day(words.local(one.occurred_at).date()), class_="nowrap"),
            tag("td", lexicon.full("department", one.department)),
            tag("td", one.subject.partition(":")[2]),
            tag("td", words(f"status.{one.status}")),
            tag("td", _handled(one, views, lexicon)),
            tag("td", tag("a", words("quality.open"), href=finding_address(one.finding_id, words), target="_self")),
        )
        for one in found
    ]
    heads = ("found_on", "unit", "objective", "finding", "correction", "more")
    body = table([words(f"quality.{name}") for name in heads], rows, class_="mj-table")
    return tag("section", head, tag("p", words("quality.correction_note"), class_="sub"), body, class_="mj-section")


def _handled(one: BoardRow, views: Mapping[str, View], lexicon: Lexicon) -> str:
    view = views.get(one.finding_id)
    return telling.state(view.handling.state, lexicon.words) if view else "—"


def _file(shown: Sequence[Attained], period: Period, lexicon: Lexicon) -> None:
    words = lexicon.words
    lines = [
        ObjectiveLine(
            objective=one.objective.code, department=one.objective.unit, measure=one.objective.measure,
            target=one.objective.target, good=one.found.good, n=one.found.n, rate=one.found.rate, lo=one.found.lo,
            hi=one.found.hi, state=words(f"quality.is_{one.state}"), basis=one.objective.basis,
        )
        for one in shown
    ]  # fmt: skip
    name = f"mingjing-quality-{period.code}.csv"
    offer("quality", lambda: lines, lambda rows: rows_csv(ObjectiveLine, rows, words), name, key="quality_csv")


page()
