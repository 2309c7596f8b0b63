"""Figures, rows and files of open data."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from scipy.stats import binomtest

from mingjing.calendars import Calendars
from mingjing.opendata import figures, reading
from mingjing.opendata.atoms import Atom
from mingjing.opendata.dataset import Row, build, columns, dataset
from mingjing.opendata.files import as_csv, as_json, schema
from mingjing.scoring.lines import Line, pace_key
from mingjing.store import Name, Store
from mingjing.store.scores import LineChange, write_lines
from mingjing.types import Text


def rows(*atoms: Atom, **more: object) -> dict[tuple[str, str, str], Row]:
    given: dict[str, object] = {"settled": date(2026, 1, 1), "minimum": 10}
    found = build(2025, atoms, {("department", "D1"): Text("住建局", "")}, **given | more)  # type: ignore[arg-type]
    return {(row.period, row.level, row.code): row for row in found}


def atom(**more: object) -> Atom:
    given: dict[str, object] = {
        "month": date(2025, 1, 1), "region": "R1", "department": "D1", "item": "I1", "closed": 100,
        "committed_n": 90, "committed_good": 81, "early_n": 90, "early_good": 45, "rating_n": 9, "rating_good": 9,
        "complaint_n": 1, "pace": {pace_key(10, 4): 60, pace_key(20, 9): 40},
    }  # fmt: skip
    return Atom(**given | more)  # type: ignore[arg-type]


@given(st.integers(1, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counts: tuple[int, int]) -> None:
    low, high = figures.wilson(*counts)
    theirs = binomtest(*counts).proportion_ci(method="wilson")
    assert low == pytest.approx(theirs.low, abs=1e-9)
    assert high == pytest.approx(theirs.high, abs=1e-9)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=50))
def test_the_median_is_exact(values: list[int]) -> None:
    assert figures.median(Counter(values)) == median(values)


def test_a_rate_is_all_only_where_all_are_good() -> None:
    """Three late cases of 100,000 are not none, whatever is rounded."""
    rates = [figures.rate("x", good, 100_000)["x_rate"] for good in (0, 1, 50_000, 99_997, 100_000)]
    assert rates == [0, 0.0001, 0.5, 0.9999, 1]


def test_a_row_says_what_its_cases_say() -> None:
    row = rows(atom())["2025-01", "department", "D1"]
    assert (row.name_zh, row.name_en, row.last_day) == ("住建局", "住建局", date(2025, 1, 31))
    assert (row.cases, row.on_time_n, row.on_time_rate, row.early_rate) == (100, 90, 0.9, 0.5)
    assert (row.days_n, row.days_used_median, row.days_promised_median) == (100, 4, 10)
    assert row.complaints_per_10000 == 100
    assert (row.state, row.satisfied_state, row.satisfied_n) == ("told", "hidden", None)


def test_months_add_up_to_quarter_and_year() -> None:
    found = rows(atom(), atom(month=date(2025, 3, 1)), atom(month=date(2025, 12, 1)))
    assert [found[p, "all", ""].cases for p in ("2025-03", "2025-Q1", "2025-Q4", "2025")] == [100, 200, 100, 300]
    assert found["2025-Q1", "all", ""].satisfied_n == 18
    assert found["2025", "all", ""].satisfied_n is None  # 27 less 18 would give December away
    assert ("2025-02", "all", "") not in found


def test_a_period_that_is_not_final_is_not_told() -> None:
    assert {key[0] for key in rows(atom(), atom(month=date(2025, 2, 1)), settled=date(2025, 2, 28))} == {"2025-01"}


def test_a_confirmed_doubt_withholds_its_department_and_is_said_of_the_whole() -> None:
    found = rows(atom(), atom(confirmed={"I1:2": 1}, department="D2", item="I2"), gates=("I1",))
    assert found["2025-01", "department", "D2"].state == found["2025-01", "item", "I2"].satisfied_state == "doubt"
    assert found["2025-01", "department", "D2"].cases is None
    assert found["2025-01", "department", "D1"].state == "told"
    assert found["2025-01", "all", ""].state == "told"
    assert found["2025-01", "all", ""].in_doubt
    assert rows(atom(confirmed={"T3:2": 1}), gates=("I1",))["2025-01", "all", ""].in_doubt is False


def test_unknown_codes_have_no_row() -> None:
    assert {key[1:] for key in rows(atom(department="", item=""))} == {("all", ""), ("region", "R1")}


def test_files_follow_their_schema_and_open_in_a_spreadsheet() -> None:
    found = list(rows(atom(), atom(department="=HYPERLINK(1)", closed=50)).values())
    data = json.loads(as_json(dataset(found, settled=date(2026, 1, 1), minimum=10, licence="CC0-1.0")))
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(data)
    raw = as_csv(found)
    assert raw.startswith(b"\xef\xbb\xbf")
    told = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert list(told[0]) == [column.name for column in columns()]
    assert {row["code"] for row in told if row["level"] == "department"} == {"D1", "'=HYPERLINK(1)"}
    assert as_csv(found, "zh").decode("utf-8-sig").startswith("周期,周期类别,")


def test_settled_waits_for_working_days() -> None:
    """Friday 2026-05-01 to Tuesday 05-05 are holidays; Saturday 05-09 is worked."""
    calendar = Calendars().get("cn")
    assert reading.settled(date(2026, 5, 6), 3, calendar) == date(2026, 4, 28)
    assert reading.settled(date(2026, 5, 11), 3, calendar) == date(2026, 5, 7)
    assert reading.settled(date(2150, 1, 5), 1, calendar) == date(2150, 1, 2)  # over a plain weekend


@pytest.mark.store
def test_rows_come_out_of_a_store(store: Store) -> None:
    """Signs count: a line that ceased to hold is in no figure. Regions hold those beneath them."""
    store.write_names([Name("region", "R0", "市", "City")])
    store.insert("org", {"field": ["region"], "code": ["R1"], "parent": ["R0"]})
    at = datetime(2025, 3, 3, 3, tzinfo=UTC)
    line = [
        Line(about="closed", day=at.date(), at=at, region="R1", department="D1", item="I1", ref=f"{n}")
        for n in range(12)
    ]
    write_lines(store, [LineChange(f"C{n}", 1, one) for n, one in enumerate(line)], "a")
    write_lines(store, [LineChange("C0", -1, line[0])], "b")
    assert reading.years(store) == [2025]
    found = reading.rows(store, 2025, settled=date(2026, 1, 1), minimum=10)
    whole = {(row.level, row.code): row.cases for row in found if row.period == "2025-Q1"}
    codes = {"all": "", "department": "D1", "item": "I1"}
    assert whole == dict.fromkeys([*codes.items(), ("region", "R0"), ("region", "R1")], 11)
