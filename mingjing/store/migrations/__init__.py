"""Numbered migrations: `NNNN_what.sql` beside this file, each run once, in order.

Statements end with `;` and may be run again after a half-done migration (IF NOT EXISTS). A migration
that was ever released is never edited; the next number changes what it made.
"""

import hashlib
import re
from importlib.resources import files

from msgspec import Struct

from mingjing.errors import UsageError
from mingjing.store.connection import Connection
from mingjing.store.engines import render
from mingjing.store.rows import Columns

MIGRATIONS = """
CREATE TABLE IF NOT EXISTS migrations${local} ${on_cluster}
(number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = ${ReplacingMergeTree()} ORDER BY number;
${Distributed(migrations, number)}
"""


class Migration(Struct, frozen=True):
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """By which a changed text is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def shipped() -> list[Migration]:
    """All migrations, in order."""
    found = []
    for file in files(__name__).iterdir():
        if match := re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name):
            found.append(Migration(int(match[1]), match[2], file.read_text("utf-8")))
    return sorted(found, key=lambda m: m.number)


def migrate(connection: Connection) -> list[Migration]:
    """Brings a database to the newest migration and returns those that it ran, maybe none.

    UsageError when the database knows a migration that this version does not ship, or another text of one.
    """
    cluster = connection.address.cluster
    _run(connection, MIGRATIONS, cluster)
    rows, _ = connection.table("SELECT number, name, checksum FROM migrations FINAL", {})
    done = {number: (name, checksum) for number, name, checksum in rows}
    available = shipped()
    if newer := sorted(set(done) - {m.number for m in available}):
        raise UsageError(f"{connection.address}: migration {newer[0]} comes from a newer Mingjing; update this one")
    for migration in available:
        if migration.number in done and done[migration.number][1] != migration.checksum:
            raise UsageError(
                f"{connection.address}: migration {migration.number} ({migration.name}) was run with another text; "
                "use the Mingjing it came from, or another database"
            )
    todo = [m for m in available if m.number not in done]
    for migration in todo:
        _run(connection, migration.sql, cluster)
        row: Columns = {"number": [migration.number], "name": [migration.name], "checksum": [migration.checksum]}
        connection.insert("migrations", row, None, raw=False)
    return todo


def _run(connection: Connection, sql: str, cluster: str | None) -> None:
    bare = re.sub(r"^\s*--.*$", "", sql, flags=re.MULTILINE)
    for statement in render(bare, cluster).split(";"):
        if statement.strip():
            connection.command(statement)
