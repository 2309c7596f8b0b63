"""A window's day: when nobody was there, how much of that counts, and what excuses the rest. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from dashboards.hall.data import Told, instant
from dashboards.hall.spans import Stretch, common, length, union, without
from mingjing.types import Finding

EXCUSES = ("closed", "leave", "shift", "unknown", "camera", "hidden")
"""What takes time out of an absence, in the order in which it is told; then comes what lies outside the hours."""

SHIFT_MOST = timedelta(minutes=10)
"""As much of a change of shift on record excuses, as in the rules S1, S2-O and S2-L."""

_EVER = datetime.min.replace(tzinfo=UTC)
_OPENS = {
    "closed": "window_closed",
    "leave": "leave_started",
    "shift": "shift_ended",
    "unknown": "presence_unknown",
    "camera": "camera_lost",
}
_CLOSES = {
    "closed": ("window_opened",),
    "leave": ("leave_ended",),
    "shift": ("shift_started",),
    "unknown": ("presence_regained", "presence_lost"),
    "camera": ("camera_regained",),
}


class Excuse(Struct, frozen=True):
    """Why part of an absence does not count: one of EXCUSES, or `hours`; how long, and the ground on record."""

    kind: str
    length: timedelta
    ground: str = ""


class Absence(Struct, frozen=True, kw_only=True):
    """Nobody at a window, from the last sighting to the return; `until` None: not back yet, `end` is then now.

    `counted`: the open time of it that nothing excuses. `pictures`: file references of what was kept as evidence.
    """

    since: datetime
    until: datetime | None
    end: datetime
    counted: timedelta
    excuses: tuple[Excuse, ...]
    events: tuple[str, ...]
    camera: str
    pictures: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def excused(
    events: Sequence[Told], end: datetime, handovers: Sequence[Stretch] = ()
) -> dict[str, list[tuple[Stretch, str]]]:
    """What takes time out, each with the ground on record, from a day's events in order; what does not end by then
    ends at `end`. `handovers`: the minutes around the changes of shift of the register."""
    found: dict[str, list[tuple[Stretch, str]]] = {kind: [] for kind in EXCUSES}
    begun: dict[str, tuple[datetime, str]] = {}
    for event in events:
        for kind, opens in _OPENS.items():
            if event.type in _CLOSES[kind] and kind in begun:
                since, ground = begun.pop(kind)
                found[kind].append(((since, event.occurred_at), ground))
            elif event.type == opens and kind not in begun:
                begun[kind] = event.occurred_at, event.text("ground") or event.text("reason")
        found["hidden"] += [(one, "") for one in _hidden(event, end)]
    for kind, (since, ground) in begun.items():
        found[kind].append(((since, max(since, end)), ground))
    capped = [((since, min(until, since + SHIFT_MOST)), ground) for (since, until), ground in found["shift"]]
    found["shift"] = [*capped, *((one, "") for one in handovers)]
    return found


def _hidden(event: Told, end: datetime) -> list[Stretch]:
    spans = event.fields.get("hidden")
    found = []
    for span in spans if isinstance(spans, list) else ():
        if isinstance(span, list) and span and (since := instant(span[0])) is not None:
            until = instant(span[1]) if len(span) > 1 else end
            found.append((since, until or end))
    return found


def absences(
    events: Sequence[Told],
    opened: Sequence[Stretch] | None,
    now: datetime,
    findings: Sequence[Finding] = (),
    *,
    begin: datetime = _EVER,
    handovers: Sequence[Stretch] = (),
) -> list[Absence]:
    """The absences of a day from its events in order; `opened` are its hours, None where the calendar cannot tell.

    Several reports without a return between them are one absence. A sighting before the day's `begin` says nothing of
    it, nor one before the last return.
    """
    outs = {kind: parts for kind, parts in excused(events, now, handovers).items() if parts}
    found: list[Absence] = []
    reported: list[Told] = []
    returned = begin
    for event in events:
        if event.type == "presence_lost":
            reported.append(event)
        elif event.type == "presence_regained" and reported:
            found.append(
                _absence([*reported, event], _since(reported[0], begin, returned), event.occurred_at, opened, now, outs)
            )
            reported = []
        if event.type == "presence_regained":
            returned = event.occurred_at
    if reported:
        found.append(_absence(reported, _since(reported[0], begin, returned), None, opened, now, outs))
    return [_with_findings(one, findings) for one in found]


def _since(lost: Told, begin: datetime, returned: datetime) -> datetime:
    seen = lost.instant("seen_at")
    return lost.occurred_at if seen is None or seen < begin else max(min(seen, lost.occurred_at), returned)


def _absence(
    events: Sequence[Told],
    since: datetime,
    until: datetime | None,
    opened: Sequence[Stretch] | None,
    now: datetime,
    outs: dict[str, list[tuple[Stretch, str]]],
) -> Absence:
    first = events[0]
    end = max(since, until or now)
    left = [(since, end)] if opened is None else common([(since, end)], opened)
    excuses = []
    if outside := length([(since, end)]) - length(left):
        excuses.append(Excuse("hours", outside))
    for kind, parts in outs.items():
        rest = without(left, [part for part, _ in parts])
        if took := length(left) - length(rest):
            grounds = dict.fromkeys(ground for part, ground in parts if ground and common([part], left))
            excuses.append(Excuse(kind, took, "、".join(grounds)))
        left = rest
    pictures = [picture for event in events if (picture := event.text("snapshot"))]
    return Absence(
        since=since,
        until=until,
        end=end,
        counted=length(left),
        excuses=tuple(excuses),
        events=tuple(event.event_id for event in events),
        camera=first.text("camera"),
        pictures=tuple(dict.fromkeys(pictures)),
    )


def _with_findings(one: Absence, findings: Sequence[Finding]) -> Absence:
    own = tuple(finding for finding in findings if set(finding.evidence.events) & set(one.events))
    return Absence(**{name: getattr(one, name) for name in one.__struct_fields__} | {"findings": own})


def axis(opened: Sequence[Stretch] | None, day: Stretch, absent: Sequence[Stretch]) -> Stretch:
    """The part of a day worth drawing: its hours and absences with an hour around them, on a rest day all of it."""
    parts = union([*(opened or ()), *absent])
    if not parts:
        return day
    hour = timedelta(hours=1)
    since, until = parts[0][0] - hour, parts[-1][1] + hour
    return max(day[0], since), min(day[1], until)
