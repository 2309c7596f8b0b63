"""The registers: dated answers, a tree that holds, and every mistake of every file told at once."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.errors import BookError
from mingjing.instants import HOUR, MINUTE
from mingjing.registers import EMPTY, Agreement, Outage, load_registers
from mingjing.registers.checks import region_level
from tests.rules.judging import at

UNITS = "code,name,level,parent,region,credit_code,valid_from,valid_to\n"
REGIONS = "code,name,level,parent,valid_from,valid_to\n"
OFFICERS = "code,department,window,roles,delegated,valid_from,valid_to\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def mistakes(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(BookError) as told:
        load_registers(folder)
    return [(Path(one.file).name, one.line, one.message) for one in told.value.mistakes]


def test_an_entry_answers_for_the_days_on_which_it_is_in_force(tmp_path: Path) -> None:
    """An officer who moved in July was not in the new department in June."""
    write(
        tmp_path,
        officers_csv=OFFICERS
        + "1187,housing,A12,front|approver,,,2026-06-30\n1187,traffic,,head,450000-0131|*,2026-07-01,\n",
    )
    registers = load_registers(tmp_path)
    june, july = registers.officer("1187", day("2026-06-30")), registers.officer("1187", day("2026-07-01"))
    assert june is not None
    assert july is not None
    assert (june["department"], june["roles"], june.get("delegated")) == ("housing", ["front", "approver"], None)
    assert (july["department"], july["delegated"]) == ("traffic", ["450000-0131", "*"])
    assert registers.officer("1188", day("2026-07-01")) is None
    assert registers.has == {"officers"}
    assert registers.unit("housing", day("2026-07-01")) is None


def test_no_directory_is_no_register(tmp_path: Path) -> None:
    assert load_registers(None) is EMPTY
    assert EMPTY.has == frozenset()
    assert EMPTY.source("hall-7") is None
    assert "no such directory" in mistakes(tmp_path / "nowhere")[0][2]
    assert "holds no register" in mistakes(tmp_path)[0][2]


def test_a_tree_from_the_province_to_the_village_holds(tmp_path: Path) -> None:
    """Five levels (N65), a county right below its province, and a unit within a unit of its own level."""
    write(
        tmp_path,
        regions_csv=REGIONS + "420000,湖北,省,,,\n420900,孝感,市,420000,,\n420902,孝南,区,420900,,\n"
        "429004,仙桃,县,420000,,\n420902001000,书院,街道,420902,,\n420902001201,书院村,村,420902001000,,\n",
        units_csv=UNITS + "p,省厅,province,,420000,,,\nc,市局,city,p,420900,91350100M000100Y43,,\n"
        "c1,审批科,city,c,420900,,,\nv,代办点,village,c,420902001201,,,\n",
        windows_csv="code,name,department,kind,valid_from,valid_to\nA12,综合窗口,c1,comprehensive,,\n",
        officers_csv=OFFICERS + "1187,c1,A12,front,,,\n",
    )
    registers = load_registers(tmp_path)
    village = registers.region("420902001201", day("2026-01-01"))
    assert village is not None
    assert village["level"] == "village"
    assert len(list(registers.entries("regions"))) == 6


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        regions_csv=REGIONS + "420000,湖北,city,,,\n430902,别处,,420000,,\n42090,短,,,,\n420902001201,村,,420902,,\n",
        units_csv=UNITS
        + "a,甲,city,b,,,,\nb,乙,city,c,,,,\nc,丙,city,a,,,,\n"  # 2–4: round in a circle, told once
        + "d,丁,county,e,,,,\n"  # 5: no parent e
        + "f,戊,county,,420000,,,2026-06-30\nf,戊,county,,,,2026-06-30,\n"  # 7: overlaps
        + "g,己,city,h,,,,\nh,庚,village,,,,,\n"  # 8: below a village
        + "i,辛,region,,,,,\n"  # 10: no such level
        + "j,壬,city,,999999,91350100M000100Y44,,\n"  # 11: no such region, wrong check digit
        + "k,癸,province,f,,,2020-01-01,\n"  # 12: its parent is of a lower level
        + "l,子,city,m,,,2020-01-01,\nm,丑,city,,,,2021-01-01,\n"  # 13: the parent begins later
        + ",寅,city,,,,,\n"  # 15: no code
        + "n,卯,city,,,,2026-02-30,\n",  # 16: no date
        officers_csv=OFFICERS + "1,zzz,,boss,,,\n",
        windows_csv="code,desk\n1,2\n",
        doors_csv="code\n",
    )
    found = mistakes(tmp_path)
    assert [(file, line) for file, line, _ in found] == [
        ("doors.csv", 0),
        ("officers.csv", 2),
        ("officers.csv", 2),
        *(("regions.csv", line) for line in (2, 3, 4, 5)),
        *(("units.csv", line) for line in (2, 5, 7, 8, 10, 11, 11, 12, 13, 15, 16)),
        ("windows.csv", 1),
    ]
    words = "\n".join(message for _, _, message in found)
    assert "a → b → c → a" in words
    assert "the first 17 would end in 3" in words
    assert "m is not in force on 2020-01-01" in words


def test_a_circle_that_only_one_day_closes_is_found(tmp_path: Path) -> None:
    """Each half of the year is a tree; on 1 July the two moves meet."""
    write(
        tmp_path,
        units_csv=UNITS + "a,甲,city,,,,,2026-06-30\na,甲,city,b,,,2026-07-01,\nb,乙,city,a,,,,\n",
    )
    assert [(line, message) for _, line, message in mistakes(tmp_path)] == [
        (3, "parent: goes round in a circle: a → b → a")
    ]


def test_region_codes_show_their_level() -> None:
    codes = ("420000", "420900", "420902", "429004", "420902001000", "420902001", "420902001201")
    assert [region_level(code) for code in codes] == [
        "province", "city", "county", "county", "township", "township", "village"
    ]  # fmt: skip
    assert [region_level(code) for code in ("42", "000000", "4209O2", "４２０９０２")] == [None] * 4


def test_sources_have_their_agreed_lag_and_outages(tmp_path: Path) -> None:
    write(
        tmp_path,
        sources_toml='[[source]]\nname = "hall-7"\nlag = "48 hours"\nbatch = true\n'
        "outage = [{ from = 2026-03-02T20:00:00+08:00, to = 2026-03-02T22:00:00+08:00, "
        'declared_at = "2026-03-01T09:00:00+08:00" }]\n\n[[source]]\nname = "tax"\nlag = "30 minutes"\n',
    )
    registers = load_registers(tmp_path)
    since = at("2026-03-02T20:00")
    outage = Outage(since, since + 2 * HOUR, at("2026-03-01T09:00"))
    assert registers.source("hall-7") == Agreement("hall-7", 48 * HOUR, True, (outage,))
    assert registers.source("tax") == Agreement("tax", 30 * MINUTE, False)
    assert registers.has == {"sources"}


def test_outages_that_overlap_count_once() -> None:
    agreement = Agreement("a", HOUR, False, (Outage(10, 40, 0), Outage(30, 50, 0), Outage(70, 80, 0)))
    assert agreement.outage_time(0, 100) == 50
    assert agreement.outage_time(20, 35) == 15
    assert agreement.outage_time(50, 70) == 0


def test_mistakes_in_agreements_are_told_with_their_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        sources_toml='[[source]]\nname = "a"\nlag = "2 working_days"\n\n[[source]]\nlag = "1 hours"\nbatch = "no"\n'
        '\n[[source]]\nname = "a"\nlag = "1 hours"\noutage = [{ from = "2026-03-02", to = 5 }]\nfax = 1\n'
        '\n[[source]]\nname = "b"\nlag = "1 hours"\noutage = [{ from = 2026-03-02T22:00:00+08:00, '
        "to = 2026-03-02T20:00:00+08:00, declared_at = 2026-03-02T20:00:00+08:00 }]\n",
    )
    lines = [line for _, line, _ in mistakes(tmp_path)]
    assert lines == [1, 5, 5, 9, 9, 9, 9, 9, 15]
