"""The API's own description: what each answer looks like, made from the types that are sent."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mingjing.api import problems
from mingjing.api.answers import Findings, Found, Health, OpenIndex, Scored, Sheet
from mingjing.opendata.dataset import OpenData
from mingjing.opendata.exposures import Exposures


class JsonSchema:
    """A JSON Schema, draft 2020-12."""


TYPES = (Health, Sheet, Scored, Findings, Found, OpenIndex, OpenData, Exposures)
REF = "#/components/schemas/{name}"

COMMON: dict[int, str] = {
    304: "Unchanged since the ETag that was sent as If-None-Match",
    400: "A parameter that cannot be read; the detail says what would be right",
    413: "Requests have no body",
    414: "The address is too long",
    429: "Too many requests; wait as long as Retry-After says",
    500: "An error of the service's own",
    503: "The store does not answer; ask again after Retry-After seconds",
}
NOT_THERE = {404: "There is no such thing"}
LOCKED = {
    401: "No token, or one that is not known",
    403: "The token may not ask for this",
}


def says(kind: type, *, media: tuple[str, ...] = (), **more: dict[int, str]) -> dict[int | str, Any]:
    """The responses of a route that answers with a type."""
    content: dict[str, Any] = {"schema": {"$ref": REF.format(name=kind.__name__)}}
    found: dict[int | str, Any] = {
        200: {
            "description": (kind.__doc__ or "").partition("\n")[0],
            "content": {"application/json": content} | {one: {"schema": {"type": "string"}} for one in media},
            "headers": {"ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match."}},
        }
    }
    wrong = COMMON | {status: text for group in more.values() for status, text in group.items()}
    for status, text in sorted(wrong.items()):
        body = {problems.MEDIA: {"schema": {"$ref": REF.format(name="Problem")}}}
        found[status] = {"description": text} | ({"content": body} if status != 304 else {})
    return found


def describe(app: FastAPI) -> None:
    """Gives an app a description in which FastAPI's parameters and our types stand together."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
            )
            _, schemas = msgspec.json.schema_components(TYPES, ref_template=REF)
            parts = made.setdefault("components", {})
            parts["schemas"] = schemas | {"Problem": problems.SCHEMA, "JsonSchema": {"type": "object"}}
            for path in made["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)  # a 400 here, with problem details
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation says
