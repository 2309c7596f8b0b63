"""News as a web call: a POST of JSON whose body is signed, so that the receiver knows who calls.

Mingjing-Delivery: what the call is called; the same for the same call made again
Mingjing-Signature: t=UNIX SECONDS,v1=HMAC-SHA-256 of "SECONDS.BODY" with the shared secret, in hex
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final

import httpx

from mingjing.messages.mail import NotSent
from mingjing.messages.news import News, name_of, payload
from mingjing.messages.policy import Recipient, secret

AT_ONCE: Final = 500
"""Things told in one call; its body stays below 256 KiB."""
TIMEOUT = httpx.Timeout(10.0)
AGENT = "Mingjing"


def send(recipient: Recipient, news: Sequence[News], now: float) -> None:
    """Makes the call; `now` in Unix seconds. NotSent unless the answer is 2xx.

    Redirects are not followed: what is told, and the signature, go to the address in the policy and nowhere else. The
    answer's body is not read, so it may be of any size. Proxies and logins of the environment are not used.
    """
    name = name_of(recipient, news)
    body = json.dumps(payload(name, news), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Mingjing-Delivery": name,
        "Mingjing-Signature": signature(secret(recipient.secret), body, round(now)),
    }
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", recipient.url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as wrong:  # ValueError: a host that cannot be one
        raise NotSent(f"the web call fails: {type(wrong).__name__}") from None
    if 300 <= status < 400:
        raise NotSent(f"the address of the web call has moved (HTTP {status}); write the new one into the policy")
    if not 200 <= status < 300:
        raise NotSent(f"the web call is answered with HTTP {status}")


def signature(key: str, body: bytes, at: int) -> str:
    """What proves that a body was made, at these Unix seconds, by who knows the key."""
    made = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def verified(key: str, body: bytes, given: str, now: float, tolerance_s: float = 300) -> bool:
    """Whether a signature is right and not older than `tolerance_s`: what a receiver does (docs/messages.md)."""
    at, _, made = given.removeprefix("t=").partition(",v1=")
    if not at.isdigit() or abs(now - int(at)) > tolerance_s:
        return False
    return hmac.compare_digest(signature(key, body, int(at)), given) and bool(made)
