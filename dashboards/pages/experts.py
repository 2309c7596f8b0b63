"""评标专家: draws that anybody can repeat, how often each expert is drawn against chance, the pool, and who left it."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards import service, unsealing
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, tag
from dashboards.lexicon import Lexicon
from dashboards.scores.reading import lexicon as named_codes
from dashboards.trades import draws, pool, reading
from dashboards.words import Words, number
from mingjing.charts.experts import frequencies as frequency_chart
from mingjing.insight import experts
from mingjing.insight.experts import Told

VIEWS = ("draws", "frequency", "pool", "removals")
LABELS = ("expected", "drawn", "draws", "beyond", "within")


def page() -> None:
    """The days and the view, then that; or one draw repeated."""
    words = service.words()
    lexicon = named_codes(words)
    st.html(tag("h1", words("experts.title"), class_="mj-title"))
    with st.container(key="trade_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = reading.span(words)
        view = reading.chosen("view", list(VIEWS), words("experts.view"), _names("view", VIEWS, words))
        since, until = reading.instants(first, last, words)
        told = reading.draws(since, until)
        members = reading.members()
        names = sorted({one.speciality for one in told} | {name for one in members for name in one.specialities} - {""})
        any_one = {"": words("filter.any")}
        speciality = reading.chosen("speciality", ["", *names], words("experts.speciality"), any_one)
        search = reading.searched(words("experts.search"), words("experts.search_hint"))
    asked = st.query_params.get("draw", "") or st.query_params.get("tender", "")
    if asked:
        one_draw(reading.named(asked, since, until), lexicon)
        return
    span = f"{first}_{last}"
    if view == "draws":
        listed(told, speciality, search, span, lexicon)
    elif view == "frequency":
        frequency([one for one in told if not speciality or one.speciality == speciality], search, span, words)
    else:
        of_pool(told, speciality, search, (first, last), words, gone=view == "removals")


def _names(kind: str, several: Sequence[str], words: Words) -> dict[str, str]:
    return {one: words(f"experts.{kind}_{one}") if one else words("filter.any") for one in several}


def one_draw(told: Sequence[Told], lexicon: Lexicon) -> None:
    """The draws that the address names, each repeated."""
    words = lexicon.words
    back = tag("a", words("experts.back"), href=f"experts?lang={words.language}", target="_self")
    st.html(tag("p", back, class_="mj-crumbs"))
    if not told:
        st.html(empty(words("experts.not_found"), words("experts.not_found_hint")))
        return
    case_id = told[0].case_id
    veil = reading.veil("expert")
    shown = None if case_id in service.seen_unmasked() else veil
    for one in told[::-1]:
        st.html(_section(words("experts.one", number=one.number or one.event_id), draws.replayed(one, lexicon, shown)))
    draws.export_replay(told[-1], words, veil)
    unsealing.panel(case_id, words)


def listed(told: Sequence[Told], speciality: str, search: str, span: str, lexicon: Lexicon) -> None:
    """The draws, how many of them repeat, and the file."""
    words = lexicon.words
    if not told:
        st.html(empty(words("experts.none"), words("experts.none_hint")))
        return
    with st.container(key="draw_tools", horizontal=True, vertical_alignment="bottom"):
        state = reading.chosen(
            "state", list(draws.STATES), words("experts.replay"), _names("state", draws.STATES, words)
        )
        sort = reading.chosen("sort", list(draws.SORTS), words("experts.sort"), _names("sort", draws.SORTS, words))
    counts = {one: sum(each.state == one for each in told) for one in draws.STATES if one}
    said = words("experts.sum", n=number(len(told)), **{one: number(many) for one, many in counts.items()})
    st.html(tag("p", said, class_="mj-advice bad" if counts["differs"] else "mj-advice"))
    found = draws.fitting(told, speciality, state, search, sort)
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    st.html(draws.listed(found, lexicon))
    draws.export(found, f"mingjing-draws-{span}.csv", words)


def frequency(told: Sequence[Told], search: str, span: str, words: Words) -> None:
    """Drawn against expected: the chart, the table, the file."""
    found = experts.frequencies(told)
    if not found:
        st.html(empty(words("experts.none"), words("experts.none_hint")))
        return
    beyond = [one for one in found if one.beyond]
    names = " ".join(one.code for one in beyond[: pool.SHOWN])
    said = words("experts.beyond_some", n=len(beyond), names=names) if beyond else words("experts.beyond_none")
    st.html(tag("p", said, class_="mj-advice bad" if beyond else "mj-advice"))
    st.html(tag("p", words("experts.frequency_note", experts=number(len(found))), class_="sub"))
    spots = pool.dots(found)
    if spots:
        labels = {name: words(f"experts.chart_{name}") for name in LABELS}
        st.vega_lite_chart(None, frequency_chart(spots, labels), key="frequency", width="stretch")
    shown = [one for one in found if not search or search in one.code.casefold()]
    st.html(pool.frequency_table(shown, words))
    pool.export_frequencies(shown, f"mingjing-expert-frequency-{span}.csv", words)


def of_pool(
    told: Sequence[Told], speciality: str, search: str, days: tuple[date, date], words: Words, *, gone: bool
) -> None:
    """The pool on the last day with its specialities; or who left it within the days, and why."""
    first, last = days
    members = reading.members()
    if not members:
        st.html(empty(words("experts.pool_none"), words("experts.pool_none_hint")))
        return
    outside = experts.drawn_outside(members, told, reading.days_of(told, words))
    if gone:
        rows = [one for one in experts.removals(members, last) if one.until >= first]
        said = words("experts.removals_sum", n=number(len(rows)))
    else:
        rows = [one for one in members if one.inside(last)]
        said = words("experts.pool_sum", n=number(len(rows)), day=words.day(last))
        st.html(_section(words("experts.specialities"),
                         pool.speciality_table(experts.specialities(members, told, first, last), words)))  # fmt: skip
    st.html(tag("p", said, class_="mj-advice"))
    strangers = sorted(set(outside) - {one.code for one in members})
    if strangers:
        st.html(tag("p", words("experts.strangers", names=" ".join(strangers)), class_="mj-advice bad"))
    found = pool.fitting(rows, speciality, search)
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    st.html(pool.member_table(found, outside, last, words))
    kind = "removals" if gone else "pool"
    pool.export_members(found, outside, f"mingjing-expert-{kind}-{first}_{last}.csv", words, kind)


def _section(title: str, *beneath: Html) -> Html:
    return tag("section", tag("h2", title), *beneath, class_="mj-section")


page()
