"""对比: like with like. A funnel plot, two to four subjects indicator by indicator, a subject with its own past."""

from datetime import timedelta

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components import period, scorecontrols, standing
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, table, tag
from dashboards.lexicon import Lexicon
from dashboards.scores import likeness, reading
from dashboards.scores.view import View, value_of
from dashboards.words import Words, number
from mingjing.charts import compare, score
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Indicator, Scheme

WAYS = ("funnel", "like", "past")
MOST = 4
MONTHS = 24


def page() -> None:
    """The way to compare that the address names."""
    words = service.words()
    lexicon = reading.lexicon(words)
    when = scorecontrols.level_and_period(lexicon)
    view = scorecontrols.asked()
    scheme = reading.scheme(view.scheme)
    rates = {one.id: one for one in scheme.indicators if one.kind == "rate"}
    items: tuple[str, ...] = ()
    rate: Indicator | None = None
    with st.container(key="compare_tools", horizontal=True, vertical_alignment="bottom"):
        way = _way(words)
        if way != "past":
            scorecontrols.place(lexicon, search=False)
            items = _family(view, when, words)
        if way == "funnel" and rates:
            named = {code: words.pick(one.name) for code, one in rates.items()}
            rate = rates[_one_of("c_ind", "ind", words("compare.rate"), named, next(iter(rates)))]
    period.carry(*scorecontrols.CARRIED)
    kind = words(f"scoring.levels_{view.level}")
    st.html(tag("h1", words(f"compare.title_{way}", level=kind, period=period.named(when, words)), class_="mj-title"))
    if way == "past":
        past(view, when, lexicon)
        return
    sheet = reading.sheet(view.scheme, view.level, when, replace(view.scope, items=items))
    if not sheet.scores:
        st.html(empty(words("ranking.none"), words("ranking.none_hint")))
    elif way == "like":
        like(sheet, view, scheme, lexicon)
    elif rate is None:
        st.html(empty(words("compare.no_rates"), words("compare.no_rates_hint")))
    else:
        funnel(sheet, view, rate, lexicon)


def _way(words: Words) -> str:
    current = next((one for one in WAYS if one == st.query_params.get("view")), WAYS[0])
    if st.session_state.get("c_shown") != current or "c_way" not in st.session_state:
        st.session_state["c_way"] = st.session_state["c_shown"] = current

    def turned() -> None:
        chosen = st.session_state["c_way"]
        st.session_state["c_shown"] = chosen
        period.put(view="" if chosen == WAYS[0] else chosen)

    st.segmented_control(
        words("compare.way"),
        WAYS,
        key="c_way",
        required=True,
        label_visibility="collapsed",
        format_func=lambda one: words(f"compare.way_{one}"),
        on_change=turned,
    )
    return current


def _one_of(key: str, name: str, label: str, options: dict[str, str], usual: str) -> str:
    """A choice that lives in the address under `name`."""
    held = st.query_params.get(name, usual)
    current = held if held in options else usual
    if st.session_state.get(f"{key}_shown") != current or key not in st.session_state:
        st.session_state[key] = st.session_state[f"{key}_shown"] = current

    def turned() -> None:
        chosen = st.session_state[key]
        st.session_state[f"{key}_shown"] = chosen
        period.put(**{name: "" if chosen == usual else chosen})

    st.selectbox(label, list(options), key=key, format_func=lambda one: options[one], on_change=turned, width=200)
    return current


def _family(view: View, when: Period, words: Words) -> tuple[str, ...]:
    """The items of the family that the address names; none: all."""
    families = reading.families(view.scheme, when)
    if not families:
        return ()
    options = {"": words("filter.any"), **{name: name for name in families}}
    chosen = _one_of("c_family", "family", words("compare.family"), options, "")
    return families.get(chosen, ())


