"""CSV files, with and without a mapping."""

from pathlib import Path

import pytest

from mingjing import inputs
from mingjing.errors import BookError, UsageError
from mingjing.inputs import Record
from mingjing.instants import parse

MAPPING = """
encoding = "gb18030"
delimiter = ";"
timezone = "Asia/Shanghai"
time = ["%Y/%m/%d %H:%M", "%Y/%m/%d"]

[fields]
case_id = "办件编号"
source = { constant = "city-hall" }
department = { column = "部门", values = { "01" = "住建局" } }
data.fee = { column = "费用", type = "number" }
data.place = { columns = ["区", "街道"], join = "/" }

[[event]]
type = { constant = "accepted" }
occurred_at = "受理时间"

[[event]]
type = { column = "结果", values = { "1" = "decided", "7" = "terminated" }, otherwise = "closed" }
occurred_at = "办结时间"
"""
HEADER = "办件编号;部门;费用;区;街道;受理时间;办结时间;结果"


def read(folder: Path, rows: str, mapping: str | None = None, encoding: str = "utf-8") -> list[Record]:
    """The records of a CSV file with this text."""
    (folder / "events.csv").write_bytes(rows.encode(encoding))
    if mapping is not None:
        (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return list(inputs.read([folder / "events.csv"], mapping and folder / "map.toml"))


def mistakes(folder: Path, rows: str, mapping: str) -> list[str]:
    """What is wrong with the mapping, by line."""
    with pytest.raises(BookError) as caught:
        read(folder, rows, mapping)
    return [f"{mistake.line}: {mistake.message}" for mistake in caught.value.mistakes]


def test_columns_named_like_the_fields_need_no_mapping(tmp_path: Path) -> None:
    [record] = read(
        tmp_path,
        "event_id,case_id,type,occurred_at,officer,data.step,note\ne1,c1,accepted,2020-01-01T08:00+08:00,,T01,kept\n",
    )
    assert record.event is not None
    assert record.event.officer is None
    assert record.event.data == {"step": "T01"}
    assert b'"note":"kept"' in record.raw


def test_one_row_gives_an_event_per_instant_that_it_holds(tmp_path: Path) -> None:
    """Chinese hall exports hold a case per row: acceptance and completion side by side, in local time."""
    rows = f"{HEADER}\n1;01;3.5;城关;一街;2020/1/2 9:05;2020/1/3;1\n2;01;;;;2020/1/2 9:05;;\n"
    accepted, decided, other = read(tmp_path, rows, MAPPING, "gb18030")
    assert accepted.event is not None
    assert decided.event is not None
    assert other.event is not None
    assert (accepted.event.type, decided.event.type, other.event.type) == ("accepted", "decided", "accepted")
    assert accepted.event.occurred_at == parse("2020-01-02T09:05+08:00")
    assert decided.event.occurred_at == parse("2020-01-03T00:00+08:00")
    assert accepted.event.department == "住建局"
    assert accepted.event.source == "city-hall"
    assert accepted.event.data == {"fee": 3.5, "place": "城关/一街"}
    assert other.event.data == {}


def test_events_without_an_id_get_one_from_their_content(tmp_path: Path) -> None:
    """The same export read twice must not count twice."""
    rows = "case_id,type,occurred_at\nc1,t,2020-01-01T00:00Z\nc2,t,2020-01-01T00:00Z\n"
    first, second = ([r.event.event_id for r in read(tmp_path, rows) if r.event] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2


def test_a_wrong_row_is_refused_with_its_bytes_and_line(tmp_path: Path) -> None:
    rows = (
        f"{HEADER}\n"
        "1;99;;;;2020/1/2 9:05;;\n"  # 2: a department that the mapping does not list
        "2;01;dear;;;2020/1/2 9:05;;\n"  # 3
        "3;01;;;;yesterday;;\n"  # 4
        "4;01;;;;;;\n"  # 5
        "5;01\n"  # 6
        "\n"
        ";01;;;;2020/1/2 9:05;;\n"  # 8
    )
    records = read(tmp_path, rows, MAPPING, "gb18030")
    assert [(r.line, r.reason) for r in records] == [
        (2, "department: the mapping's values do not list this code"),
        (3, "data.fee: not a number"),
        (4, "occurred_at: not an instant as the mapping describes it (%Y/%m/%d %H:%M or %Y/%m/%d)"),
        (5, "no event in this row: all its instants are empty"),
        (6, "2 cells, but 8 columns"),
        (8, "missing required field case_id"),
    ]
    assert records[1].raw == "2;01;dear;;;2020/1/2 9:05;;".encode("gb18030")


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = 'case_id,type,occurred_at\n"c1,t,2020-01-01T00:00Z\n' + "c2,t,2020-01-01T00:00Z\n" * 3000
    first, *others = read(tmp_path, rows)
    assert first.reason is not None
    assert first.raw == b'"c1,t,2020-01-01T00:00Z'
    assert [r.line for r in others if r.event] == list(range(3, 3003))


def test_a_cell_may_run_over_lines(tmp_path: Path) -> None:
    rows = (
        "case_id,type,occurred_at,data.note\r\n"
        'c1,t,2020-01-01T00:00Z,"two\r\nlines, ""quoted"""\r\n'
        "c2,t,2020-01-01T00:00Z,\r\n"
    )
    first, second = read(tmp_path, rows)
    assert first.event is not None
    assert first.event.data["note"] == 'two\nlines, "quoted"'
    assert second.line == 4


def test_bytes_of_another_encoding_are_refused(tmp_path: Path) -> None:
    """Guessing an encoding turns names of departments into others."""
    rows = "case_id,type,occurred_at\n办件,t,2020-01-01T00:00Z\nc2,t,2020-01-01T00:00Z\n"
    first, second = read(tmp_path, rows, encoding="gb18030")
    assert first.reason == "not utf-8"
    assert second.event is not None


def test_a_local_time_needs_a_zone_and_must_exist(tmp_path: Path) -> None:
    rows = "N,AT\n1,2020-03-29 02:30\n2,2020-10-25 02:30\n"
    fields = '[fields]\ncase_id = "N"\ntype = { constant = "t" }\noccurred_at = "AT"\n'
    assert {r.reason for r in read(tmp_path, rows, fields)} == {
        "occurred_at: no offset from UTC; name the source's timezone in the mapping"
    }
    gap, twice = read(tmp_path, rows, 'timezone = "Europe/Rome"\n' + fields)
    assert gap.reason == "occurred_at: this local time does not exist, clocks were set forward over it"
    assert twice.event is not None
    assert twice.event.occurred_at == parse("2020-10-25T02:30+02:00")


def test_local_mean_time_is_kept_to_the_second(tmp_path: Path) -> None:
    """Before 1901 Shanghai was 8 h 5 min 43 s ahead, which JSON's offsets cannot say."""
    fields = '[fields]\ncase_id = "N"\ntype = { constant = "t" }\noccurred_at = "AT"\n'
    [record] = read(tmp_path, "N,AT\n1,1900-06-01 12:00\n", 'timezone = "Asia/Shanghai"\n' + fields)
    assert record.event is not None
    assert record.event.occurred_at == parse("1900-06-01T03:54:17Z")


def test_all_mistakes_of_a_mapping_are_reported_at_once(tmp_path: Path) -> None:
    mapping = """encoding = "utf-17"
delimiter = ";;"
timezne = "x"
[fields]
cse_id = "NO"
department = { colum = "DEP" }
data.fee = { column = "FEE", type = "nuber" }
[[event]]
type = { constant = "accepted", column = "X" }
occurred_at = { column = "ACC", timezone = "Mars" }
[[event]]
type = 5
"""
    assert mistakes(tmp_path, "A\n", mapping) == [
        "1: encoding 'utf-17' is unknown; write it like utf-8 or gb18030",
        "2: delimiter must be one character, not a quote",
        "3: unknown key 'timezne'; known are: delimiter, encoding, event, fields, others, time, timezone, types",
        "5: unknown field 'cse_id'; did you mean case_id?",
        "6: department: contains unknown field colum",
        "7: data.fee: unknown type 'nuber'; known are: any, text, number, integer, boolean, instant",
        "8: case_id is missing; name its column, or give a constant",
        "9: type: give one of column, columns, constant",
        "10: unknown time zone 'Mars'; write it like Asia/Shanghai",
        "11: case_id is missing; name its column, or give a constant",
        "12: type: expected object, got int",
    ]


def test_columns_that_the_file_lacks_are_mistakes_of_the_mapping(tmp_path: Path) -> None:
    mapping = '[fields]\ncase_id = "CASES"\ntype = "TYPE"\noccurred_at = "AT"\n'
    assert mistakes(tmp_path, "CASE,AT\n", mapping) == [
        f"2: {tmp_path / 'events.csv'} has no column 'CASES'; did you mean 'CASE'?",
        f"3: {tmp_path / 'events.csv'} has no column 'TYPE'; it has: CASE, AT",
    ]


def test_a_header_that_names_no_fields_asks_for_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no column case_id, occurred_at; .* or give a mapping"):
        read(tmp_path, "NO,type\n")
    with pytest.raises(UsageError, match="stand there twice: type"):
        read(tmp_path, "case_id,occurred_at,type,type\n")


def test_an_empty_table_holds_no_events(tmp_path: Path) -> None:
    assert read(tmp_path, "") == []
    assert read(tmp_path, "case_id,type,occurred_at\n") == []


def test_what_the_mapping_does_not_name_is_dropped_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Exports hold names and telephone numbers; only what is named comes in."""
    rows = "N,AT,PHONE\n1,2020-01-01T00:00Z,123\n"
    fields = '[fields]\ncase_id = "N"\ntype = { constant = "t" }\noccurred_at = "AT"\n'
    [dropped] = read(tmp_path, rows, fields)
    [kept] = read(tmp_path, rows, 'others = "data"\n' + fields)
    assert b"123" not in dropped.raw
    assert kept.event is not None
    assert kept.event.data == {"PHONE": "123"}
