"""How an answer is sent: as JSON or a file, with an ETag, so that whoever polls learns cheaply that nothing is new."""

import hashlib
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import Request, Response


def send(
    request: Request,
    body: Any,
    *,
    media: str = "application/json",
    changed: date | datetime | None = None,
    **headers: str,
) -> Response:
    """An answer; 304 without a body if the client has this very one. `body`: bytes, or what becomes JSON.

    `changed`: the Last-Modified instant. ETags are weak, because a compressed answer has the same.
    """
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    said = {
        "ETag": f'W/"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"',
        "Cache-Control": "no-cache",  # keep it, but ask whether it still holds
        "X-Content-Type-Options": "nosniff",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    if changed is not None:
        instant = changed if isinstance(changed, datetime) else datetime.combine(changed, time(), UTC)
        said["Last-Modified"] = format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)
    known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    if said["ETag"] in known or said["ETag"].removeprefix("W/") in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=said)
    return Response(raw, headers=said, media_type=media)
