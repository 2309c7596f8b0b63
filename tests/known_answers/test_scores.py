"""On-time rates of real logs from score lines: case by case and per group what plain Python gets from the answers.

The answers' own code shares nothing with the project; who a case belongs to is read here from the raw JSON lines.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mingjing.scoring.lines import Line
from rules.book import Book
from rules.engine import Engine
from rules.sheets import Sheets
from tests.known_answers.judged import answers, engine, judge, scored, verdicts

GROUPS = ("department", "window", "officer", "region", "item")
RECEIPT_END = "2012-01-23T14:42:54.644Z"
BOSTON_END = "2025-06-01T00:00:00-04:00"

Rates = dict[str, dict[str, tuple[int, Fraction]]]
"""By field and code: how many verdicts, and the share on time."""


def rates(rows: Iterable[tuple[Mapping[str, str], int]]) -> Rates:
    """The rates of rows (codes, on time)."""
    sums: dict[str, dict[str, list[int]]] = {field: defaultdict(lambda: [0, 0]) for field in GROUPS}
    for codes, good in rows:
        for field in GROUPS:
            of = sums[field][codes[field]]
            of[0] += 1
            of[1] += good
    return {field: {code: (n, Fraction(g, n)) for code, (n, g) in by.items()} for field, by in sums.items()}


def ours(found: Mapping[str, Line]) -> Rates:
    return rates(({field: getattr(line, field) for field in GROUPS}, line.good) for line in found.values())


def raw(log: Path) -> dict[str, list[dict[str, Any]]]:
    """The events of each case as the file has them."""
    cases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        cases[event["case_id"]].append(event)
    return cases


def codes(case: list[dict[str, Any]]) -> dict[str, str]:
    """Whose a case is: as its acceptance says, else the first event that says it; the officer who closed it."""
    accepted = next(event for event in case if event["type"] == "accepted")
    ended = [event for event in case if event["type"] == "closed"]
    rows = [accepted, *case]
    found = {field: next((row[field].strip() for row in rows if row.get(field)), "") for field in GROUPS}
    return {**found, "officer": next((row["officer"] for row in [*ended, *rows] if row.get("officer")), "")}


def test_the_rates_of_the_permits_are_those_of_the_answers(shared_data: Path) -> None:
    """Four cases are open and past their due instant: late, for nobody gains by never closing."""
    log = shared_data / "receipt.jsonl"
    judged = judge(log, "receipt", "Europe/Amsterdam", RECEIPT_END)
    found = verdicts(scored(log, Sheets(engine("receipt", "Europe/Amsterdam")), judged))
    rows = list(answers(shared_data, "receipt.deadlines"))
    good = {row["case_id"]: int(row["status"] == "on_time") for row in rows}
    assert {case: line.good for case, line in found.items()} == good
    by_case = {case: codes(events) for case, events in raw(log).items()}
    wanted = rates((by_case[case], on_time) for case, on_time in good.items())
    assert ours(found) == wanted
    late = sum(row["status"] != "on_time" for row in rows)
    assert (len(wanted["department"]), len(wanted["officer"]), len(rows), late) == (3, 28, 647, 215)


def test_the_citys_rates_are_its_own(shared_data: Path) -> None:
    """A request without a due instant was promised nothing, and makes no verdict."""
    log = shared_data / "boston311.jsonl"
    judged = judge(log, "boston311", "America/New_York", BOSTON_END)
    found = verdicts(scored(log, Sheets(engine("boston311", "America/New_York")), judged))
    rows = [row for row in answers(shared_data, "boston311.deadlines") if row["due_at"]]
    good = {row["case_id"]: int(row["expected_overdue"] == "False") for row in rows}
    assert {case: line.good for case, line in found.items()} == good
    by_case = {case: codes(events) for case, events in raw(log).items()}
    wanted = rates((by_case[case], on_time) for case, on_time in good.items())
    assert ours(found) == wanted
    places = rates((dict.fromkeys(GROUPS, row["department"]), good[row["case_id"]]) for row in rows)
    assert ours(found)["department"] == places["department"]
    assert len(wanted["window"]) > 100


@pytest.mark.parametrize("limit", [10, 20, 30, 40])
def test_working_days_used_are_the_stated_ones(limit: int, shared_data: Path) -> None:
    """The pace of a case is its working days in Shanghai; beyond LONGEST nobody counts."""
    log = shared_data / "receipt.jsonl"
    whole = engine("receipt_workdays", "Europe/Amsterdam")
    rule = next(rule for rule in whole.book.rules if rule.id == f"within-{limit}")
    alone = Sheets(Engine(Book((rule,), whole.book.table, whole.book.accepted), whole.catalogue, "Asia/Shanghai"))
    lines = scored(log, alone, judge(log, "receipt_workdays", "Europe/Amsterdam", RECEIPT_END))
    keys = {case: line.key for case, several in lines.items() for line in several if line.about == "pace"}
    rows = {row["case_id"]: row for row in answers(shared_data, "receipt.cn_workdays")}
    assert keys.keys() == rows.keys()
    late = {case for case, row in rows.items() if row[f"overdue_{limit}wd"] == "True"}
    assert {case for case, line in verdicts(lines).items() if not line.good and case in rows} == late
    # A case that was closed on the rest days after its due day has used one day more than the count says.
    used = {case: max(int(row["cn_workdays"]), limit + 1 if case in late else 0) for case, row in rows.items()}
    assert {case: divmod(key, 1000) for case, key in keys.items()} == {
        case: (limit, days) for case, days in used.items()
    }
