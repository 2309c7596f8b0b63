"""Rows are kept, made anew only where something changed, and nobody waits for that who can have the old ones."""

import threading
from collections.abc import Collection
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest

from mingjing.opendata import publishing, reading
from mingjing.opendata.atoms import Atom
from mingjing.opendata.dataset import Row
from mingjing.opendata.publishing import Publisher
from mingjing.opendata.reading import Source
from mingjing.settings import Settings
from mingjing.types import Text

Made = list[Source]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """The sources that rows were made of, in a time in which nothing is kept without another look."""
    found: Made = []
    make = reading.made

    def counted(of: Source, year: int, *, settled: date, minimum: int, gates: Collection[str] = ()) -> list[Row]:
        found.append(of)
        return make(of, year, settled=settled, minimum=minimum, gates=gates)

    monkeypatch.setattr(reading, "made", counted)
    monkeypatch.setattr(publishing, "KEPT_S", 0.0)
    return found


def publisher(clock: str = "2026-03-20") -> Publisher:
    nowhere: Any = nullcontext
    return Publisher(Settings(clock=f"{clock}T09:00:00+08:00@0x0"), nowhere)


def source(closed: int = 50, name: str = "局") -> Source:
    atoms = [Atom(month=date(2026, 1, 1), region="R1", department="D1", item="I1", closed=closed)]
    return Source(atoms, [("department", "D1", Text(name, name))], {"R1": ("R1",)})


def test_rows_are_made_anew_only_where_something_changed(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = publisher()
    for count, now in enumerate((source(), source(51), source(51, "厅")), 1):
        monkeypatch.setattr(reading, "source", lambda *_, now=now: now)
        for _ in range(2):
            rows = whole.rows(2026)
        assert len(made) == count
    told = {row.code: row for row in rows if row.period == "2026-01"}
    assert (told["D1"].cases, told["D1"].name_zh) == (51, "厅")


@pytest.mark.usefixtures("made")
def test_a_month_that_has_become_final_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "source", lambda *_: source())
    whole = publisher("2026-01-20")
    assert whole.rows(2026) == ()
    monkeypatch.setattr(whole, "_chosen", publisher("2026-02-20")._chosen)
    assert {row.period for row in whole.rows(2026)} == {"2026-01"}


@pytest.mark.usefixtures("made")
def test_nobody_waits_while_another_makes_rows_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, entered, go_on = publisher(), threading.Event(), threading.Event()
    monkeypatch.setattr(reading, "source", lambda *_: source())
    old = whole.rows(2026)

    def slow(*_: object) -> Source:
        entered.set()
        assert go_on.wait(30)
        return source(99)

    monkeypatch.setattr(reading, "source", slow)
    first = threading.Thread(target=whole.rows, args=(2026,))
    first.start()
    assert entered.wait(30)
    assert whole.rows(2026) is old
    go_on.set()
    first.join()
    monkeypatch.setattr(reading, "source", lambda *_: source(99))
    assert next(row.cases for row in whole.rows(2026) if row.level == "all") == 99
