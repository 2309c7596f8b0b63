"""A designation says where its item is handled, or why nowhere; every mistake with its row."""

from pathlib import Path

import pytest

from mingjing.errors import BookError
from mingjing.registers import forms, load_registers
from tests.mingjing.registers.rows import row, write


def told(folder: Path, **cells: str) -> list[str]:
    form = forms()["designations"]
    write(folder, form, [row(form) | cells])
    try:
        load_registers(folder)
    except BookError as wrong:
        return [f"{one.line}: {one.message}" for one in wrong.mistakes]
    return []


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        ({}, None),
        ({"hall": "", "resident": "否", "authorised": "否"}, None),  # it has an exception
        ({"hall": ""}, "2: hall: is missing; an item that has moved in names its hall"),
        (
            {"hall": "", "resident": "否", "authorised": "否", "exception": ""},
            "2: hall: is missing; an item that belongs in no hall says why, under exception",
        ),
        (
            {"resident": "否"},
            "2: authorised: only an item that has moved in (resident) is authorised at its window",
        ),
    ],
)
def test_a_designation_that_contradicts_itself_is_told(
    tmp_path: Path, cells: dict[str, str], mistake: str | None
) -> None:
    assert told(tmp_path, **cells) == ([mistake] if mistake else [])