def funnel(sheet: ScoreSheet, view: View, chosen: Indicator, lexicon: Lexicon) -> None:
    """Rates against numbers of cases, and who lies outside of what chance makes of the common rate.

    Of regions only those that hold no others.
    """
    words = lexicon.words
    if view.level == "region":
        tree = reading.organisation()
        sheet = replace(sheet, scores=tuple(one for one in sheet.scores if len(tree.under(one.code)) == 1))
    data = likeness.funnel_of(sheet, chosen, lambda code: lexicon.name(view.level, code))
    if not data.peers:
        st.html(empty(words("compare.no_data"), words("compare.no_data_hint")))
        return
    labels = {name: words(f"compare.{name}") for name in ("l95", "l998", "below", "above", "within", "centre")}
    labels |= {
        "rate": words.pick(chosen.name),
        "n": words("compare.hours" if chosen.block > 1 else "compare.n"),
        "name": "",
    }
    spec = compare.funnel(data.peers, data.limits, data.centre, labels)
    told = st.vega_lite_chart(spec, theme=None, width="stretch", key="funnel", on_select="rerun")
    picked = told.selection.get("picked") or []
    if picked and (code := picked[0].get("code")):
        query = {"level": view.level, "code": code, "period": sheet.period.code, "scheme": view.scheme}
        told_to = {name: value for name, value in query.items() if value} | {"lang": words.language}
        st.switch_page(st.session_state["pages"]["score"], query_params=told_to)
    st.html(outside(data, sheet, view, labels["n"], lexicon))


def outside(data: likeness.Funnel, sheet: ScoreSheet, view: View, counted: str, lexicon: Lexicon) -> Html:
    """Who lies outside, in words and figures. `counted`: what the rates are of."""
    words = lexicon.words
    found = data.outside
    common = f"{100 * data.centre:.2f} %"
    if not found:
        told = words("compare.nobody", n=number(len(data.peers)), centre=common)
        return tag("p", told, " ", tag("span", words("compare.funnel_note"), class_="sub"), class_="mj-verdict")
    rows = [
        tag(
            "tr",
            tag("td", tag("a", one.name, href=_to(one.code, sheet, view, words), target="_self")),
            tag(
                "td",
                words("compare.below" if one.side < 0 else "compare.above"),
                class_="bad" if one.side < 0 else "good",
            ),
            tag("td", f"{100 * one.rate:.2f} %", class_="number"),
            tag("td", number(round(one.n)), class_="number"),
        )
        for one in found
    ]
    heads = [words(f"scoring.level_{view.level}"), "", words("compare.rate_n"), counted]
    told = words("compare.somebody", n=number(len(found)), all=number(len(data.peers)), centre=common)
    verdict = tag("p", told, " ", tag("span", words("compare.funnel_note"), class_="sub"), class_="mj-verdict")
    return tag("div", verdict, table(heads, rows, class_="mj-table mj-narrow"))


def _to(code: str, sheet: ScoreSheet, view: View, words: Words) -> str:
    query = {"level": view.level, "code": code, "period": sheet.period.code, "scheme": view.scheme}
    return standing.address("score", words, **query)


def like(sheet: ScoreSheet, view: View, scheme: Scheme, lexicon: Lexicon) -> None:
    """Two to four subjects indicator by indicator."""
    words = lexicon.words
    known = {one.code: one for one in sheet.scores if one.values and one.state != "doubt"}
    asked = [code for code in dict.fromkeys(st.query_params.get_all("pick")) if code in known][:MOST]
    if st.session_state.get("c_pick_shown") != asked or "c_pick" not in st.session_state:
        st.session_state["c_pick"] = st.session_state["c_pick_shown"] = asked

    def turned() -> None:
        chosen = list(st.session_state["c_pick"])
        st.session_state["c_pick_shown"] = chosen
        kept = {name: st.query_params.get_all(name) for name in st.query_params if name != "pick"}
        st.query_params.from_dict(kept | ({"pick": chosen} if chosen else {}))

    st.multiselect(
        words("compare.pick", n=MOST),
        list(known),
        key="c_pick",
        max_selections=MOST,
        format_func=lambda code: lexicon.full(view.level, code),
        placeholder=words("compare.pick_hint"),
        on_change=turned,
    )
    chosen = [known[code] for code in asked]
    if len(chosen) < 2:
        st.html(empty(words("compare.pick_two"), words("compare.pick_two_hint")))
        return

    def label(one: Indicator) -> str:
        return words.pick(one.name)

    named = likeness.sides(chosen, scheme.indicators, lambda code: lexicon.full(view.level, code), label)
    labels = {
        "share": words("compare.share"),
        "points": words("onescore.points"),
        "interval": words("onescore.interval"),
    }
    left, right = st.columns([2, 3])
    with left:
        st.vega_lite_chart(compare.beside(named, labels), theme=None, width="stretch", key="beside")
    right.html(beside(chosen, sheet, view, scheme, lexicon))


