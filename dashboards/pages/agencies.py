"""涉审中介: the register, contract clocks, fees, the selection log, concentration, and credit with its arithmetic."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import tag
from dashboards.lexicon import Lexicon
from dashboards.market import agencies, reading
from dashboards.market.sheet import advice, section
from dashboards.scores.reading import lexicon as named_codes
from dashboards.trades.reading import chosen, instants, searched, span
from dashboards.words import Words, number
from mingjing.insight.agencies import RULES, WEIGHTS, Credit, Service, concentrations, standings
from mingjing.store.market import Agency

VIEWS = ("clocks", "fees", "selections", "concentration", "credit", "register")
SORTS = ("latest", "longest", "agency")
ONLY = ("", "found", "running")
BY = ("officer", "item")


def page() -> None:
    """The days and the view, then that; or one agency."""
    words = service.words()
    lexicon = named_codes(words)
    st.html(tag("h1", words("agencies.title"), class_="mj-title"))
    with st.container(key="market_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = span(words)
        shown = {one: words(f"agencies.view_{one}") for one in VIEWS}
        view = chosen("view", list(VIEWS), words("experts.view"), shown)
        search = searched(words("experts.search"), words("agencies.search_hint"))
    today = words.local(service.now()).date()
    several = reading.services(*instants(first, last, words), min(today, last), words.timezone)
    register = reading.registered()
    names = {one.code: one.name for one in register}
    credit = standings(several)
    days = f"{first}_{last}"
    if asked := st.query_params.get("agency", ""):
        one_agency(asked, several, register, names, credit, lexicon)
        return
    several = [one for one in several if _fits(one, search, names, lexicon)]
    if officer := st.query_params.get("officer", ""):
        back = tag("a", words("agencies.back"), href=f"agencies?lang={words.language}", target="_self")
        told = tag("span", words("agencies.of_officer", officer=lexicon.full("officer", officer)))
        st.html(tag("p", back, " · ", told, class_="mj-crumbs"))
        several = [one for one in several if one.officer == officer]
    if view == "register":
        of_register(register, {one.agency: one for one in credit}, search, days, words)
    elif not several:
        st.html(empty(words("agencies.none"), words("agencies.none_hint")))
    elif view == "concentration":
        of_concentration(several, names, days, lexicon)
    elif view == "credit":
        of_credit([one for one in credit if _named(one.agency, search, names)], names, days, words)
    else:
        of_services(several, view, names, days, lexicon)


def _named(agency: str, search: str, names: Mapping[str, str]) -> bool:
    return not search or search in agency.casefold() or search in names.get(agency, "").casefold()


def _fits(one: Service, search: str, names: Mapping[str, str], lexicon: Lexicon) -> bool:
    texts = (one.case_id, one.officer, lexicon.name("item", one.item), lexicon.name("officer", one.officer))
    return _named(one.who, search, names) or any(search in text.casefold() for text in texts)


def of_services(several: Sequence[Service], view: str, names: Mapping[str, str], days: str, lexicon: Lexicon) -> None:
    """Clocks, fees or selections, with what was found."""
    words = lexicon.words
    with st.container(key="service_tools", horizontal=True, vertical_alignment="bottom"):
        sort = chosen("sort", list(SORTS), words("experts.sort"), {one: words(f"agencies.sort_{one}") for one in SORTS})
        kinds = {one: words(f"agencies.only_{one}") if one else words("filter.any") for one in ONLY}
        only = chosen("only", list(ONLY), words("agencies.only"), kinds)
    late, dear, improper = (sum(one.broke(rules) for one in several) for _, rules in WEIGHTS.values())
    said = words("agencies.sum", n=number(len(several)), late=late, dear=dear, improper=improper)
    st.html(advice(said, bad=bool(late or dear or improper)))
    st.html(tag("p", words(f"agencies.{view}_note"), class_="sub"))
    found = [one for one in several if not only or (one.running if only == "running" else one.broke(RULES))]
    if sort == "longest":
        found.sort(key=lambda one: -(one.own or 0))
    elif sort == "agency":
        found.sort(key=lambda one: (one.who, one.case_id))
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    prices = reading.prices()
    if view == "clocks":
        st.html(agencies.clocks(found, names, lexicon))
    elif view == "fees":
        st.html(agencies.fees(found, prices, names, lexicon))
    else:
        st.html(agencies.selections(found, names, lexicon))
    agencies.export_services(found, prices, f"mingjing-agency-services-{days}.csv", words)


def of_concentration(several: Sequence[Service], names: Mapping[str, str], days: str, lexicon: Lexicon) -> None:
    """How concentrated the choices are, by officer or item."""
    words = lexicon.words
    by = chosen("by", list(BY), words("agencies.per"), {one: words(f"agencies.{one}") for one in BY})
    rows = concentrations(several, by)
    if not rows:
        st.html(empty(words("agencies.none"), words("agencies.none_hint")))
        return
    beyond = [lexicon.name(by, one.code) for one in rows[1:] if one.beyond(rows[0].index)]
    some = words("agencies.beyond", n=len(beyond), names="、".join(beyond[:8]))
    st.html(advice(some if beyond else words("agencies.beyond_none"), bad=bool(beyond)))
    st.html(tag("p", words("agencies.concentration_note"), class_="sub"))
    st.html(agencies.concentrated(rows, by, names, lexicon))
    agencies.export_concentration(rows, f"mingjing-agency-concentration-{by}-{days}.csv", words)


def of_credit(rows: Sequence[Credit], names: Mapping[str, str], days: str, words: Words) -> None:
    """Every agency's credit."""
    st.html(tag("p", words("agencies.credit_note"), class_="sub"))
    if not rows:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    st.html(agencies.credit(rows, names, words))
    agencies.export_credit(rows, f"mingjing-agency-credit-{days}.csv", words)


