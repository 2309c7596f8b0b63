"""Draws, the expert pool, integrity records and parts in tenders, read once for all who may see the same."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components.period import EARLIEST, LATEST, put
from dashboards.sharing import shared
from dashboards.tenders.reading import masked
from dashboards.words import Words
from mingjing.insight.experts import Member, Told
from mingjing.insight.parties import Part, Record
from mingjing.store import trades

REFRESH_S = 60
YEAR = 365
ONE = {"draw": "", "tender": "", "party": ""}
"""What the address names when one thing is looked at; who asks for a list leaves it."""


@shared(ttl=REFRESH_S)
def draws(since: datetime, until: datetime) -> list[Told]:
    """The draws of a time, the latest first; experts are masked as in every event."""
    shown = veil("expert")
    return [one.veiled(shown) for one in _draws(since, until)]


def named(asked: str, since: datetime, until: datetime) -> list[Told]:
    """The draws of a tender, or the one of an event, with codes as they are: to be repeated, not to be shown."""
    return [one for one in _draws(since, until) if asked in (one.event_id, one.case_id)]


@shared(ttl=REFRESH_S)
def _draws(since: datetime, until: datetime) -> list[Told]:
    with service.store() as store:
        return trades.draws(store, since, until)


@shared(ttl=REFRESH_S)
def members() -> list[Member]:
    """All stays in the pool; experts are masked."""
    shown = veil("expert")
    with service.store() as store:
        return [replace(one, code=shown(one.code)) for one in trades.members(store)]


@shared(ttl=REFRESH_S)
def records() -> list[Record]:
    """All integrity records; parties are masked as bidders are."""
    shown = veil("bidder")
    with service.store() as store:
        return [replace(one, party=shown(one.party)) for one in trades.records(store)]


@shared(ttl=REFRESH_S)
def parts(since: datetime, until: datetime) -> list[Part]:
    """What parties with records did in the tenders of a time; parties are masked."""
    shown = veil("bidder")
    with service.store() as store:
        parties = sorted({one.party for one in trades.records(store)})
        return [replace(one, party=shown(one.party)) for one in trades.parts(store, parties, since, until)]


def veil(field: str) -> Callable[[str], str]:
    """How a code may be shown: as the privacy table masks it in this field, worked out once for each."""
    return cache(lambda code: str(masked(field, code)))


def span(words: Words) -> tuple[date, date]:
    """The first and last day that the address asks for, by default the year up to today; with fields to change them."""
    today = words.local(service.now()).date()
    usual = {"from": today - timedelta(days=YEAR - 1), "to": today}
    days = {name: _day(st.query_params.get(name, "")) or day for name, day in usual.items()}
    if days["from"] > days["to"]:
        days = usual
    for name, day in days.items():
        if st.session_state.get(f"trade_shown_{name}") != day:
            st.session_state[f"trade_{name}"] = st.session_state[f"trade_shown_{name}"] = day
        st.date_input(
            words(f"experts.{name}"), key=f"trade_{name}", min_value=EARLIEST, max_value=LATEST, width=150,
            on_change=lambda name=name: put(**{name: str(st.session_state[f"trade_{name}"])}),
        )  # fmt: skip
    return days["from"], days["to"]


def instants(first: date, last: date, words: Words) -> tuple[datetime, datetime]:
    """The instants at which local days begin and are over."""
    zone = ZoneInfo(words.timezone)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def days_of(told: Iterable[Told], words: Words) -> dict[str, date]:
    """The local day of each draw, by event."""
    return {one.event_id: words.local(one.at).date() for one in told}


def chosen(name: str, options: list[str], label: str, shown: dict[str, str], *, width: int = 170) -> str:
    """A list to choose from, kept in the address; the first option is the usual one and leaves no trace there."""
    current = st.query_params.get(name, "")
    current = current if current in options else options[0]
    key = f"trade_{name}"
    if st.session_state.get(f"{key}_shown") != current or key not in st.session_state:
        st.session_state[key] = st.session_state[f"{key}_shown"] = current
    st.selectbox(
        label, options, key=key, width=width, format_func=lambda one: shown.get(one, one),
        on_change=lambda: put(**ONE | {name: "" if st.session_state[key] == options[0] else st.session_state[key]}),
    )  # fmt: skip
    return current


def searched(label: str, hint: str) -> str:
    """A field to search in, kept in the address."""
    current = st.query_params.get("search", "")
    if st.session_state.get("trade_search_shown") != current or "trade_search" not in st.session_state:
        st.session_state["trade_search"] = st.session_state["trade_search_shown"] = current
    st.text_input(
        label, key="trade_search", width=220, max_chars=80, placeholder=hint,
        on_change=lambda: put(**ONE | {"search": st.session_state["trade_search"].strip()}),
    )  # fmt: skip
    return current.strip().casefold()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
