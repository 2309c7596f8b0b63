"""A red card's whole story in a real browser, in both languages, by the people who would live it.

It arrives, is taken up, answered late, escalated, appealed, upheld, closed; then an investigator packs the evidence,
and the pack verifies with nothing but the file. The pages' clock stands still at the seed's instant, eight days after
the card; what the service does by itself (issuing, escalating) it does here at the instants at which it would.
"""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboards.desk import telling
from dashboards.words import Language, Words
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.codec import encode
from mingjing.evidence.checking import checked
from mingjing.evidence.opening import opened
from mingjing.handling.desk import Desk, deadlines
from mingjing.handling.machine import Step
from mingjing.instants import micros
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings
from mingjing.store import Store, StoredEvent
from mingjing.store.local import LocalServer, serve
from mingjing.store.record import entries
from mingjing.types import Finding
from rules import Engine
from rules.recheck import recheck
from streams.given import item_row
from tests.dashboards import seed
from tests.dashboards.conftest import CLOCK
from tests.dashboards.test_browser import PATIENCE, _answers, _wait_until, browser, pytestmark
from tests.shared import long

__all__ = ["browser", "pytestmark"]

ISSUED = seed.NOW - timedelta(days=8)
UNIT, WINDOW, REGION = "SCJGJ", "SCJGJ-W01", "519900"
ROLES = {
    "sup01": ("supervisor", f"region:{REGION}"),
    "lead01": ("lead", f"window:{WINDOW}"),
    "head01": ("department", f"department:{UNIT}"),
    "panel01": ("panel", f"region:{REGION}"),
    "inv01": ("investigator", f"region:{REGION}"),
}
OWN = "Blue-horse-77"


class Town(Struct):
    """The installation: its pages' address, its store, its settings, the engine, and everybody's session token."""

    address: str
    server: LocalServer
    chosen: Settings
    judge: Engine
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One store, one set of pages, five people."""
    home = tmp_path_factory.mktemp("town")
    (home / "handling.toml").write_text("issue = [1, 2, 3]\n", encoding="utf-8")
    with serve(home / "store") as server, Store(server.dsn, profile="offline") as store:
        store.migrate()
        (home / "items").mkdir()
        judge = seed.engine(home / "items")
        seed.around(store, judge)
        store.write_items([item_row(one) for one in judge.catalogue])
        chosen = Settings(
            store_dsn=server.dsn,
            desk_dsn=server.desk_dsn,
            seal_dir=str(home / "seal"),
            files_dir=str(home / "files"),
            handling_file=str(home / "handling.toml"),
            sign_in="local",
        )
        with pages(chosen, server.reader_dsn, home) as address:
            yield Town(address, server, chosen, judge, people(chosen))


@contextmanager
def pages(chosen: Settings, reader: str, home: Path) -> Iterator[str]:
    """The pages, with people who sign in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MINGJING_", "STREAMLIT_"))}
    names = ("desk_dsn", "seal_dir", "files_dir", "handling_file", "sign_in")
    env |= {f"MINGJING_{name.upper()}": getattr(chosen, name) for name in names}
    env |= {"MINGJING_STORE_DSN": reader, "MINGJING_CLOCK": CLOCK}
    with (home / "dashboard.log").open("wb") as log:
        command = [sys.executable, "-m", "mingjing", "dashboard", "--port", str(port)]
        process = subprocess.Popen(command, cwd=home, env=env, stdout=log, stderr=log)
    try:
        _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/_stcore/health"))
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)


def people(chosen: Settings) -> dict[str, str]:
    """Everybody's account, with its first password changed; their sessions' tokens."""

    @contextmanager
    def store() -> Iterator[Store]:
        with Store(chosen.desk_dsn or "") as one:
            yield one

    with store() as desk:
        recorder = Recorder(desk, signer(chosen.seal_dir), "test")
        office = Office(store, recorder, hours=10, now=lambda: seed.NOW, wall=lambda: datetime.now(UTC))
        tokens = {}
        for name, (role, place) in ROLES.items():
            first = office.add(Account(account=name, name=name, roles=(role,), place=place), "test")  # type: ignore[arg-type]
            tokens[name] = office.change_password(office.sign_in(name, first).token, first, OWN).token
    return tokens


def overdue(town: Town, case_id: str) -> Finding:
    """A permit that nobody decides, stored with its red card."""
    case = seed.Case(case_id, "A02", random.Random(7))  # noqa: S311
    case.window, case.officer = WINDOW, "SCJGJ-01"
    case.add("material_received", ISSUED - timedelta(days=22), applicant_name="王小明", receipt_no="收1号")
    case.add("accepted", ISSUED - timedelta(days=21, hours=-1), receipt_no="受1号")
    judged = town.judge.judge(case.events, micros(ISSUED)).findings
    with Store(town.server.dsn) as store:
        rows = [StoredEvent(e, encode(e), "case-events", 0, n, 1, e.received_at) for n, e in enumerate(case.events)]
        store.write_events(rows, case_id)
        store.write_findings(judged)
    return next(one for one in judged if one.severity == 3 and one.rule == "T2")


