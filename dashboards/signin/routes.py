"""The addresses /sign-in, /sign-out, /password and /session."""

import secrets
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards.signin import forms, here, provider
from dashboards.signin.forms import FORM, Said
from dashboards.words import LANGUAGES, Language, Words
from mingjing.accounts.office import Opened, Refused, Standing
from mingjing.accounts.passwords import WeakPassword
from mingjing.errors import StoreUnavailable

FORM_COOKIE, DEVICE_COOKIE = "mingjing_form", "mingjing_known"
DEVICE_DAYS = 180
LARGEST = 8_192  # bytes of a form

Fields = dict[str, str]


def routes() -> list[Route]:
    """All of them; what is not a form's is closed to those who have not signed in (dashboards.signin.gate)."""
    return [
        Route("/sign-in", _sign_in, methods=["GET", "POST"]),
        Route("/sign-out", _sign_out, methods=["POST"]),
        Route("/password", _password, methods=["GET", "POST"]),
        Route("/session", _session, methods=["GET"]),
    ]


async def _sign_in(request: Request) -> Response:
    fields = await _fields(request)
    words = _words(request, fields)
    onward = safe(fields.get("next", ""))
    try:
        if here.chosen().sign_in == "oidc":
            return await run_in_threadpool(_through_provider, request, words, fields, onward)
        if request.method == "GET":
            said = Said(words("signin.out"), wrong=False) if "out" in fields else None
            return _with_form(request, lambda form: forms.sign_in(words, form, onward, said))
        if not _same_origin(request, fields):
            return _again(request, words, onward, words("signin.stale"), 403)
        return await run_in_threadpool(_enter, request, words, fields, onward)
    except StoreUnavailable:
        return unavailable(words)


def _enter(request: Request, words: Words, fields: Fields, onward: str) -> Response:
    office = here.office()
    device = request.cookies.get(DEVICE_COOKIE, "")
    try:
        opened = office.sign_in(
            fields.get("account", ""), fields.get("password", ""), address=_address(request), device=device
        )
    except Refused as refused:
        return _again(request, words, onward, _refusal(refused, words), 429 if refused.wait else 403)
    office.sign_out(request.cookies.get(here.COOKIE, ""))  # whoever was signed in with this browser is not any more
    to = "/password?" + urlencode({"lang": words.language}) if opened.renew else onward
    return _opened(request, opened, RedirectResponse(to, 303))


def _through_provider(request: Request, words: Words, fields: Fields, onward: str) -> Response:
    """What the provider says, if it sent the browser here; else the way to the provider."""
    said = Said(words("signin.out"), wrong=False) if "out" in fields else None
    if (wanted := fields.get("with")) in provider.names():
        return RedirectResponse(provider.address(wanted), 302)
    if provider.returned(request.cookies):
        try:
            claims = provider.claims(request.cookies)
            opened = here.office().sign_in_as(claims, address=_address(request))
        except Refused:
            said = Said(words("signin.no_account"))
        else:
            answer = _opened(request, opened, HTMLResponse(forms.onward_page(onward)))
            return provider.forget(request.cookies, answer)
    links = {name: "/sign-in?" + urlencode({"with": name, "lang": words.language}) for name in provider.names()}
    answer = HTMLResponse(forms.providers(words, links, onward, said), 403 if said and said.wrong else 200)
    return provider.forget(request.cookies, answer)


async def _sign_out(request: Request) -> Response:
    fields = await _fields(request)
    words = _words(request, fields)
    if not _same_origin(request, fields):
        return HTMLResponse(forms.closed(words, "stale"), 403)
    try:
        await run_in_threadpool(here.office().sign_out, request.cookies.get(here.COOKIE, ""))
    except StoreUnavailable:
        return unavailable(words)
    answer = RedirectResponse("/sign-in?" + urlencode({"out": 1, "lang": words.language}), 303)
    answer.delete_cookie(here.COOKIE)
    return answer


async def _password(request: Request) -> Response:
    fields = await _fields(request)
    words = _words(request, fields)
    standing: Standing = request.scope["standing"]
    try:
        if request.method == "GET":
            return await run_in_threadpool(_own, request, words, standing, None)
        if not _same_origin(request, fields):
            return await run_in_threadpool(_own, request, words, standing, words("signin.stale"))
        return await run_in_threadpool(_change, request, words, standing, fields)
    except StoreUnavailable:
        return unavailable(words)


