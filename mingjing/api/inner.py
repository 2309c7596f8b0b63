"""The part of the API that asks for a token: scores and findings."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mingjing.api import answers
from mingjing.api.answers import Findings, Found, Scored, Sheet
from mingjing.api.documents import LOCKED, NOT_THERE, says
from mingjing.api.pool import Pool
from mingjing.api.problems import Problem
from mingjing.api.sending import send
from mingjing.api.tokens import Client, Tokens
from mingjing.instants import at
from mingjing.scores import Scoring
from mingjing.scoring import schemes
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.settings import Settings
from mingjing.store.client import decode_finding
from mingjing.store.scores import EVERYTHING, Scope

SETTLE_MS = 2_000
"""How long a finding must have been stored before it is told, so that none comes before one already told."""
MOST = 500

Code = Annotated[str, Query(max_length=128)]
Codes = Annotated[list[Code], Query(max_length=20)]
LevelName = Literal["window", "officer", "department", "region", "item"]
Level = Annotated[LevelName, Query(description="层级 Whose scores; officer asks for the scope officers.")]
_YEAR, _MONTH, _DAY = r"(19[7-9][0-9]|20[0-9]{2}|21[0-4][0-9])", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_DATE = f"{_YEAR}-{_MONTH}-{_DAY}"
_PERIOD = f"^({_YEAR}(-{_MONTH}|-Q[1-4]|-W[0-5][0-9])?|{_DATE}|{_DATE}\\.\\.{_DATE})$"
PeriodCode = Annotated[
    str,
    Query(
        max_length=24,
        json_schema_extra={"pattern": _PERIOD},  # said, not checked: our own message is clearer
        description="周期 A day, week, month, quarter, year, or both days of a span.",
        examples=["2026-03", "2026-Q1", "2026", "2026-W11", "2026-03-09", "2026-01-01..2026-06-30"],
    ),
]
SchemeName = Annotated[
    str | None,
    Query(
        max_length=64, description="方案 A shipped scheme; absent: the installation's own.", examples=["recommended"]
    ),
]
Revision = Annotated[int, Query(ge=0, le=100_000, description="修订 Of a frozen period; 0: the last one.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="每页条数 How many at most.")]
bearer = HTTPBearer(auto_error=False, description="api_tokens_file names who may ask for what (docs/api.md).")


def allowed(tokens: Tokens, scope: str) -> Callable[..., Client]:
    """Who asks, if it may ask for this."""

    def client(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Client:
        found = tokens.client(given.credentials) if given else None
        if found is None:
            why = "this token is not known" if given else "send a token: Authorization: Bearer …"
            raise Problem(HTTPStatus.UNAUTHORIZED, why, WWW_Authenticate="Bearer")
        return _with(found, scope)

    return client


def _with(client: Client, scope: str) -> Client:
    if scope not in client.scopes:
        raise Problem(HTTPStatus.FORBIDDEN, f"this token has not the scope {scope}")
    return client


def period_of(text: str) -> Period:
    """A period that the store can hold; Problem 400 for a text that is none."""
    try:
        period = Period.parse(text)
    except (ValueError, OverflowError) as wrong:
        raise Problem(HTTPStatus.BAD_REQUEST, str(wrong) if text in str(wrong) else f"{text!r} is no period") from None
    if not (period.since.year >= 1970 and period.until.year <= 2148):
        raise Problem(HTTPStatus.BAD_REQUEST, f"{text!r} lies beyond the years 1970 to 2147")
    return period


def _sheet(scoring: Scoring, level: str, period: Period, revision: int, scope: Scope = EVERYTHING) -> ScoreSheet:
    """A sheet; Problem for a revision that there is not."""
    if revision and revision not in (there := [one.revision for one in scoring.revisions(level, period)]):
        which = f"there is {', '.join(map(str, there))}" if there else "it is not frozen"
        raise Problem(HTTPStatus.NOT_FOUND, f"{level} {period.code} has no revision {revision}; {which}")
    found = scoring.sheet(level, period, scope, revision=revision)
    if revision and found.revision != revision:
        raise Problem(HTTPStatus.BAD_REQUEST, "part of a subject's cases is scored as of now: leave out the revision")
    return found


def scores(pool: Pool, tokens: Tokens, chosen: Settings) -> APIRouter:
    """Routes of scores."""
    routes, own = APIRouter(prefix="/v1/scores", tags=["scores"]), schemes.load(chosen.scheme)
    who = Depends(allowed(tokens, "scores"))

    def scheme_of(name: str | None) -> Scheme:
        if name is None or name == own.id:
            return own
        if name not in schemes.names():  # never a path
            raise Problem(HTTPStatus.NOT_FOUND, f"no scheme of that name; there are {', '.join(schemes.names())}")
        return schemes.load(name)

    @routes.get(
        "",
        summary="得分与排名 Scores of a level in a period, best first",
        responses=says(Sheet, locked=LOCKED, there=NOT_THERE),
    )
    def sheet(
        request: Request,
        level: Level,
        period: PeriodCode,
        client: Annotated[Client, who],
        region: Codes = [],  # noqa: B006 - FastAPI copies it
        department: Codes = [],  # noqa: B006
        window: Codes = [],  # noqa: B006
        item: Codes = [],  # noqa: B006
        scheme: SchemeName = None,
        revision: Revision = 0,
        limit: Limit = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="从第几条起 How many to pass over.")] = 0,
    ) -> Response:
        if level == "officer":
            _with(client, "officers")
        scope = Scope(regions=tuple(region), departments=tuple(department), windows=tuple(window), items=tuple(item))
        with pool.scoring(scheme_of(scheme), client.place) as scoring:
            found = _sheet(scoring, level, period_of(period), revision, scope)
            return send(request, answers.sheet(found, scoring.name, offset, limit), changed=found.frozen_on)

    @routes.get(
        "/{level}/{code:path}",
        summary="单个对象的得分 One subject's score",
        responses=says(Scored, locked=LOCKED, there=NOT_THERE),
    )
    def one(
        request: Request,
        level: Annotated[LevelName, Path(description="层级 Level.")],
        code: Annotated[str, Path(max_length=512, description="编码 The subject's code.")],
        period: PeriodCode,
        client: Annotated[Client, who],
        scheme: SchemeName = None,
        revision: Revision = 0,
    ) -> Response:
        if level == "officer":
            _with(client, "officers")
        with pool.scoring(scheme_of(scheme), client.place) as scoring:
            found = _sheet(scoring, level, period_of(period), revision)
            score = found.of(code)
            if score is None:
                raise Problem(HTTPStatus.NOT_FOUND, f"no such {level} has anything in {found.period.code}")
            return send(request, Scored(name=scoring.name(level, code), score=score), changed=found.frozen_on)

    return routes


def findings(pool: Pool, tokens: Tokens) -> APIRouter:
    """Routes of findings."""
    routes = APIRouter(prefix="/v1/findings", tags=["findings"])
    who = Depends(allowed(tokens, "findings"))

    @routes.get(
        "",
        summary="监察发现 Findings in the order of publication, to be pulled again and again",
        description="按发布先后；下次从 next 续取。新修订会再次出现，以 revision 最大者为准。"
        "In the order of publication: go on from `next` at any later time, and nothing is missed, whatever is "
        "published meanwhile. A finding comes again with each new revision; the highest holds.",
        responses=says(Findings, locked=LOCKED),
    )
    def page(
        request: Request,
        client: Annotated[Client, who],
        cursor: Annotated[
            str | None, Query(max_length=2_048, description="续取位置 `next` of the page before.")
        ] = None,
        since: Annotated[
            datetime | None, Query(description="Instead of a cursor: published at this instant or later.")
        ] = None,
        severity: Annotated[list[Literal["1", "2", "3"]], Query(description="1 预警, 2 黄牌, 3 红牌")] = [],  # noqa: B006
        status: Annotated[list[Literal["open", "resolved", "withdrawn"]], Query()] = [],  # noqa: B006
        rule: Codes = [],  # noqa: B006
        region: Codes = [],  # noqa: B006
        department: Codes = [],  # noqa: B006
        window: Codes = [],  # noqa: B006
        item: Codes = [],  # noqa: B006
        nature: Annotated[
            Literal["lead", "verdict"] | None, Query(description="线索或结论 Leads or verdicts only.")
        ] = None,
        limit: Limit = 100,
    ) -> Response:
        place = _place(cursor, since)
        with pool.store(client.place) as store:
            rows = store.query(
                "api_findings", since=place[0], after=place[1], settle=SETTLE_MS, limit=limit + 1, nature=nature or "",
                severities=[int(one) for one in severity], statuses=status, rules=rule, regions=region,
                departments=department, windows=window, items=item,
            )  # fmt: skip
        shown = [(decode_finding(row["body"]), _utc(row["stored_at"])) for row in rows[:limit]]
        if shown:
            place = shown[-1][1], shown[-1][0].finding_id
        items = tuple(answers.finding(one, when, officers="officers" in client.scopes) for one, when in shown)
        body = Findings(items=items, next=answers.cursor(*place), more=len(rows) > limit)
        return send(request, body, changed=place[0] if shown else None)

    @routes.get(
        "/{finding_id}",
        summary="单条监察发现 One finding in its latest revision",
        responses=says(Found, locked=LOCKED, there=NOT_THERE),
    )
    def one(
        request: Request,
        finding_id: Annotated[str, Path(max_length=128)],
        client: Annotated[Client, who],
    ) -> Response:
        with pool.store(client.place) as store:
            rows = store.query("api_finding", finding_id=finding_id)
        if not rows:
            raise Problem(HTTPStatus.NOT_FOUND, "there is no such finding")
        when = _utc(rows[0]["stored_at"])
        told = answers.finding(decode_finding(rows[0]["body"]), when, officers="officers" in client.scopes)
        return send(request, told, changed=when)

    return routes


def _place(cursor: str | None, since: datetime | None) -> tuple[datetime, str]:
    if cursor is not None and since is not None:
        raise Problem(HTTPStatus.BAD_REQUEST, "give a cursor or since, not both")
    if cursor is not None:
        try:
            return answers.place(cursor)
        except ValueError as wrong:
            raise Problem(HTTPStatus.BAD_REQUEST, f"cursor {wrong}") from None
    if since is None:
        return at(365 * 86_400_000_000), ""
    when = since if since.tzinfo else since.replace(tzinfo=UTC)
    if not 1971 <= when.year <= 2200:
        raise Problem(HTTPStatus.BAD_REQUEST, "since must lie in the years 1971 to 2200")
    return when, ""


def _utc(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)
