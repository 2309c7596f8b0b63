"""Persons who have signed in, and their roles."""

from typing import Literal, get_args

from msgspec import Struct

from mingjing.access.scope import NOTHING, Scope

Role = Literal[
    "officer",  # 承办人: acknowledges and explains what is found about his or her own cases
    "lead",  # 窗口首席代表: rectifies, appeals
    "department",  # 部门联系人/负责人: signs the unit's reply, asks for more time
    "supervisor",  # 监察员: issues, supervises, verifies, proposes to revoke
    "panel",  # 申诉认定: decides appeals, never on a card that he or she issued
    "investigator",  # 调查员: opens single cases, unseals, keeps sealed files, transfers
    "leader",  # 领导: reads, instructs
    "administrator",  # 管理员: accounts, rules, cameras; sees no case and no finding by this role
]
ROLES: tuple[Role, ...] = get_args(Role)


class Person(Struct, frozen=True, kw_only=True):
    """Who acts: an account, the roles it has, and what it may see. `officer` is its code in events, if it has one."""

    account: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    scope: Scope = NOTHING
    officer: str = ""

    def is_a(self, *roles: Role) -> bool:
        """Whether the person has one of these roles."""
        return not self.roles.isdisjoint(roles)
