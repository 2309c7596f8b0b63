"""The page of registers: the list, the rows of a day, who sees them, and a file that is handed in."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import who
from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.access import WHOLE, Person
from mingjing.changes.office import Office
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.registers import Registers, load_registers
from mingjing.settings import Settings
from mingjing.store import RuleText, Store
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers, register_rows
from tests.dashboards.test_leader_pages import opened
from tests.dashboards.test_pages import Shown, html

pytestmark = pytest.mark.store

INTEGRITY = "code,party,kind,bars,ground,basis,valid_from,valid_to\n"
ROWS = "R1,b1,bad,是,串通投标,罚1,2026-01-01,2026-12-31\nR2,b2,good,,守合同,信2,2020-01-01,2020-12-31\n"
RULE = '[lookup]\nbarred = { register = "integrity", by = "party", of = "data.winner" }\n'


class Upload(NamedTuple):
    """What somebody hands in."""

    name: str
    text: str

    def getvalue(self) -> bytes:
        return self.text.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "registers"
    made.mkdir()
    (made / "integrity.csv").write_text(INTEGRITY + ROWS, encoding="utf-8")
    return made


@pytest.fixture
def filled(shown: Shown, store: Store, store_dsn: str, folder: Path) -> Store:
    """The register, and a rule that looks it up."""
    for name, value in (
        ("STORE_DSN", store_dsn),
        ("REGISTERS_DIR", str(folder)),
        ("CLOCK", "2026-03-31T17:00:00+08:00@0x0"),
    ):
        shown.setenv(f"MINGJING_{name}", value)
    keep_registers(store, load_registers(folder))
    text = RuleText(rule="N62", rule_version="1", kind="condition", name_zh="失", name_en="B", basis="法", text=RULE)
    store.write_rules([text])
    return store


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_registers_the_page_says_how_to_load_one(
    language: Language, shown: Shown, empty_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    drawn = html(opened("registers", lang=language))
    assert catalogue(language)["registers.none"] in drawn
    assert "register=duty" in drawn
    assert catalogue(language)["registers.log"] in html(opened("registers", lang=language, register="duty"))
    assert "register=experts" in drawn
    shown.setattr(who, "person", lambda: Person(account="a", roles=frozenset({"lead"}), scope=WHOLE))
    drawn = html(opened("registers", lang=language, register="experts"))
    assert "register=duty" in drawn  # as if there were no such register
    assert "register=experts" not in drawn


@pytest.mark.usefixtures("filled")
def test_the_list_and_the_rows_of_a_day_or_of_all_time() -> None:
    drawn = html(opened("registers", lang="zh"))
    assert "今日有效 1" in drawn
    assert "rules?rule=N62" in drawn
    app = opened("registers", lang="zh", register="integrity")
    assert "串通投标" in html(app)
    assert "守合同" not in html(app)
    assert "不良行为" in html(app)
    app.checkbox(key="rg_every").check().run()
    app.selectbox(key="rg_sort").select("code").run()
    app.checkbox(key="rg_down").check().run()
    drawn = html(app)
    assert drawn.index("守合同") < drawn.index("串通投标")
    app.text_input(key="rg_search").input("b1").run()
    assert "守合同" not in html(app)
    app.text_input(key="rg_search").input("nobody").run()
    assert "没有符合的行" in html(app)
    assert not app.exception


def test_versions_are_kept_and_unchanged_registers_are_not_written_again(filled: Store, folder: Path) -> None:
    assert keep_registers(filled, load_registers(folder)) == []
    (folder / "integrity.csv").write_text(INTEGRITY + ROWS.replace("b2", "b3"), encoding="utf-8")
    (changed,) = keep_registers(filled, load_registers(folder))
    assert (changed.register, changed.rows) == ("integrity", 2)
    assert {row.fields["party"] for row in register_rows(filled, "integrity")} == {"b1", "b3"}
    assert [row.code for row in register_rows(filled, "integrity", day=date(2026, 3, 1))] == ["R1"]
    (gone,) = keep_registers(filled, Registers())
    assert (gone.version, register_rows(filled, "integrity")) == ("", [])


def handed_in(shown: Shown, text: str, **query: str) -> AppTest:
    shown.setattr(st, "file_uploader", lambda *_, **__: Upload("integrity.csv", INTEGRITY + text))
    return opened("registers", lang="zh", **query)


@pytest.mark.usefixtures("filled")
def test_a_file_shows_all_its_mistakes_or_what_it_would_change(shown: Shown) -> None:
    drawn = html(handed_in(shown, "R1,b1,奇怪,也许,,罚1,2026-05-01,2026-03-31\nR1,b1,bad,,g,罚1,,\n"))
    assert "有 5 处错误" in drawn
    assert "lies before valid_from" in drawn
    assert "mingjing-" not in drawn  # the folder in which it was examined
    drawn = html(handed_in(shown, "R1,b1,bad,是,串通投标,罚1,2026-01-01,2026-06-30\n"))
    assert "将删去 1 行" in drawn
    assert "没有开启双人变更" in drawn


def test_a_right_file_becomes_a_proposal_to_a_second_person(
    shown: Shown, filled: Store, store_dsn: str, folder: Path, tmp_path: Path
) -> None:
    chosen = Settings(registers_dir=str(folder), seal_dir=str(tmp_path / "seal"))
    for name, value in (("DESK_DSN", store_dsn), ("SEAL_DIR", chosen.seal_dir), ("TWO_PERSONS", "true")):
        shown.setenv(f"MINGJING_{name}", value)
    recorder = Recorder(filled, signer(chosen.seal_dir), "t")
    office = Office(filled, recorder, chosen, lambda: datetime(2026, 3, 1, tzinfo=UTC), lambda *_: None)
    office.adopt("system:worker")
    app = handed_in(shown, ROWS + "R3,b3,bad,是,转包,罚3,2026-03-01,\n")
    app.text_input(key="rg_why").input("新增一条").run()
    app.button(key="rg_propose").click().run()
    assert not app.exception
    assert "已提出第" in app.success[0].value
    (waiting,) = office.standing("registers").pending
    assert waiting.by == "local"
    assert waiting.files["integrity.csv"].decode().count("\n") == 4
