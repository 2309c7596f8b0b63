"""What goes wrong, as problem details after RFC 9457, never with a traceback."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mingjing.errors import MingjingError, StoreUnavailable

MEDIA = "application/problem+json"
RETRY_S = 5
LOG = logging.getLogger(__name__)

SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "What is wrong, after RFC 9457.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "Always about:blank: the status says what kind of problem it is."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what would be right."},
    },
    "required": ["type", "title", "status", "detail"],
    "example": {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "'2026-13' is no period"},
}


class Problem(Exception):
    """A request that cannot be answered; the detail says why and what would be right."""

    def __init__(self, status: HTTPStatus, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def response(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Problem details as a response."""
    title = HTTPStatus(status).phrase
    body = msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": detail})
    return Response(body, status, dict(headers or {}) | {"Cache-Control": "no-store"}, MEDIA)


def handle(app: FastAPI) -> None:
    """Makes every error of an app a problem."""

    @app.exception_handler(Problem)
    def ours(_: Request, wrong: Problem) -> Response:
        return response(wrong.status, wrong.detail, wrong.headers)

    @app.exception_handler(HTTPException)
    def routing(_: Request, wrong: HTTPException) -> Response:
        return response(wrong.status_code, str(wrong.detail), wrong.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, wrong: RequestValidationError) -> Response:
        said = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in wrong.errors()]
        return response(HTTPStatus.BAD_REQUEST, "; ".join(said))

    @app.exception_handler(StoreUnavailable)
    def away(_: Request, wrong: StoreUnavailable) -> Response:
        LOG.warning("%s", wrong)
        return response(
            HTTPStatus.SERVICE_UNAVAILABLE, "the store does not answer; ask again later", {"Retry-After": str(RETRY_S)}
        )

    @app.exception_handler(MingjingError)
    def refused(_: Request, wrong: MingjingError) -> Response:
        LOG.error("%s", wrong)
        return response(HTTPStatus.INTERNAL_SERVER_ERROR, "the store refused a question; the service's log says why")

    @app.exception_handler(Exception)
    def broken(_: Request, __: Exception) -> Response:
        return response(HTTPStatus.INTERNAL_SERVER_ERROR, "an error of our own; the service's log says which")
