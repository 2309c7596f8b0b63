"""Where a ClickHouse is and as whom to speak to it: `clickhouse://user:password@host:9000/mingjing`."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from mingjing.errors import UsageError

EXAMPLE = "clickhouse://user:password@host:9000/mingjing"
OPTIONS = ("cluster", "compression", "secure")


class Address(Struct, frozen=True, kw_only=True):
    """A parsed DSN. Its text form leaves the password out, so it may be logged.

    `compression`: lz4 between machines, none on loopback, where it only costs processor time.
    `cluster`: the ClickHouse cluster whose shards hold the tables; None for one server.
    """

    host: str
    port: int
    user: str
    password: str
    database: str
    secure: bool = False
    compression: bool = False
    cluster: str | None = None

    def __str__(self) -> str:
        return f"clickhouse://{self.user}@{self.host}:{self.port}/{self.database}"


def parse(dsn: str) -> Address:
    """The address in a DSN; UsageError says what is wrong with it, without its password."""
    try:
        url = urlsplit(dsn)
        port = url.port
    except ValueError:
        raise UsageError(f"store DSN: the port is not a number; write it like {EXAMPLE}") from None
    if url.scheme not in ("clickhouse", "clickhouses") or not url.hostname:
        raise UsageError(f"store DSN: not a ClickHouse address; write it like {EXAMPLE}")
    database = unquote(url.path.strip("/")) or "mingjing"
    if not re.fullmatch(r"\w+", database):
        raise UsageError(f"store DSN: {database!r} cannot be a database's name; write it like {EXAMPLE}")
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise UsageError(f"store DSN: unknown option {unknown[0]!r}; there are {', '.join(OPTIONS)}")
    cluster = options.get("cluster")
    if cluster is not None and not re.fullmatch(r"[\w-]+", cluster):
        raise UsageError(f"store DSN: {cluster!r} cannot be a cluster's name")
    secure = url.scheme == "clickhouses" or _flag(options, "secure", False)
    return Address(
        host=url.hostname,
        port=port or (9440 if secure else 9000),
        user=unquote(url.username or "default"),
        password=unquote(url.password or ""),
        database=database,
        secure=secure,
        compression=_flag(options, "compression", url.hostname not in ("127.0.0.1", "localhost", "::1")),
        cluster=cluster,
    )


def _flag(options: dict[str, str], name: str, default: bool) -> bool:
    words = {"1": True, "true": True, "lz4": True, "0": False, "false": False, "none": False}
    value = options.get(name)
    if value is None:
        return default
    if value not in words:
        raise UsageError(f"store DSN: {name}={value!r}; write 1 or 0")
    return words[value]
