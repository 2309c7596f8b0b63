"""Briefs as files: pages and workbooks from made-up facts, fonts, the shelf."""

import io
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import ImageChops

from mingjing.errors import UsageError
from mingjing.reports import fonts as fonts_
from mingjing.reports.content import compose
from mingjing.reports.facts import Order
from mingjing.reports.fonts import NoFont, fonts
from mingjing.reports.model import Brief, Picture
from mingjing.reports.pdf import pdf, svg
from mingjing.reports.shelf import file_name, kept, prepared, write
from mingjing.reports.voice import Voice
from mingjing.reports.workbook import workbook
from mingjing.scoring.periods import Period
from mingjing.store.scores import Scope
from mingjing.texts import LANGUAGES, Language
from mingjing.types import Text
from tests.mingjing.reports.made_up import facts, windows

MARGIN_MM = 9
"""No ink may come nearer to a page's edge; the margin is wider."""
BAD = ('=HYPERLINK("https://mingjing.example")', "+1", "-2+3", "@SUM(A1)", "\tx", "#let x = 1", "*bold*", "$x$",
       "]#panic()[", "W" * 90)  # fmt: skip


def brief(language: Language, many: int = 120, names: dict[tuple[str, str], Text] | None = None) -> Brief:
    of = facts({"window": windows(many)}, names)
    return compose(of, Voice(language=language, names=of.names, rules=of.rules, timezone=of.timezone))


def text(made: bytes) -> str:
    pages = pypdfium2.PdfDocument(made)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def squeezed(told: str) -> str:
    """Without spaces, line breaks and places to break, which typesetting adds and takes."""
    return "".join(told.replace("\u200b", "").split())


@pytest.fixture(scope="module", params=LANGUAGES)
def big(request: pytest.FixtureRequest) -> tuple[Brief, bytes]:
    """A brief with 120 windows whose names have no end, and its pages."""
    names = {
        ("window", f"W{n:03}"): Text(zh=f"窗口{n}" + "很长的名字" * 9, en=f"Window {n} " + "W" * 60) for n in range(120)
    }
    whole = brief(request.param, names=names)
    return whole, pdf(whole, fonts(request.param))


def test_every_page_has_ink_and_none_runs_over_its_edge(big: tuple[Brief, bytes]) -> None:
    """A long table and names without end must still be readable on paper."""
    pages = pypdfium2.PdfDocument(big[1])
    assert len(pages) > 4
    edge = MARGIN_MM / 25.4 * 72
    for page in pages:
        picture = page.render(scale=1).to_pil().convert("L")
        dark = ImageChops.invert(picture).point([255 if grey > 40 else 0 for grey in range(256)])
        left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
        assert right - left > picture.width / 2
        assert min(left, top) > edge
        assert right < picture.width - edge
        assert bottom < picture.height - edge


def test_the_pages_say_every_row_of_the_brief(big: tuple[Brief, bytes]) -> None:
    """What the sheet holds is what the paper says, in the right letters."""
    whole, made = big
    told = squeezed(text(made))
    for section in whole.sections:
        for table in section.tables:
            for row in table.rows:
                assert squeezed("".join(cell.shown for cell in row)) in told
    for line in whole.points:
        assert squeezed(line) in told
    assert "\ufffd" not in told


def test_what_data_hold_is_never_run_by_the_typesetter() -> None:
    """A window's name is text, whatever it looks like."""
    names = {("window", f"W{n:03}"): Text(zh=bad, en=bad) for n, bad in enumerate(BAD)}
    told = squeezed(text(pdf(brief("zh", len(BAD), names), fonts("zh"))))
    for bad in BAD:
        assert squeezed(bad) in told


