"""The simulated city is as large as the real hall that it stands for, and its catalogue can be used."""

import csv
import re
from pathlib import Path

import pytest

from mingjing.simulate.catalogue import ITEM_COLUMNS, write_items
from mingjing.simulate.cityplan import OFFICERS, WINDOWS, City, city, credit_code
from rules.catalogue import load_catalogue

ITEMS = 502


@pytest.fixture(scope="module")
def town() -> City:
    return city(7)


def test_the_city_has_the_departments_windows_officers_and_items_of_a_real_hall(town: City) -> None:
    assert len(town.departments) == 34
    assert sum(len(d.windows) for d in town.departments) == WINDOWS == 120
    assert sum(len(d.officers) for d in town.departments) == OFFICERS == 200
    assert len(town.items) == ITEMS


def test_item_codes_have_31_characters_and_are_unique(town: City) -> None:
    codes = [item.code for item in town.items]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[0-9A-Z]{18}\d{13}", code) for code in codes)
    assert len({item.name for item in town.items}) == ITEMS


@pytest.mark.parametrize("real", ["91350100M000100Y43"])
def test_credit_codes_carry_the_check_character_of_gb_32100(real: str) -> None:
    assert credit_code(real[:17]) == real


def test_no_item_promises_more_time_than_the_law_allows(town: City) -> None:
    """The engine refuses such a catalogue; the rule of two clocks per case rests on it."""
    for item in town.items:
        assert all(version.committed <= version.statutory for version in item.versions), item.name


def test_some_items_change_their_promise_in_mid_year_without_a_gap(town: City) -> None:
    dated = [item for item in town.items if len(item.versions) > 1]
    assert 10 <= len(dated) <= 100
    for item in dated:
        for before, after in zip(item.versions, item.versions[1:], strict=False):
            assert before.valid_to is not None
            assert after.valid_from.toordinal() - before.valid_to.toordinal() == 1
            assert item.version(after.valid_from) is after
            assert item.version(before.valid_to) is before


def test_the_catalogue_file_has_the_agreed_columns_and_loads(town: City, tmp_path: Path) -> None:
    write_items(tmp_path, town)
    with (tmp_path / "items.csv").open(encoding="utf-8", newline="") as text:
        header = next(csv.reader(text))
    assert header == list(ITEM_COLUMNS)
    catalogue = load_catalogue(tmp_path)
    assert len(catalogue) == ITEMS


def test_another_seed_makes_another_city() -> None:
    assert [item.code for item in city(1).items] != [item.code for item in city(2).items]
    assert city(1) == city(1)
