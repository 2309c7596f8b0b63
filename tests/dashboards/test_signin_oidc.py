"""Signing in through OpenID Connect, over Streamlit's own routes and a provider that really answers."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

from dashboards.signin import here, provider
from dashboards.signin.gate import Gate
from dashboards.signin.routes import routes
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.errors import UsageError
from mingjing.settings import Settings
from tests.dashboards.oidc_provider import CLIENT, SECRET, Provider
from tests.dashboards.oidc_provider import provider as serve_provider
from tests.dashboards.test_signin import ASKING, office, page

__all__ = ["office"]

KEY = "s" * 32
APP = Starlette(
    routes=[*routes(), *create_auth_routes(""), Route("/{path:path}", page)],
    middleware=[Middleware(Gate), Middleware(SessionMiddleware, secret_key=KEY, same_site="lax")],
)
HIS = {"sub": "248289761001", "email": "sun@mingjing.example", "email_verified": True}


@pytest.fixture(scope="module")
def vouching() -> Iterator[Provider]:
    with serve_provider() as one:
        yield one


@pytest.fixture
def client(vouching: Provider, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(here, "chosen", lambda: Settings(sign_in="oidc"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://mingjing.example/oauth2callback"\ncookie_secret = "{KEY}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{vouching.issuer}/.well-known/openid-configuration"\n'
    )
    secrets_singleton._reset()
    vouching.person, vouching.key = HIS, vouching.known
    office.add(
        Account(account="sun", roles=("leader",), place="*", email="sun@mingjing.example"), "cli", password=False
    )
    yield TestClient(APP, base_url="http://mingjing.example", follow_redirects=False)
    secrets_singleton._reset()


def come_back(client: TestClient) -> httpx.Response:
    """By way of the provider to where it sends the browser."""
    begun = client.get("/sign-in?with=default").headers["location"]
    there = client.get(begun).headers["location"]
    with httpx.Client() as elsewhere:
        back = elsewhere.get(there).headers["location"]
    assert back.startswith("http://mingjing.example/oauth2callback?code=")
    answer: httpx.Response = client.get(back)
    return answer


def test_a_provider_lets_in_whom_an_account_knows(client: TestClient) -> None:
    provider.check()
    asked = client.get("/", headers=ASKING).headers["location"]
    assert '<a href="/sign-in?with=default&amp;lang=zh"' in client.get(asked).text
    assert come_back(client).headers["location"] == "/"
    bounced = client.get("/", headers=ASKING | {"sec-fetch-site": "cross-site"})
    assert "http-equiv" in bounced.text
    entered = client.get(client.get("/", headers=ASKING).headers["location"])
    assert 'content="0; url=/"' in entered.text
    assert client.get("/").text == "page of sun"
    assert not [name for name in client.cookies if name.startswith("_streamlit_user")]


def test_what_the_provider_said_is_taken_once(client: TestClient) -> None:
    come_back(client)
    kept = {name: value for name, value in client.cookies.items() if name.startswith("_streamlit_user")}
    assert client.get("/sign-in").status_code == 200
    thief = TestClient(APP, base_url="http://mingjing.example", follow_redirects=False)
    for name, value in kept.items():
        thief.cookies.set(name, value)
    assert thief.get("/sign-in").status_code == 403
    assert thief.get("/", headers=ASKING).status_code == 303


def test_others_are_known_to_the_provider_but_not_here(client: TestClient, vouching: Provider) -> None:
    mail = "sun@mingjing.example"
    persons: list[dict[str, object]] = [
        {"sub": "2", "email": "other@mingjing.example", "email_verified": True},
        {"sub": "2", "email": mail, "email_verified": False},
        {"sub": "2", "email": mail},
        {"sub": "2", "email": mail, "email_verified": "true"},
        HIS | {"iat": 1_700_000_000},
    ]
    for vouching.person in persons:
        come_back(client)
        answer = client.get("/sign-in?lang=en")
        assert answer.status_code == 403, vouching.person
        assert "there is no account for you here" in answer.text
        assert client.get("/", headers=ASKING).status_code == 303


def test_a_token_that_is_not_for_us_opens_nothing(client: TestClient, vouching: Provider) -> None:
    """Another client's, another issuer's, one that is over, one of another sign-in, one that somebody else signed."""
    known, forged = vouching.known, ECKey.generate_key("P-256", {"kid": "k"})
    for wrong, key in (
        ({"aud": "another"}, known),
        ({"iss": "https://mingjing.example/another"}, known),
        ({"exp": 1_700_000_000}, known),
        ({"nonce": "replayed"}, known),
        ({}, forged),
    ):
        vouching.person, vouching.key = HIS | wrong, key
        come_back(client)
        assert "_streamlit_user" not in client.cookies, wrong
        assert client.get("/sign-in").status_code == 200
        assert client.get("/", headers=ASKING).status_code == 303


def test_a_callback_that_nobody_began_and_a_forged_cookie_open_nothing(client: TestClient) -> None:
    assert client.get("/oauth2callback?code=x&state=y").headers["location"] == "/"
    client.cookies.set("_streamlit_user", "eyJpc3MiOiJ4In0.forged.signature")
    assert client.get("/sign-in").status_code == 403
    assert client.get("/", headers=ASKING).status_code == 303


@pytest.mark.usefixtures("client")
def test_secrets_that_cannot_be_used_are_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\ncookie_secret = "x"\n')
    secrets_singleton._reset()
    with pytest.raises(UsageError, match="secrets.toml cannot be used: .*redirect_uri"):
        provider.check()
