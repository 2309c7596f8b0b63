"""Real score lines from a real store: what was stored and read again says what the events and findings say."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from mingjing import inputs
from mingjing.instants import at, micros
from mingjing.scoring.lines import Line
from mingjing.scoring.rulings import Ruling
from mingjing.settings import Settings
from mingjing.simulate import Rates, simulation, write
from mingjing.store import Store
from mingjing.store.rulings import write_rulings
from mingjing.types import CaseEvent, Evidence, Finding, Text
from rules import load_engine
from rules.sheets import Sheets
from streams.reckoning import Reckoner
from tests.streams.scoring import store_events


def ratings(lines: Mapping[str, frozenset[Line]], window: str) -> int:
    return sum(line.about == "rating" and line.window == window for several in lines.values() for line in several)


@pytest.mark.store
def test_a_simulated_city_says_the_same_from_the_store(store: Store, tmp_path: Path) -> None:
    """JSON, columns and milliseconds lie between; then rulings take away a lateness and a window's ratings."""
    rates = Rates(overdue=0.4, rated=0.9)
    write(tmp_path, simulation(date(2026, 3, 2), date(2026, 4, 11), seed=5, cases=60, rates=rates))
    engine = load_engine(Settings(items_dir=str(tmp_path / "items"), registers_dir=str(tmp_path / "registers")))
    cases: dict[str, list[CaseEvent]] = {}
    for record in inputs.read([tmp_path / "events.jsonl"]):
        assert record.event is not None
        cases.setdefault(record.event.case_id, []).append(record.event)
    as_of = max(micros(event.occurred_at) for events in cases.values() for event in events)
    findings = {case: engine.judge(events, as_of).findings for case, events in cases.items()}
    store_events(store, [event for events in cases.values() for event in events])
    store.write_findings([finding for found in findings.values() for finding in found])

    sheets = Sheets(engine)
    reckoner = Reckoner(store, sheets)
    wanted = {case: sheets.lines(events, findings[case], {}) for case, events in cases.items()}
    reckoned = reckoner.reckon(cases)
    assert (reckoned.failed, reckoned.lines) == ({}, wanted)

    late = next(
        finding for found in findings.values() for finding in found if finding.rule == "T2" and finding.severity > 1
    )
    rated = next(line for lines in wanted.values() for line in lines if line.about == "rating")
    facts = {"since": "2026-03-01", "until": "2026-05-31"}
    brushed = Finding(
        finding_id="brushed", revision=1, rule="E2", rule_version="1", subject=f"window:{rated.window}", severity=2,
        status="open", occurred_at=at(as_of), detected_at=at(as_of), message=Text("刷好评", "brushed"), lead=True,
        window=rated.window, evidence=Evidence(events=(), facts=facts),
    )  # fmt: skip
    store.write_findings([brushed])
    write_rulings(
        store,
        [
            Ruling(finding_id=late.finding_id, case_id=late.case_id or "", outcome="revoked", ruled_at=at(as_of)),
            Ruling(finding_id="brushed", outcome="confirmed", ruled_at=at(as_of)),
        ],
    )
    then = reckoner.reckon([*cases, "finding:brushed"])
    assert then.failed == {}
    verdict = {line.good for line in wanted[late.case_id or ""] if line.about == "committed"}
    assert verdict == {0}
    assert {line.good for line in then.lines[late.case_id or ""] if line.about == "committed"} <= {1}
    assert ratings(wanted, rated.window) > 0 == ratings(then.lines, rated.window)
    assert set(reckoner.concerned(["finding:brushed"])) >= {
        case for case in cases if wanted[case] - then.lines[case]
    } - {late.case_id}
    assert {line.about for line in then.lines["finding:brushed"]} == {"card", "confirmed"}
