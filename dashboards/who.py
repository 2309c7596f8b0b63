"""Who is looking at the pages, and what that person may see."""

from mingjing.access import ROLES, WHOLE, Person

EVERYBODY = Person(account="local", name="本机", roles=frozenset(ROLES), scope=WHOLE)
"""Where signing in is switched off: whoever sits at this machine."""


def person() -> Person:
    """The person of this page's session."""
    return EVERYBODY
