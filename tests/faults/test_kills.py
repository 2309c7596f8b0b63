"""Power cuts in the middle of a stream: none of the findings lost, none doubled, all as the rules say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Servers, campaign, servers_in

pytestmark = [pytest.mark.kafka, pytest.mark.store, pytest.mark.slow]

KILLS = 2


@pytest.fixture(scope="module")
def embedded_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers_in(tmp_path_factory.mktemp("faults"), "embedded") as servers:
        yield servers


@pytest.mark.parametrize("kind", ["worker", "clickhouse"])
def test_kills_leave_the_findings_of_an_audit(kind: str, embedded_servers: Servers, tmp_path: Path) -> None:
    campaign(kind, KILLS, embedded_servers, tmp_path, 7, print)
