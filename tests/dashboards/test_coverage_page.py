"""The page on coverage: over nothing, over units that some data come from, and as the table of functions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.codec import encode
from mingjing.coverage import functions
from mingjing.registers import Registers
from mingjing.registers.entries import Entry
from mingjing.store import Store, StoredEvent
from mingjing.store import coverage as stored
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers
from mingjing.types import CaseEvent
from tests.dashboards import seed
from tests.dashboards.test_pages import APP, Shown, html

pytestmark = pytest.mark.store

ALWAYS = (date(2020, 1, 1).toordinal(), date(2299, 12, 31).toordinal())
UNITS = {
    "511": ("明川市", "city", ""),
    "SCJGJ": ("市场监管局", "city", "511"),
    "V1": ("柳河村代办点", "village", "511"),
}


def opened(language: Language, **query: str) -> str:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("../pages/coverage.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return html(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_registers_the_page_says_what_to_load(
    language: Language, shown: Shown, empty_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert catalogue(language)["coverage.none_hint"] in opened(language)
    assert catalogue(language)["coverage.none_hint"] in opened(language, view="rates")


def test_every_function_is_listed_with_what_shows_it(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    drawn = opened("en", view="functions")
    assert all(f'id="{one.code}"' in drawn for one in functions())
    assert "rules?rule=N11-U" in drawn
    only = opened("en", view="functions", q="n16")
    assert only.count('id="N') == 1


def test_units_without_data_and_rates_are_shown(shown: Shown, few_server: LocalServer) -> None:
    """A bureau with cases, a village point without any, and an item whose hall is settled."""
    units = {
        code: [Entry(code, *ALWAYS, {"code": code, "name": name, "level": level, "parent": parent})]
        for code, (name, level, parent) in UNITS.items()
    }
    word = {"item": "A01", "department": "SCJGJ", "division": "SP", "hall": "H", "resident": True, "authorised": False,
            "connected": True}  # fmt: skip
    with Store(few_server.dsn) as store:
        keep_registers(store, Registers({"units": units, "designations": {"A01": [Entry("", *ALWAYS, word)]}}))
    try:
        shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
        drawn = opened("zh", period=f"{seed.NOW:%Y-%m}")
        assert "柳河村代办点" in drawn
        assert drawn.count("无数据</span>") == 1
        assert "board?rule=N11-U&amp;q=V1" in drawn
        three = opened("zh", view="rates", period=f"{seed.NOW:%Y-%m}")
        assert "100.0%" in three
        assert "0.0%" in three
    finally:
        with Store(few_server.dsn) as store:
            keep_registers(store, Registers())


def test_a_case_at_several_windows_is_one_case_of_its_department(store: Store) -> None:
    """Handed in at one, decided at another: the figure on the page is that of the store."""
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    several = [
        CaseEvent(
            event_id=f"e{n}", case_id="C", type="accepted", occurred_at=at, department="D", window=window, item="A"
        )
        for n, window in enumerate(("W1", "W2", None))
    ]
    store.write_events([StoredEvent(one, encode(one), "t", 0, n, 1, None) for n, one in enumerate(several)], "few")
    heard = stored.heard(store, at, at + timedelta(days=1))
    assert dict(heard.units) == {"D": 1}
    assert (heard.items, heard.windows - {""}) == (frozenset({"A"}), frozenset({"W1", "W2"}))
