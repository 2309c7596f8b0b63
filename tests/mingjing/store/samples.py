"""Events and findings to put into a store."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec

from mingjing.store import StoredEvent
from mingjing.types import CaseEvent, Evidence, Finding, Text

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 2, 8, 30, 0, 123456, tzinfo=CHINA)


def event(number: int, case: str = "C1", **fields: object) -> CaseEvent:
    """The `number`-th event of a case, `number` minutes after NOW."""
    given: dict[str, object] = {
        "event_id": f"{case}-e{number}",
        "case_id": case,
        "type": "accepted",
        "occurred_at": NOW + timedelta(minutes=number),
        "source": "approval",
        "data": {"step": "review"},
    }
    return msgspec.convert(given | fields, CaseEvent)


def stored(what: CaseEvent, offset: int, *, line: int = 1, raw: bytes | None = None, partition: int = 0) -> StoredEvent:
    """The event as it stood in Kafka."""
    return StoredEvent(
        event=what,
        raw=msgspec.json.encode(what) if raw is None else raw,
        topic="case-events",
        partition=partition,
        offset=offset,
        line=line,
        received_at=NOW.astimezone(UTC),
    )


def finding(name: str = "f1", revision: int = 1, **fields: object) -> Finding:
    """A revision of a finding about case C1."""
    given: dict[str, object] = {
        "finding_id": name,
        "revision": revision,
        "rule": "T2",
        "rule_version": "1",
        "subject": "case:C1",
        "severity": 2,
        "status": "open",
        "occurred_at": NOW,
        "detected_at": NOW + timedelta(hours=1),
        "message": Text(zh="承诺超期", en="Committed limit passed"),
        "evidence": Evidence(events=("C1-e1",), facts={"days": 3}),
        "case_id": "C1",
        "department": "D1",
        "window": "W1",
    }
    return Finding(**(given | fields))  # type: ignore[arg-type]
