"""What every page stands on: the settings, the reader's language, connections to the store, the clock."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import who
from dashboards.lending import lent
from dashboards.words import LANGUAGES, Language, Words
from mingjing import settings
from mingjing.errors import UsageError
from mingjing.instants import at
from mingjing.privacy.loading import masker
from mingjing.privacy.mask import Masker
from mingjing.settings import Settings, SimulatedClock
from mingjing.store import Store
from mingjing.store.masking import Veil

RETRY_S = 2
SHARED = ("period", "region", "department", "scheme")
LEADERS = ("ranking", "compare", "departments", "load", "reform", "reports")
"""Pages that share the period and the place that a reader chose (`leaders_query` of the session)."""


@st.cache_resource
def current() -> Settings:
    """The settings of this installation, read once; UsageError if they cannot be used."""
    loaded = settings.load()
    if loaded.store_dsn is None:
        raise UsageError(
            "store_dsn is not set; name the store: MINGJING_STORE_DSN=clickhouse://reader:…@host:9000/mingjing"
        )
    return loaded


def _close(idle: "queue.LifoQueue[Store]") -> None:
    while not idle.empty():
        idle.get_nowait().close()


@st.cache_resource(on_release=_close)
def _idle() -> "queue.LifoQueue[Store]":
    return queue.LifoQueue()


@st.cache_resource(show_spinner=False)
def mask() -> Masker:
    """What masks persons in answers; UsageError where its table or key cannot be used."""
    return masker(current())


def seen_unmasked() -> frozenset[str]:
    """The cases that this person has unsealed in this page's session; none outside of a session."""
    if get_script_run_ctx(suppress_warning=True) is None or not st.session_state.get("unsealed"):
        return frozenset()
    account, cases = st.session_state["unsealed"]
    return frozenset(cases) if account == who.person().account and who.may("unseal") else frozenset()


@contextmanager
def store() -> Iterator[Store]:
    """A connection for this page only while the block runs, reading with the eyes of who looks: in its scope, masked.

    Raises StoreUnavailable when the store is away.
    """
    with lent(_idle(), lambda: Store(current().store_dsn or "", profile="dashboard"), Store.close) as one:
        one.scope, one.veil = who.person().scope, Veil(mask(), seen_unmasked())
        yield one


def clock() -> SimulatedClock | None:
    """The simulated clock, or None where the wall clock is shown."""
    text = current().clock
    return settings.parse_clock(text) if text else None


def now() -> datetime:
    """The instant that this installation's clock shows."""
    return at(settings.clock_now(current()))


def wall_now() -> datetime:
    """The instant of the wall clock, which stamps what is stored."""
    return datetime.now(UTC)


def board_query(words: Words) -> dict[str, list[str]]:
    """The address of the board as the reader last had it."""
    last: dict[str, list[str]] = st.session_state.get("board_query", {})
    return last | {"lang": [words.language]}


def keep() -> None:
    """Remembers the shared period and place that the address of a leaders' page names, before the bar is drawn."""
    now = {name: values for name in SHARED if (values := st.query_params.get_all(name))}
    st.session_state["leaders_query"] = st.session_state.get("leaders_query", {}) | now


def carried(page: str, words: Words) -> dict[str, list[str]]:
    """The address with which the bar opens a page: the board as last seen; leaders' pages keep period and place."""
    if page == "board":
        return board_query(words)
    kept: dict[str, list[str]] = st.session_state.get("leaders_query", {}) if page in LEADERS else {}
    return kept | {"lang": [words.language]}


def words() -> Words:
    """The reader's language, from the address, else as chosen before, else the installation's."""
    asked = st.query_params.get("lang") or st.session_state.get("lang") or current().language
    language: Language = next((one for one in LANGUAGES if one == asked), "zh")
    st.session_state["lang"] = language
    return Words(language, current().timezone)
