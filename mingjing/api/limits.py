"""What one client may ask for at a time: a token bucket per address, no bodies, short addresses."""

import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv4Address, ip_address, ip_network
from math import ceil

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from mingjing.api import problems

REMEMBERED = 10_000
"""Addresses whose buckets are kept; who asked longest ago is forgotten first, and may begin anew."""
LONGEST_ADDRESS = 4_096


class Rate(Struct, frozen=True):
    """At most `burst` requests at once, and `per_second` in the long run."""

    per_second: float = 10.0
    burst: int = 50


def neighbours(address: str) -> str:
    """Who shares a bucket: an IPv4 address by itself, of IPv6 the 64 bits that one customer has.

    >>> neighbours("2001:db8::1:2"), neighbours("::ffff:192.0.2.7"), neighbours("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


class Buckets:
    """Token buckets by address. For one thread: the event loop's."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Takes a token: 0 if there was one, else the seconds until there is."""
        now = self._clock()
        level, since = self._buckets.pop(address, (float(self._rate.burst), now))
        level = min(self._rate.burst, level + (now - since) * self._rate.per_second)
        missing = max(0.0, 1.0 - level)
        self._buckets[address] = (level if missing else level - 1.0, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return missing / self._rate.per_second


class Limits:
    """ASGI middleware that refuses what is too much before anything else looks at it."""

    def __init__(self, app: ASGIApp, rate: Rate) -> None:
        self._app, self._buckets = app, Buckets(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what is refused; hands on what is not."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            status, detail, headers = refusal
            await problems.response(status, detail, headers)(scope, receive, send)
            return
        if scope.get("method") == "HEAD":  # as GET; the server sends no body
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str, dict[str, str]] | None:
        address = (scope.get("client") or ("",))[0]
        if (wait := self._buckets.wait(neighbours(address))) > 0:
            return HTTPStatus.TOO_MANY_REQUESTS, "too many requests", {"Retry-After": str(ceil(wait))}
        if len(scope["path"]) + len(scope.get("query_string", b"")) > LONGEST_ADDRESS:
            return HTTPStatus.REQUEST_URI_TOO_LONG, f"an address has at most {LONGEST_ADDRESS} characters", {}
        headers = dict(scope["headers"])
        if headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "requests have no body here", {"Connection": "close"}
        return None
