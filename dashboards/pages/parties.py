"""交易主体诚信库: records that bar or praise, what ends when, and who was evaluated or won while barred."""

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, join, tag
from dashboards.trades import parties, reading
from dashboards.words import Words, number
from mingjing.insight.parties import STATES, Part, Record, expiring, standings

VIEWS = ("parties", "records", "expiring")
KINDS = ("", "bars", "bad", "good")


def page() -> None:
    """The days and the view, then that; or one party."""
    words = service.words()
    st.html(tag("h1", words("parties.title"), class_="mj-title"))
    with st.container(key="trade_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = reading.span(words)
        shown = {one: words(f"parties.view_{one}") for one in VIEWS}
        view = reading.chosen("view", list(VIEWS), words("experts.view"), shown)
        kinds = {one: words(f"parties.kind_{one}") if one else words("filter.any") for one in KINDS}
        kind = reading.chosen("kind", list(KINDS), words("parties.kind"), kinds)
        search = reading.searched(words("experts.search"), words("parties.search_hint"))
    records = reading.records()
    if not records:
        st.html(empty(words("parties.none"), words("parties.none_hint")))
        return
    parts = reading.parts(*reading.instants(first, last, words))
    asked = st.query_params.get("party", "")
    if asked:
        one_party(asked, records, parts, last, words)
        return
    found = [one for one in records if _fits(one, kind, search)]
    if not found:
        st.html(empty(words("experts.no_match"), words("experts.no_match_hint")))
    elif view == "parties":
        fitting = {one.party for one in found}
        everybody([one for one in records if one.party in fitting], parts, (first, last), words)
    else:
        listed(found, last, words, soon=view == "expiring")


def _fits(one: Record, kind: str, search: str) -> bool:
    of_kind = not kind or (one.bars if kind == "bars" else one.kind == kind)
    return of_kind and (
        not search or any(search in text.casefold() for text in (one.party, one.code, one.ground, one.basis))
    )


def _local(parts: Sequence[Part], words: Words) -> dict[datetime, date]:
    instants = (instant for one in parts for instant in (one.bid_at, one.scored_at, one.won_at) if instant)
    return {instant: words.local(instant).date() for instant in instants}


def everybody(found: Sequence[Record], parts: Sequence[Part], days: tuple[date, date], words: Words) -> None:
    """Every party, how it stands, and what it did while barred."""
    first, last = days
    all_ = standings(found, parts, last, _local(parts, words))
    barred = sum(one.barred_until is not None for one in all_)
    scored, won = (sum(len(several) for several in each) for each in
                   zip(*((one.scored_barred, one.won_barred) for one in all_), strict=True))  # fmt: skip
    said = words("parties.sum", n=number(len(all_)), barred=number(barred), scored=number(scored), won=number(won),
                 day=words.day(last))  # fmt: skip
    st.html(tag("p", said, class_="mj-advice bad" if scored or won else "mj-advice"))
    st.html(tag("p", words("parties.effect"), class_="sub"))
    st.html(parties.standing_table(all_, words))
    parties.export_standings(all_, f"mingjing-parties-{first}_{last}.csv", words)


def listed(found: Sequence[Record], last: date, words: Words, *, soon: bool) -> None:
    """The records; or those that end within some weeks, the first to end first."""
    if soon:
        rows = expiring(found, last, parties.SOON)
    else:
        rows = sorted(found, key=lambda one: (STATES.index(one.state(last)), one.until, one.code))
    counts = {state: number(sum(one.state(last) == state for one in found)) for state in STATES}
    key = "parties.soon_sum" if soon else "parties.records_sum"
    said = words(key, n=number(len(rows)), days=parties.SOON, day=words.day(last), **counts)
    st.html(tag("p", said, class_="mj-advice"))
    if not rows:
        st.html(empty(words("parties.soon_none"), words("experts.no_match_hint")))
        return
    st.html(parties.record_table(rows, last, words))
    parties.export_records(rows, last, f"mingjing-integrity-{last}.csv", words)


def one_party(asked: str, records: Sequence[Record], parts: Sequence[Part], last: date, words: Words) -> None:
    """One party: its records, then its tenders with what happened while it was barred."""
    back = tag("a", words("parties.back"), href=f"parties?lang={words.language}", target="_self")
    st.html(tag("p", back, class_="mj-crumbs"))
    own = sorted((one for one in records if one.party == asked), key=lambda one: (one.since, one.code), reverse=True)
    took = [one for one in parts if one.party == asked]
    if not own:
        st.html(empty(words("parties.not_found", party=asked), words("parties.not_found_hint")))
        return
    st.html(_section(asked, parties.record_table(own, last, words)))
    parties.export_records(own, last, f"mingjing-integrity-{last}.csv", words)
    none = tag("p", words("parties.no_tenders"), class_="sub")
    st.html(_section(words("parties.of_tenders"),
                     parties.part_table(took, own, _local(took, words), words) if took else none))  # fmt: skip


def _section(title: str, *beneath: Html) -> Html:
    return tag("section", tag("h2", title), join(*beneath), class_="mj-section")


page()
