"""处罚裁量: penalties against the band that they name, who takes the least how often, and the bands themselves."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import tag
from dashboards.lexicon import Lexicon
from dashboards.market import penalties, reading
from dashboards.market.sheet import advice
from dashboards.scores.reading import lexicon as named_codes
from dashboards.trades.reading import chosen, instants, searched, span
from dashboards.words import number
from mingjing.charts.discretion import places
from mingjing.insight.discretion import STATES, Band, Penalty, customs

VIEWS = ("penalties", "people", "bands")
SORTS = ("latest", "least", "most")
DRAWN_STATES = ("outside", "departed", "inside")


def page() -> None:
    """The days and the view, then that."""
    words = service.words()
    lexicon = named_codes(words)
    st.html(tag("h1", words("discretion.title"), class_="mj-title"))
    with st.container(key="market_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = span(words)
        shown = {one: words(f"discretion.view_{one}") for one in VIEWS}
        view = chosen("view", list(VIEWS), words("experts.view"), shown)
        search = searched(words("experts.search"), words("discretion.search_hint"))
    bands = reading.bands()
    if not bands:
        st.html(advice(words("discretion.no_register"), bad=True))
    if view == "bands":
        of_bands(bands, search, lexicon)
        return
    several = reading.penalties(*instants(first, last, words), words.timezone)
    if officer := st.query_params.get("officer", ""):
        back = tag("a", words("discretion.back"), href=f"discretion?lang={words.language}", target="_self")
        told = tag("span", words("discretion.of_officer", officer=lexicon.full("officer", officer)))
        st.html(tag("p", back, " · ", told, class_="mj-crumbs"))
        several = [one for one in several if one.handler == officer]
    several = [one for one in several if _fits(one, search, lexicon)]
    if not several:
        st.html(empty(words("discretion.none"), words("discretion.none_hint")))
    elif view == "people":
        of_people(several, f"{first}_{last}", lexicon)
    else:
        of_penalties(several, f"{first}_{last}", lexicon)


def _fits(one: Penalty, search: str, lexicon: Lexicon) -> bool:
    names = (lexicon.name("item", one.item), lexicon.name("officer", one.handler))
    return any(search in text.casefold() for text in (one.case_id, one.handler, one.named, one.departure, *names))


def of_penalties(several: Sequence[Penalty], days: str, lexicon: Lexicon) -> None:
    """The penalties, how many lie where, the chart and the file."""
    words = lexicon.words
    with st.container(key="penalty_tools", horizontal=True, vertical_alignment="bottom"):
        kinds = {one: words(f"discretion.state_{one}") for one in STATES} | {"": words("filter.any")}
        state = chosen("state", ["", *STATES], words("discretion.state"), kinds)
        shown = {one: words(f"discretion.sort_{one}") for one in SORTS}
        sort = chosen("sort", list(SORTS), words("experts.sort"), shown)
    counts = {one: sum(each.state == one for each in several) for one in STATES}
    said = words("discretion.sum", n=number(len(several)), **{one: number(many) for one, many in counts.items()})
    st.html(advice(said, bad=bool(counts["outside"] or counts["bandless"])))
    found = [one for one in several if not state or one.state == state]
    if sort != "latest":
        turn = 1 if sort == "least" else -1
        found.sort(key=lambda one: (one.position is None, turn * (one.position or 0.0)))
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    drawn = penalties.spots(found, lexicon)
    if drawn:
        labels = {name: words(f"discretion.chart_{name}") for name in ("place", "who", "case", "state")}
        names = [words(f"discretion.state_{one}") for one in DRAWN_STATES]
        st.vega_lite_chart(None, places(drawn, names, labels), key="places", width="stretch")
    st.html(penalties.listed(found, lexicon))
    penalties.export(found, f"mingjing-penalties-{days}.csv", words)


def of_people(several: Sequence[Penalty], days: str, lexicon: Lexicon) -> None:
    """Who takes the least how often."""
    words = lexicon.words
    rows = customs(several)
    st.html(tag("p", words("discretion.people_note"), class_="sub"))
    if not rows:
        st.html(empty(words("discretion.none"), words("discretion.none_hint")))
        return
    st.html(penalties.customs(rows, lexicon))
    penalties.export_customs(rows, f"mingjing-penalty-customs-{days}.csv", words)


def of_bands(bands: Mapping[str, Sequence[Band]], search: str, lexicon: Lexicon) -> None:
    """The register of bands, those of one item together."""
    words = lexicon.words
    rows = sorted(
        (one for several in bands.values() for one in several), key=lambda one: (one.item, one.since, one.code)
    )

    def fits(one: Band) -> bool:
        texts = (one.code, one.circumstance, one.basis, lexicon.name("item", one.item))
        return any(search in text.casefold() for text in texts)

    found = list(filter(fits, rows))
    if not found:
        st.html(empty(words("discretion.bands_none"), words("discretion.bands_none_hint")))
        return
    st.html(penalties.bands(found, words.local(service.now()).date(), lexicon))


page()
