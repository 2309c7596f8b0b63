"""改革成效: joint handling, shorter limits, cases on time and early, applicants told everything at once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.period import EARLIEST, LATEST, carry, heading, picker, put
from dashboards.components.places import asked, choosers, scope
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores.reading import lexicon as named_codes
from dashboards.scores.reading import organisation
from dashboards.words import Words, number
from mingjing.charts.reform import Pair, pairs
from mingjing.charts.reform import Rate as RateRow
from mingjing.charts.reform import rates as rates_chart
from mingjing.insight.parallel import Joint, by_item, together
from mingjing.insight.rates import Rate, rates
from mingjing.insight.reduction import Change, Reduction, Standing, reduction, standing, turns
from mingjing.scoring.sums import Sums
from mingjing.store import insight
from mingjing.store.scores import sums

LISTED = 15
MEASURES = ("committed", "early", "once")


class RateLine(Struct, frozen=True, kw_only=True):
    """One rate as a line of the file; the interval at 95 %."""

    department: str
    measure: str
    good: int
    n: int
    rate: float | None
    lo: float | None
    hi: float | None


class ChangeLine(Struct, frozen=True, kw_only=True):
    """One changed item as a line of the file."""

    kind: str
    item: str
    name: str
    department: str
    days_before: float | None
    days_after: float | None
    steps_before: int
    steps_after: int


def page() -> None:
    """Three sections, each with its file."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        choosers(lexicon, "region", "department")
    carry("region", "department")
    title.html(heading(words("reform.title"), period, words))
    places = scope(asked("region", "department"), organisation())
    with service.store() as store:
        cases = insight.joint_cases(store, period, places)
        counted = sums(store, "department", period, places)
        rows = insight.catalogue(store)
    parallel(cases, lexicon, period.code)
    department = asked("department").get("department", "")
    shorter([row for row in rows if not department or row["department"] == department], lexicon)
    on_time(counted, lexicon, period.code)


def parallel(cases: Sequence[Joint], lexicon: Lexicon, period: str) -> None:
    """Joint handling: what the limits add up to, how long it took, who took longer than promised."""
    words = lexicon.words
    whole = together(cases)
    st.html(_section(words("reform.parallel"), tag("p", words("reform.parallel_note"), class_="sub")))
    if whole is None:
        st.html(empty(words("reform.parallel_none"), words("reform.parallel_none_hint")))
        return
    told = words(
        "reform.parallel_told", n=number(whole.cases), serial=_days(whole.serial), elapsed=_days(whole.elapsed),
        saved=f"{whole.saved:.0%}",
    )  # fmt: skip
    st.html(
        tag(
            "p",
            told + words("reform.parallel_late", n=number(whole.late)),
            class_="mj-advice bad" if whole.late else "mj-advice",
        )
    )
    items = by_item(cases)
    promises = {one.item: one.promise for one in cases}
    drawn = [
        Pair(name=lexicon.name("item", item) or item, before=both.serial, after=both.elapsed, mark=promises[item])
        for item, both in items[:LISTED]
    ]
    labels = {name: words(f"reform.pair_{name}") for name in ("before", "after", "mark", "unit")}
    left, right = st.columns([3, 2])
    with left:
        st.vega_lite_chart(None, pairs(drawn, labels), key="joint", width="stretch")
    late = sorted((one for one in cases if one.late), key=lambda one: (one.promise - one.elapsed, one.case))
    with right:
        if late:
            st.html(_late(late[:LISTED], lexicon, len(late)))
        else:
            st.html(tag("p", words("reform.late_none"), class_="good"))
    name = f"mingjing-joint-{period}.csv"
    offer("reform:joint", lambda: cases, lambda rows: rows_csv(Joint, rows, words), name, key="joint_csv")


def _late(late: Sequence[Joint], lexicon: Lexicon, many: int) -> Html:
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", tag("a", one.case, href=f"case?case={one.case}&lang={words.language}", target="_self")),
            tag("td", lexicon.name("item", one.item)),
            tag("td", _days(one.elapsed), class_="number bad"),
            tag("td", _days(one.promise), class_="number"),
        )
        for one in late
    ]
    heads = [words(f"reform.late_{name}") for name in ("case", "item", "elapsed", "promise")]
    title = tag("h3", words("reform.late", n=number(many)))
    return tag("div", title, table(heads, rows, class_="mj-table"))