def clerk(town: Town, finding: Finding, at: datetime) -> None:
    """What the service does by itself at an instant."""
    with Store(town.chosen.desk_dsn or "") as store, Store(town.server.dsn) as reader:
        recorder = Recorder(store, signer(town.chosen.seal_dir), "clerk")
        desk = Desk(store, recorder, deadlines(town.chosen), lambda: at, reader)
        assert desk.attend([finding.finding_id], "system:clerk")


class Visitor:
    """Somebody at the browser: who it is, is said before each page. One browser loads the pages' scripts once."""

    def __init__(self, town: Town, context: BrowserContext, account: str, words: Words) -> None:
        self.town, self.words, self.context = town, words, context
        self.token = town.tokens[account]
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)

    def open(self, where: str) -> None:
        mark = "&" if "?" in where else "?"
        self.context.add_cookies([{"name": "mingjing_session", "value": self.token, "url": self.town.address}])
        self.page.goto(f"{self.town.address}{where}{mark}lang={self.words.language}")

    def act(self, finding: Finding, step: Step, text: str = "") -> None:
        """One step on the finding's page, as a person takes it: choose, write, press."""
        name = telling.step(step, self.words)
        self.open(f"finding?id={finding.finding_id}")
        panel = self.page.locator(".st-key-finding_act")
        panel.locator(".st-key-finding_step").get_by_text(name, exact=True).click()
        go = panel.locator(".st-key-finding_go").get_by_role("button", name=name)
        expect(go).to_be_enabled()
        if text:
            field = panel.locator("textarea")
            field.fill(text)
            field.press("Control+Enter")
        go.click()
        expect(panel.locator(".mj-done")).to_contain_text(name)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=long)])
def test_a_red_card_is_lived_through_and_its_evidence_verifies(
    browser: Browser, town: Town, tmp_path: Path, language: Language
) -> None:
    words = Words(language, "Asia/Shanghai")
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    other = Words(
        "en" if language == "zh" else "zh", "Asia/Shanghai"
    )  # window and investigator read the other language
    reads = {"sup01": words, "lead01": other, "panel01": words, "inv01": other}
    crew = {name: Visitor(town, context, name, reads[name]) for name in reads}

    supervisor = crew["sup01"]
    supervisor.open("desk?queue=red")
    expect(supervisor.page.locator(".st-key-desk_top")).to_be_visible()
    finding = overdue(town, f"5120260226{language}")
    clerk(town, finding, ISSUED)
    message = words.pick(finding.message)
    expect(supervisor.page.get_by_text(message).first).to_be_visible()  # it came without a reload

    clerk(town, finding, seed.NOW)  # the unit let its days pass
    supervisor.act(finding, "supervise", "红牌督办，限五日内书面答复")
    expect(supervisor.page.get_by_text(telling.step("escalate", words)).first).to_be_visible()
    lead = crew["lead01"]
    lead.act(finding, "explain", "系统切换期间积压，已办结")
    lead.act(finding, "appeal", "系统切换属上级统一安排，申请撤销 <b>x</b>")
    crew["panel01"].act(finding, "uphold", "切换已提前一月通知，维持红牌")
    answered(town, finding)
    supervisor.act(finding, "verify", "已核实整改")
    supervisor.act(finding, "close")
    expect(supervisor.page.get_by_text(telling.state("closed", words)).first).to_be_visible()

    pack = fetched(crew["inv01"], finding, tmp_path / "pack.zip")
    with Store(town.server.dsn) as store:
        said = [entry.kind for entry in entries(store, subjects=[finding.finding_id])]
    assert "export" in said
    report = checked(opened(pack), key=signer(town.chosen.seal_dir).public, recompute=recheck)
    assert report.whole, report.wrong
    assert any("judged again" in line for line in report.told), report.told
    assert report.manifest.made_by == "inv01"
    assert report.manifest.entries == said.count("act")
    context.close()


def answered(town: Town, finding: Finding) -> None:
    """The head of the unit signs its reply, from another browser that this story does not show."""
    with Store(town.chosen.desk_dsn or "") as store, Store(town.server.dsn) as reader:
        recorder = Recorder(store, signer(town.chosen.seal_dir), "test")
        desk = Desk(store, recorder, deadlines(town.chosen), lambda: seed.NOW, reader)
        head = Office(
            lambda: Store(town.chosen.desk_dsn or ""),
            recorder,
            hours=10,
            now=lambda: seed.NOW,
            wall=lambda: datetime.now(UTC),
        ).standing(town.tokens["head01"])
        assert head is not None
        seen = desk.views([finding.finding_id])[finding.finding_id].handling.number
        desk.act(head.person, finding.finding_id, "reply", seen=seen, text="属实，已整改")


def fetched(investigator: Visitor, finding: Finding, path: Path) -> Path:
    """The pack, made and downloaded on the investigator's page."""
    page = investigator.page
    investigator.open(f"workspace?case={finding.case_id}&view=acts&finding={finding.finding_id}")
    page.locator(".st-key-pack_do button").click()
    with page.expect_download(timeout=60_000) as download:
        page.locator(".st-key-pack_get button").click(timeout=60_000)
    download.value.save_as(path)
    return path
