"""Which roles open which pages and may do what: one table that holds for everything there is."""

from dashboards.app.menu import BEHIND, GROUPS
from mingjing.access import ROLES, Person
from mingjing.access.permissions import (
    ACTIONS,
    OVERSIGHT,
    PAGES,
    PERMITTED,
    REGISTERS,
    UNIT,
    conflict,
    may,
    opens,
    reads,
)
from mingjing.registers import forms


def test_every_page_of_the_menu_is_in_the_table_and_opens_for_somebody() -> None:
    pages = {name for names in GROUPS.values() for name in names} | set(BEHIND)
    assert pages <= set(PAGES)
    assert all(PAGES[page] for page in pages)


def test_every_action_is_in_the_table() -> None:
    assert set(PERMITTED) == set(ACTIONS)
    assert all(PERMITTED.values())


def test_whoever_is_only_an_administrator_opens_no_page_with_cases() -> None:
    administrator = Person(account="a", roles=frozenset({"administrator"}))
    opened = {page for page in PAGES if opens(administrator, page)}
    assert opened == {"rules", "changes", "seal", "health", "calibrate", "accounts", "registers"}
    assert not any(may(administrator, one) for one in ("unseal", "export", "pack", "inspect", "expose"))


def test_the_pool_of_experts_is_for_whom_its_page_is() -> None:
    """Nobody who is supervised, or sits at a window, is to know before a draw whom it may be."""
    assert set(REGISTERS) <= set(forms())
    one = {role: Person(account="a", roles=frozenset({role})) for role in ROLES}
    assert {role for role in ROLES if reads(one[role], "experts")} == PAGES["experts"] | {"administrator"}
    assert {role for role in ROLES if reads(one[role], "units")} == PAGES["registers"]


def test_who_has_no_role_opens_nothing_and_a_page_of_no_row_opens_for_nobody() -> None:
    assert not any(opens(Person(account="a"), page) for page in PAGES)
    assert not opens(Person(account="a", roles=frozenset(ROLES)), "a-new-page")


def test_nobody_supervises_the_side_that_he_is_on() -> None:
    assert UNIT.isdisjoint(OVERSIGHT)
    for one in UNIT:
        for other in OVERSIGHT:
            assert conflict(frozenset({one, other})) == (one, other)
    assert conflict(UNIT | {"leader"}) is None
    assert conflict(OVERSIGHT | {"administrator"}) is None
