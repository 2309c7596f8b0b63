"""Leads against the truth: how many of the planted tricks are found, and how many innocents are pointed at.

    python -m benchmarks.leads [SEED ...] [--days 92 | --year 2025] [--daily 820] [--only case|store] [--misses]

Claim: over tricks mixed with look-alikes, on seeds that nobody tuned on (101 and 102 by default; 1 to 5 were for
tuning), precision at least 0.9 at recall at least 0.8.

Each seed's city is simulated with all tricks, at the full daily load of 820 cases, and judged with the whole book:
by `mingjing audit`, and, in a local ClickHouse, by `mingjing population`. A lead counts as found if a finding of its
rule has its subject and a period that overlaps. Findings that answers.csv has are right by definition. Of several
findings about one subject one is counted. "innocent" are look-alikes, "other" subjects that nothing was planted on,
"akin" those who play another trick in those days (many trifles of a few applicants look like one application in
pieces): they are neither found nor wrongly pointed at.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mingjing.store import Store, StoredEvent
from mingjing.store.local import serve
from mingjing.types import CaseEvent, Finding
from streams.population import NOWHERE

START, CHINA = date(2025, 3, 1), timedelta(hours=8)
TOPIC, AT_ONCE = "case-events", 50_000
PATIENCE, LONGEST_LINE = timedelta(days=10), 65_536


class Row(Struct):
    """A line of leads.csv for one of its rules."""

    rule: str
    name: str
    innocent: bool
    subject: str
    first: date
    last: date


class Score(Struct):
    """One rule's table line."""

    injected: int = 0
    found: int = 0
    lookalikes: int = 0
    flagged: int = 0
    akin: int = 0
    others: int = 0

    def add(self, more: "Score") -> None:
        """Adds another seed's."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(more, name))

    def line(self, rule: str) -> str:
        """As the table shows it."""
        pointed = self.found + self.flagged + self.others
        precision = f"{self.found / pointed:.2f}" if pointed else "-"
        recall = f"{self.found / self.injected:.2f}" if self.injected else "-"
        missed = self.injected - self.found
        return (
            f"{rule:8}{self.injected:9}{self.found:7}{missed:8}{self.lookalikes:13}{self.flagged:10}"
            f"{self.akin:6}{self.others:7}{precision:>11}{recall:>8}"
        )


HEAD = "rule     injected  found  missed  look-alikes  innocent  akin  other  precision  recall"


def main() -> None:
    """Every seed in turn, then the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("seeds", nargs="*", type=int, default=[101, 102])
    options.add_argument("--days", type=int, default=92, help="from the first of March; 92 are three whole months")
    options.add_argument("--year", type=int)
    options.add_argument("--daily", type=int, default=820, help="cases a day")
    options.add_argument("--only", choices=("case", "store"), help="only the case rules, or only the population rules")
    options.add_argument("--misses", action="store_true", help="list what was missed and who was wrongly pointed at")
    options.add_argument("--keep", type=Path, help="keep the cities and the findings in this directory")
    given = options.parse_args()
    days = f"the year {given.year}" if given.year else f"{given.days} days of {given.daily} cases"
    print(f"seeds {' '.join(map(str, given.seeds))}, {days}, all tricks and look-alikes")
    scores: dict[str, Score] = defaultdict(Score)
    with tempfile.TemporaryDirectory(prefix="mingjing-leads-") as temporary:
        for seed in given.seeds:
            place = (given.keep or Path(temporary)) / str(seed)
            simulate(place, seed, given)
            found = [] if given.only == "store" else list(audited(place))
            found += [] if given.only == "case" else population(place)
            for rule, score in judged(place, found, only=given.only, tell=given.misses).items():
                scores[rule].add(score)
    print(HEAD)
    whole = Score()
    for rule, score in sorted(scores.items()):
        print(score.line(rule))
        whole.add(score)
    print(whole.line("all"))


