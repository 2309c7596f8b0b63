"""What changed between two item lists, as cities publish it: 2,934 working days cut to 2,058."""

from datetime import date
from pathlib import Path

from rules.catalogue import Catalogue, load_catalogue
from rules.items.difference import Changed, Total, difference

HEAD = "item,version,valid_from,valid_to,name,status,committed_limit,steps,materials\n"


def catalogue(folder: Path, name: str, *rows: str) -> Catalogue:
    path = folder / name
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return load_catalogue(path)


def test_items_steps_materials_and_promised_days_are_summed_and_compared(tmp_path: Path) -> None:
    old = catalogue(
        tmp_path,
        "old.csv",
        "A,1,,,设立,,20 working_days,受理|审查|批准,申请表|身份证",
        "B,1,,,变更,,10 working_days,受理|批准,申请表",
        "C,1,,,注销,,3 days,受理,申请表",
    )
    new = catalogue(
        tmp_path,
        "new.csv",
        "A,1,,2025-12-31,设立,,20 working_days,受理|审查|批准,申请表|身份证",
        "A,2,2026-01-01,,设立,,8 working_days,受理|批准,申请表",
        "B,1,,,变更,cancelled,10 working_days,受理|批准,申请表",
        "C,1,,,注销,,3 days,受理,申请表",
        "D,1,,,补证,,same office day,受理,申请表",
    )
    found = difference(old, new)
    assert (found.items, found.steps, found.materials) == (Total(3, 3), Total(6, 4), Total(4, 3))
    assert (found.days, found.days.percent, found.unsummed) == (Total(30, 8), -73.3, Total(1, 2))
    assert (found.added, found.removed) == (("D",), ("B",))
    assert found.changed == (
        Changed("A", "设立", "committed_limit", "20 working_days", "8 working_days"),
        Changed("A", "设立", "steps", ["审查"], []),
        Changed("A", "设立", "materials", ["身份证"], []),
    )


def test_one_list_is_compared_with_itself_on_two_days(tmp_path: Path) -> None:
    listed = catalogue(
        tmp_path, "list.csv", "A,1,,2025-12-31,,,20 working_days,,", "A,2,2026-01-01,,,,8 working_days,,"
    )
    found = difference(listed, listed, on_before=date(2025, 6, 1), on_after=date(2026, 6, 1))
    assert found.days == Total(20, 8)
    assert difference(listed, listed).changed == ()
    assert difference(listed, listed, on_before=date(2025, 6, 1)).days == Total(20, 8)


def test_nothing_compared_with_something_has_no_percent() -> None:
    assert Total(0, 5).percent is None
