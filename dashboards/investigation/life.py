"""A case's whole life as lanes: three times of each event, officers, clocks, staffing, findings, handling."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

import msgspec
from msgspec import Struct

from dashboards.investigation.reading import Hour, Life, step_of
from dashboards.lexicon import Lexicon
from dashboards.words import Words, severity_name
from mingjing.charts.life import Bar, Kind, Link, Point
from mingjing.charts.look import LOOK
from mingjing.handling.machine import Act
from mingjing.investigation.notes import Note
from mingjing.record.entry import Entry
from mingjing.settings import Severities
from mingjing.texts import text
from mingjing.types import Clock, Finding, LedgerLine

LATE = timedelta(hours=24)
OFFICERS, CLOCKS, LINES = 8, 6, 400
"""Lanes of officers and of clocks at most, and runs of a ledger that are drawn."""
HOUR = timedelta(hours=1)


class Drawing(Struct, frozen=True, kw_only=True):
    """What the chart of a life is made of."""

    lanes: list[str]
    points: list[Point]
    bars: list[Bar]
    links: list[Link]
    kinds: list[Kind]


def kinds(words: Words, severities: Severities) -> list[Kind]:
    """What the marks and stretches of a life are called and look like."""
    told = [
        ("event", LOOK.mark, "circle"), ("evidence", "#b45309", "diamond"), ("corrected", "#8a97ab", "cross"),
        ("breach", "#7f1d1d", "triangle-down"), ("rung", "#6b4fa3", "triangle-right"),
        ("due", "#c98a00", "triangle-up"),
        ("act", "#0f766e", "square"), ("note", "#6b7f99", "square"),
        ("step", "#7ea6d8", "square"), ("counted", "#9dc0ea", "square"), ("rest", "#dfe4ec", "square"),
        ("paused", "#b9a6dd", "square"), ("late", "#f0a3ab", "square"), ("staffed", "#6bb48a", "square"),
        ("unstaffed", "#e58a3c", "square"), ("unknown", "#c9d1dc", "square"),
    ]  # fmt: skip
    found = [
        Kind(code=code, name=words(NAMED.get(code, f"life.{code}")), colour=colour, shape=shape)
        for code, colour, shape in told
    ]
    found += [
        Kind(
            code=f"severity{n}",
            name=severity_name(n, words, severities),
            colour=severities.of(n).colour,
            shape="diamond",
        )
        for n in (1, 2, 3)
    ]
    gone = [Kind(code=status, name=words(f"status.{status}"), colour="#8a97ab", shape="cross") for status in GONE]
    return [*found, *gone]


GONE = ("resolved", "withdrawn")
NAMED = {
    **{name: f"ledger.{name}" for name in ("counted", "rest", "paused", "late", "rung", "due", "breach")},
    **{name: f"hall.{name}" for name in ("staffed", "unstaffed", "unknown")},
    "evidence": "case.evidence_mark",
}
"""Kinds that have a word already."""


def drawing(life: Life, notes: Sequence[Note], lexicon: Lexicon, severities: Severities, now: datetime) -> Drawing:
    """The whole life; a lane appears only where there is something in it."""
    words = lexicon.words
    evidence = {event_id for revisions in life.findings for event_id in revisions[0].evidence.events}
    points, links = _events(life, evidence, lexicon)
    bars: list[Bar] = []
    lanes = [one.lane for one in points]
    for more_points, more_bars in (
        _officers(life, lexicon),
        _clocks(life, lexicon, now),
        ([], [_hour(one, lexicon) for one in life.staffing]),
        (_findings(life, lexicon), []),
        (_acts(life.acts, words), []),
        (_notes(notes, words), []),
    ):
        points += more_points
        bars += more_bars
        lanes += [one.lane for one in more_bars] + [one.lane for one in more_points]
    links += _breaches(life, words)
    return Drawing(
        lanes=list(dict.fromkeys(lanes)), points=points, bars=bars, links=links, kinds=kinds(words, severities)
    )


def extent(drawn: Drawing) -> tuple[datetime, datetime] | None:
    """From the first to the last instant of a drawing, in local time; None for an empty one."""
    instants = [one.at for one in drawn.points] + [at for one in drawn.bars for at in (one.since, one.until)]
    return (min(instants), max(instants)) if instants else None


def _events(life: Life, evidence: set[str], lexicon: Lexicon) -> tuple[list[Point], list[Link]]:
    words = lexicon.words
    lanes = [words(f"life.lane_{name}") for name in ("occurred", "recorded", "received")]
    points, links = [], []
    for one in life.events:
        kind = "corrected" if one.corrected_by else "evidence" if one.event_id in evidence else "event"
        what = " ".join(filter(None, (words.name("event", one.type), step_of(one))))
        told = " · ".join(filter(None, (lexicon.name("officer", one.officer), one.event_id)))
        before: tuple[str, datetime] | None = None
        for lane, instant in zip(lanes, (one.occurred_at, one.recorded_at, one.received_at), strict=True):
            if instant is None:
                continue
            at = _local(instant, words)
            points.append(Point(lane=lane, at=at, kind=kind, what=what, told=told))
            if before is not None:
                late = at - before[1] > LATE
                length = words("case.late_by", span=words.span(at - before[1])) if late else words.span(at - before[1])
                links.append(
                    Link(lane=before[0], at=before[1], to_lane=lane, to_at=at, late=late, what=f"{what} · {length}")
                )
            before = (lane, at)
    return points, links


def _officers(life: Life, lexicon: Lexicon) -> tuple[list[Point], list[Bar]]:
    words = lexicon.words
    counts: dict[str, int] = {}
    for one in life.events:
        if one.officer:
            counts[one.officer] = counts.get(one.officer, 0) + 1
    most = sorted(counts, key=lambda code: -counts[code])[:OFFICERS]
    points, bars = [], []
    begun: dict[str, tuple[str, datetime]] = {}
    for one in life.events:
        if one.officer not in most or one.corrected_by:
            continue
        lane = words("life.lane_officer", name=lexicon.name("officer", one.officer))
        at, step = _local(one.occurred_at, words), step_of(one)
        if one.type == "step_started":
            begun[step] = (lane, at)
        if one.type == "step_ended" and step in begun:
            lane_then, since = begun.pop(step)
            told = words.span(at - since)
            bars.append(Bar(lane=lane_then, since=since, until=max(at, since), kind="step", what=step, told=told))
        points.append(Point(lane=lane, at=at, kind="event", what=words.name("event", one.type), told=step))
    return points, bars


def _clocks(life: Life, lexicon: Lexicon, now: datetime) -> tuple[list[Point], list[Bar]]:
    words = lexicon.words
    points: list[Point] = []
    bars: list[Bar] = []
    drawn: set[tuple[str, str, float]] = set()
    for revisions in life.findings:
        latest, clock = revisions[0], revisions[0].evidence.clock
        if clock is None or len(drawn) >= CLOCKS or (key := (latest.rule, clock.start_event, clock.limit)) in drawn:
            continue
        drawn.add(key)
        lane = words("life.lane_clock", rule=lexicon.rule(latest.rule))
        for line in clock.ledger[:LINES]:
            _line(line, lane, words, points, bars)
        due = _due(clock, words)
        if due is not None:
            unit = words.name("unit", clock.unit)
            limit = words("finding.limit_value", limit=f"{clock.limit:g}", unit=unit)
            points.append(Point(lane=lane, at=due, kind="due", what=words("ledger.due"), told=limit))
            end = _local(clock.stopped_at or now, words)
            if end > due:
                told = words.span(end - due)
                bars.append(Bar(lane=lane, since=due, until=end, kind="late", what=words("ledger.late"), told=told))
    return points, bars


def _line(line: LedgerLine, lane: str, words: Words, points: list[Point], bars: list[Bar]) -> None:
    since, until = _stretch(line, words)
    if since is None:
        return
    told = words("life.ledger_told", units=f"{line.units:g}", total=f"{line.total:g}")
    told += f" · {line.note}" if line.note else ""
    if line.kind in ("rung", "extended"):
        points.append(Point(lane=lane, at=since, kind="rung", what=words(f"ledger.{line.kind}"), told=told))
    elif until is not None and until > since:
        what = words(f"ledger.{line.kind}")
        bars.append(Bar(lane=lane, since=since, until=until, kind=line.kind, what=what, told=told))


def _stretch(line: LedgerLine, words: Words) -> tuple[datetime | None, datetime | None]:
    """A run's beginning and end in local time; days last from their midnight to the next one's."""
    if line.first is not None:
        last = line.last or line.first
        return datetime.combine(line.first, time()), datetime.combine(last, time()) + timedelta(days=1)
    return (
        _local(line.since, words) if line.since else None,
        _local(line.until, words) if line.until else None,
    )


def _due(clock: Clock, words: Words) -> datetime | None:
    if clock.due_on is not None:
        return datetime.combine(clock.due_on, time()) + timedelta(days=1)
    return _local(clock.due_at, words) if clock.due_at else None


def _hour(one: Hour, lexicon: Lexicon) -> Bar:
    words, since = lexicon.words, _local(one.hour, lexicon.words)
    kind = "unstaffed" if one.unstaffed > one.staffed else "staffed" if one.staffed else "unknown"
    told = words("life.staffing_told", staffed=one.staffed, unstaffed=one.unstaffed, unknown=one.unknown)
    lane = words("life.lane_window", name=lexicon.name("window", one.window))
    return Bar(lane=lane, since=since, until=since + HOUR, kind=kind, what=words(f"hall.{kind}"), told=told)


def _findings(life: Life, lexicon: Lexicon) -> list[Point]:
    words = lexicon.words
    found = []
    for revisions in life.findings:
        latest = revisions[0]
        message = words.pick(latest.message)
        at = _local(latest.occurred_at, words)
        rule = lexicon.rule(latest.rule)
        found.append(Point(lane=words("life.lane_breach"), at=at, kind="breach", what=rule, told=message))
    for revisions in life.findings:
        for one in reversed(revisions):
            kind = one.status if one.status in GONE else f"severity{one.severity}"
            told = words("finding.revision", n=one.revision) + " · " + words(f"status.{one.status}")
            found.append(
                Point(
                    lane=words("life.lane_revisions"), at=_local(one.detected_at, words), kind=kind,
                    what=lexicon.rule(one.rule), told=told,
                )
            )  # fmt: skip
    return found


def _breaches(life: Life, words: Words) -> Iterator[Link]:
    """From each breach to when it was first seen."""
    for revisions in life.findings:
        first: Finding = revisions[-1]
        at, seen = _local(revisions[0].occurred_at, words), _local(first.detected_at, words)
        what = words("life.seen_after", span=words.span(abs(seen - at)))
        yield Link(
            lane=words("life.lane_breach"), at=at, to_lane=words("life.lane_revisions"), to_at=seen,
            late=seen - at > LATE, what=what,
        )  # fmt: skip


def _acts(acts: Sequence[Entry], words: Words) -> list[Point]:
    lane = words("life.lane_handling")
    found = []
    for one in acts:
        step = step_of_act(one)
        what = text(f"handling.step.{step}", words.language) if step else "—"
        found.append(Point(lane=lane, at=_local(one.at, words), kind="act", what=what, told=one.actor))
    return found


def step_of_act(entry: Entry) -> str:
    """Which step of handling an entry of kind `act` is; "" where its body was erased after its time."""
    try:
        return msgspec.json.decode(entry.body, type=Act).step if entry.body else ""
    except msgspec.DecodeError:
        return ""


def _notes(notes: Sequence[Note], words: Words) -> list[Point]:
    lane = words("life.lane_notes")
    return [
        Point(lane=lane, at=_local(one.at, words), kind="note", what=words("life.note"), told=one.by)
        for note in notes
        for one in note.versions
    ]


def _local(instant: datetime, words: Words) -> datetime:
    return words.local(instant).replace(tzinfo=None)
