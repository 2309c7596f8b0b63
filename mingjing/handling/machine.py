"""The state machine of handling: 预警→督办→反馈→核查→销号, 申诉→认定, 移送. Pure data."""

from typing import Any, Literal, get_args

from msgspec import Struct

from mingjing.access import Role
from mingjing.access.permissions import OVERSIGHT, PERMITTED, UNIT
from mingjing.types import Text

State = Literal[
    "pending",  # 待发: nothing was done yet; a lead, or a severity that a person must release
    "issued",  # 已发: the unit has it
    "acknowledged",  # 已签收
    "explained",  # 已说明: the officer or window has explained; a card waits for the unit's signature
    "replied",  # 已反馈: the unit's signed reply is in, the supervisor checks it
    "verified",  # 已核查: what the unit did is true and enough
    "supervised",  # 督办: a supervisor has taken it up formally, the unit owes a reply
    "appealed",  # 申诉: the panel decides
    "revoking",  # 待复核: one person wants a red card revoked or lowered, a second one must agree
    "closed",  # 销号
    "revoked",  # 撤销
    "transferred",  # 移送
    "withdrawn",  # 规则撤回: the rule itself took the finding back, because of news that came late
]
STATES: tuple[State, ...] = get_args(State)

Step = Literal[
    "issue", "raise", "acknowledge", "explain", "reply", "extend", "return", "supervise", "verify", "close", "lapse",
    "appeal", "uphold", "change", "revoke", "agree", "disagree", "transfer", "hand_over", "remind", "escalate",
    "comment", "instruct", "expose", "publish", "decline", "take_down", "withdraw", "reopen",
]  # fmt: skip
STEPS: tuple[Step, ...] = get_args(Step)

SYSTEM: Literal["system"] = "system"
"""The role of what the service does by itself; its actor is `system:` and the part that acted."""

Doer = Role | Literal["system"]

BACK: Literal["back"] = "back"
"""The state from which the appeal, or the proposal to revoke, was made."""

PROPOSED: Literal["proposed"] = "proposed"
"""What the first of two persons proposed: the state `revoked`, or `back` with a lower severity."""

ENDED: frozenset[State] = frozenset({"closed", "revoked", "transferred", "withdrawn"})
RUNNING: frozenset[State] = frozenset(
    {"issued", "acknowledged", "explained", "replied", "verified", "supervised"},
)
"""States in which unit and supervisor deal with it; not those of panel and second person."""

Exposure = Literal["", "proposed", "shown"]
"""Whether the public is told 曝光: not; waits for a second person's approval; on the public page."""
LASTING: frozenset[State] = frozenset({"verified", "closed"})
"""States in which a finding may be, and stay, exposed: any other takes the exposure down."""

ALL = frozenset({1, 2, 3})
EXPOSING: frozenset[Step] = frozenset({"expose", "publish", "decline", "take_down"})
"""Steps by which the public comes to be told 曝光, or not."""


Target = State | Literal["", "back", "proposed"]


class Move(Struct, frozen=True, kw_only=True):
    """One transition: from any of these states, by any of these roles, to `to` ("": the state stays).

    `severities`: for which gravest severity of the finding it holds. `leads`: only for leads (True), only for others
    (False), for all (None). `needs`: fields of the act that must be given (text, severity, to, days).
    `not_by`: steps whose doer in this handling may not do this one (two persons, no judge in one's own cause).
    `ruling`: what it says to the scores (mingjing.scoring.rulings); "": nothing. `exposure`: only while the finding's
    is this one, and its card is yellow or red still; None: whatever it is.
    """

    step: Step
    states: frozenset[State]
    to: Target = ""
    roles: frozenset[Doer]
    severities: frozenset[int] = ALL
    leads: bool | None = None
    needs: tuple[str, ...] = ()
    not_by: frozenset[Step] = frozenset()
    ruling: str = ""
    exposure: Exposure | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What the public is told of a finding: its rule's name, and a text that names no person, window or case."""

    rule: Text
    text: Text


