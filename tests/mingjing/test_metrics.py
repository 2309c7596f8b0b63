"""What a service says about itself over HTTP."""

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mingjing.errors import ServiceError
from mingjing.metrics import METRICS, Health, Metrics, Server, serve


@pytest.fixture
def health() -> Health:
    return Health("worker")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def server(health: Health, metrics: Metrics) -> Iterator[Server]:
    with serve(0, health, metrics=metrics) as running:
        yield running


def get(server: Server, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_prometheus_reads_what_was_counted(server: Server, metrics: Metrics) -> None:
    metrics.findings.labels(rule="T2", severity="2", status="open").inc(3)
    status, text = get(server, "/metrics")
    samples = {s.name: s for family in text_string_to_metric_families(text) for s in family.samples}
    assert status == 200
    assert samples["mingjing_findings_total"].value == 3
    assert samples["mingjing_findings_total"].labels == {"rule": "T2", "severity": "2", "status": "open"}


def test_health_gives_its_reasons_until_all_is_well(server: Server, health: Health) -> None:
    """An orchestrator restarts on 503, and a person reads why."""
    assert get(server, "/health")[0] == 200
    health.failing("store", "ClickHouse does not answer")
    status, body = get(server, "/health")
    assert status == 503
    assert json.loads(body) == {
        "service": "worker",
        "healthy": False,
        "reasons": {"store": "ClickHouse does not answer"},
    }
    health.well("store")
    assert get(server, "/health")[0] == 200


def test_another_path_is_told_what_there_is(server: Server) -> None:
    assert get(server, "/") == (404, "/metrics or /health\n")


def test_a_taken_port_is_one_clear_line(server: Server, health: Health) -> None:
    with pytest.raises(ServiceError, match="set metrics_port to a free port"):
        serve(server.port, health, metrics=Metrics())


def test_a_closed_server_frees_its_port(health: Health, metrics: Metrics) -> None:
    with serve(0, health, metrics=metrics) as first:
        port = first.port
    with serve(port, health, metrics=metrics) as second:
        assert second.port == port


def test_sets_of_metrics_do_not_share_anything() -> None:
    """A test that counts must not see what another test counted."""
    one, other = Metrics(), Metrics()
    one.ticks.inc()
    assert other.registry.get_sample_value("mingjing_ticks_total") == 0


def test_the_process_itself_is_measured_too(health: Health) -> None:
    for _ in range(2):
        with serve(0, health) as running:
            assert "process_resident_memory_bytes" in get(running, "/metrics")[1]
    assert METRICS.registry.get_sample_value("process_resident_memory_bytes")


def test_every_metric_says_what_it_means() -> None:
    for metric in Metrics().registry.collect():
        assert metric.name.startswith("mingjing_")
        assert metric.documentation.endswith(".")