def of_register(register: Sequence[Agency], credit: Mapping[str, Credit], search: str, days: str, words: Words) -> None:
    """Who is registered."""
    names = {one.code: one.name for one in register}
    found = [one for one in register if _named(one.code, search, names)]
    if not register:
        st.html(empty(words("agencies.register_none"), words("agencies.register_none_hint")))
        return
    strangers = sorted(set(credit) - set(names))
    if strangers:
        st.html(advice(words("agencies.strangers", names=" ".join(strangers)), bad=True))
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
        return
    today = words.local(service.now()).date()
    st.html(agencies.register(found, credit, today, names, words))
    agencies.export_register(found, credit, f"mingjing-agencies-{days}.csv", words)


def one_agency(
    asked: str, several: Sequence[Service], register: Sequence[Agency], names: Mapping[str, str],
    credit: Sequence[Credit], lexicon: Lexicon,
) -> None:  # fmt: skip
    """One agency: its registration, its credit line by line, its services and fees."""
    words = lexicon.words
    back = tag("a", words("agencies.back"), href=f"agencies?lang={words.language}", target="_self")
    st.html(tag("p", back, class_="mj-crumbs"))
    rows = [one for one in register if one.code == asked]
    own = [one for one in several if asked in (one.agency, one.selected)]
    if not rows and not own:
        st.html(empty(words("agencies.unknown", agency=asked), words("agencies.none_hint")))
        return
    today = words.local(service.now()).date()
    by_agency = {one.agency: one for one in credit}
    unknown = tag("p", words("agencies.strangers", names=asked), class_="bad")
    known = agencies.register(rows, by_agency, today, names, words) if rows else unknown
    st.html(section(names.get(asked, asked), known))
    if asked in by_agency:
        sums = agencies.arithmetic(by_agency[asked], words)
        st.html(section(words("agencies.view_credit"), tag("p", words("agencies.credit_note"), class_="sub"), sums))
    if own:
        st.html(section(words("agencies.view_clocks"), agencies.clocks(own, names, lexicon)))
        st.html(section(words("agencies.view_fees"), agencies.fees(own, reading.prices(), names, lexicon)))
        agencies.export_services(own, reading.prices(), f"mingjing-agency-{asked}.csv", words)


page()
