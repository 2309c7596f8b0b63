"""The accounts of this installation, as its settings say."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from dashboards.lending import lent
from mingjing import settings
from mingjing.accounts.office import Office
from mingjing.errors import UsageError
from mingjing.instants import at
from mingjing.record.recorder import recorder
from mingjing.settings import Settings, clock_now
from mingjing.store import Store

COOKIE = "mingjing_session"
"""What a browser holds of a session: a random token, of which the store keeps the digest."""


@st.cache_resource(show_spinner=False)
def chosen() -> Settings:
    """The settings, read once."""
    return settings.load()


def is_off() -> bool:
    """Whether nobody has to sign in."""
    return chosen().sign_in == "off"


@st.cache_resource(show_spinner=False)
def office() -> Office:
    """Accounts and sessions; UsageError where the settings name nothing to keep them in."""
    own = chosen()
    dsn = own.desk_dsn
    if dsn is None:
        raise UsageError("nobody can sign in without desk_dsn, the ClickHouse user who may write accounts and sessions")
    idle: queue.LifoQueue[Store] = queue.LifoQueue()

    @contextmanager
    def drawn() -> Iterator[Store]:
        with lent(idle, lambda: Store(dsn, profile="dashboard"), Store.close) as store:
            yield store

    return Office(
        drawn,
        recorder(own, "sign-in"),
        hours=own.session_hours,
        now=lambda: at(clock_now(own)),
        wall=lambda: datetime.now(UTC),
    )
