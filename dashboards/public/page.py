"""What the public sees: how many cases, how many on time and early, how long against the promise, how satisfied."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, facts, join, tag
from dashboards.public.exposures import exposures
from dashboards.words import Words, number
from mingjing.opendata.dataset import Row
from mingjing.opendata.files import as_csv, as_json
from mingjing.opendata.publishing import Publisher

LEVELS = ("department", "region", "item")
LISTED = 100
"""Rows of a list; more are found by searching, or in the file."""


@st.cache_resource
def publisher() -> Publisher:
    """The open data of this installation."""
    return Publisher(service.current(), service.store)


def page(words: Words) -> None:
    """The whole page."""
    source = publisher()
    period, rows = _chosen(source, words)
    whole = next((row for row in rows if row.level == "all"), None)
    if whole is None:
        st.html(empty(words("public.empty"), words("public.empty_hint", settled=source.settled)))
        exposures(source, words)
        return
    st.html(tag("p", words("public.span", first=whole.first_day, last=whole.last_day), class_="mj-span"))
    st.html(_figures(whole, words))
    exposures(source, words)
    _lists([row for row in rows if row.period == period], words)
    _files(source, [row for row in rows if row.period == period], period, words)
    st.html(_method(source, words))


def _chosen(source: Publisher, words: Words) -> tuple[str, list[Row]]:
    """The period that the reader picked, and its rows; the last month at first."""
    years = source.years()
    if not years:
        return "", []
    kinds = {kind: words(f"public.{kind}") for kind in ("month", "quarter", "year")}
    asked = st.query_params.get("period", "")
    asked_kind = "quarter" if "Q" in asked else "year" if asked.isdecimal() else "month"
    with st.container(key="public_period", horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            words("public.kind"),
            list(kinds),
            format_func=kinds.__getitem__,
            default=asked_kind,
            required=True,
            key="kind",
        )
        known = _periods(source, years, kind)
        if not known:
            return "", []
        period = st.selectbox(words("public.period"), known, index=known.index(asked) if asked in known else 0)
    if period != asked:
        st.query_params["period"] = period
    return period, [row for row in source.rows(int(period[:4])) if row.period == period]


def _periods(source: Publisher, years: Sequence[int], kind: str) -> list[str]:
    """The periods of a kind that are final, the last one first."""
    settled, found = source.settled, []
    for year in years:
        for month in range(1, 13):
            until = date(year + month // 12, month % 12 + 1, 1)
            if until <= settled and (kind == "month" or (kind == "quarter" and not month % 3) or month == 12):
                found.append({"month": f"{year}-{month:02}", "quarter": f"{year}-Q{month // 3}"}.get(kind, f"{year}"))
    return found[::-1]


def _figures(row: Row, words: Words) -> Html:
    """The large numbers of the whole."""
    if row.state != "told":
        return tag("p", words(f"public.{row.state}"), class_="mj-untold")
    days, promised = "—", words("public.no_figure")
    if row.days_used_median is not None and row.days_promised_median is not None:
        days = words("public.days", n=number(row.days_used_median))
        promised = words("public.promised", n=number(row.days_promised_median))
    complaints = row.complaints_per_10000
    return tag(
        "div",
        _card(words("public.cases"), number(row.cases or 0), words("public.cases_note")),
        _card(words("public.on_time"), _percent(row.on_time_rate), _surely(row, "on_time", words)),
        _card(words("public.early"), _percent(row.early_rate), _surely(row, "early", words)),
        _card(words("public.median"), days, promised),
        _card(words("public.satisfied"), _percent(row.satisfied_rate), _surely(row, "satisfied", words)),
        _card(words("public.complaints"), "—" if complaints is None else number(complaints), words("public.per_10000")),
        class_="mj-big",
    )


def _card(name: str, value: str, note: str) -> Html:
    return tag("div", tag("span", name), tag("b", value), tag("small", note))


def _percent(rate: float | None) -> str:
    """A rate to a hundredth of a percent, never rounded up to 100."""
    if rate is None:
        return "—"
    return f"{int(rate * 10_000 + 1e-6) / 100:.2f} %"


def _surely(row: Row, name: str, words: Words) -> str:
    n, low, high = (getattr(row, f"{name}_{part}") for part in ("n", "low", "high"))
    if low is None:
        state = row.satisfied_state if name == "satisfied" else row.state
        return words(f"public.{state}" if state != "told" else "public.no_figure")
    key = "public.surely_ratings" if name == "satisfied" else "public.surely"
    return words(key, n=number(n), low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")


def _lists(rows: Sequence[Row], words: Words) -> None:
    """Departments, regions or items one below the other."""
    names = {level: words(f"public.{level}") for level in LEVELS}
    level = st.segmented_control(
        words("public.by"), LEVELS, format_func=names.__getitem__, default="department", required=True, key="level"
    )
    of = sorted((row for row in rows if row.level == level), key=lambda row: (row.state != "told", -(row.cases or 0)))
    sought = ""
    if len(of) > LISTED:
        sought = st.text_input(words("public.search"), key="sought").strip().lower()
        of = [row for row in of if sought in f"{row.name_zh} {row.name_en} {row.code}".lower()]
    if not of:
        st.html(tag("p", words("public.nobody"), class_="sub"))
        return
    st.html(_table(of[:LISTED], words))
    if len(of) > LISTED:
        st.html(tag("p", words("public.more", n=number(len(of) - LISTED)), class_="sub"))


def _table(rows: Sequence[Row], words: Words) -> Html:
    lows = [low for row in rows for low in (row.on_time_low, row.early_low) if low is not None]
    floor = int(min(lows, default=0.0) * 10) / 10
    heads = ("name", "cases", "on_time", "early", "median_short", "satisfied", "complaints_short")
    scale = words("public.scale", low=f"{100 * floor:.0f}")
    head = tag("tr", [tag("th", words(f"public.{one}"), scope="col") for one in heads])
    body = [_line(row, floor, words) for row in rows]
    return join(
        tag("table", tag("thead", head), tag("tbody", body), class_="mj-table mj-public"),
        tag("p", scale, class_="sub"),
    )


def _line(row: Row, floor: float, words: Words) -> Html:
    name = (row.name_zh if words.language == "zh" else row.name_en) or row.code
    if row.state != "told":
        return tag(
            "tr", tag("th", name, scope="row"), tag("td", words(f"public.{row.state}"), colspan=6, class_="untold")
        )
    days = "—"
    if row.days_used_median is not None and row.days_promised_median is not None:
        days = words("public.of_days", used=number(row.days_used_median), promised=number(row.days_promised_median))
    complaints = row.complaints_per_10000
    return tag(
        "tr",
        tag("th", name, scope="row"),
        _cell("cases", number(row.cases or 0), words),
        _cell("on_time", _rate(row, "on_time", floor, words), words),
        _cell("early", _rate(row, "early", floor, words), words),
        _cell("median_short", days, words),
        _cell("satisfied", join(_percent(row.satisfied_rate), tag("small", _surely(row, "satisfied", words))), words),
        _cell("complaints_short", "—" if complaints is None else number(complaints), words),
    )


def _cell(name: str, value: Html | str, words: Words) -> Html:
    return tag("td", value, data_name=words(f"public.{name}"))


def _rate(row: Row, name: str, floor: float, words: Words) -> Html:
    """A rate, its interval drawn from `floor` to 100 %, and in words."""
    rate, low, high = (getattr(row, f"{name}_{part}") for part in ("rate", "low", "high"))
    if rate is None:
        return tag("span", "—")
    left, right, middle = (100 * (value - floor) / (1 - floor) if floor < 1 else 100 for value in (low, high, rate))
    drawn = tag(
        "i",
        tag("u", style=f"left:{left:.2f}%;width:{max(right - left, 0.6):.2f}%"),
        tag("s", style=f"left:{middle:.2f}%"),
        class_="mj-interval",
        aria_hidden="true",
    )
    return tag("span", tag("b", _percent(rate)), drawn, tag("small", _surely(row, name, words)))


def _files(source: Publisher, rows: Sequence[Row], period: str, words: Words) -> None:
    """The figures to take away."""
    st.html(tag("h2", words("public.files")))
    with st.container(key="public_files", horizontal=True):
        csv = as_csv(rows, words.language)
        st.download_button(words("public.csv"), csv, f"mingjing-{period}.csv", "text/csv", on_click="ignore")
        json = as_json(source.dataset(rows))
        st.download_button(words("public.json"), json, f"mingjing-{period}.json", "application/json", on_click="ignore")
    st.html(tag("p", words("public.licence", licence=service.current().public_licence), class_="sub"))


def _method(source: Publisher, words: Words) -> Html:
    minimum = service.current().public_minimum
    told = ("on_time", "early", "interval", "days", "satisfaction", "complaints", "final", "untold", "doubts", "people")
    return tag(
        "section",
        tag("h2", words("public.method")),
        facts(
            [
                (
                    words(f"public.about_{one}"),
                    words(f"public.about_{one}_text", minimum=minimum, settled=source.settled),
                )
                for one in told
            ],
            class_="mj-about",
        ),
    )
