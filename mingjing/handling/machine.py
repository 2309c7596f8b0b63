"""The state machine of handling: 预警→督办→反馈→核查→销号, 申诉→认定, 移送. Pure data."""

from typing import Literal

from msgspec import Struct

from mingjing.access import Role

State = Literal[
    "pending",  # 待发: a lead, or a severity that a person must release
    "issued",  # 已发: the unit has it
    "acknowledged",  # 签收
    "explained",  # 已反馈: explanation or rectification is in, the supervisor checks it
    "supervised",  # 督办: a supervisor has taken it up formally
    "appealed",  # 申诉: the panel decides
    "revoking",  # 待复核撤销: one person wants a red card revoked, a second one must agree
    "closed",  # 销号
    "revoked",  # 撤销
    "transferred",  # 移送
]

Step = Literal[
    "issue", "raise", "acknowledge", "explain", "reply", "extend", "return", "supervise", "verify", "close", "lapse",
    "appeal", "uphold", "change", "revoke", "agree", "disagree", "transfer", "hand_over", "remind", "escalate",
    "comment", "instruct", "withdraw", "reopen",
]  # fmt: skip

SYSTEM = "system"
"""The role of what the service does by itself."""


class Move(Struct, frozen=True, kw_only=True):
    """One transition: from any of these states, by any of these roles, to `to` ("": the state stays).

    `needs`: fields of the act that must be given ("text", "outcome", "severity", "second", "to" …).
    `not_by`: steps whose doer in this handling may not do this one (two persons, no judge in one's own cause).
    `due`: the deadline that begins with it (a key of the deadlines' settings), "": none; the one that ran is over.
    """

    step: Step
    states: frozenset[State]
    to: State | Literal[""] = ""
    roles: frozenset[Role | Literal["system"]]
    needs: tuple[str, ...] = ()
    not_by: frozenset[Step] = frozenset()
    due: str = ""


class Act(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person, or the service, did about a finding: the body of an entry of kind `act`."""

    step: Step
    role: str  # in which role
    text: str = ""
    severity: int = 0  # of `change`
    to: str = ""  # the account that `hand_over` names; the body that `transfer` names
    days: int = 0  # working days of `extend`
    files: tuple[str, ...] = ()  # SHA-256 of attachments
    on: int = 0  # the finding's revision that the person saw
