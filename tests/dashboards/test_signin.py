"""The gate and the forms of signing in, with what an attacker would send; a small app stands where the pages would."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboards.signin import gate, here
from dashboards.signin.routes import routes, safe
from mingjing.accounts import attempts
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.accounts.passwords import Passwords
from mingjing.record.keys import Signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings
from mingjing.store import Store

OWN = "Blue-horse-77"
LIVE = "ws://mingjing.example/_stcore/stream"
ASKING = {"accept": "text/html"}


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"page of {request.scope['standing'].person.account}")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        return


APP = Starlette(
    routes=[*routes(), WebSocketRoute("/_stcore/stream", echo), Route("/{path:path}", page)],
    middleware=[Middleware(gate.Gate)],
)


@pytest.fixture
def office(store_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Store(store_dsn) as store, Store(store_dsn) as recording:
        made = Office(
            lambda: nullcontext(store),
            Recorder(recording, Signer.fresh(), "test"),
            hours=10,
            now=lambda: datetime.now(UTC),
            wall=lambda: datetime.now(UTC),
            keeper=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        )
        monkeypatch.setattr(here, "office", lambda: made)
        monkeypatch.setattr(here, "chosen", lambda: Settings(sign_in="local"))
        monkeypatch.setattr(gate, "LOOK_S", 0.05)
        yield made


def client() -> TestClient:
    return TestClient(APP, base_url="http://mingjing.example", follow_redirects=False)


def enter(browser: TestClient, account: str, password: str, **more: str) -> Response:
    """The form, filled in and sent as a browser does."""
    browser.get("/sign-in")
    form = {"form": browser.cookies["mingjing_form"], "account": account, "password": password}
    answer: Response = browser.post("/sign-in", data=form | more)
    return answer


def change(browser: TestClient, old: str, new: str, again: str = "") -> Response:
    form = {"form": browser.cookies["mingjing_form"], "old": old, "new": new, "again": again or new}
    answer: Response = browser.post("/password", data=form)
    return answer


@pytest.fixture
def browser(office: Office) -> TestClient:
    """Somebody who has signed in and changed the first password."""
    once = office.add(Account(account="zhao", roles=("supervisor",), place="*"), "cli:root")
    one = client()
    assert enter(one, "zhao", once).headers["location"].startswith("/password")
    assert one.get("/", headers=ASKING).headers["location"] == "/password"
    with pytest.raises(WebSocketDisconnect), one.websocket_connect(LIVE):
        pass  # nothing opens before the first password is changed
    assert change(one, once, OWN).headers["location"] == "/?lang=zh"
    return one


@pytest.mark.usefixtures("office")
def test_without_a_session_no_address_answers() -> None:
    one = client()
    for path in (
        "/",
        "/finding?id=F1",
        "/media/abc.csv",
        "/_stcore/host-config",
        "/_stcore/upload_file/a/b",
        "/x/sign-in",
    ):
        opened = one.get(path, headers=ASKING)
        assert opened.status_code == 303
        assert opened.headers["location"].startswith("/sign-in")
        assert one.get(path, headers={"accept": "*/*"}).status_code == 401
        assert one.put(path, content=b"x").status_code == 401
    with pytest.raises(WebSocketDisconnect), one.websocket_connect(LIVE):
        pass


def test_signing_in_leads_on_to_what_was_asked_for(browser: TestClient) -> None:
    form = {"form": browser.cookies["mingjing_form"]}
    assert browser.post("/sign-out", data=form).headers["location"].startswith("/sign-in?out=1")
    asked = browser.get("/finding?id=F1&lang=en", headers=ASKING).headers["location"]
    assert 'name="next" value="/finding?id=F1&amp;lang=en"' in browser.get(asked).text
    back = enter(browser, "zhao", OWN, next="/finding?id=F1")
    assert back.headers["location"] == "/finding?id=F1"
    assert browser.get("/finding?id=F1").text == "page of zhao"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://mingjing.example/another", "/\\evil.example", "/\tx", "evil", ""]
)
def test_signing_in_leads_nowhere_else(elsewhere: str) -> None:
    assert safe(elsewhere) == "/"


def test_a_session_set_by_somebody_else_is_not_the_one_that_begins(browser: TestClient) -> None:
    """Session fixation: a cookie planted beforehand opens nothing afterwards, and each signing in makes a new one."""
    before = browser.cookies["mingjing_session"]
    cookie = enter(browser, "zhao", OWN).headers["set-cookie"]
    assert browser.cookies["mingjing_session"] != before
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    planted = client()
    planted.cookies.set("mingjing_session", before)
    assert planted.get("/", headers=ASKING).status_code == 303
    planted.cookies.set("mingjing_session", "planted")
    enter(planted, "zhao", OWN)
    other = client()
    other.cookies.set("mingjing_session", "planted")
    assert other.get("/", headers=ASKING).status_code == 303


def test_a_form_from_another_site_is_refused(browser: TestClient) -> None:
    form = browser.cookies["mingjing_form"]
    forged = {"old": OWN, "new": "Green-horse-88", "again": "Green-horse-88"}
    for path, data in (("/sign-in", {"account": "zhao", "password": OWN}), ("/password", forged), ("/sign-out", {})):
        assert browser.post(path, data=data).status_code == 403
        assert browser.post(path, data=data | {"form": "guessed"}).status_code == 403
        sent = browser.post(path, data=data | {"form": form}, headers={"sec-fetch-site": "cross-site"})
        assert sent.status_code == 403
    assert browser.get("/").text == "page of zhao"


@pytest.mark.usefixtures("office")
def test_a_link_in_a_mail_opens_for_who_has_signed_in() -> None:
    """A strict cookie stays away when another site leads here: a page of ours asks once more, and it comes along."""
    answer = client().get("/finding?id=F1", headers=ASKING | {"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/finding?id=F1">' in answer.text


def test_a_wrong_password_and_no_account_get_the_same_page_and_many_get_a_wait(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.LIMITS, "here", 2)
    stranger = client()
    wrong, none = enter(stranger, "zhao", "wrong"), enter(stranger, "<b>", "wrong")
    assert wrong.text == none.text
    assert (wrong.status_code, none.status_code) == (403, 403)
    assert "<b>" not in none.text.partition("<main>")[2]
    enter(stranger, "zhao", "wrong")
    held = enter(stranger, "zhao", OWN)
    assert held.status_code == 429
    assert "1 分钟后再试" in held.text
    assert enter(browser, "zhao", OWN).status_code == 303  # the own browser is a known one


def test_a_changed_password_ends_all_other_sessions(browser: TestClient) -> None:
    other = client()
    enter(other, "zhao", OWN)
    assert change(browser, "wrong", "Green-horse-88").status_code == 403
    assert "不一样" in change(browser, OWN, "Green-horse-88", "Green-horse-99").text
    assert "至少要有 5 个不同" in change(browser, OWN, "aaaaaaaaaaaaa").text
    assert change(browser, OWN, "Green-horse-88").status_code == 303
    assert browser.get("/").text == "page of zhao"
    assert other.get("/", headers=ASKING).status_code == 303


def test_a_live_connection_ends_with_its_session(browser: TestClient, office: Office) -> None:
    with browser.websocket_connect(LIVE) as live:
        live.send_text("a")
        assert live.receive_text() == "a"
        office.close("zhao", "cli:root")
        with pytest.raises(WebSocketDisconnect) as over:
            live.receive_text()
    assert over.value.code == gate.OVER
    assert browser.get("/session").status_code == 401


def test_answers_cannot_be_framed_and_forms_are_not_kept(browser: TestClient) -> None:
    answer = browser.get("/password")
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert browser.get("/").headers["x-frame-options"] == "DENY"


@pytest.mark.usefixtures("office")
def test_a_form_without_end_is_not_read() -> None:
    assert client().post("/sign-in", content=b"account=" + b"a" * 1_000_000).status_code == 403
