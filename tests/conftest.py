"""Fixtures that every test may ask for, and what no test gets without asking."""

from pathlib import Path

import pytest

from tests.clickhouse import clickhouse, no_clickhouse, store, store_dsn
from tests.recording import desk_dsn, recorder, seal_dir
from tests.shared import shared_data

HOME = Path(__file__).parent

__all__ = ["clickhouse", "desk_dsn", "no_clickhouse", "recorder", "seal_dir", "shared_data", "store", "store_dsn"]

WAITING = ("streams", "faults", "demo", "brokers")
"""Folders whose tests mostly wait: they come first, among those of the pages, which mostly work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits, with every second file one that works; then the rest. Workers get the files in this order."""
    files = list(dict.fromkeys(item.path for item in items))
    folders = {path: path.relative_to(HOME).parts[0] for path in files}
    waiting = [path for path in files if folders[path] in WAITING]
    working = [path for path in files if folders[path] == "dashboards"]
    rank = {path: 2 * place for place, path in enumerate(waiting)} | {
        path: 2 * place + 1 for place, path in enumerate(working)
    }
    items.sort(key=lambda item: rank.get(item.path, 2 * len(files)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes are named after their argument: keys and archives differ between processes, and names must not."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None
