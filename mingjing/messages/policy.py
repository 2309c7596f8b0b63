"""Who gets mails and web calls about what: the file `messages_file`. docs/messages.md describes it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.tomlfile import TomlFile, read_toml

Happening = Literal[
    "issued", "raised", "supervised", "explained", "appealed", "decided", "reminded", "escalated", "closed",
    "transferred",
]  # fmt: skip
"""What recipients may ask to be told of; `mingjing.messages.news.HAPPENINGS` says which events of handling each is."""

LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
_SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_NAME = re.compile(r"\w[\w .-]{0,79}")


class MailServer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Through which server mails go. `password`: where it stands, `env:NAME` or `file:PATH`, never itself."""

    host: str
    sender: str
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca_file: str = ""  # certificates to trust beside the system's: a city's own authority
    timeout_s: Annotated[float, Meta(gt=0, le=120)] = 15


class Recipient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One who is told: by mail or by a web call. Empty lists of codes: whatever they are; a region
    stands for all that lie in it.

    `every_minutes`: at most one mail in so many minutes; what happens meanwhile waits for the next one.
    """

    name: str
    mail: tuple[str, ...] = ()
    url: str = ""
    secret: str = ""
    about: tuple[Happening, ...] = ("issued", "raised", "appealed", "escalated")
    severities: tuple[Annotated[int, Meta(ge=1, le=3)], ...] = (2, 3)
    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    language: Literal["zh", "en"] = "zh"
    every_minutes: Annotated[float, Meta(ge=0, le=1440)] = 30

    @property
    def how(self) -> Literal["mail", "web"]:
        """The way in which the recipient is told."""
        return "web" if self.url else "mail"


class Policy(Struct, frozen=True, kw_only=True):
    """Everything that the file says. `page`: the address of the pages, for links in messages; "": none."""

    to: tuple[Recipient, ...] = ()
    mail: MailServer | None = None
    page: str = ""


def load(path: str | None) -> Policy:
    """The policy of a file; of no file nobody is told. Raises BookError with every mistake and its line."""
    if path is None:
        return Policy()
    mistakes: list[Mistake] = []
    file = read_toml(Path(path), mistakes)
    policy = Policy() if file is None else _read(file, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return policy


def secret(reference: str, env: Mapping[str, str] = os.environ) -> str:
    """What stands at `env:NAME` or `file:PATH` ("" for no reference). Raises UsageError if it cannot be read."""
    where, _, place = reference.partition(":")
    if not reference:
        return ""
    if where == "env":
        if place not in env:
            raise UsageError(f"the environment has no variable {place}, in which a secret of messages should stand")
        return env[place]
    try:
        return Path(place).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise UsageError(f"the file {place}, in which a secret of messages should stand, cannot be read") from wrong


def _read(file: TomlFile, mistakes: list[Mistake]) -> Policy:
    file.unknown(("mail", "to", "page"), mistakes)
    page = file.text("page", mistakes, default="")
    if page and not page.startswith(("https://", "http://")):
        mistakes.append(file.mistake("page", "page must be an address that begins with https://"))
    server = None
    if "mail" in file.data and (server := _as(file.data["mail"], MailServer, file, file.line("mail"), mistakes)):
        mistakes.extend(Mistake(file.name, file.line("mail"), f"mail: {wrong}") for wrong in _wrong_server(server))
    recipients: list[Recipient] = []
    for index, row in enumerate(file.tables("to", mistakes)):
        line = file.line("to", index)
        one = _as(row, Recipient, file, line, mistakes)
        if one is not None:
            known = [other.name for other in recipients]
            mistakes.extend(Mistake(file.name, line, wrong) for wrong in _wrong_recipient(one, server, known))
            recipients.append(one)
    return Policy(to=tuple(recipients), mail=server, page=page.rstrip("/"))


def _as(value: Any, kind: Any, file: TomlFile, line: int, mistakes: list[Mistake]) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as wrong:
        text = str(wrong).replace("`", "").replace("Object contains unknown field", "unknown key")
        mistakes.append(Mistake(file.name, line, text.replace("Object missing required field", "missing")))
        return None


def _wrong_server(server: MailServer) -> list[str]:
    wrong = []
    if not _ADDRESS.fullmatch(server.sender):
        wrong.append(f"sender {server.sender!r} is no mail address")
    if server.password and not _SECRET.fullmatch(server.password):
        wrong.append('password must say where it stands, "env:NAME" or "file:PATH", and not be the password')
    if bool(server.user) != bool(server.password):
        wrong.append("user and password belong together: give both or neither")
    if server.user and server.security == "none" and server.host not in LOOPBACK:
        wrong.append('a password is never sent without encryption; set security = "starttls" or "tls"')
    return wrong


def _wrong_recipient(one: Recipient, server: MailServer | None, known: list[str]) -> list[str]:
    wrong = []
    if not _NAME.fullmatch(one.name):
        wrong.append(f"name {one.name!r} must be letters, digits, blanks, - _ and ., 80 at most")
    if one.name in known:
        wrong.append(f"name {one.name!r} is taken; each recipient has its own")
    if bool(one.mail) == bool(one.url):
        wrong.append("give either mail = [addresses] or url, not both")
    wrong += [f"{address!r} is no mail address" for address in one.mail if not _ADDRESS.fullmatch(address)]
    if one.mail and server is None:
        wrong.append("there is no [mail] that says through which server mails go")
    if one.url:
        wrong += _wrong_url(one)
    return wrong


def _wrong_url(one: Recipient) -> list[str]:
    wrong = []
    try:
        parts = urlsplit(one.url)
    except ValueError:
        return ["url is no address; write it like https://hook.mingjing.example/findings"]
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        wrong.append("url must begin with https://; http:// goes to this machine only")
    if parts.username or parts.password:
        wrong.append("url must hold no user and no password")
    if not _SECRET.fullmatch(one.secret):
        wrong.append('secret must say where the key that signs the calls stands: "env:NAME" or "file:PATH"')
    return wrong


HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
