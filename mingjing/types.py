"""The nouns of supervision: what the parts of Mingjing hand to each other.

A case event 办件事件 comes in, a finding 监察发现 comes out. Both are the contracts of
docs/events.md and docs/findings.md, whose JSON Schemas are made from these classes.
All instants are aware datetimes; inside the arithmetic they are whole microseconds since
1970-01-01T00:00Z (see `mingjing.instants`).
"""

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Instant = Annotated[datetime, Meta(tz=True)]
Code = Annotated[str, Meta(min_length=1, max_length=512)]


class CaseEvent(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened to one case 办件, as its source system reports it.

    Unknown further fields of the JSON object are kept in the stored bytes, not here.
    """

    event_id: Code
    case_id: Code
    type: Code
    occurred_at: Instant
    recorded_at: Instant | None = None
    source: str | None = None
    item: str | None = None
    item_version: str | None = None
    region: str | None = None
    department: str | None = None
    window: str | None = None
    officer: str | None = None
    channel: str | None = None
    corrects: str | None = None
    received_at: Instant | None = None
    data: dict[str, Any] = {}


Moment = tuple[int, str, CaseEvent]
"""An event with what orders it: (instant in microseconds, event_id, event)."""


class Severity(IntEnum):
    """How grave a finding is; the colours and words are each tenant's own."""

    NOTICE = 1  # 预警
    YELLOW = 2  # 黄牌
    RED = 3  # 红牌


Status = Literal["open", "resolved", "withdrawn"]


class Text(Struct, gc=False, frozen=True):
    """One message in both languages."""

    zh: str
    en: str


class LedgerLine(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """A run of days (or, in second precision, a span of time) that a clock treated alike.

    `kind`: counted 计入 | rest 非工作日 | paused 停表 | extended 延期 | rung (a rung was reached).
    `first`/`last`: local dates, both included (day precision).
    `since`/`until`: instants (second precision, extensions, rungs).
    `units`: units counted in this run; `total`: units counted up to its end; both in the
    clock's own unit (seconds for hours and minutes).
    """

    kind: Literal["counted", "rest", "paused", "extended", "rung"]
    first: date | None = None
    last: date | None = None
    since: Instant | None = None
    until: Instant | None = None
    units: float = 0
    total: float = 0
    note: str | None = None


class Clock(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """How a time limit was counted, so that it can be checked by hand."""

    start_event: str
    started_at: Instant
    stop_event: str | None = None
    stopped_at: Instant | None = None
    limit: float  # in `unit`, extensions included, at the highest rung reached
    unit: str
    precision: Literal["day", "second"]
    timezone: str
    due_on: date | None = None  # day precision: the last day on time
    due_at: Instant | None = None  # the instant from which it is late
    ledger: tuple[LedgerLine, ...] = ()


class Signal(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One sign 迹象 among several that something is not as it seems.

    `strength`: from 0 (barely) to 1 (hardly to be explained otherwise); `value` is what was measured and `expected`
    what is usual, in the signal's own unit.
    """

    name: Text
    strength: float
    value: float | None = None
    expected: float | None = None
    events: tuple[str, ...] = ()


class Lead(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """Why a finding is a lead 线索 for a human to look into, and not a verdict (domain.md 8).

    `score` ranks leads, from 0 to 1; `cleared` are the innocent explanations that were checked and do not hold;
    `sample` says what a human should look at.
    """

    score: float
    signals: tuple[Signal, ...]
    cleared: tuple[Text, ...] = ()
    sample: Text


class Evidence(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """What a finding rests on."""

    events: tuple[str, ...]
    clock: Clock | None = None
    limit: str | None = None  # as the rule or the catalogue words it
    calendar: str | None = None  # name and version
    catalogue: str | None = None  # item code @ version
    lead: Lead | None = None
    facts: dict[str, Any] = {}  # what else the kind of rule saw


class Finding(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One breach found by one rule, in its latest revision or an earlier one.

    `occurred_at` is the instant of the breach in event time; `detected_at` the as-of instant
    at which this revision was judged. `reason` says why a finding was withdrawn.
    """

    finding_id: str
    revision: int
    rule: str
    rule_version: str
    subject: str
    severity: int
    status: Status
    occurred_at: Instant
    detected_at: Instant
    message: Text
    evidence: Evidence
    case_id: str | None = None
    item: str | None = None
    region: str | None = None
    department: str | None = None
    window: str | None = None
    officer: str | None = None
    source: str | None = None
    lead: bool = False  # a lead for a human, no verdict until confirmed
    reason: str | None = None


class NotJudged(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """A case that a rule could not judge, which is not the same as quiet.

    `reason` starts with a fixed word: calendar, item, limit, field, expression, error.
    """

    case_id: str
    rule: str
    reason: str
    key: str = ""


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record that could not be read, with where it came from and its original bytes (base64 in JSON).

    From a file: `file` and `line` (from 1). From Kafka: `topic`, `partition`, `offset`, and the
    `line` within a packed message (from 1).
    """

    reason: str
    raw: bytes
    at: Instant
    file: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    line: int | None = None


class PresenceSample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one window was staffed at one instant, as a camera saw it.

    `reason`: why it is unknown; `hidden` also with a known state, which is then held because somebody stands in front.
    `seen_at`: when this camera last saw somebody at the window. `view`: which camera decides where several see one
    window (the highest). `detector`: what looked; `none` where there is no model, and every state is then unknown.
    """

    window: Code
    camera: Code
    sampled_at: Instant
    state: Literal["staffed", "unstaffed", "unknown"]
    confidence: Annotated[float, Meta(ge=0, le=1)]
    persons: Annotated[int, Meta(ge=0)] = 0
    reason: Literal["dark", "frozen", "covered", "blurred", "moved", "offline", "hidden", "no_detector"] | None = None
    seen_at: Instant | None = None
    view: float = 0
    detector: str = ""
    snapshot: str | None = None
