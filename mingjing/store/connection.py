"""One connection to ClickHouse: what it asks of the server, what its failures mean, and when to try again.

This is the only module that calls clickhouse_driver.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Self, TypeVar

from clickhouse_driver import Client
from clickhouse_driver.errors import (
    ErrorCodes,
    NetworkError,
    PartiallyConsumedQueryError,
    ServerException,
    SocketTimeoutError,
    UnexpectedPacketFromServerError,
    UnknownPacketFromServerError,
)

from mingjing.errors import MingjingError, StoreUnavailable, UsageError
from mingjing.store.dsn import Address

# The driver logs every refused connection with a traceback; ours is one line.
logging.getLogger("clickhouse_driver").setLevel(logging.CRITICAL)

Answer = TypeVar("Answer")
Profile = Literal["worker", "dashboard", "offline"]

COMMON: dict[str, object] = {
    "server_side_params": True,  # {name:Type} is filled by the server, so no value can become SQL
    "join_use_nulls": 1,  # a missing right side is NULL, not 1970
    "distributed_product_mode": "local",  # a case's rows share a shard: subqueries stay there
    "distributed_foreground_insert": 1,  # on a cluster, acknowledged means written
}
PROFILES: dict[Profile, dict[str, object]] = {
    # Batches are small; a minute means that the server is in trouble.
    "worker": {"max_execution_time": 60},
    # Someone is waiting: rather an error than a spinning page.
    "dashboard": {"max_execution_time": 10},
    # Whole-store readings (verify, replay, migrations) take as long as they take.
    "offline": {"max_execution_time": 0},
}

PAUSES = (0.1, 0.4, 1.0)  # seconds before the second, third and fourth attempt

BROKEN = (
    NetworkError,
    SocketTimeoutError,
    UnexpectedPacketFromServerError,
    UnknownPacketFromServerError,
    PartiallyConsumedQueryError,
    EOFError,
    OSError,
)
TIMEOUT = ErrorCodes.TIMEOUT_EXCEEDED
PASSING = {
    TIMEOUT,
    ErrorCodes.SOCKET_TIMEOUT,
    ErrorCodes.NETWORK_ERROR,
    ErrorCodes.TOO_MANY_SIMULTANEOUS_QUERIES,
    ErrorCodes.NO_FREE_CONNECTION,
    ErrorCodes.ABORTED,
    ErrorCodes.MEMORY_LIMIT_EXCEEDED,
    ErrorCodes.TABLE_IS_READ_ONLY,
    ErrorCodes.NOT_ENOUGH_SPACE,
    ErrorCodes.TOO_MANY_PARTS,
    ErrorCodes.ALL_CONNECTION_TRIES_FAILED,
    ErrorCodes.QUERY_WAS_CANCELLED,
    999,  # KEEPER_EXCEPTION
}
GREEDY = {TIMEOUT, ErrorCodes.MEMORY_LIMIT_EXCEEDED}
UNKNOWN_DATABASE, UNKNOWN_TABLE, UNKNOWN_USER = 81, 60, 192
READONLY, WRONG_PASSWORD, AUTHENTICATION_FAILED, ACCESS_DENIED = 164, 193, 516, 497


class Connection:
    """A connection for one thread; it connects when first used and again whenever it was lost.

    Raises StoreUnavailable when the server stays away or overloaded after four attempts, UsageError
    when the DSN, its rights or the missing migration are at fault, MingjingError for anything else
    that the server refuses.

    `session`: the connection has temporary tables, which are gone with it, at the first failure. So nothing is tried
    again, and a query that takes too long or too much memory is refused like any other.
    """

    def __init__(self, address: Address, profile: Profile, *, session: bool = False) -> None:
        self.address = address
        self.profile = profile
        self.session = session
        self.comment: str | None = None
        """Said to the server with every question: for which scope it is (mingjing.access.Scope.text)."""
        self._client: Client | None = None

    def select(self, sql: str, parameters: Mapping[str, object], **settings: object) -> list[tuple[Any, ...]]:
        """The columns of a query's answer, without their names; an empty answer is []."""
        settings |= self._said
        return self._attempts(lambda client: client.execute(sql, dict(parameters), columnar=True, settings=settings))

    def table(
        self, sql: str, parameters: Mapping[str, object], **settings: object
    ) -> tuple[list[tuple[Any, ...]], list[str]]:
        """The rows of a query's answer and the names of its columns."""

        settings |= self._said

        def ask(client: Client) -> tuple[list[tuple[Any, ...]], list[str]]:
            rows, columns = client.execute(sql, dict(parameters), with_column_types=True, settings=settings)
            return rows, [name for name, _ in columns]

        return self._attempts(ask)

    def command(self, sql: str) -> None:
        """Executes one statement that answers nothing."""
        self._attempts(lambda client: client.execute(sql))

    def insert(self, table: str, columns: Mapping[str, Sequence[object]], token: str | None, *, raw: bool) -> bool:
        """Writes columns of equal length into a table; whether they had to be sent more than once.

        After a lost connection the identical block is sent again. With a `token` the server keeps
        one copy of it, and of what views make of it for tables that remember blocks; without one the
        table must be a Replacing one, and the server must not drop a block because an equal one was
        written earlier. `raw`: text columns are given as bytes.
        """
        if not next(iter(columns.values())):
            return False
        names = ", ".join(f"`{name}`" for name in columns)
        settings: dict[str, object] = {"strings_as_bytes": raw, "low_cardinality_allow_in_native_format": 0}
        if token is None:
            settings["insert_deduplicate"] = 0
        else:
            settings |= {
                "insert_deduplicate": 1,
                "insert_deduplication_token": token,
                "deduplicate_blocks_in_dependent_materialized_views": 1,
            }
        sql, block = f"INSERT INTO {table} ({names}) VALUES", list(columns.values())
        sent = []

        def send(client: Client) -> None:
            sent.append(client)
            client.execute(sql, block, columnar=True, settings=settings)

        self._attempts(send)
        return len(sent) > 1

    def stream(self, sql: str, parameters: Mapping[str, object], **settings: object) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer of any size, a block at a time, over a connection of its own.

        So this connection stays free for other calls meanwhile. A connection lost on the way is
        StoreUnavailable: begin again.
        """
        client = self._connect()
        try:
            settings = {"max_execution_time": 0, **self._said, **settings}
            yield from client.execute_iter(sql, dict(parameters), settings=settings)
        except (ServerException, *BROKEN) as failure:
            raise self._meaning(failure) from failure
        finally:
            client.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the server; the next call connects again."""
        if self._client is not None:
            self._client.disconnect()
            self._client = None

    @property
    def _said(self) -> dict[str, object]:
        return {} if self.comment is None else {"log_comment": self.comment}

    def _connect(self) -> Client:
        address = self.address
        compression = {"network_compression_method": "lz4"} if address.compression else {}
        return Client(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            secure=address.secure,
            # The server's own default is zstd, for which the driver needs a further package.
            compression="lz4" if address.compression else False,
            connect_timeout=5,
            send_receive_timeout=120,
            tcp_keepalive=True,
            settings_is_important=True,  # a misspelt setting is an error, not silence
            settings={**COMMON, **PROFILES[self.profile], **compression},
        )

    def _attempts(self, action: Callable[[Client], Answer]) -> Answer:
        for pause in (None,) if self.session else (*PAUSES, None):
            if self._client is None:
                self._client = self._connect()
            try:
                return action(self._client)
            except (ServerException, *BROKEN) as failure:
                self.close()
                meaning = self._meaning(failure)
                slow = isinstance(failure, ServerException) and failure.code == TIMEOUT
                if pause is None or slow or not isinstance(meaning, StoreUnavailable):
                    raise meaning from failure
            time.sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _meaning(self, failure: Exception) -> MingjingError:
        """What a failure asks of the caller."""
        at, line = self.address, _line(failure)
        if not isinstance(failure, ServerException):
            return StoreUnavailable(f"no ClickHouse answers at {at.host}:{at.port} ({line})")
        match failure.code:
            case code if code in PASSING and not (self.session and code in GREEDY):
                return StoreUnavailable(f"ClickHouse at {at.host}:{at.port} cannot do it now: {line}")
            case code if code in (WRONG_PASSWORD, AUTHENTICATION_FAILED, UNKNOWN_USER):
                return UsageError(f"{at}: wrong user or password in the store DSN")
            case code if code in (READONLY, ACCESS_DENIED):
                return UsageError(f"{at}: the user {at.user!r} may not do this: {line}")
            case code if code in (UNKNOWN_DATABASE, UNKNOWN_TABLE):
                return UsageError(f"{at}: {line.rstrip('.')}; run `mingjing migrate`")
            case _:
                return MingjingError(f"{at}: ClickHouse refuses: {line}")


def _line(failure: Exception) -> str:
    """The failure in one line, without the server's stack trace."""
    text = str(getattr(failure, "message", None) or failure).removeprefix("DB::Exception: ")
    text = text.partition("Stack trace:")[0].partition("\n\n")[0]
    return " ".join(text.split()) or type(failure).__name__
