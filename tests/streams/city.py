"""A few cases of every kind that the rules of `book/` know, late, repeated and out of order, by a seed."""

import random
from datetime import UTC, datetime, timedelta

from mingjing import codec
from mingjing.types import CaseEvent

SOURCES = ("hall", "bureau", None)


def city(seed: int, cases: int, *, until: datetime | None = None, days: int = 12) -> list[bytes]:
    """Events of so many cases in the days up to `until` (default: a minute ago), in the disorder of real sources."""
    chance = random.Random(seed)  # noqa: S311  bytes to test with
    end = until or datetime.now(UTC) - timedelta(minutes=1)
    events = [event for number in range(cases) for event in _case(chance, f"S{seed}-{number}", end, days)]
    events.sort(key=lambda event: event.occurred_at + timedelta(hours=chance.expovariate(0.1)))
    records = [codec.encode(event, extra={"applicant_type": "legal person"}) for event in events]
    for index in range(0, len(records), 17):  # some come twice
        records.insert(chance.randrange(len(records)), records[index])
    return records


def _case(chance: random.Random, case_id: str, end: datetime, days: int) -> list[CaseEvent]:
    source = chance.choice(SOURCES)
    at = end - timedelta(days=chance.uniform(0, days))
    story: list[tuple[str, dict[str, object]]] = [("material_received", {})]
    story += [("correction_notified", {})] * chance.choice((0, 0, 1, 2))
    if chance.random() < 0.95:
        story.append(("accepted", {}))
    if chance.random() < 0.3:
        story += [("suspended", {}), ("resumed", {})]
    if chance.random() < 0.7:
        result = chance.choice(
            ({"result": "granted"}, {"result": "refused"}, {"result": "refused", "reason": "art. 38"})
        )
        story.append(("decided", dict(result)))
    if chance.random() < 0.05:
        story.reverse()
    events = []
    for number, (kind, data) in enumerate(story):
        at = min(end, at + timedelta(hours=chance.expovariate(1 / 20)))
        events.append(
            CaseEvent(
                event_id=f"{case_id}-{number}",
                case_id=case_id,
                type=kind,
                occurred_at=at,
                source=source,
                window=f"W{chance.randrange(20)}",
                officer=f"O{chance.randrange(30)}",
                data=data,
            )
        )
    return events