def test_what_data_hold_is_never_a_formula() -> None:
    """A name like =HYPERLINK(…) would call home from the reader's desk."""
    names = {("window", f"W{n:03}"): Text(zh=bad, en=bad) for n, bad in enumerate(BAD)} | {
        ("department", "D1"): Text(zh="=1+1", en="=1+1\x07")
    }
    book = openpyxl.load_workbook(io.BytesIO(workbook(brief("en", len(BAD), names))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {*BAD, "=1+1"} <= texts
    ours = {cell.value for cell in cells if cell.data_type == "f"}
    assert all(value.lstrip("=").replace("-", "").isalnum() for value in ours)
    assert all(cell.quotePrefix for cell in cells if cell.value in BAD and str(cell.value)[0] in "=+-@")


def test_the_workbook_holds_real_numbers_and_native_charts() -> None:
    """A reader who wants to reckon on must not type anything off the paper."""
    whole = brief("zh", 6)
    book = openpyxl.load_workbook(io.BytesIO(workbook(whole)))
    assert len(book.sheetnames) == 1 + len(whole.tables())
    ranking = book["三、窗口排名"]
    assert [cell.value for cell in ranking[1]][:6] == ["窗口", "档次", "得分", "下限", "上限", "件数"]
    assert [[cell.value for cell in row[:6]] for row in ranking.iter_rows(2, 3)] == [
        ["0号综合受理窗口", 1, 95, 90, 100, 80], ["1号综合受理窗口", 1, 85, 80, 90, 80]
    ]  # fmt: skip
    numbers = book["一、关键数字"]
    on_time = next(row for row in numbers.iter_rows(2) if row[0].value == "按时办结率")
    assert (on_time[1].value, on_time[1].number_format, on_time[4].value) == (0.97, "0.00%", 1000)
    charts = {sheet.title: len(sheet._charts) for sheet in book}
    assert charts["三、窗口排名"] == charts["附表：各期数字"] == 1


def test_sheets_with_odd_or_equal_names_are_kept_apart() -> None:
    """Excel refuses a colon, a slash, 32 letters, and the same name twice."""
    whole = brief("en")
    book = openpyxl.load_workbook(io.BytesIO(workbook(whole)))
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_without_a_chinese_font_a_chinese_brief_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes in place of letters would be found by the leader."""

    class Bare:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

        def fonts(self) -> list[object]:
            return []

    monkeypatch.setattr(fonts_, "known", Bare)
    with pytest.raises(NoFont, match=r"^no font with Chinese .*fonts-noto-cjk.*--lang en`$"):
        fonts("zh")
    assert fonts("en") == fonts_.Fonts(("DejaVu Sans",), chinese=False)


def test_a_chart_fetches_nothing() -> None:
    """A service in a closed network would wait for a time-out; in an open one it would tell of itself."""
    spec = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed|External"):
        svg(Picture(title="", spec=spec, alt=""), fonts("en"))


def test_a_name_tells_the_brief_and_cannot_leave_the_folder() -> None:
    """Codes come from outside."""
    period = Period.parse("2026-01-01..2026-06-30")
    name = file_name(Order(period=period, scope=Scope(departments=("../../etc", "a b"))), "en", 2, "pdf")
    assert "/" not in name
    assert name.startswith("mingjing-brief-2026-01-01_2026-06-30-window-department-")
    assert name.endswith("-en-r2.pdf")
    other = file_name(Order(period=period, scope=Scope(departments=(".._.._etc", "a_b"))), "en", 2, "pdf")
    assert name != other
    long = file_name(Order(period=period, scope=Scope(regions=tuple(str(n) for n in range(500)))), "zh", 0, "xlsx")
    assert len(long) < 200


def test_the_shelf_lists_briefs_alone_the_latest_first(tmp_path: Path) -> None:
    """A stranger's file is none of ours."""
    order = Order(period=Period.parse("2026-03"))
    write(tmp_path / file_name(order, "zh", 1, "pdf"), b"a")
    write(tmp_path / file_name(order, "en", 0, "xlsx"), b"bb")
    (tmp_path / "mingjing-brief-x.txt").write_text("no")
    found = kept(tmp_path)
    assert {(one.what, one.language, one.format, one.revision, one.size) for one in found} == {
        ("2026-03-window", "zh", "pdf", 1, 1),
        ("2026-03-window", "en", "xlsx", 0, 2),
    }
    assert kept(tmp_path / "none") == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a PDF on the shelf would be taken for the brief, and never made again."""
    there = tmp_path / "a.pdf"
    write(there, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match=r"a\.pdf: cannot be written: No space left on device"):
        write(there, b"new")
    assert there.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [there]


def test_a_folder_that_cannot_be_written_to_is_told_before_any_work(tmp_path: Path) -> None:
    """Not after minutes of work."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="briefs cannot be written there"):
        prepared(tmp_path / "file" / "x")
