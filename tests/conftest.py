"""Fixtures that every test may ask for, and what no test gets without asking."""

from tests.clickhouse import clickhouse, no_clickhouse, store, store_dsn
from tests.recording import desk_dsn, recorder, seal_dir
from tests.shared import shared_data

__all__ = ["clickhouse", "desk_dsn", "no_clickhouse", "recorder", "seal_dir", "shared_data", "store", "store_dsn"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes are named after their argument: keys and archives differ between processes, and names must not."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None
