"""What a case's score lines cost beside one judgement of it, on one core: a simulated city, both in one run.

    python benchmarks/score_lines.py [--cases 5000] [--seed 7] [--runs 5]

CPU time of this process, from events in memory to findings and to lines; the two take turns, the best runs count.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from mingjing import inputs
from mingjing.instants import micros
from mingjing.settings import Settings
from mingjing.types import CaseEvent
from rules import load_engine
from rules.sheets import Sheets


def main() -> None:
    """Simulates, judges, folds; prints microseconds per case and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        words = ["simulate", "--cases", str(given.cases), "--seed", str(given.seed), "--out", folder]
        subprocess.run([sys.executable, "-m", "mingjing", *words], check=True, stderr=subprocess.DEVNULL)
        engine = load_engine(Settings(items_dir=f"{folder}/items", registers_dir=f"{folder}/registers"))
        cases: dict[str, list[CaseEvent]] = defaultdict(list)
        for record in inputs.read([Path(folder, "events.jsonl")]):
            if record.event is not None:
                cases[record.event.case_id].append(record.event)
    as_of = max(micros(event.occurred_at) for events in cases.values() for event in events)
    sheets, lines = Sheets(engine), 0
    judged, folded = [], []
    for _ in range(given.runs):
        began = time.process_time()
        findings = {case: engine.judge(events, as_of).findings for case, events in cases.items()}
        between = time.process_time()
        lines = sum(len(sheets.lines(events, findings[case], {})) for case, events in cases.items())
        judged.append((between - began) / len(cases) * 1e6)
        folded.append((time.process_time() - between) / len(cases) * 1e6)
    print(f"{len(cases):,} cases, {sum(map(len, cases.values())):,} events, {lines:,} lines")
    judging, folding = min(judged), min(folded)
    print(f"one judgement {judging:.0f} µs per case, its lines {folding:.0f} µs: {folding / judging:.2f} times")


if __name__ == "__main__":
    main()
