"""Who is looking at the pages, what that person may see, and what it may do."""

import streamlit as st

from dashboards.signin import here
from mingjing.access import NOTHING, ROLES, WHOLE, Person, permissions
from mingjing.access.permissions import Action

EVERYBODY = Person(account="local", name="本机", roles=frozenset(ROLES), scope=WHOLE)
"""Where signing in is switched off: whoever sits at this machine."""
NOBODY = Person(account="", scope=NOTHING)
"""Who has not signed in, or not any more."""


def person() -> Person:
    """The person of this page's session; NOBODY once the session is over."""
    if here.is_off():
        return EVERYBODY
    standing = here.office().standing(st.context.cookies.get(here.COOKIE, ""))
    return NOBODY if standing is None or standing.renew else standing.person


def may(action: Action) -> bool:
    """Whether the person of this page's session may do this."""
    return permissions.may(person(), action)
