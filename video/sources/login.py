"""User and password of a camera: read when a connection is made, and put into the connection only."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

from video.sources.trouble import Trouble


def address(url: str, login: str | None) -> str:
    """The address to connect to, user and password in it where `login` names them; never print it.

    `login` is `env:NAME` or `file:PATH`, either holding user:password. Raises Trouble when it cannot be read.
    """
    if login is None:
        scheme, _, rest = url.partition("://")
        return f"{scheme.lower()}://{rest}"
    user, _, password = _secret(url, login).partition(":")
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}").geturl()


def _secret(url: str, login: str) -> str:
    kind, _, where = login.partition(":")
    if kind == "env":
        secret = os.environ.get(where)
        wrong = "this environment variable is not set"
    elif kind == "file":
        secret = _content(Path(where))
        wrong = "this file cannot be read"
    else:
        raise Trouble(url, 'login is neither "env:NAME" nor "file:PATH"')
    if secret is None:
        raise Trouble(url, f"login {login}: {wrong}")
    if ":" not in secret:
        raise Trouble(url, f"login {login}: does not hold user:password")
    return secret.rstrip("\r\n")


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
