"""How fast `audit` judges on one core, beside pm4py's declare conformance on the same log in the same run.

    python benchmarks/audit_speed.py EVENTS [--runs N]      (pm4py comes with the extra `bench`)

EVENTS is the traffic-fine log as case events (JSON lines). Ours includes everything from the bytes of the file to the
encoded findings: decoding into typed events, putting cases together, judging by the 16 rules of
`benchmarks/books/traffic_fines`, ordering the findings. The peer's includes the conformance check alone; its log is
loaded and its model discovered beforehand. CPU time of this process, best of the runs, pinned to one core.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import msgspec

from mingjing import inputs
from mingjing.instants import micros
from mingjing.settings import Settings
from rules import Engine, load_engine
from rules.audit import Audit, Sorted
from rules.casebook import Casebook

BOOK = Path(__file__).parent / "books" / "traffic_fines"


def main() -> None:
    """Runs both and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    engine = load_engine(msgspec.structs.replace(Settings(), rules_dir=str(BOOK), timezone="Europe/Rome"))
    counts: dict[str, int] = {}
    ours = best(lambda: counts.update(audit(engine, given.events)), given.runs)
    hits = filled(engine, given.events)
    slots = {slot for slot, _ in hits}
    rules = engine.book.rules
    cases = {slot: len([0 for other, _ in hits if other == slot]) for slot in slots}
    limits = [rule.judge.triggers[0] for rule in rules if rule.kind == "deadline"]
    print(f"rules {len(rules)}, of them alive {sum(slots.issuperset(rule.judge.triggers) for rule in rules)}")
    print(f"clocks started {sum(cases.get(slot, 0) for slot in limits)}")
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    print(f"mingjing audit: {counts['events'] / ours:,.0f} events/s ({ours:.3f} s)")
    for name, constraints, taken in pm4py_declare(given.events, given.runs):
        speed = counts["events"] / taken
        print(f"pm4py declare conformance, {name}: {constraints} constraints, {speed:,.0f} events/s ({taken:.3f} s)")
        print(f"    ratio mingjing / pm4py: {taken / ours:.1f}")


def best(run: Callable[[], object], runs: int) -> float:
    """The least CPU seconds of several runs."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)


def audit(engine: Engine, path: Path) -> dict[str, int]:
    """One audit, from the file to the ordered lines; what it counted."""
    with Casebook() as casebook:
        run = Audit(engine, None, casebook)
        for record in inputs.read([path]):
            if record.event is not None:
                run.take(record.event)
        ordered = Sorted()
        for _, findings, _ in run.judge():
            for finding in findings:
                ordered.add(finding)
        size = sum(len(line) for line in ordered.lines())
    tally = run.tally
    return {
        "events": tally.events,
        "cases": tally.cases,
        "findings": sum(tally.findings.values()),
        "not judged": sum(tally.not_judged.values()),
        "bytes written": size,
    }


def filled(engine: Engine, path: Path) -> set[tuple[int, str]]:
    """(slot, case) for every slot of the book that an event of the case fills."""
    fillings = engine.book.table.fillings()
    events = (record.event for record in inputs.read([path]) if record.event is not None)
    return {(slot, event.case_id) for event in events for slot in fillings.slots[fillings.of(event)]}


MODELS = {
    "as discovered": {},
    "support 0.1, confidence 0.5": {"min_support_ratio": 0.1, "min_confidence_ratio": 0.5},
    "every template on every pair": {"min_support_ratio": 0.0, "min_confidence_ratio": 0.0},
}
"""How pm4py's model is discovered: the time of its check depends on how many constraints the model has."""


def pm4py_declare(path: Path, runs: int) -> Iterator[tuple[str, int, float]]:
    """(model, constraints, CPU seconds of pm4py's check of the log against it); nothing where it is not installed."""
    try:
        pandas, pm4py = import_module("pandas"), import_module("pm4py")
    except ImportError:
        print("pm4py is not installed (extra `bench`): no comparison")
        return
    rows = [
        (e.case_id, str(e.data.get("step", e.type)), pandas.Timestamp(micros(e.occurred_at), unit="us", tz="UTC"))
        for record in inputs.read([path])
        if (e := record.event) is not None
    ]
    frame = pandas.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    frame = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
    for name, thresholds in MODELS.items():
        model = pm4py.discover_declare(frame, **thresholds)
        taken = best(partial(pm4py.conformance_declare, frame, model), min(runs, 3))
        yield name, sum(map(len, model.values())), taken


if __name__ == "__main__":
    main()
