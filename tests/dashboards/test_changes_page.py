"""The page of changes: a second person sees what would change, line by line, and decides."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mingjing.access import Person
from mingjing.changes.office import Office
from mingjing.changes.parts import Part
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings
from mingjing.store import Store
from tests.dashboards.test_pages import APP, html

ANNA = Person(account="anna", roles=frozenset({"supervisor"}))
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def opened(language: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("../pages/changes.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("language", "waits"), [("zh", "待批准（1）"), ("en", "Waiting (1)")])
def test_a_second_person_sees_the_difference_and_approves(
    shown: pytest.MonkeyPatch, store_dsn: str, tmp_path: Path, language: str, waits: str
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "A.toml").write_text("severity = 2\n", encoding="utf-8")
    chosen = Settings(rules_dir=str(rules), seal_dir=str(tmp_path / "seal"))
    for name, value in (("STORE_DSN", store_dsn), ("DESK_DSN", store_dsn), ("SEAL_DIR", chosen.seal_dir)):
        shown.setenv(f"MINGJING_{name}", value)
    with Store(store_dsn) as store:
        office = Office(store, Recorder(store, signer(chosen.seal_dir), "t"), chosen, lambda: NOW, lambda *_: None)
        office.adopt("system:worker")
        (rules / "A.toml").write_text("severity = <b>3</b>\n", encoding="utf-8")
        part: Part = "rules"
        made = office.propose(ANNA, part, "<script>graver")
        app = opened(language)
        assert waits in html(app)
        assert "<script>" not in html(app)
        assert "+severity = <b>3</b>" in app.code[0].value
        app.button(key=f"approve_rules_{made.number}").click().run()
        assert not app.exception
        assert waits not in html(app)
        assert office.standing(part).eras[-1].by == ("anna", "local")
