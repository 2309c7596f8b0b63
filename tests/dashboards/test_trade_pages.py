"""The pages on experts and parties: empty, with a draw that does not repeat, and with a party that was barred."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.lexicon import Lexicon
from dashboards.trades import draws, parties, pool
from dashboards.trades import reading as of_trades
from dashboards.words import LANGUAGES, Language, Words, catalogue
from mingjing.codec import encode
from mingjing.draws import replay
from mingjing.insight.experts import told
from mingjing.registers import Entry, Registers
from mingjing.store import Store, StoredEvent
from mingjing.store.local import LocalServer
from mingjing.store.registers import keep_registers
from mingjing.types import CaseEvent
from tests.dashboards.seed import NOW
from tests.dashboards.test_leader_pages import opened
from tests.dashboards.test_pages import APP, Shown, html

pytestmark = pytest.mark.store

POOL = [f"x{number:03d}" for number in range(20)]
RIGHT = replay("11", POOL, ["x004"], 5)
WRONG = [*replay("12", POOL, [], 5)[:4], next(code for code in POOL if code not in replay("12", POOL, [], 5))]
GONE = next(code for code in POOL if code in RIGHT)
EMPTY = {
    "experts": {"draws": "experts.none", "frequency": "experts.none", "pool": "experts.pool_none",
                "removals": "experts.pool_none"},
    "parties": {"parties": "parties.none"},
}  # fmt: skip


def drawn(case: str, days: int, codes: list[str], **data: object) -> CaseEvent:
    told = {"by": "system", "draw": f"D-{case}", "speciality": "市政工程", "candidates": POOL, "drawn": codes} | data
    return event(case, "expert_drawn", days, **told)


def event(case: str, what: str, days: int, /, **data: object) -> CaseEvent:
    return CaseEvent(
        event_id=f"{case}-{what}", case_id=case, type=what, occurred_at=NOW - timedelta(days=days), source="platform",
        region="519900", department="ZSJ", officer="ZSJ-01", data=dict(data),
    )  # fmt: skip


def filled(store: Store) -> None:
    """Three draws, of which one repeats; a barred party that was evaluated, and won the day after its bar ended."""
    events = [
        drawn("T1", 3, RIGHT, seed=11, excluded=["x004"]),
        drawn("T2", 2, WRONG, seed=12),
        event("T3", "expert_drawn", 1, by="manual", drawn=["x999"]),
        event("T1", "bid_received", 3, bidder="b1"),
        event("T1", "expert_scored", 2, bidder="b1", expert=RIGHT[0], score=90),
        event("T1", "award_published", 1, winner="b1"),
        event("T4", "award_published", 3, winner="b1"),
        msgspec.structs.replace(
            event("T4", "award_published", 3, winner="b3"), event_id="T4-put-right", corrects="T4-award_published"
        ),
    ]
    rows = [StoredEvent(one, encode(one), "case-events", 0, n, 1, one.occurred_at) for n, one in enumerate(events)]
    store.write_events(rows, "trades")
    always, today = (date(2020, 1, 1).toordinal(), date(2299, 12, 31).toordinal()), NOW.date().toordinal()
    members = {}
    for code in POOL:
        fields = {"code": code, "specialities": ["市政工程"], "unit": f"u{code[1:]}"}
        fields |= {"left": "违规清退"} if code == GONE else {}
        members[code] = [Entry(code, always[0], today - 4 if code == GONE else always[1], fields)]
    bar = {"code": "R1", "party": "b1", "kind": "bad", "bars": True, "ground": "串通投标", "basis": "罚1"}
    praise = {"code": "R2", "party": "b2", "kind": "good", "ground": "守合同", "basis": "表2"}
    records = {"R1": [Entry("R1", always[0], today - 2, bar)], "R2": [Entry("R2", always[0], today + 30, praise)]}
    keep_registers(store, Registers({"experts": members, "integrity": records}))


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


def test_draws_are_listed_repeated_and_counted(shown: Shown, store: Store, store_dsn: str) -> None:
    filled(store)
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    app = opened("experts", lang="zh")
    assert "共 3 次抽取：1 次可复演，1 次复演不符，1 次记录不全" in html(app)
    app.query_params["state"] = "differs"
    drawn = html(app.run())
    assert "T2" in drawn
    assert "T1" not in drawn
    app.query_params["draw"] = "T2-expert_drawn"
    one = html(app.run())
    assert "记录多出 ▮" in one
    assert "sha256sum" not in one  # with it, codes could be tried
    assert not any(code in one for code in POOL)
    assert one.count("✓") == 5 + 5  # drawn by the replay, and by the record, one of them wrongly
    assert one.count("✗") == 1
    app.query_params["draw"] = "T1-expert_drawn"
    assert "结果与记录一致" in html(app.run())
    app.selectbox(key="trade_view").select("frequency").run()
    assert "draw" not in app.query_params
    assert "没有专家被抽中的次数超出随机所能解释" in html(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_the_pool_and_who_left_it(shown: Shown, store: Store, store_dsn: str) -> None:
    filled(store)
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    app = opened("experts", lang="en", view="pool")
    assert "19 experts in the pool" in html(app)
    assert "Drawn, but never in the register: ▮" in html(app)
    app.query_params["view"] = "removals"
    gone = html(app.run())
    assert "1 left the pool" in gone
    assert "违规清退" in gone
    assert 'class="number bad">1<' in gone
    app.query_params["search"] = "nobody"
    assert catalogue("en")["experts.no_match"] in html(app.run())


def test_a_party_is_marked_for_what_it_did_while_barred_and_for_nothing_else(
    shown: Shown, store: Store, store_dsn: str
) -> None:
    filled(store)
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    app = opened("parties", lang="zh")
    assert "限制期内进入评审 1 次，中标 0 次" in html(app)
    app.query_params["view"] = "expiring"
    assert "还有 30 天到期" in html(app.run())
    app.query_params["view"] = "records"
    listed = html(app.run())
    assert "<td>b1<" not in listed  # a bidder is masked as in every event, in addresses too
    app.query_params["party"] = unquote(re.search(r'party=([^&"]+)[^>]*>▮[^<]*</a></td><td>不良', listed)[1])  # type: ignore[index]
    one = html(app.run())
    assert one.count("当日受限制：R1") == 2  # bid and score; the award came when the bar was over
    app.query_params["party"] = "b9"
    assert "没有主体 b9 的记录" in html(app.run())


def test_files_hold_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines behind the buttons, without a page."""
    files: dict[str, bytes] = {}

    def offered(what: str, lines: Any, written: Any, *_: object, **__: object) -> None:
        files[what] = written(lines())

    for module in (draws, pool, parties):
        monkeypatch.setattr(module, "offer", offered)
    words = Words("en", "Asia/Shanghai")
    data = json.dumps({"seed": 11, "candidates": POOL, "excluded": ["x004"], "drawn": RIGHT, "draw": "=D1"})
    row = {
        "event_id": "e",
        "case_id": "T1",
        "occurred_at": datetime(2026, 3, 2, tzinfo=UTC),
        "department": "",
        "officer": "",
    }
    one = told(row | {"told": data})
    plain = str(draws.replayed(one, Lexicon(words, {}, {}), None))  # as it is shown once the case is unsealed
    assert "sha256sum" in plain
    assert all(code in plain for code in POOL)
    draws.export([one], "f.csv", words)
    draws.export_replay(one, words, str.upper)
    listed, steps = files["experts:draws"].decode("utf-8-sig"), files["experts:replay"].decode("utf-8-sig")
    assert "'=D1" in listed
    assert listed.splitlines()[1].endswith("repeats")
    assert len(steps.splitlines()) == 1 + len(POOL)
    assert "x0" not in steps  # masked as it is told to be
    assert sum(line.endswith(("true", "True")) for line in steps.splitlines()) == len(RIGHT)


def test_dates_that_make_no_sense_fall_back_to_a_year(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    app = opened("experts", **{"from": "2027-01-01", "to": "yesterday"})
    today = NOW.date()
    assert [one.value for one in app.date_input] == [today - timedelta(days=of_trades.YEAR - 1), today]
