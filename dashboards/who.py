"""Who is looking at the pages, what that person may see, and what it may do."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import streamlit as st

from dashboards.signin import here
from mingjing.access import NOTHING, ROLES, WHOLE, Person, permissions
from mingjing.access.permissions import Action

EVERYBODY = Person(account="local", name="本机", roles=frozenset(ROLES), scope=WHOLE)
"""Where signing in is switched off: whoever sits at this machine."""
NOBODY = Person(account="", scope=NOTHING)
"""Who has not signed in, or not any more."""


T = TypeVar("T")
_bound: ContextVar[str | None] = ContextVar("bound", default=None)


def bound(make: Callable[[], T]) -> Callable[[], T]:
    """The same in this page's session, wherever it is called: Streamlit makes a download's content outside of it.

    Who that is, and what it may see, is looked up when it is called.
    """
    token = _token()

    def made() -> T:
        before = _bound.set(token)
        try:
            return make()
        finally:
            _bound.reset(before)

    return made


def person() -> Person:
    """The person of this page's session; NOBODY once the session is over."""
    if here.is_off():
        return EVERYBODY
    standing = here.office().standing(_token())
    return NOBODY if standing is None or standing.renew else standing.person


def _token() -> str:
    kept = _bound.get()
    return st.context.cookies.get(here.COOKIE, "") if kept is None else kept


def may(action: Action) -> bool:
    """Whether the person of this page's session may do this."""
    return permissions.may(person(), action)
