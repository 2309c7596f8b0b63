"""What leaves the page as a file must open in a spreadsheet without running anything."""

import csv
import io
from datetime import UTC, datetime

import msgspec

from dashboards.data import BoardRow
from dashboards.exports import as_csv, as_jsonl
from dashboards.words import Words

ROW = BoardRow(
    finding_id="f",
    revision=1,
    rule="T2",
    rule_version="1",
    severity=3,
    status="open",
    subject="case:1",
    case_id="=HYPERLINK(1)",
    item="＝1+1",
    region="",
    department="公安局",
    window="",
    officer="",
    occurred_at=datetime(2026, 3, 1, 17, tzinfo=UTC),
    detected_at=datetime(2026, 3, 1, 17, tzinfo=UTC),
    message_zh='他说"好",\n再见',
    message_en="",
)


def test_csv_opens_in_a_spreadsheet_with_chinese_and_runs_no_formula() -> None:
    content = as_csv([ROW], Words("zh", "Asia/Shanghai"))
    assert content.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert line["department"] == "公安局"
    assert line["case_id"] == "'=HYPERLINK(1)"
    assert line["item"] == "'＝1+1"
    assert line["message_zh"] == ROW.message_zh
    assert line["occurred_at"] == "2026-03-02T01:00:00+08:00"


def test_jsonl_holds_the_rows_themselves() -> None:
    assert msgspec.json.decode(as_jsonl([ROW, ROW]).splitlines()[1], type=BoardRow) == ROW
