"""Cases for the investigators' pages: one with 500 events, others of its applicant, leads, what a camera saw."""

import random
from datetime import timedelta

from mingjing.codec import encode
from mingjing.store import SampleRow, Store, StoredEvent
from mingjing.types import CaseEvent, Evidence, Finding, Lead, PresenceSample, Signal, Text
from tests.dashboards.seed import NOW, Case

BUSY_CASE = "512026020100500"
APPLICANT = "e3b0c44298fc1c14"
"""The pseudonym that the source gives an applicant: no page may show it."""
SIBLINGS = tuple(f"51202601150060{n}" for n in range(3))
SIGNAL = Text(zh="暂停恰在届满前", en="paused just before it was due")
ITEM, OFFICER = "C01", "ZJJ-05"


def fill(store: Store) -> None:
    """All of it."""
    cases = [busy(), *(sibling(case_id, n) for n, case_id in enumerate(SIBLINGS))]
    for number, case in enumerate(cases):
        store.write_events(stored(case, 5_000 + number), f"life-{case[0].case_id}")
    store.write_findings([lead("lead-own", BUSY_CASE, OFFICER), lead("lead-other", SIBLINGS[0], OFFICER)])
    start = NOW - timedelta(days=12)
    samples = [
        PresenceSample(
            window="ZJJ-W03", camera="K1", sampled_at=start + timedelta(minutes=n),
            state="unstaffed" if 60 <= n < 200 else "staffed", confidence=0.9,
        )
        for n in range(400)
    ]  # fmt: skip
    store.write_presence([SampleRow(sample, decides=True) for sample in samples])


def stored(case: list[CaseEvent], offset: int) -> list[StoredEvent]:
    """A case's events as one record of Kafka brings them."""
    return [StoredEvent(e, encode(e), "case-events", 0, offset, n + 1, e.received_at) for n, e in enumerate(case)]


def busy(many: int = 500) -> list[CaseEvent]:
    """A case with many events by several officers, a tenth of them written down days later."""
    rng = random.Random(11)  # noqa: S311
    case = Case(BUSY_CASE, ITEM, rng)
    case.window = "ZJJ-W03"
    at = NOW - timedelta(days=45)
    case.officer = OFFICER
    case.add("material_received", at, applicant=APPLICANT, applicant_name="张三丰")
    case.add("accepted", at + timedelta(hours=1), applicant=APPLICANT)
    for n in range(many - 3):
        at += timedelta(hours=rng.uniform(0.4, 3.0))
        case.officer = f"ZJJ-{rng.randint(1, 6):02d}"
        late = timedelta(days=rng.uniform(2, 9)) if rng.random() < 0.1 else None
        case.add(("step_started", "step_ended")[n % 2], at, entered=late, step=f"审查{n // 2 % 9}")
    case.add("decided", at + timedelta(hours=2), result="granted")
    return case.events


def sibling(case_id: str, number: int) -> list[CaseEvent]:
    """Another case of the same applicant."""
    case = Case(case_id, ITEM, random.Random(number))  # noqa: S311
    case.officer = OFFICER
    at = NOW - timedelta(days=30 + number)
    case.add("submitted", at, applicant=APPLICANT)
    case.add("accepted", at + timedelta(hours=2), applicant=APPLICANT)
    case.add("decided", at + timedelta(days=3), result="granted")
    return case.events


def lead(finding_id: str, case_id: str, officer: str) -> Finding:
    """A lead about a case, showing SIGNAL."""
    why = Lead(
        score=0.8, signals=(Signal(name=SIGNAL, strength=0.8),), sample=Text(zh="调卷核对", en="look at the paper file")
    )
    return Finding(
        finding_id=finding_id, revision=1, rule="I4-C", rule_version="1", subject=f"case:{case_id}", severity=2,
        status="open", occurred_at=NOW - timedelta(days=20), detected_at=NOW - timedelta(days=19),
        message=Text(zh="停表疑似滥用", en="pauses that look abused"), evidence=Evidence(events=(), lead=why),
        case_id=case_id, item=ITEM, region="519900", department="ZJJ", window="ZJJ-W03", officer=officer, lead=True,
    )  # fmt: skip


def many_alike(store: Store, cases: int) -> None:
    """Finished cases of the same item that go the same way, for its normal course."""
    rows = []
    for number in range(cases):
        rng = random.Random(number)  # noqa: S311
        case = Case(f"alike-{number:05d}", ITEM, rng)
        at = NOW - timedelta(days=rng.randint(20, 300))
        case.add("submitted", at)
        if rng.random() < 0.3:
            case.add("correction_notified", at + timedelta(hours=3))
            case.add("correction_supplied", at + timedelta(days=2))
            at += timedelta(days=2)
        case.add("accepted", at + timedelta(hours=5))
        for step in ("审查", "审核", "决定"):
            case.add("step_started", at + timedelta(hours=6), step=step)
            at += timedelta(days=rng.uniform(0.5, 3))
            case.add("step_ended", at + timedelta(hours=6), step=step)
        case.add("decided", at + timedelta(hours=7), result="granted")
        if rng.random() < 0.8:
            case.add("delivered", at + timedelta(days=1))
        rows += stored(case.events, 10_000 + number)
    store.write_events(rows, "alike")
