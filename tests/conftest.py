"""Fixtures that every test may ask for, and what no test gets without asking."""

from tests.clickhouse import clickhouse, no_clickhouse, store, store_dsn
from tests.shared import shared_data

__all__ = ["clickhouse", "no_clickhouse", "shared_data", "store", "store_dsn"]
