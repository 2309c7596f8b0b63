"""OpenID Connect: Streamlit asks the provider and checks its answer; what it leaves in a cookie is taken once.

Streamlit's own cookie would let somebody in for thirty days, whatever became of the account. So it only carries the
claims from /oauth2callback to /sign-in, which begins a session like any other and has the browser forget the cookie.
"""

import json
import threading
import time
from collections.abc import Mapping

from starlette.responses import Response
from streamlit.auth_util import get_cookie_with_chunks, get_secrets_auth_section, validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from mingjing.accounts.office import Claims, Refused
from mingjing.errors import UsageError

FRESH_S = 300  # what the provider said must be this young
SECRETS = ".streamlit/secrets.toml"

_used: dict[str, float] = {}
_lock = threading.Lock()


def names() -> list[str]:
    """The providers of secrets.toml; `default` where there is but one, without a section of its own."""
    section = get_secrets_auth_section()
    return [name for name, value in section.items() if isinstance(value, Mapping)] or ["default"]


def check() -> None:
    """UsageError where secrets.toml does not say all that signing in with a provider needs."""
    for name in names():
        try:
            validate_auth_credentials(name)
        except StreamlitAuthError as wrong:
            line = " ".join(str(wrong).split())
            raise UsageError(f"sign_in is oidc, but {SECRETS} cannot be used: {line}") from None


def address(name: str) -> str:
    """Where signing in with a provider begins; good for two minutes."""
    return generate_login_redirect_url(name)


def returned(cookies: Mapping[str, str]) -> bool:
    """Whether the browser comes with something that the provider said."""
    return USER_COOKIE_NAME in cookies


def claims(cookies: Mapping[str, str]) -> Claims:
    """What the provider said, once: Refused if it is not signed by us, too old, or was taken before."""
    secret = get_cookie_secret()

    def part(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1", "replace"))

    try:
        said = json.loads(get_cookie_with_chunks(part, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        raise Refused from None
    now = time.time()
    issuer, subject = said.get("iss"), said.get("sub")
    issued, expires = said.get("iat", 0), said.get("exp", 0)
    if not (issuer and subject and abs(now - float(issued)) < FRESH_S and now < float(expires)):
        raise Refused
    _once(f"{issuer} {subject} {issued} {said.get('nonce', '')}", now)
    return Claims(
        issuer=str(issuer),
        subject=str(subject),
        email=str(said.get("email", "")),
        verified=said.get("email_verified") is True,
    )


def forget(cookies: Mapping[str, str], answer: Response) -> Response:
    """The answer, which has the browser forget what Streamlit keeps of the provider's word."""
    for name in cookies:
        if name.startswith(USER_COOKIE_NAME):
            answer.delete_cookie(name)
    return answer


def _once(word: str, now: float) -> None:
    with _lock:
        for old in [one for one, until in _used.items() if until < now]:
            del _used[old]
        if word in _used:
            raise Refused
        _used[word] = now + 2 * FRESH_S
