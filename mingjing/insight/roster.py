"""Rosters of joint activities 联合审查、踏勘、验收: who was invited, confirmed, came, signed, or stayed away. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol

from msgspec import Struct

Presence = Literal["signed", "unsigned", "absent", "default", "expected", "came"]
"""Signed; came and had not signed when the minutes were filed; stayed away; stayed away though told in time and proven,
with no opinion 缺席默认; the activity is still to come; came, and no minutes are filed yet."""
NOTICE = timedelta(hours=72)
"""How long before the activity a unit must have confirmed, for its absence to count as agreement (rule B2)."""


GROUNDS = ("rectification", "complaint", "statutory")
"""Why a unit may do again alone what was done jointly (rule B2-D)."""
Day = Callable[[datetime], date]
"""The local day of an instant."""


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

    @property
    def repeated(self) -> bool:
        """Whether it did the same again alone, and gave no ground on which it may."""
        return self.alone_at is not None and self.ground not in GROUNDS


class Activity(Struct, frozen=True, kw_only=True):
    """One joint activity of a form (`visit`, `review` …); `held_at` is when it was reported as over."""

    meeting: str
    form: str
    lead: str
    seats: tuple[Seat, ...]
    announced: str = ""
    held_at: datetime | None = None
    minuted_at: datetime | None = None


def activities(events: Iterable[Event], day: Day) -> tuple[Activity, ...]:
    """The joint activities that a case's events (in order) tell of, in order of their first mention."""
    known = list(events)
    names = dict.fromkeys(
        str(one.data["meeting"]) for one in known if one.type.startswith("joint_") and one.data.get("meeting")
    )
    return tuple(_activity(name, known, day) for name in names)


def _activity(name: str, known: list[Event], day: Day) -> Activity:
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
        seats=tuple(_seat(unit, own, known, held, minuted, day) for unit in units),
        announced=next((str(one.data["held_at"]) for one in own if one.data.get("held_at")), ""),
        held_at=held.at if held else None,
        minuted_at=minuted.at if minuted else None,
    )


def _seat(unit: str, own: list[Event], known: list[Event], held: Event | None, minuted: Event | None, day: Day) -> Seat:
    first: dict[str, Event] = {}
    theirs = [one for one in own if str(one.data.get("unit")) == unit]
    for one in theirs:
        first.setdefault(one.type.removeprefix("joint_"), one)
    duly = next((one for one in theirs if held is not None and _duly_told(one, held, day)), None)
    received, signed = duly or first.get("received"), first.get("signed")
    heard = held is not None and any(
        one.type == "branch_opinion" and one.data.get("unit") == unit and one.at <= held.at for one in known
    )
    again = next(
        (
            one for one in known
            if one.type == "solo_held" and one.data.get("unit") == unit
            and held is not None and one.at >= held.at and one.data.get("activity") == held.data.get("activity")
            and any(other.type in ("joint_received", "joint_attended") and other.at <= one.at for other in theirs)
        ),
        None,
    )  # fmt: skip
    return Seat(
        unit=unit,
        presence=_presence(first, held, minuted, told=duly is not None and not heard),
        invited_at=first["invited"].at if "invited" in first else None,
        received_at=received.at if received else None,
        receipt_no=str(received.data.get("receipt_no") or "") if received else "",
        attended_at=first["attended"].at if "attended" in first else None,
        signed_at=signed.at if signed else None,
        opinion=str(signed.data.get("opinion") or "") if signed else "",
        alone_at=again.at if again else None,
        ground=str(again.data.get("ground") or "") if again else "",
    )


def _duly_told(told: Event, held: Event, day: Day) -> bool:
    """Whether a unit confirmed the activity of that day, provably and in time (rule B2)."""
    announced = told.data.get("held_at")
    return (
        told.type == "joint_received"
        and bool(told.data.get("receipt_no"))
        and held.at - told.at >= NOTICE
        and (announced is None or str(announced).startswith(day(held.at).isoformat()))
    )


def _presence(first: Mapping[str, Event], held: Event | None, minuted: Event | None, *, told: bool) -> Presence:
    if "signed" in first and (minuted is None or first["signed"].at <= minuted.at):
        return "signed"
    if "attended" in first:
        return "unsigned" if minuted is not None else "came"
    if held is None:
        return "expected"
    return "default" if told else "absent"