def beside(chosen: list[Score], sheet: ScoreSheet, view: View, scheme: Scheme, lexicon: Lexicon) -> Html:
    """The same in figures; where any two differ by more than chance, it says so."""
    words = lexicon.words
    links = [
        tag("a", lexicon.name(view.level, one.code), href=_to(one.code, sheet, view, words), target="_self")
        for one in chosen
    ]
    total = tag(
        "tr",
        tag("td", words("onescore.score")),
        *(tag("td", standing.points(one.score), _between(one.lo, one.hi)) for one in chosen),
        tag("td", _apart([one for one in chosen if one.score is not None], words)),
        class_="heading",
    )
    cases = tag(
        "tr", tag("td", words("onescore.cases")), *(tag("td", number(round(one.cases))) for one in chosen), tag("td")
    )
    rows = [total, cases]
    for indicator in scheme.indicators:
        values = [value_of(one, indicator.id) for one in chosen]
        if any(values):
            cells = [
                tag("td", standing.points(v.points), _between(v.lo, v.hi)) if v else tag("td", "—") for v in values
            ]
            differ = words("compare.differ") if likeness.apart(chosen, indicator.id) else ""
            rows.append(tag("tr", tag("td", words.pick(indicator.name)), *cells, tag("td", differ, class_="bad")))
    return table([words("onescore.indicator"), *links, words("compare.apart")], rows, class_="mj-table mj-indicators")


def _between(low: float | None, high: float | None) -> Html:
    return tag("span", f" {standing.points(low)}–{standing.points(high)}", class_="sub")


def _apart(scores: list[Score], words: Words) -> str:
    if len(scores) < 2:
        return "—"
    low = max((one.lo or 0.0 for one in scores), default=0.0)
    high = min((one.hi or 0.0 for one in scores), default=0.0)
    return words("compare.differ") if high < low else words("compare.alike")


def past(view: View, when: Period, lexicon: Lexicon) -> None:
    """One subject's last twelve months over the twelve before."""
    words = lexicon.words
    known = {code: name for code, name in scorecontrols.codes(view.level, lexicon).items() if code}
    if not known:
        st.html(empty(words("ranking.none"), words("ranking.none_hint")))
        return
    code = _one_of("c_code", "code", words(f"scoring.level_{view.level}"), known, next(iter(known)))
    last = Period.of("month", min(when.until - timedelta(days=1), words.local(service.now()).date()))
    with st.spinner(words("compare.reading")):
        steps = reading.trend(view.scheme, view.level, code, last, MONTHS)
    if not any(had and had.score is not None for _, had in steps):
        st.html(empty(words("compare.no_past"), words("ranking.none_hint")))
        return
    shown = likeness.beside_past(steps, words("compare.this_year"), words("compare.year_before"))
    labels = {"score": words("onescore.score"), "interval": words("onescore.interval")}
    st.vega_lite_chart(score.trend(shown, labels), theme=None, width="stretch", key="past")
    st.html(verdict(steps, words))


def verdict(steps: list[tuple[Period, Score | None]], words: Words) -> Html:
    """The last month against the same a year before."""
    (period_now, now), (period_then, then) = steps[-1], steps[len(steps) // 2 - 1]
    if now is None or then is None or now.lo is None or then.lo is None or now.hi is None or then.hi is None:
        return tag("p", words("compare.past_none"), class_="mj-verdict plain")
    way = "better" if now.lo > then.hi else "worse" if now.hi < then.lo else "same"
    told = words(
        f"compare.past_{way}",
        now=period_now.code,
        then=period_then.code,
        score=standing.points(now.score),
        was=standing.points(then.score),
    )
    return tag("p", told, class_="mj-verdict")


page()
