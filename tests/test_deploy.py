"""The compose file and what it mounts, checked as far as that goes without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjing import settings
from mingjing.names import OURS

HOME = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((HOME / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STAYING = sorted(name for name, service in SERVICES.items() if service["restart"] == "unless-stopped")


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    """`latest` is another program tomorrow."""
    assert re.search(r":v?\d+(\.\d+)+$", SERVICES[name]["image"])


@pytest.mark.parametrize("name", STAYING)
def test_a_service_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists(name: str) -> None:
    assert set(SERVICES[name].get("depends_on", {})) <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_ports_open_on_this_machine_only_unless_asked(name: str) -> None:
    """Kafka and Prometheus here know no passwords; a published port bypasses the host's firewall."""
    for port in SERVICES[name].get("ports", []):
        assert port.startswith(("127.0.0.1:", "${DASHBOARD_ADDRESS:-127.0.0.1}:"))


@pytest.mark.parametrize("name", SERVICES)
def test_no_password_is_written_down(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if "PASSWORD" in variable:
            assert value == f"${{{variable}:?}}"
        assert not re.search(r"//\w+:[^$@]+@", value)


def test_every_variable_that_is_asked_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (HOME / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (HOME / "deploy/env.example").read_text(), re.MULTILINE))
    assert asked == given


@pytest.mark.parametrize("name", ["migrate", "worker", "dashboard"])
def test_our_services_settings_are_settings(name: str) -> None:
    """A misspelt variable would stop the service; here it stops the test."""
    env = {**SERVICES[name]["environment"], "MINGJING_SETTINGS": str(HOME / "deploy/city/mingjing.toml")}
    loaded = settings.load(env=env)
    assert loaded.brokers == "kafka:9092"
    assert loaded.store_dsn is not None


def test_each_service_speaks_to_the_store_as_its_own_user() -> None:
    users = {
        name: re.sub(r"clickhouse://(\w+):.*", r"\1", SERVICES[name]["environment"]["MINGJING_STORE_DSN"])
        for name in ("migrate", "worker", "dashboard")
    }
    assert users == {"migrate": "mingjing_migrator", "worker": "mingjing_writer", "dashboard": "mingjing_reader"}


def test_the_image_holds_every_package() -> None:
    dockerfile = (HOME / "deploy/Dockerfile").read_text()
    for name in ("mingjing", *OURS):
        assert f"COPY {name} /app/{name}\n" in dockerfile