def run(*arguments: object, **environment: str) -> None:
    """A command of Mingjing's; it has to succeed."""
    command = [sys.executable, "-m", "mingjing", *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")


def simulate(place: Path, seed: int, given: argparse.Namespace) -> None:
    """The city of a seed with all tricks, unless it is kept from an earlier run."""
    if (place / "README.md").exists():
        return
    period: Sequence[object] = ("--year", given.year)
    if not given.year:
        period = ("--start", START, "--days", given.days, "--cases", given.days * given.daily)
    place.parent.mkdir(parents=True, exist_ok=True)
    run("simulate", "--out", place, "--seed", seed, "--tricks", "all", *period)


def audited(place: Path) -> Iterator[Finding]:
    """The case rules' findings."""
    out = place.parent / f"findings-{place.name}.jsonl"
    books = ("--items", place / "items", "--registers", place / "registers")
    run("audit", place / "events.jsonl", *books, "--out", out, "--as-of", later(place))
    with out.open("rb") as lines:
        yield from map(msgspec.json.Decoder(Finding).decode, lines)


def later(place: Path) -> str:
    """Ten days after the last event: all periods up to it are over, and papers handed in late have come."""
    with (place / "events.jsonl").open("rb") as lines:
        lines.seek(-min(LONGEST_LINE, lines.seek(0, os.SEEK_END)), os.SEEK_END)
        last = msgspec.json.decode(lines.read().splitlines()[-1], type=CaseEvent)
    return (last.occurred_at + PATIENCE).isoformat()


def population(place: Path) -> list[Finding]:
    """The population rules' findings, over a store of the city's events."""
    with tempfile.TemporaryDirectory(prefix="mingjing-store-") as folder, serve(folder) as server:
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            load(store, place / "events.jsonl")
        books = {"MINGJING_ITEMS_DIR": str(place / "items"), "MINGJING_REGISTERS_DIR": str(place / "registers")}
        run("population", "--as-of", later(place), MINGJING_STORE_DSN=server.dsn, **books)
        with Store(server.dsn, profile="offline") as store:
            return list(stored(store))


def load(store: Store, events: Path) -> None:
    """Writes the events as if each had arrived when it was recorded."""
    decode = msgspec.json.Decoder(CaseEvent).decode
    with events.open("rb") as lines:
        for number in count():
            batch = list(islice(lines, AT_ONCE))
            if not batch:
                break
            records = []
            for place, line in enumerate(batch):
                event = decode(line)
                offset = number * AT_ONCE + place
                records.append(StoredEvent(event, line.rstrip(), TOPIC, 0, offset, 1, event.recorded_at))
            store.write_events(records, f"leads:{number}")


def stored(store: Store) -> Iterator[Finding]:
    """The findings that a store holds."""
    yield from store.published([NOWHERE]).get(NOWHERE, {}).values()


def judged(place: Path, findings: Iterable[Finding], *, only: str | None, tell: bool) -> dict[str, Score]:
    """What was planted against what was found, by rule."""
    rows = [r for r in planted(place / "leads.csv") if only in (None, "case" if is_case(r) else "store")]
    ruled = {row.rule for row in rows}
    certain = answered(place / "answers.csv")
    by_subject: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.status == "withdrawn" or (finding.rule not in ruled and not finding.lead):
            continue
        by_subject[finding.rule, finding.subject].append(finding)
    scores: dict[str, Score] = defaultdict(Score)
    explained: set[tuple[str, str]] = set()
    for row in sorted(rows, key=lambda each: each.innocent):
        score, key = scores[row.rule], (row.rule, row.subject)
        hit = any(overlap(row, finding) for finding in by_subject.get(key, ()))
        if row.innocent:
            score.lookalikes += 1
            wrong = hit and key not in explained and key not in certain
            score.flagged += wrong
        else:
            score.injected += 1
            score.found += hit
            wrong = not hit
        if hit:
            explained.add(key)
        if wrong and tell:
            print("innocent" if row.innocent else "missed  ", *msgspec.structs.astuple(row))
    for key in by_subject.keys() - explained - certain:
        if any(row.subject == key[1] and not row.innocent and overlap(row, by_subject[key][0]) for row in rows):
            scores[key[0]].akin += 1
            continue
        scores[key[0]].others += 1
        if tell:
            print("other   ", *key, by_subject[key][0].evidence.facts)
    return scores


def planted(path: Path) -> Iterator[Row]:
    """The lines of leads.csv, one per rule."""
    with path.open(encoding="utf-8", newline="") as text:
        for line in csv.DictReader(text):
            days = (date.fromisoformat(line["first_day"]), date.fromisoformat(line["last_day"]))
            for rule in line["rules"].split("|"):
                yield Row(rule, line["name"], line["innocent"] == "true", line["subject"], *days)


def is_case(row: Row) -> bool:
    """Whether a single case is the subject."""
    return row.subject.startswith("case:")


def answered(path: Path) -> set[tuple[str, str]]:
    """What answers.csv says will be found, as (rule, subject)."""
    with path.open(encoding="utf-8", newline="") as text:
        return {(line["rule"], f"case:{line['case_id']}") for line in csv.DictReader(text)}


def overlap(row: Row, finding: Finding) -> bool:
    """Whether a finding speaks of a row's days; about a case it always does."""
    if finding.subject.startswith("case:"):
        return True
    facts: dict[str, Any] = finding.evidence.facts
    day = (finding.occurred_at.astimezone(UTC) + CHINA).date()
    first, last = (date.fromisoformat(facts[name]) if name in facts else day for name in ("since", "until"))
    return first <= row.last and row.first <= last


if __name__ == "__main__":
    main()
