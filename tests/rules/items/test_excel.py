"""Item lists as Excel workbooks: read as they are kept, and refused with row, cell and what would be right."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from mingjing.errors import BookError, UsageError
from rules.catalogue import load_catalogue
from rules.items.writing import write_catalogue

HEAD = ("事项编码", "版本", "生效日期", "事项名称", "办件类型", "承诺时限", "法定时限", "办理环节", "收费")
MIDNIGHT = datetime(2026, 1, 1)  # noqa: DTZ001  Excel's dates have no zone
TARIFF = ("收费编码", "事项编码", "依据", "收费标准", "最高收费", "减免情形")


def workbook(path: Path, sheets: dict[str, Iterable[Sequence[object]]], merged: str | None = None) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if merged:
            sheet.merge_cells(merged)
    book.save(path)
    return path


def mistakes(path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(BookError) as told:
        load_catalogue(path)
    return [(Path(one.file).name, one.line, one.message) for one in told.value.mistakes]


def test_a_workbook_with_chinese_titles_is_a_catalogue(tmp_path: Path) -> None:
    """As offices keep it: two sheets, dates and numbers as Excel stores them, blank rows in between."""
    path = workbook(
        tmp_path / "清单.xlsx",
        {
            "事项": [
                HEAD,
                ("A", 1, MIDNIGHT, "设立", "承诺件", "5个工作日", "20 个工作日", "受理 | 审查", 12.5),
                (),
                (None, "  "),
                (1002, 2.0, date(2026, 7, 1), None, None, "即办", None, None, None),
            ],
            "收费目录": [TARIFF, ("F1", "A", "发改价〔2020〕1号", "100: 5 | 3", 700, "低保|残疾人")],
            "说明": [],
        },
    )
    catalogue = load_catalogue(path)
    first, second = catalogue
    assert (first.label, first.first) == ("A @ 1", date(2026, 1, 1).toordinal())
    assert first.fields["case_type"] == "committed"
    assert (first.fields["committed_limit"], first.fields["statutory_limit"]) == ("5 working_days", "20 working_days")
    assert (first.fields["steps"], first.fields["fee"]) == (["受理", "审查"], 12.5)
    assert (second.item, second.version, second.fields["committed_limit"]) == ("1002", "2", "same office day")
    assert second.fields["case_type"] == "immediate"
    tariff = catalogue.tariff("F1", "A", date(2026, 1, 1).toordinal())
    assert tariff is not None
    assert tariff["tiers"] == [[100, 5], [None, 3]]
    assert tariff["waivers"] == ["低保", "残疾人"]


def test_what_is_imported_reads_the_same_from_the_files_it_became(tmp_path: Path) -> None:
    rows = [HEAD, ("A", 1, "2026-01-01", "设立", "承诺件", "5个工作日", "20个工作日", "受理|审查", 12.5)]
    tariff = [TARIFF, ("F1", "A", "依据", "100: 5 | 3", 700, None), ("F2", None, None, 0.1, None, None)]
    catalogue = load_catalogue(workbook(tmp_path / "list.xlsx", {"a": rows, "b": tariff}))
    out = tmp_path / "items"
    assert [path.name for path in write_catalogue(catalogue, out)] == ["items.csv", "tariffs.csv"]
    again = load_catalogue(out)
    assert list(again) == list(catalogue)
    assert list(again.tariffs()) == list(catalogue.tariffs())
    with pytest.raises(UsageError, match="is there already"):
        write_catalogue(catalogue, out)
    write_catalogue(catalogue, out, replace=True)
    (out / "more.csv").write_text("item\nB\n", encoding="utf-8")
    with pytest.raises(UsageError, match="would stand beside"):
        write_catalogue(catalogue, out, replace=True)
    assert {path.name for path in out.iterdir()} == {"items.csv", "tariffs.csv", "more.csv"}


def test_every_mistake_is_told_at_once_with_its_cell(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ("A", 1, None, "甲", None, "21个工作日", "20个工作日"),  # 2: promised above the law
        ("B", 1, "明年", "乙", None, 20, None),  # 3: no date; a bare number
        (None, 1, None, "丙"),  # 4: no item
        ("D", 1, None, "丁", None, "5天", None, None, "免费"),  # 5: 天 may be either; no amount
        ("E", 1, None, "戊", None, None, None, None, None, "多"),  # 6: a cell without a title
        ("F", 1, None, "#REF!"),  # 7: Excel's own error
    ]
    found = mistakes(workbook(tmp_path / "list.xlsx", {"事项": rows}))
    assert [(file, line) for file, line, _ in found] == [("list.xlsx[事项]", line) for line in (2, 3, 3, 4, 5, 5, 6, 7)]
    words = "\n".join(message for _, _, message in found)
    assert "committed_limit (cell F2): 21 working_days is above the statutory_limit 20 working_days" in words
    assert "valid_from (cell C3): '明年' is not a date like 2026-01-01" in words
    assert "committed_limit (cell F3): '20' is no limit; write it like 20 working_days" in words
    assert "cell J6 stands in a column without a name" in words


def test_merged_cells_are_refused_because_only_their_first_row_has_the_value(tmp_path: Path) -> None:
    rows = [HEAD, ("A", 1, None, "甲", None, "5个工作日"), ("B", 1, None, "乙", None, None)]
    ((_, line, message),) = mistakes(workbook(tmp_path / "list.xlsx", {"事项": rows}, merged="F2:F3"))
    assert (line, message) == (2, "cells F2:F3 are merged; unmerge them and fill in every row")


def test_a_title_above_the_columns_and_a_column_twice_are_told(tmp_path: Path) -> None:
    above = workbook(tmp_path / "above.xlsx", {"事项": [("某市事项清单",), HEAD, ("A", 1)]})
    assert [line for _, line, _ in mistakes(above)] == [1]
    blank = workbook(tmp_path / "blank.xlsx", {"事项": [(), HEAD]})
    assert "the first row must name the columns" in mistakes(blank)[0][2]
    twice = workbook(tmp_path / "twice.xlsx", {"事项": [("事项编码", "item", "承诺时限"), ("A", "B")]})
    assert mistakes(twice)[0][2] == "two columns mean item; keep one of them"
    empty = workbook(tmp_path / "empty.xlsx", {"事项": []})
    assert mistakes(empty)[0][2] == "holds no sheet with rows of items"


def test_what_is_no_workbook_is_told_as_that(tmp_path: Path) -> None:
    for name, content in (
        ("a.xlsx", b"item\nA\n"),
        ("b.xls", b"\xd0\xcf\x11\xe0"),
        ("c.xlsx", b""),
        ("d.xlsx", b"PK\x03\x04x"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert mistakes(path)[0][2] == "is no Excel workbook (.xlsx); save it as one, or as CSV in UTF-8"
    with pytest.raises(BookError, match="no such"):
        load_catalogue(tmp_path / "nowhere.xlsx")


def test_a_workbook_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", {"事项": [HEAD, *((f"A{n}", 1, None, "甲") for n in range(400))]})
    whole = path.read_bytes()
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(whole[: len(whole) // 2])
    assert len(mistakes(broken)) == 1
