"""The item catalogue: dated versions, lists and limits, and every mistake of every file told at once."""

from pathlib import Path

import pytest

from mingjing.calendars import Calendars
from mingjing.errors import BookError
from mingjing.timetable import DEFAULT
from rules.book import load_book
from rules.catalogue import EMPTY, load_catalogue
from rules.engine import Engine
from rules.reader import Surroundings
from tests.rules.judging import HEAD, at, event, one

COLUMNS = "item,version,valid_from,valid_to,committed_limit,statutory_limit,steps,fee\n"
DEADLINE = 'kind = "deadline"\nstart = ["accepted"]\nstop = ["decided"]\nlimit = "item.committed_limit"\nseverity = 2\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def day(text: str) -> int:
    return at(f"{text}T12:00") // 86_400_000_000 + 719_163


def test_a_row_is_a_version_of_an_item_with_its_lists_and_amounts(tmp_path: Path) -> None:
    write(tmp_path, "items.csv", COLUMNS + "A,1,,,5 working_days,20 working_days,受理|审查 | 批准,12.50\n")
    (version,) = load_catalogue(tmp_path)
    assert version.label == "A @ 1"
    assert version.fields["steps"] == ["受理", "审查", "批准"]
    assert version.fields["fee"] == 12.5
    assert version.fields["committed_limit"] == "5 working_days"


def test_a_limit_binds_in_the_version_in_force_at_acceptance(tmp_path: Path) -> None:
    """A shorter promise from July rewrites no history of June, whenever the case is judged."""
    write(tmp_path, "items.csv", COLUMNS + "A,1,,2026-06-30,5 working_days,,,\nA,2,2026-07-01,,2 working_days,,,\n")
    book = tmp_path / "book"
    book.mkdir()
    write(book, "R1.toml", HEAD.format(id="R1") + DEADLINE)
    engine = Engine(
        load_book(book, Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")),
        load_catalogue(tmp_path),
        "Asia/Shanghai",
    )
    june, july = (
        one(engine.judge([event("accepted", when, item="A")], at("2026-09-01T00:00")))
        for when in ("2026-06-30T23:59:59", "2026-07-01T00:00:00")
    )
    assert (june.evidence.limit, june.evidence.catalogue) == ("5 working_days", "A @ 1")
    assert (july.evidence.limit, july.evidence.catalogue) == ("2 working_days", "A @ 2")
    named = [event("accepted", "2026-06-30T12:00", item="A", item_version="2")]
    assert one(engine.judge(named, at("2026-09-01T00:00"))).evidence.limit == "2 working_days"
    unknown = engine.judge([event("accepted", "2026-06-30T12:00", item="B")], at("2026-09-01T00:00"))
    assert (unknown.findings, [note.reason.split(":")[0] for note in unknown.not_judged]) == ([], ["item"])


def test_versions_follow_each_other_and_a_day_between_them_has_none(tmp_path: Path) -> None:
    write(tmp_path, "items.csv", COLUMNS + "A,1,,2026-06-30,,,,\nA,2,2026-08-01,,,,,\n")
    catalogue = load_catalogue(tmp_path)
    found = [catalogue.find("A", day(when)) for when in ("2026-06-30", "2026-07-15", "2026-08-01")]
    assert [version and version.version for version in found] == ["1", None, "2"]
    assert catalogue.find("A", day("2020-01-01"), "2") is not None
    assert catalogue.find("A", day("2020-01-01"), "3") is None


def test_toml_files_and_tables_of_several_files_are_one_catalogue(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "\ufeffitem,fee\nA,\n\nB,7\n")
    write(tmp_path, "b.toml", '[[item]]\nitem = "C"\nvalid_from = 2026-01-01\nsteps = ["受理"]\nfee = 3\n')
    catalogue = load_catalogue(tmp_path)
    assert sorted(version.item for version in catalogue) == ["A", "B", "C"]
    assert catalogue.find("C", day("2025-12-31")) is None
    assert len(catalogue) == 3


def test_all_mistakes_of_all_files_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.csv",
        COLUMNS
        + "A,1,,,5 weeks,,,\n"  # 2: no limit
        + "B,1,2026-13-01,,,,,\n"  # 3: no date
        + "C,1,2026-02-01,2026-01-01,,,,\n"  # 4: ends before it begins
        + "D,1,,,,,,dear\n"  # 5: no amount
        + "E,1,,\n"  # 6: too few columns
        + ",1,,,,,,\n"  # 7: no item
        + "F,1,,,21 working_days,20 working_days,,\n"  # 8: promised more than the law allows
        + "G,1,,,same office day,20 working_days,,\n"
        + "H,1,,2026-06-30,,,,\nH,2,2026-06-30,,,,,\n"  # 11: overlaps
        + 'I,1,,2026-06-30,,,"a\nb",\nI,1,2026-07-01,,,,,\n'  # 14: the same version again
        + "J,1,,,30 working_days,20 days,,\n",  # 15: working days above natural days
    )
    write(tmp_path, "b.toml", '[[item]]\nitem = "K"\n\n[[item]]\nsteps = "受理"\n\n[[thing]]\n')
    write(tmp_path, "c.csv", "code,name\nA,B\n")
    (tmp_path / "d.csv").write_bytes("item,name\nA,区经信局\n".encode("gbk"))
    write(tmp_path, "e.toml", "[[item]\n")
    with pytest.raises(BookError) as told:
        load_catalogue(tmp_path)
    places = [(Path(mistake.file).name, mistake.line) for mistake in told.value.mistakes]
    assert places == [
        *(("a.csv", line) for line in (2, 3, 4, 5, 6, 7, 8, 11, 14, 15)),
        ("b.toml", 4), ("b.toml", 4), ("b.toml", 7), ("c.csv", 1), ("d.csv", 0), ("e.toml", 1),
    ]  # fmt: skip


def test_a_folder_that_is_missing_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="no such directory of items"):
        load_catalogue(tmp_path / "nowhere")
    with pytest.raises(BookError, match=r"holds no \.csv or \.toml"):
        load_catalogue(tmp_path)
    assert load_catalogue(None) is EMPTY


def test_the_committed_limit_may_be_as_long_as_the_law_allows(tmp_path: Path) -> None:
    write(
        tmp_path,
        "items.csv",
        COLUMNS + "A,1,,,20 working_days,20 working_days,,\nB,1,,,10 working_days,20 days,,\nC,1,,,8 hours,1 days,,\n",
    )
    assert len(load_catalogue(tmp_path)) == 3


def test_what_comes_after_the_licence_is_read_and_held_against_the_materials(tmp_path: Path) -> None:
    head = "item,先照后证,permits_after,materials\n"
    write(tmp_path, "items.csv", head + "A,是,,申请表\nB,,甲证|乙证,申请表\nC,no,,\n")
    assert [one.fields.get("licence_first") for one in load_catalogue(tmp_path)] == [True, None, False]
    write(tmp_path, "items.csv", head + "A,maybe,,申请表\nB,,甲证|乙证,申请表|乙证\n")
    with pytest.raises(BookError) as refused:
        load_catalogue(tmp_path)
    assert len(refused.value.mistakes) == 2
