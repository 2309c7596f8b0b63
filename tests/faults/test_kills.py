"""Power cuts in the middle of a stream: none of the findings lost, none doubled, all as the rules say.

On Apache Kafka; where Java or Maven is absent, on the embedded broker, which keeps nothing and is not killed itself.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Servers, campaign, servers_in
from tests.kafka.brokers import REQUIRED
from tests.kafka.server import missing
from tests.shared import long

pytestmark = [pytest.mark.kafka, pytest.mark.store, pytest.mark.slow]

KILLS = 1


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    if (reason := missing()) and REQUIRED:
        pytest.fail(reason)
    with servers_in(tmp_path_factory.mktemp("faults"), "embedded" if reason else "kafka") as found:
        yield found


@pytest.mark.parametrize("kind", ["worker", "clickhouse", pytest.param("takeover", marks=long)])
def test_kills_leave_the_findings_of_an_audit(kind: str, servers: Servers, tmp_path: Path) -> None:
    campaign(kind, KILLS, servers, tmp_path, 8, print)


@pytest.mark.kafka_real
def test_kills_of_kafka_leave_the_findings_of_an_audit(servers: Servers, tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    campaign("kafka", KILLS, servers, tmp_path, 8, print)