def shorter(rows: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> None:
    """The catalogue of one day against another."""
    words = lexicon.words
    today = words.local(service.now()).date()
    st.html(_section(words("reform.shorter"), tag("p", words("reform.shorter_note"), class_="sub")))
    if not rows:
        st.html(empty(words("reform.shorter_none"), words("reform.shorter_none_hint")))
        return
    since, until = _two_days(rows, today, words)
    was, now = standing(rows, since), standing(rows, until)
    found = reduction(was, now)
    st.html(_totals(found, words))
    if not found.changes:
        st.html(tag("p", words("reform.shorter_same")))
        return
    labels = {name: words(f"reform.days_{name}") for name in ("before", "after", "mark", "unit")}
    left, right = st.columns([2, 3])
    with left:
        st.vega_lite_chart(None, pairs(_departments(was, now, lexicon), labels), key="days", width="stretch")
    with right:
        st.html(_changes(found, lexicon))
    lines = [_line(one, lexicon) for one in found.changes]
    name = f"mingjing-catalogue-{since}-{until}.csv"
    offer("reform:catalogue", lambda: lines, lambda rows: rows_csv(ChangeLine, rows, words), name, key="changes_csv")


def _two_days(rows: Sequence[Mapping[str, Any]], today: date, words: Words) -> tuple[date, date]:
    """The days compared, as the address says: by default before and after the last change of the catalogue."""
    last = max((turn for turn in turns(rows) if turn <= today), default=today)
    usual = {"was": max(last - timedelta(days=1), EARLIEST), "now": today}
    days = {name: _date(st.query_params.get(name, "")) or day for name, day in usual.items()}
    with st.container(key="two_days", horizontal=True, vertical_alignment="bottom"):
        for name, day in days.items():
            if st.session_state.get(f"shown_{name}") != day:
                st.session_state[f"day_{name}"] = st.session_state[f"shown_{name}"] = day
            st.date_input(
                words(f"reform.day_{name}"), key=f"day_{name}", min_value=EARLIEST, max_value=LATEST, width=150,
                on_change=lambda name=name: put(**{name: str(st.session_state[f"day_{name}"])}),
            )  # fmt: skip
        st.html(tag("span", words("reform.last_change", day=last), class_="sub"), width="content")
    return days["was"], days["now"]


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _totals(found: Reduction, words: Words) -> Html:
    def turned(name: str) -> tuple[str, Html]:
        was, now = getattr(found.before, name), getattr(found.after, name)
        change = f" ({(now - was) / was:+.1%})" if was and now != was else ""
        better = "good" if now < was else None
        return words(f"reform.total_{name}"), tag("b", f"{_days(was)} → {_days(now)}{change}", class_=better)

    lines = [turned(name) for name in ("committed", "statutory", "steps", "items")]
    kinds = [
        words(f"reform.kind_{kind}", n=number(found.of(kind)))
        for kind in ("shortened", "lengthened", "added", "removed")
    ]
    uncounted = found.after.uncounted
    note = tag("p", words("reform.uncounted", n=number(uncounted)), class_="sub") if uncounted else None
    return join(facts(lines, class_="mj-facts"), tag("p", " · ".join(kinds)), note)


def _departments(was: Mapping[str, Standing], now: Mapping[str, Standing], lexicon: Lexicon) -> list[Pair]:
    found: dict[str, list[float]] = {}
    for place, those in enumerate((was, now)):
        for one in those.values():
            found.setdefault(one.department, [0.0, 0.0])[place] += one.committed or 0.0
    order = sorted(found, key=lambda code: found[code][1] - found[code][0])[:LISTED]
    return [
        Pair(
            name=lexicon.name("department", code) or lexicon.words("reform.nobody"),
            before=found[code][0],
            after=found[code][1],
        )
        for code in order
    ]


def _changes(found: Reduction, lexicon: Lexicon) -> Html:
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full("item", one.item)),
            tag("td", lexicon.name("department", one.department)),
            tag("td", words(f"reform.change_{one.kind}"), class_="nowrap"),
            tag("td", f"{_or_dash(one.before)} → {_or_dash(one.after)}", class_="number"),
            tag("td", f"{one.steps_before} → {one.steps_after}", class_="number"),
        )
        for one in found.changes[:LISTED]
    ]
    heads = [words(f"reform.changes_{name}") for name in ("item", "department", "kind", "days", "steps")]
    many = len(found.changes)
    more = tag("p", words("reform.changes_more", n=number(many - LISTED)), class_="sub") if many > LISTED else None
    return tag("div", tag("h3", words("reform.changes")), table(heads, rows, class_="mj-table"), more)


