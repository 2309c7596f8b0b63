"""A tender with something amiss at every place, an owner's project in pieces, a deal found outside the platform."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from mingjing.codec import encode
from mingjing.store import Store, StoredEvent
from mingjing.types import CaseEvent, Evidence, Finding, Text

TENDER, PIECES, DEAL = "T-2026-001", ("T-2026-011", "T-2026-012"), "deal:D-7"
WHERE = {"region": "350102", "department": "ZJJ", "source": "trading-platform"}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


def _made(case: str, number: int, what: str, when: str, /, **data: object) -> CaseEvent:
    return CaseEvent(
        event_id=f"{case}-{number:02d}", case_id=case, type=what, occurred_at=_at(when), recorded_at=_at(when),
        received_at=_at(when), item="ZJJ-T1", officer="ZJJ-P1", data=data, **WHERE,
    )  # fmt: skip


def tender() -> Iterator[CaseEvent]:
    """A work of 30 million yuan: sold for four days, scored by one expert from outside, won by the second best."""
    registered = {"project": "P-30", "kind": "construction", "amount": 30_000_000, "area": 9_999, "compulsory": True,
                  "place": "platform", "owner": "o-1", "site": "s-1"}  # fmt: skip
    happened: list[tuple[str, str, Mapping[str, object]]] = [
        ("tender_registered", "01-26T09:00", registered),
        ("tender_announced", "01-28T09:00", {}),
        ("tender_sale_started", "01-28T09:30", {}),
        ("bidder_enrolled", "01-29T09:00", {"bidder": "b-1"}),
        ("tender_sale_ended", "02-01T17:00", {}),
        *(("bid_received", "02-26T10:00", {"bidder": b, "ip": ip, "disk": disk, "payer": f"p-{b}", "similarity": 0.2})
          for b, ip, disk in (("b-1", "10.0.0.1", "d-1"), ("b-2", "10.0.0.9", "d-9"), ("b-3", "10.0.0.9", "d-9"))),
        ("expert_drawn", "02-26T15:00", {"by": "system", "draw": "D-1", "seed": 8812, "candidates": ["x-1", "x-2"],
                                         "drawn": [f"x-{n}" for n in range(1, 6)], "excluded_units": ["u-9"]}),
        ("tender_deadline", "02-27T09:30", {}),
        ("tender_opened", "02-27T09:40", {}),
        *(("room_entered", "02-27T10:00", {"person": f"x-{n}", "role": "expert", "room": "2"}) for n in range(1, 6)),
        ("evaluation_started", "02-27T10:10", {}),
        *(("expert_scored", "02-27T11:00", {"expert": f"x-{n}", "bidder": b, "score": score + 0.2 * n})
          for b, score in (("b-1", 88.0), ("b-2", 80.0)) for n in range(1, 6)),
        ("room_left", "02-27T11:10", {"person": "x-5", "role": "expert", "room": "2"}),
        *(("expert_scored", "02-27T11:30", {"expert": f"x-{n}", "bidder": "b-3", "score": 70 + 0.2 * n + 22 * (n == 5)})
          for n in range(1, 6)),
        ("evaluation_ended", "02-27T12:00", {}),
        ("award_published", "03-02T10:00", {"winner": "b-2"}),
        ("award_publication_ended", "03-05T10:00", {"winner": "b-2"}),
        ("award_notified", "03-06T10:00", {"winner": "b-2"}),
    ]  # fmt: skip
    for number, (kind, at, data) in enumerate(happened, 1):
        yield _made(TENDER, number, kind, at, **data)


def fill(store: Store) -> None:
    """Writes them, a finding about the tender and a lead about the owner."""
    piece = {
        "kind": "construction",
        "area": 900,
        "compulsory": False,
        "place": "elsewhere",
        "owner": "o-2",
        "site": "s-2",
    }
    events = [
        *tender(),
        *(_made(case, 1, "tender_registered", f"03-{day}T09:00", project=case, amount=amount, **piece)
          for case, day, amount in zip(PIECES, ("03", "17"), (19_500_000, 18_000_000), strict=True)),
        _made(DEAL, 1, "deal_found", "03-20T09:00", project="P-9", kind="procurement", amount=5_000_000, owner="o-3"),
    ]  # fmt: skip
    rows = [StoredEvent(e, encode(e), "case-events", 0, 70_000 + n, 1, e.received_at) for n, e in enumerate(events)]
    store.write_events(rows, "tender-seed")
    outside = Finding(
        finding_id="tender-outside", revision=1, rule="Z5-R", rule_version="1", subject=f"case:{TENDER}", severity=2,
        status="open", occurred_at=_at("02-27T11:30"), detected_at=_at("02-27T11:31"), case_id=TENDER,
        message=Text(zh="专家不在评标室内评分", en="Scored without being in the room"), evidence=Evidence(events=()),
        department="ZJJ", region="350102",
    )  # fmt: skip
    split = msgspec.structs.replace(
        outside, finding_id="tender-split", rule="Z2-S", subject="owner:o-2", case_id=None, lead=True,
        message=Text(zh="化整为零线索", en="Projects in pieces"),
    )  # fmt: skip
    store.write_findings([outside, split])
