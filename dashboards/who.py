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
_bound: ContextVar[Person | None] = ContextVar("bound", default=None)


def bound(make: Callable[[], T]) -> Callable[[], T]:
    """The same for this person, wherever it is called: Streamlit makes a download's content outside the session."""
    me = person()

    def made() -> T:
        token = _bound.set(me)
        try:
            return make()
        finally:
            _bound.reset(token)

    return made


def person() -> Person:
    """The person of this page's session; NOBODY once the session is over."""
    if (me := _bound.get()) is not None:
        return me
    if here.is_off():
        return EVERYBODY
    standing = here.office().standing(st.context.cookies.get(here.COOKIE, ""))
    return NOBODY if standing is None or standing.renew else standing.person


def may(action: Action) -> bool:
    """Whether the person of this page's session may do this."""
    return permissions.may(person(), action)