def _line(one: Change, lexicon: Lexicon) -> ChangeLine:
    return ChangeLine(
        kind=one.kind,
        item=one.item,
        name=lexicon.name("item", one.item),
        department=one.department,
        days_before=one.before,
        days_after=one.after,
        steps_before=one.steps_before,
        steps_after=one.steps_after,
    )


def on_time(counted: Sums, lexicon: Lexicon, period: str) -> None:
    """Cases on time, early, and told at once, each with its number and interval."""
    words = lexicon.words
    found = {measure: rates(counted, measure) for measure in MEASURES}
    st.html(_section(words("reform.on_time"), tag("p", words("reform.on_time_note"), class_="sub")))
    if not any(one.n for several in found.values() for one in several):
        st.html(empty(words("reform.on_time_none"), words("reform.on_time_none_hint")))
        return
    left, right = st.columns([2, 3])
    with left:
        drawn = [
            RateRow(
                name=_who(one, lexicon), what=words(f"reform.rate_{one.measure}"), value=one.rate, lo=one.lo, hi=one.hi,
                n=one.n,
            )
            for measure in ("committed", "early")
            for one in found[measure][: LISTED + 1]
            if one.rate is not None and one.lo is not None and one.hi is not None
        ]  # fmt: skip
        labels = {name: words(f"reform.rates_{name}") for name in ("rate", "n", "interval")}
        whats = [words("reform.rate_committed"), words("reform.rate_early")]
        st.vega_lite_chart(None, rates_chart(drawn, whats, labels), key="rates", width="stretch")
    with right:
        st.html(_rates(found, lexicon))
    lines = [
        RateLine(department=one.code, measure=one.measure, good=one.good, n=one.n, rate=one.rate, lo=one.lo, hi=one.hi)
        for several in found.values()
        for one in several
    ]
    name = f"mingjing-rates-{period}.csv"
    offer("reform:rates", lambda: lines, lambda rows: rows_csv(RateLine, rows, words), name, key="rates_csv")


def _rates(found: Mapping[str, Sequence[Rate]], lexicon: Lexicon) -> Html:
    words = lexicon.words
    by_code = {measure: {one.code: one for one in several} for measure, several in found.items()}
    rows = [
        tag(
            "tr",
            tag("td", _who(one, lexicon)),
            *(tag("td", _told(by_code[measure][one.code]), class_="number") for measure in MEASURES),
        )
        for one in found["committed"]
    ]
    heads = [words("filter.department"), *(words(f"reform.rate_{measure}") for measure in MEASURES)]
    return table(heads, rows, class_="mj-table mj-narrow")


def _who(one: Rate, lexicon: Lexicon) -> str:
    return (lexicon.name("department", one.code) or one.code) if one.code else lexicon.words("reform.everybody")


def _told(one: Rate) -> Html | str:
    if one.rate is None or one.lo is None or one.hi is None:
        return "—"
    beneath = tag("small", f"{one.lo:.1%}–{one.hi:.1%} · n = {number(one.n)}", class_="sub")
    return join(tag("b", f"{one.rate:.2%}"), tag("br"), beneath)


def _section(title: str, *beneath: Html) -> Html:
    return tag("section", tag("h2", title), *beneath, class_="mj-section")


def _days(count: float) -> str:
    return number(round(count, 1))


def _or_dash(count: float | None) -> str:
    return "—" if count is None else _days(count)


page()
