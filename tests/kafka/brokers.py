"""Brokers for tests: the embedded one every day, Apache Kafka where the marker `kafka_real` asks for it."""

import os
from collections.abc import Iterator

import pytest

from mingjing.brokers import tansu
from tests.kafka.server import KafkaServer, missing

REQUIRED = any(os.environ.get(name) == "1" for name in ("MINGJING_REQUIRE_KAFKA", "MINGJING_TEST_REQUIRE_KAFKA"))
"""CI sets it: there the suite on real Kafka may not be skipped."""


@pytest.fixture(scope="session")
def embedded() -> Iterator[str]:
    """The address of the embedded broker, one for the whole run."""
    with tansu.serve() as broker:
        yield broker.address


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Apache Kafka, one for the whole run; skipped with a reason where Java or Maven is absent, but never in CI."""
    if reason := missing():
        (pytest.fail if REQUIRED else pytest.skip)(reason)
    with KafkaServer.start(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka_real)])
def brokers(request: pytest.FixtureRequest) -> str:
    """The address of a broker; the test runs on each."""
    if request.param == "embedded":
        address: str = request.getfixturevalue("embedded")
        return address
    server: KafkaServer = request.getfixturevalue("kafka_server")
    return server.address