class Act(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person, or the service, did about a finding: the body of an entry of kind `act`."""

    step: Step
    role: str  # in which role
    text: str = ""
    severity: int = 0  # of `change`: the new one
    to: str = ""  # the account of `hand_over`, the body of `transfer`, the deadline of `remind` and `escalate`
    days: int = 0  # working days of `extend`
    files: tuple[str, ...] = ()  # SHA-256 of attachments
    on: int = 0  # the finding's revision that the person saw
    found: int = 0  # the severity that the rule had found by then
    public: Told | None = None  # of `expose`


def _move(step: Step, states: frozenset[State], to: Target, roles: set[Doer], **more: Any) -> Move:
    return Move(step=step, states=states, to=to, roles=frozenset(roles), **more)


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


_TEXT = ("text",)
_PARTIES: frozenset[Step] = frozenset({"explain", "reply", "appeal"})
"""Who spoke for the unit in this handling judges nothing in it."""
_ISSUERS = _PARTIES | {"issue", "supervise"}
_PROPOSERS = _ISSUERS | {"revoke", "change"}
_LIGHT = frozenset({1, 2})
_RED = frozenset({3})
_NOTICE = frozenset({1})
_CARDS = frozenset({2, 3})
_WITH_UNIT = _in("issued", "acknowledged", "supervised")
_EXPOSERS: set[Doer] = {*PERMITTED["expose"]}

MOVES: tuple[Move, ...] = (
    # The card goes out. The service issues what needs no human eye; a lead always needs one.
    _move("issue", _in("pending"), "issued", {SYSTEM}, leads=False),
    _move("issue", _in("pending"), "issued", {"supervisor"}),
    # A finding that climbed: the graver card supersedes the warning, whatever had become of that.
    _move("raise", RUNNING | _in("closed", "revoked"), "issued", {SYSTEM}, ruling="upheld"),
    _move("raise", _in("appealed"), "", {SYSTEM}, ruling="upheld"),
    # The unit.
    _move("acknowledge", _in("issued"), "acknowledged", {*UNIT}),
    _move("explain", _WITH_UNIT, "explained", {"officer", "lead"}, needs=_TEXT),
    _move("reply", _WITH_UNIT | _in("explained"), "replied", {"department"}, needs=_TEXT),
    _move("extend", _WITH_UNIT | _in("explained"), "", {"department"}, needs=("text", "days")),
    _move("appeal", RUNNING | _in("closed"), "appealed", {"lead", "department"}, needs=_TEXT),
    # The supervisor. A notice needs no signature of the unit's.
    _move("supervise", RUNNING - _in("supervised"), "supervised", {"supervisor"}, needs=_TEXT, not_by=_PARTIES),
    _move("return", _in("explained", "replied", "verified"), "acknowledged", {"supervisor"}, needs=_TEXT,
          not_by=_PARTIES),
    _move("verify", _in("explained"), "verified", {"supervisor"}, severities=_NOTICE, needs=_TEXT, not_by=_PARTIES,
          ruling="confirmed"),
    _move("verify", _in("replied"), "verified", {"supervisor"}, needs=_TEXT, not_by=_PARTIES, ruling="confirmed"),
    _move("close", _in("verified"), "closed", {"supervisor"}, not_by=_PARTIES),
    _move("close", RUNNING, "closed", {SYSTEM}, severities=_NOTICE, leads=False),
    _move("lapse", RUNNING, "closed", {SYSTEM}, severities=_NOTICE, leads=False),
    _move("reopen", _in("closed", "transferred"), "supervised", {"supervisor", "investigator"}, needs=_TEXT,
          not_by=_PARTIES),
    # Appeal and revocation 认定; whoever issued a card decides no appeal against it.
    _move("uphold", _in("appealed"), BACK, {"panel"}, needs=_TEXT, not_by=_ISSUERS, ruling="upheld"),
    _move("change", _in("appealed"), BACK, {"panel"}, severities=_LIGHT, needs=("text", "severity"), not_by=_ISSUERS,
          ruling="changed"),
    _move("change", _in("appealed"), "revoking", {"panel"}, severities=_RED, needs=("text", "severity"),
          not_by=_ISSUERS),
    _move("revoke", _in("appealed"), "revoked", {"panel"}, severities=_LIGHT, needs=_TEXT, not_by=_ISSUERS,
          ruling="revoked"),
    _move("revoke", _in("appealed"), "revoking", {"panel"}, severities=_RED, needs=_TEXT, not_by=_ISSUERS),
    _move("revoke", RUNNING | _in("pending", "closed"), "revoked", {"supervisor"}, severities=_LIGHT, needs=_TEXT,
          not_by=_PARTIES, ruling="revoked"),
    _move("revoke", RUNNING | _in("pending", "closed"), "revoking", {"supervisor"}, severities=_RED, needs=_TEXT,
          not_by=_PARTIES),
    _move("agree", _in("revoking"), PROPOSED, {"supervisor", "panel"}, needs=_TEXT, not_by=_PROPOSERS,
          ruling=PROPOSED),
    _move("disagree", _in("revoking"), BACK, {"supervisor", "panel"}, needs=_TEXT, not_by=_PROPOSERS),
    _move("reopen", _in("revoked"), "supervised", {"panel"}, needs=_TEXT, not_by=_PROPOSERS, ruling="upheld"),
    # Elsewhere.
    _move("transfer", RUNNING | _in("pending", "closed"), "transferred", {"investigator"}, needs=("text", "to"),
          not_by=_PARTIES),
    # The public is told 曝光: one proposes, another one approves; only of what stands.
    _move("expose", LASTING, "", {"supervisor"}, severities=_CARDS, needs=("text", "public"), not_by=_PARTIES,
          exposure=""),
    _move("publish", LASTING, "", _EXPOSERS, severities=_CARDS, not_by=_PARTIES | {"expose"}, exposure="proposed"),
    _move("decline", LASTING, "", _EXPOSERS, severities=_CARDS, needs=_TEXT, not_by=_PARTIES | {"expose"},
          exposure="proposed"),
    _move("take_down", LASTING, "", _EXPOSERS | {"supervisor"}, severities=_CARDS, needs=_TEXT, not_by=_PARTIES,
          exposure="shown"),
    _move("withdraw", RUNNING | _in("pending", "appealed", "revoking", "closed"), "withdrawn", {SYSTEM}),
    _move("reopen", _in("withdrawn"), "pending", {SYSTEM}),
    # Beside the way: the state stays.
    _move("hand_over", RUNNING, "", {*UNIT, "supervisor"}, needs=("to",)),
    _move("remind", RUNNING | _in("pending", "appealed", "revoking"), "", {SYSTEM, "supervisor", "leader"}),
    _move("escalate", RUNNING | _in("pending", "appealed", "revoking"), "", {SYSTEM}),
    _move("comment", frozenset(STATES), "", {*UNIT, *OVERSIGHT, "leader"}, needs=_TEXT),
    _move("instruct", frozenset(STATES), "", {"leader"}, needs=_TEXT),
)  # fmt: skip
"""All that can happen. Whatever is not here cannot; docs/handling.md is drawn from it.

An appeal makes nothing worse: `change` only lowers. What a red card's second person agrees to is what the first one
proposed, `revoke` or `change`. `confirmed` is said of leads alone; to `revoke` a lead that is pending is to
dismiss it.
"""

DUE: dict[State, str] = {
    "pending": "release", "issued": "acknowledge", "acknowledged": "explain", "explained": "reply",
    "replied": "verify", "verified": "close", "supervised": "reply", "appealed": "decide", "revoking": "agree",
}  # fmt: skip
"""The deadline that runs in a state (a key of the policy); a notice that was explained waits for `verify` already."""
