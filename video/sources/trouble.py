"""What keeps a source from giving pictures, in one line that never holds a password."""

import re
from typing import Literal
from urllib.parse import urlsplit

import av

from mingjing.errors import MingjingError

Again = Literal["soon", "slowly", "never"]
"""When it makes sense to try again: a camera comes back, an account would be locked, a file has ended."""

_SECRET = re.compile(r"(?i)(pass\w*|pwd|pw|token|auth|key)=[^&/;#]*")


class Trouble(MingjingError):
    """A source gives no pictures; the message says which, why, and what would be right."""

    def __init__(self, url: str, what: str, again: Again = "soon") -> None:
        self.again: Again = again
        super().__init__(f"{shown(url)}: {what}")


def shown(url: str) -> str:
    """An address as it may be printed: without user and password, with what looks like a secret masked."""
    if "://" in url:
        try:
            parts = urlsplit(url)
        except ValueError:  # what is no address may hold a password anywhere
            return url.partition("://")[0] + "://…"
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return _SECRET.sub(r"\1=***", url)


def told(url: str, error: av.FFmpegError, login: str | None = None) -> Trouble:
    """FFmpeg's error in our words. Its own text is not used: it repeats the address with the password."""
    again: Again = "soon"
    match error:
        case av.HTTPUnauthorizedError() if login:
            what, again = f"user or password is wrong; see {login}", "slowly"
        case av.HTTPUnauthorizedError():
            what, again = 'wants user and password; set login = "env:NAME" or "file:PATH"', "slowly"
        case av.HTTPForbiddenError():
            what, again = "this user may not see the stream (403)", "slowly"
        case av.HTTPNotFoundError():
            what = "the server knows no stream of this name (404)"
        case av.ExitError() | av.TimeoutError():
            what = "does not answer"
        case av.InvalidDataError():
            what = "is not a video, or is cut off or damaged"
        case _:
            what = (error.strerror or type(error).__name__).lower()
    return Trouble(url, what, again)
