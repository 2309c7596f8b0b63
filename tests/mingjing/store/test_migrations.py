"""Migrations: numbered without gaps, run once, and the same text for one server and for a cluster."""

import pytest

from mingjing.errors import UsageError
from mingjing.store import Store, migrations
from mingjing.store.connection import Connection
from mingjing.store.engines import render
from mingjing.store.rows import Columns


def test_numbers_have_no_gaps() -> None:
    """Two migrations of one number would depend on the file system's order."""
    numbers = [m.number for m in migrations.shipped()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("migration", migrations.shipped(), ids=lambda m: f"{m.number:04}_{m.name}")
def test_a_migration_names_its_engines_only_by_place(migration: migrations.Migration) -> None:
    """Else a cluster would get tables that are not replicated."""
    assert "ENGINE = MergeTree" not in migration.sql
    assert "ENGINE = Replacing" not in migration.sql
    single, cluster = render(migration.sql, None), render(migration.sql, "halls")
    assert "${" not in single + cluster
    assert "_local" not in single
    assert "Distributed(`" not in single
    assert cluster.count("ENGINE = Distributed(`halls`, currentDatabase()") == cluster.count(
        "_local ON CLUSTER `halls`\n"
    )
    assert cluster.count("ENGINE = Replicated") == single.count("MergeTree")


def test_a_replacing_engine_keeps_its_version_on_a_cluster() -> None:
    """Without it an old revision could win."""
    assert render("${ReplacingMergeTree(revision)}", None) == "ReplacingMergeTree(revision)"
    assert render("${ReplacingMergeTree(revision)}", "c") == (
        "ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', revision)"
    )


@pytest.mark.store
def test_a_migration_with_another_text_is_refused(store: Store) -> None:
    """Then nobody knows what the tables look like."""
    row: Columns = {"number": [1], "name": ["events"], "checksum": ["other"]}
    with Connection(store.address, "offline") as connection:
        connection.insert("migrations", row, None, raw=False)
    with pytest.raises(UsageError, match=r"migration 1 \(events\) was run with another text"):
        store.migrate()


@pytest.mark.store
def test_a_database_of_a_newer_mingjing_is_refused(store: Store) -> None:
    """Its tables may not be what we think."""
    row: Columns = {"number": [9000], "name": ["later"], "checksum": ["x"]}
    with Connection(store.address, "offline") as connection:
        connection.insert("migrations", row, None, raw=False)
    with pytest.raises(UsageError, match="migration 9000 comes from a newer Mingjing"):
        store.migrate()
