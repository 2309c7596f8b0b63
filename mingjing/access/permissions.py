"""One table of who may open which page, and one of who may do what beside the handling's own moves. Pure data.

Who may move a finding says the handling's machine (mingjing.handling.machine); what a person sees on a page says its
scope, in the store. Here is only whether the page opens and the button is there at all.
"""

from types import MappingProxyType
from typing import Literal, get_args

from mingjing.access.person import ROLES, Person, Role

Action = Literal[
    "unseal",  # show a person's data unmasked, with a reason
    "export",  # take cases or findings out of the service
    "pack",  # make an evidence pack
    "complain",  # enter an efficiency complaint 效能投诉
    "inspect",  # enter what an inspection found 明查暗访
    "expose",  # approve that a case is published 曝光
    "note",  # write notes, keep sealed files 封存卷
    "message",  # edit who gets mails and web calls
    "attach",  # add a file to an act of handling
    "brief",  # make the brief of a period
    "try_rules",  # try a change of a rule over the store
    "calibrate",  # draw and save where a camera's windows are
    "propose_change",  # of rules, items, calendars, schemes
    "approve_change",  # another person's proposal
    "accounts",  # make, change and close accounts
    "seal",  # see how the sealed record stands, and check it
]
ACTIONS: tuple[Action, ...] = get_args(Action)

UNIT: frozenset[Role] = frozenset({"officer", "lead", "department"})
"""Roles of the side that is supervised."""
OVERSIGHT: frozenset[Role] = frozenset({"supervisor", "panel", "investigator"})
"""Roles of the side that supervises: nobody has one of each side (N66, no 同体监督)."""

_EVERYBODY = frozenset(ROLES)
_CASES: frozenset[Role] = UNIT | OVERSIGHT | {"leader"}
_LEADING: frozenset[Role] = OVERSIGHT | {"leader", "department"}

PAGES: MappingProxyType[str, frozenset[Role]] = MappingProxyType({
    "board": _CASES,
    "desk": _CASES,
    "finding": _CASES,
    "case": _CASES,
    "register": _CASES,  # 处置台账
    "complaint": OVERSIGHT | {"department"},
    "inspection": OVERSIGHT,
    "hall": _CASES - {"officer"},
    "rules": _EVERYBODY,
    "ranking": _LEADING,
    "compare": _LEADING,
    "departments": _LEADING,
    "load": _LEADING | {"lead"},
    "reform": _LEADING,
    "parallel": _LEADING | {"lead"},
    "lanes": _LEADING | {"lead"},
    "reports": OVERSIGHT | {"leader"},
    "tender": _LEADING,  # 招投标监察
    "experts": OVERSIGHT | {"leader"},
    "parties": _LEADING,
    "agencies": _LEADING,  # 涉审中介
    "discretion": _LEADING,  # 处罚裁量
    "score": _LEADING | UNIT,
    "mine": UNIT,
    "duty": _CASES,
    "quality": _LEADING,
    "awards": OVERSIGHT | {"leader"},  # a part of a ranking is no ranking
    "investigate": OVERSIGHT,
    "workspace": frozenset({"investigator"}),
    "dossier": frozenset({"investigator"}),  # 封存卷
    "changes": frozenset({"administrator", "supervisor", "leader"}),
    "seal": frozenset({"administrator", "supervisor", "investigator"}),
    "registers": _CASES | {"administrator"},
    "coverage": _LEADING,  # 监察覆盖
    "health": frozenset({"administrator", "supervisor"}),
    "calibrate": frozenset({"administrator"}),
    "accounts": frozenset({"administrator"}),
})  # fmt: skip
"""Which roles open a page, by its name, which is also its address."""

REGISTERS: MappingProxyType[str, frozenset[Role]] = MappingProxyType(
    {
        "experts": PAGES["experts"] | {"administrator"},  # who knows the pool knows whom to speak to before a draw
    }
)
"""Registers whose rows are not for all who open the page of registers."""

PERMITTED: MappingProxyType[Action, frozenset[Role]] = MappingProxyType({
    "unseal": OVERSIGHT,
    "export": OVERSIGHT | {"leader", "department", "lead"},
    "pack": OVERSIGHT,
    "complain": OVERSIGHT | {"department"},
    "inspect": OVERSIGHT,
    "expose": frozenset({"leader"}),
    "note": frozenset({"investigator", "supervisor"}),
    "message": frozenset({"administrator"}),
    "attach": _CASES,
    "brief": OVERSIGHT | {"leader"},
    "try_rules": OVERSIGHT | {"leader"},
    "calibrate": frozenset({"administrator"}),
    "propose_change": frozenset({"administrator", "supervisor"}),
    "approve_change": frozenset({"leader", "supervisor"}),
    "accounts": frozenset({"administrator"}),
    "seal": frozenset({"administrator", "supervisor", "investigator"}),
})  # fmt: skip
"""Which roles may do something."""


def opens(person: Person, page: str) -> bool:
    """Whether the person may open the page of this name; False for a page that is in no row."""
    return person.is_a(*PAGES.get(page, ()))


def reads(person: Person, register: str) -> bool:
    """Whether the person may read a register's rows, as far as they are within its scope."""
    return person.is_a(*REGISTERS.get(register, PAGES["registers"]))


def may(person: Person, action: Action) -> bool:
    """Whether the person may do this."""
    return person.is_a(*PERMITTED[action])


def conflict(roles: frozenset[Role]) -> tuple[Role, Role] | None:
    """Two roles that one person must not have at once: a unit's and one that supervises; None where all go together."""
    both = sorted(roles & UNIT), sorted(roles & OVERSIGHT)
    return (both[0][0], both[1][0]) if all(both) else None
