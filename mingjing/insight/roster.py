"""Rosters of joint activities 联合审查、踏勘、验收: who was invited, confirmed, came, signed, or stayed away. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from msgspec import Struct

Presence = Literal["signed", "unsigned", "absent", "default", "expected", "came"]
"""Signed; came and had not signed when the minutes were filed; stayed away; stayed away though told in time and proven,
with no opinion 缺席默认; the activity is still to come; came, and no minutes are filed yet."""
NOTICE = timedelta(hours=72)
"""How long before the activity a unit must have confirmed, for its absence to count as agreement (rule B2)."""


class Event(Protocol):
    """What is asked of an event."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def at(self) -> datetime:
        """When it occurred."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Its fields."""


class Seat(Struct, frozen=True, kw_only=True):
    """One unit's line of a roster; `alone_at`: when it did the same once more by itself, `ground`: why it might."""

    unit: str
    presence: Presence
    invited_at: datetime | None = None
    received_at: datetime | None = None
    receipt_no: str = ""
    attended_at: datetime | None = None
    signed_at: datetime | None = None
    opinion: str = ""
    alone_at: datetime | None = None
    ground: str = ""


class Activity(Struct, frozen=True, kw_only=True):
    """One joint activity of a form (`visit`, `review` …); `held_at` is when it was reported as over."""

    meeting: str
    form: str
    lead: str
    seats: tuple[Seat, ...]
    announced: str = ""
    held_at: datetime | None = None
    minuted_at: datetime | None = None


def activities(events: Iterable[Event]) -> tuple[Activity, ...]:
    """The joint activities that a case's events (in order) tell of, in order of their first mention."""
    known = list(events)
    names = dict.fromkeys(
        str(one.data["meeting"]) for one in known if one.type.startswith("joint_") and one.data.get("meeting")
    )
    return tuple(_activity(name, known) for name in names)


def _activity(name: str, known: list[Event]) -> Activity:
    own = [one for one in known if one.type.startswith("joint_") and str(one.data.get("meeting")) == name]
    held = next((one for one in own if one.type == "joint_held"), None)
    minuted = next((one for one in own if one.type == "joint_minuted"), None)
    form = next((str(one.data["activity"]) for one in own if one.data.get("activity")), "")
    units = dict.fromkeys(
        str(one.data["unit"]) for one in own if one.data.get("unit") and one.type not in ("joint_held", "joint_minuted")
    )
    return Activity(
        meeting=name,
        form=form,
        lead=str(held.data.get("unit") or "") if held else "",
        seats=tuple(_seat(unit, own, known, held, minuted, form) for unit in units),
        announced=next((str(one.data["held_at"]) for one in own if one.data.get("held_at")), ""),
        held_at=held.at if held else None,
        minuted_at=minuted.at if minuted else None,
    )


def _seat(
    unit: str, own: list[Event], known: list[Event], held: Event | None, minuted: Event | None, form: str
) -> Seat:
    first: dict[str, Event] = {}
    for one in own:
        if str(one.data.get("unit")) == unit:
            first.setdefault(one.type.removeprefix("joint_"), one)
    received, signed = first.get("received"), first.get("signed")
    receipt = str(received.data.get("receipt_no") or "") if received else ""
    heard = held is not None and any(
        one.type == "branch_opinion" and one.data.get("unit") == unit and one.at <= held.at for one in known
    )
    in_time = bool(held and received and receipt and held.at - received.at >= NOTICE)
    again = next(
        (
            one for one in known
            if one.type == "solo_held" and one.data.get("unit") == unit and one.data.get("activity") == form
            and held is not None and one.at >= held.at
        ),
        None,
    )  # fmt: skip
    return Seat(
        unit=unit,
        presence=_presence(first, held, minuted, told=in_time and not heard),
        invited_at=first["invited"].at if "invited" in first else None,
        received_at=received.at if received else None,
        receipt_no=receipt,
        attended_at=first["attended"].at if "attended" in first else None,
        signed_at=signed.at if signed else None,
        opinion=str(signed.data.get("opinion") or "") if signed else "",
        alone_at=again.at if again else None,
        ground=str(again.data.get("ground") or "") if again else "",
    )


def _presence(first: Mapping[str, Event], held: Event | None, minuted: Event | None, *, told: bool) -> Presence:
    if "signed" in first and (minuted is None or first["signed"].at <= minuted.at):
        return "signed"
    if "attended" in first:
        return "unsigned" if minuted is not None else "came"
    if held is None:
        return "expected"
    return "default" if told else "absent"
