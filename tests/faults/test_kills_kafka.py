"""Power cuts in the middle of a stream, on Apache Kafka: none of the findings lost, none doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Servers, campaign, servers_in
from tests.kafka.brokers import REQUIRED
from tests.kafka.server import missing

pytestmark = [pytest.mark.kafka, pytest.mark.store, pytest.mark.slow]

KILLS = 2


@pytest.fixture(scope="module")
def kafka_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    if reason := missing():
        (pytest.fail if REQUIRED else pytest.skip)(reason)
    with servers_in(tmp_path_factory.mktemp("faults-kafka"), "kafka") as servers:
        yield servers


@pytest.mark.kafka_real
@pytest.mark.parametrize("kind", ["worker", "clickhouse", "kafka", "takeover"])
def test_kills_on_real_kafka_leave_the_findings_of_an_audit(kind: str, kafka_servers: Servers, tmp_path: Path) -> None:
    campaign(kind, KILLS, kafka_servers, tmp_path, 8, print)
