"""The stage that stream tests play on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.brokers import brokers, embedded, kafka_server
from tests.streams.stage import Stage

__all__ = ["brokers", "embedded", "kafka_server", "one_stage", "stage"]


@pytest.fixture
def stage(brokers: str, store_dsn: str, tmp_path: Path) -> Iterator[Stage]:
    """Topics and a database of the test's own."""
    with Stage(brokers, store_dsn, tmp_path) as stage:
        yield stage


@pytest.fixture
def one_stage(embedded: str, store_dsn: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage on the embedded broker alone: for what does not depend on which broker it is."""
    with Stage(embedded, store_dsn, tmp_path) as stage:
        yield stage