def _change(request: Request, words: Words, standing: Standing, fields: Fields) -> Response:
    if fields.get("new", "") != fields.get("again", ""):
        return _own(request, words, standing, words("signin.unlike"))
    token = request.cookies.get(here.COOKIE, "")
    try:
        opened = here.office().change_password(
            token, fields.get("old", ""), fields.get("new", ""), address=_address(request)
        )
    except WeakPassword as weak:
        return _own(request, words, standing, words(f"signin.weak_{weak.reason}"))
    except Refused as refused:
        return _own(request, words, standing, _refusal(refused, words, "old_wrong"))
    return _opened(request, opened, RedirectResponse("/?" + urlencode({"lang": words.language}), 303))


async def _session(request: Request) -> Response:
    """Whether the session still stands, for the pages, which ask now and then; the gate answers 401 where not."""
    standing: Standing = request.scope["standing"]
    return JSONResponse({"until": standing.session.until.isoformat()}, headers={"Cache-Control": "no-store"})


def unavailable(words: Words) -> Response:
    """The store is away, so nobody can be let in."""
    return HTMLResponse(forms.closed(words, "away"), 503, headers={"Retry-After": "5"})


def safe(onward: str) -> str:
    """A place of ours to go on to; / for anything else."""
    fine = onward.startswith("/") and not onward.startswith("//") and "\\" not in onward and onward.isprintable()
    return onward if fine and not onward.startswith(("/sign-", "/auth/", "/oauth2callback")) else "/"


def language_of(request: Request) -> Words:
    """The reader's language by the address, else the installation's."""
    return _words(request, {})


# --- forms --------------------------------------------------------------------------------


async def _fields(request: Request) -> Fields:
    """The address's fields, with those of a form on top; a form that is too large counts as an empty one."""
    found = dict(request.query_params)
    if request.method == "POST":
        body = b""
        try:
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    return {}
        except ClientDisconnect:
            return {}
        found |= {
            name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace"), max_num_fields=20).items()
        }
    return found


def _words(request: Request, fields: Fields) -> Words:
    asked = fields.get("lang") or request.query_params.get("lang") or here.chosen().language
    language: Language = next((one for one in LANGUAGES if one == asked), "zh")
    return Words(language, here.chosen().timezone)


def _same_origin(request: Request, fields: Fields) -> bool:
    """Whether a form came from a page of ours: its hidden field is the browser's cookie, which others cannot set."""
    kept, sent = request.cookies.get(FORM_COOKIE, ""), fields.get(FORM, "")
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    return bool(kept) and secrets.compare_digest(kept.encode(), sent.encode()) and fetched in ("same-origin", "none")


def _with_form(request: Request, page: Callable[[str], str], status: int = 200) -> Response:
    form = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    answer = HTMLResponse(page(form), status)
    _set(request, answer, FORM_COOKIE, form)
    return answer


def _again(request: Request, words: Words, onward: str, why: str, status: int) -> Response:
    return _with_form(request, lambda form: forms.sign_in(words, form, onward, Said(why)), status)


def _own(request: Request, words: Words, standing: Standing, wrong: str | None) -> Response:
    said = None if wrong is None else Said(wrong)
    return _with_form(request, lambda form: forms.own(words, form, standing, said), 200 if said is None else 403)


def _refusal(refused: Refused, words: Words, key: str = "refused") -> str:
    if not refused.wait:
        return words(f"signin.{key}")
    return words("signin.wait", minutes=-(-int(refused.wait + 1) // 60))


# --- cookies ------------------------------------------------------------------------------


def _opened(request: Request, opened: Opened, answer: Response) -> Response:
    """The answer with the session's cookie, which ends with the browser, and the mark of a known one."""
    _set(request, answer, here.COOKIE, opened.token)
    if opened.device:
        _set(request, answer, DEVICE_COOKIE, opened.device, days=DEVICE_DAYS)
    return answer


def _set(request: Request, answer: Response, name: str, value: str, days: int | None = None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=None if days is None else days * 86_400,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
