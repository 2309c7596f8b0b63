"""The gate before every page: nothing is answered, and no live connection stands, without a session that does."""

import asyncio
import logging
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.signin import forms, here, routes
from mingjing.accounts.office import Standing
from mingjing.errors import StoreUnavailable

LOG = logging.getLogger(__name__)

LOOK_S = 2.0
"""Seconds between two looks at whether the session of a live connection still stands."""
OVER = 4401  # the code with which a live connection is closed once its session is over

OPEN = frozenset({"/sign-in", "/_stcore/health", "/favicon.png"})
OF_PROVIDERS = frozenset({"/auth/login", "/oauth2callback"})
"""Streamlit's own addresses for OpenID Connect."""
TO_RENEW = frozenset({"/password", "/sign-out"})
"""All that somebody can do who must change the password first."""

HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
FORM_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"),
)


class Gate:
    """ASGI middleware around all of Streamlit and our own addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, sends to /sign-in, or lets through; a let-through scope holds the session as `standing`."""
        if scope["type"] == "http":
            await self._http(scope, receive, _guarded(scope, send))
        elif scope["type"] == "websocket":
            await self._live(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, path = Request(scope), scope["path"]
        if path in OPEN or path.startswith("/static/") or (path in OF_PROVIDERS and here.chosen().sign_in == "oidc"):
            await self.app(scope, receive, send)
            return
        try:
            standing = await _standing(request.cookies.get(here.COOKIE, ""))
        except StoreUnavailable as away:
            LOG.warning("nobody can be let in: %s", away)
            await routes.unavailable(routes.language_of(request))(scope, receive, send)
            return
        answer = _turned_away(request, standing)
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope["standing"] = standing
        await self.app(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A live connection, which ends with its session."""
        token = Request({**scope, "type": "http"}).cookies.get(here.COOKIE, "")
        if not await _stands(token):
            await send({"type": "websocket.close", "code": OVER})
            return
        over = asyncio.Event()
        coming: asyncio.Task[Message] | None = None

        async def heard() -> Message:
            nonlocal coming
            coming = coming or asyncio.ensure_future(receive())
            ending = asyncio.ensure_future(over.wait())
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
            ending.cancel()
            if over.is_set() or not coming.done():
                return {"type": "websocket.disconnect", "code": OVER}
            message, coming = coming.result(), None
            return message

        async def said(message: Message) -> None:
            if not over.is_set():
                await send(message)

        async def watch() -> None:
            stands = True
            while stands:
                await asyncio.sleep(LOOK_S)
                stands = await _stands(token)
            await send({"type": "websocket.close", "code": OVER})
            over.set()

        watching = asyncio.create_task(watch())
        try:
            await self.app(scope, heard, said)
        finally:
            watching.cancel()
            if coming is not None:
                coming.cancel()


async def _standing(token: str) -> Standing | None:
    return await run_in_threadpool(here.office().standing, token)


async def _stands(token: str) -> bool:
    """Whether a live connection may go on; while the store is away nothing new can be read through it anyway."""
    try:
        standing = await _standing(token)
    except StoreUnavailable:
        return True
    return standing is not None and not standing.renew


def _turned_away(request: Request, standing: Standing | None) -> Response | None:
    """What is answered to whom the gate stays shut; None: it opens."""
    path, page = request.url.path, _is_page(request)
    if standing is not None and (not standing.renew or path in TO_RENEW):
        return None
    if not page:
        return PlainTextResponse("not signed in\n", 401)
    if standing is not None:
        return RedirectResponse("/password", 303)
    here_again = f"{path}?{request.url.query}" if request.url.query else path
    if request.headers.get("sec-fetch-site") == "cross-site":  # a link in a mail: the browser held the cookie back
        return HTMLResponse(forms.onward_page(routes.safe(here_again)))
    query = {"next": here_again} if here_again != "/" else {}
    if lang := request.query_params.get("lang"):
        query["lang"] = lang
    return RedirectResponse("/sign-in" + (f"?{urlencode(query)}" if query else ""), 303)


def _is_page(request: Request) -> bool:
    """Whether somebody is opening an address, rather than a script of a page asking for something."""
    mode = request.headers.get("sec-fetch-mode", "navigate")
    return request.method == "GET" and mode == "navigate" and "text/html" in request.headers.get("accept", "")


def _guarded(scope: Scope, send: Send) -> Send:
    """Sends with headers that keep our pages out of others' frames, and forms out of caches."""
    more = HEADERS + (FORM_HEADERS if scope["path"] in ("/sign-in", "/password", "/sign-out") else ())

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in more if pair[0] not in given)]
        await send(message)

    return sent
