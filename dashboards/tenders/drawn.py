"""What the charts of one tender are made of: its stretches of time, and the room with the scores given in it."""

from collections.abc import Sequence
from datetime import datetime

from dashboards.investigation.life import Drawing
from dashboards.lexicon import Lexicon
from dashboards.tenders.telling import took
from dashboards.words import Words
from mingjing.charts.life import Bar, Kind, Point
from mingjing.charts.look import LOOK
from mingjing.insight.tender.course import Checkpoint
from mingjing.insight.tender.happened import Happened, first
from mingjing.insight.tender.rooms import ROLES, scored, stays

COLOURS = {"done": LOOK.pale, "kept": "#6bb48a", "missed": LOOK.bad, "overdue": LOOK.bad, "waiting": "#c9d1dc"}
PEOPLE = {"expert": "#7ea6d8", "supervisor": "#b9a6dd", "staff": "#c9d1dc", "outsider": LOOK.bad}


def stretches(points: Sequence[Checkpoint], lexicon: Lexicon) -> Drawing:
    """The checkpoints as marks, and what is measured between two of them as a bar of its own lane."""
    words = lexicon.words
    steps = words("tender.lane_steps")
    marks = [
        Point(lane=steps, at=_local(one.at, words), kind="step", what=words(f"tender.step_{one.code}"),
              told=lexicon.name("officer", one.officer))
        for one in points
        if one.at
    ]  # fmt: skip
    bars = [
        Bar(lane=words(f"tender.lane_{one.code}"), since=_local(one.since, words), until=_local(one.until, words),
            kind=one.state, what=words(f"tender.lane_{one.code}"), told=took(one, words))
        for one in points
        if one.since and one.until and one.until > one.since and one.unit != "minutes"
    ]  # fmt: skip
    used = {one.kind for one in bars}
    kinds = [Kind(code="step", name=words("tender.lane_steps"), colour=LOOK.mark)]
    kinds += [
        Kind(code=code, name=words(f"tender.state_{code}"), colour=colour, shape="square")
        for code, colour in COLOURS.items()
        if code in used
    ]
    lanes = list(dict.fromkeys([steps, *(one.lane for one in bars)]))
    return Drawing(lanes=lanes, points=marks, bars=bars, links=[], kinds=kinds)


def room(events: Sequence[Happened], lexicon: Lexicon) -> Drawing:
    """A lane for everybody who went in or scored: when they were inside, and when they gave scores."""
    words = lexicon.words
    kept = stays(events)
    end = max(event.at for event in events if event.type in ("room_entered", "room_left", "expert_scored"))
    lane = words("tender.lane_evaluation")
    bars, lanes = [], [lane]
    begun, ended = first(events, "evaluation_started"), first(events, "evaluation_ended")
    if begun is not None:
        until = ended.at if ended else max(end, begun.at)
        bars.append(_bar(lane, begun.at, until, "evaluation", lane, "", words))
    for stay in kept:
        role = stay.role if stay.role in ROLES else "outsider"
        what = f"{stay.person} · {words.name('tender', f'role_{stay.role}')}"
        told = words("tender.in_room", room=stay.room) + ("" if stay.until else words("tender.no_leaving"))
        bars.append(_bar(stay.person, stay.since, stay.until or end, role, what, told, words))
    points = [
        Point(lane=one.expert, at=_local(one.at, words), kind="scored" if one.inside else "outside",
              what=f"{one.expert} → {one.bidder}", told="" if one.score is None else f"{one.score:g}")
        for one in scored(events)
    ]  # fmt: skip
    lanes = list(dict.fromkeys([lane] * (begun is not None) + [s.person for s in kept] + [p.lane for p in points]))
    kinds = [
        Kind(code="scored", name=words("tender.kind_scored"), colour=LOOK.mark),
        Kind(code="outside", name=words("tender.kind_outside"), colour="#7f1d1d", shape="triangle-down"),
        Kind(code="evaluation", name=lane, colour=LOOK.line, shape="square"),
        *(Kind(code=c, name=words(f"tender.role_{c}"), colour=PEOPLE[c], shape="square") for c in ROLES),
    ]
    return Drawing(lanes=lanes, points=points, bars=bars, links=[], kinds=kinds)


def _bar(lane: str, since: datetime, until: datetime, kind: str, what: str, told: str, words: Words) -> Bar:
    return Bar(lane=lane, since=_local(since, words), until=_local(until, words), kind=kind, what=what, told=told)


def _local(instant: datetime, words: Words) -> datetime:
    return words.local(instant).replace(tzinfo=None)
