"""The pages on intermediaries and on discretion: empty, and with services and penalties of every kind."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.words import LANGUAGES, Language, catalogue
from mingjing.codec import encode
from mingjing.registers import Entry, Registers
from mingjing.store import Store, StoredEvent
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers
from mingjing.types import CaseEvent
from tests.dashboards.seed import NOW
from tests.dashboards.test_leader_pages import opened
from tests.dashboards.test_pages import APP, Shown, html
from tests.mingjing.store.samples import finding

pytestmark = pytest.mark.store

EVER = (date(2020, 1, 1).toordinal(), date(2299, 12, 31).toordinal())
EMPTY = {
    "agencies": {"clocks": "agencies.none", "register": "agencies.register_none"},
    "discretion": {"penalties": "discretion.none", "bands": "discretion.bands_none"},
}


def event(case: str, what: str, days: int, /, **data: object) -> CaseEvent:
    return CaseEvent(
        event_id=f"{case}-{what}", case_id=case, type=what, occurred_at=NOW - timedelta(days=days), source="market",
        item="评估", department="ZJJ", officer="ZJJ-09", data=dict(data),
    )  # fmt: skip


def entries(*rows: Mapping[str, object]) -> dict[str, list[Entry]]:
    return {str(row["code"]): [Entry(str(row["code"]), *EVER, row)] for row in rows}


def filled(store: Store) -> None:
    """Twelve services that one officer gave to one agency, one of them dear and late; four penalties, one beyond."""
    events = [
        event(f"S{n:02d}", "agency_selected", 30, agency="a1", method="lottery", by="applicant") for n in range(12)
    ]
    events += [
        event("S00", "agency_contracted", 29, agency="a1", days=10, quantity=20, published_fee=9000),
        event("S00", "agency_held", 27),
        event("S00", "agency_released", 24),
        event("S00", "agency_delivered", 9, agency="a1"),
        event("S01", "agency_contracted", 29, agency="a9", days=10),
    ]
    told: dict[str, dict[str, object]] = {
        "W": {"band": "B1", "amount": 200},
        "X": {"band": "B1", "amount": 900},
        "Y": {"amount": 5},
    }
    for case, data in {**told, "Z": {"band": "B1", "amount": 100, "departure": "集7"}}.items():
        events.append(event(f"P-{case}", "penalty_filed", 20))
        events.append(event(f"P-{case}", "decided", 5, result="granted", handler="ZJJ-10", **data))
    rows = [StoredEvent(one, encode(one), "case-events", 0, n, 1, one.occurred_at) for n, one in enumerate(events)]
    store.write_events(rows, "market")
    late = finding(finding_id="late", case_id="S00", rule="M1", severity=2)
    store.write_findings([late, finding(finding_id="dear", case_id="S00", rule="M2-F", severity=2)])
    agency = {"code": "a1", "name": "甲评估", "kind": "agency", "items": ["评估"]}
    price = {"code": "p1", "agency": "a1", "item": "评估", "price": 400}
    band = {
        "code": "B1",
        "item": "评估",
        "circumstance": "一般",
        "least": 200,
        "most": 600,
        "unit": "yuan",
        "basis": "基准",
    }
    books = {"agencies": entries(agency), "agency_fees": entries(price), "bands": entries(band)}
    keep_registers(store, Registers(books))


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_pages_say_what_to_do(language: Language, shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    for page, views in EMPTY.items():
        app.switch_page(f"../pages/{page}.py")
        for view, key in views.items():
            app.query_params["view"] = view
            app.run()
            assert not app.exception
            assert catalogue(language)[key] in html(app), (page, view)
            assert catalogue(language)[f"{key}_hint"] in html(app), (page, view)


def test_services_and_penalties_are_held_against_their_registers(shown: Shown, store: Store, store_dsn: str) -> None:
    """One store for both pages: to make one costs more than to look at them."""
    filled(store)
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    services_show_whose_time_whose_fee_and_who_was_chosen()
    penalties_show_where_they_lie()


def services_show_whose_time_whose_fee_and_who_was_chosen() -> None:
    app = opened("agencies", lang="zh")
    assert "12 项服务：合同超时 1 项，收费过高 1 项" in html(app)
    assert "共 20 天 = 机构 17 天 + 单位 3 天" in html(app)
    for view, told in {
        "fees": ("8,000", "9,000", "甲评估 (a1)"),
        "selections": ("摇号", "申请人", "同中选机构"),
        "concentration": ("1.000–1.000", "12 / 12 = 100%"),
        "credit": ("/ 40",),
        "register": ("甲评估", "有合同却不在名册中：a9"),
    }.items():
        app.query_params["view"] = view
        drawn = html(app.run())
        assert not app.exception
        assert [one for one in told if one not in drawn] == [], view
    one = html(opened("agencies", lang="en", agency="a1"))
    assert "40 × (0 + 5 × 0.500) ÷ (1 + 5) = 16.67" in one  # one contract of two was late
    assert "S00" in one


def penalties_show_where_they_lie() -> None:
    app = opened("discretion", lang="zh")
    assert "4 件处罚：超出阶次 1 件，未载明有效阶次 1 件，经批准调整 1 件，阶次之内 1 件" in html(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.query_params["state"] = "outside"
    outside = html(app.run())
    assert "175%" in outside
    assert "P-X" in outside
    assert "P-W" not in outside
    people = html(opened("discretion", lang="en", view="people"))
    assert "1 / 1" in people
    assert "200 – 600 元" in html(opened("discretion", lang="zh", view="bands"))
