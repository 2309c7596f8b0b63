"""Who is looking at the pages, what that person may see, and what it may do."""

from mingjing.access import ROLES, WHOLE, Person, permissions
from mingjing.access.permissions import Action

EVERYBODY = Person(account="local", name="本机", roles=frozenset(ROLES), scope=WHOLE)
"""Where signing in is switched off: whoever sits at this machine."""


def person() -> Person:
    """The person of this page's session."""
    return EVERYBODY


def may(action: Action) -> bool:
    """Whether the person of this page's session may do this."""
    return permissions.may(person(), action)
