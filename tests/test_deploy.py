"""The compose file and what it mounts, checked as far as that goes without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjing import cameras, settings
from mingjing.names import OURS

HOME = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((HOME / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OUR_SERVICES = sorted(name for name, service in SERVICES.items() if service["image"].startswith("mingjing:"))
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
        assert re.match(r"(127\.0\.0\.1|\$\{(DASHBOARD|PUBLIC|API)_ADDRESS:-127\.0\.0\.1\}):", port)


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


@pytest.mark.parametrize("name", OUR_SERVICES)
def test_our_services_settings_are_settings(name: str) -> None:
    """A misspelt variable would stop the service; here it stops the test."""
    given = {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for key, value in SERVICES[name]["environment"].items()}
    loaded = settings.load(env={**given, "MINGJING_SETTINGS": str(HOME / "deploy/city/mingjing.toml")})
    assert loaded.brokers == "kafka:9092"
    assert (loaded.store_dsn is None) == (name == "sampler")  # whoever sees people has no way into the store


def test_each_service_speaks_to_the_store_as_its_own_user() -> None:
    users = {
        name: re.sub(r"clickhouse://(\w+):.*", r"\1", SERVICES[name]["environment"]["MINGJING_STORE_DSN"])
        for name in OUR_SERVICES
        if name != "sampler"
    }
    writers = dict.fromkeys(("worker", "population", "scorer", "clerk"), "mingjing_writer")
    readers = dict.fromkeys(("dashboard", "calibration", "brief", "api"), "mingjing_reader")
    migrators = dict.fromkeys(("migrate", "purge"), "mingjing_migrator")
    assert users == {"public": "mingjing_public"} | migrators | writers | readers


def test_the_image_holds_every_package() -> None:
    dockerfile = (HOME / "deploy/Dockerfile").read_text()
    for name in ("mingjing", *OURS):
        assert f"COPY {name} /app/{name}\n" in dockerfile


def mounts(name: str) -> dict[str, tuple[str, bool]]:
    """What a service finds at a path: the source, and whether it may write there."""
    parts = [volume.split(":") for volume in SERVICES[name]["volumes"]]
    return {part[1]: (part[0], part[2:] != ["ro"]) for part in parts}


def test_cameras_are_set_up_in_one_place_and_pictures_made_in_another() -> None:
    """Each may write what is its own, and only read the rest; the dashboard that many see writes no camera's file."""
    drawn, pictures = "/var/lib/mingjing/cameras", "/var/lib/mingjing/pictures"
    sampler, calibration, dashboard = mounts("sampler"), mounts("calibration"), mounts("dashboard")
    assert (sampler[drawn], calibration[drawn]) == (("./deploy/cameras", False), ("./deploy/cameras", True))
    assert (sampler[pictures], calibration[pictures]) == (("pictures", True), ("pictures", False))
    assert {path for path, (_, writes) in dashboard.items() if writes} == {
        f"/var/lib/mingjing/{name}" for name in ("briefs", "files", "seal")
    }
    assert "pictures" in COMPOSE["volumes"]
    env = {**SERVICES["sampler"]["environment"], "MINGJING_SETTINGS": str(HOME / "deploy/city/mingjing.toml")}
    loaded = settings.load(env=env)
    assert (loaded.cameras_dir, loaded.pictures_dir) == (drawn, pictures)
    assert f"{drawn} {pictures}" in (HOME / "deploy/Dockerfile").read_text()  # there, and its user's own


def test_whoever_looks_through_cameras_has_their_logins() -> None:
    """The calibration page looks through them as the sampler does; nobody needs the file who has no logins."""
    for name in ("sampler", "calibration"):
        assert SERVICES[name]["env_file"] == [{"path": "deploy/cameras.env", "required": False}]
    assert "deploy/cameras.env" in (HOME / ".gitignore").read_text().split()


def test_secrets_of_messages_stand_beside_and_not_in_the_repository() -> None:
    assert SERVICES["clerk"]["env_file"] == [{"path": "deploy/messages.env", "required": False}]
    assert "deploy/messages.env" in (HOME / ".gitignore").read_text().split()


def test_the_key_of_the_seal_is_with_those_who_record_and_nobody_else() -> None:
    """Who can write there can forge the record: neither those who judge nor those whom the public reaches."""
    holders = {name for name in OUR_SERVICES if "/var/lib/mingjing/seal" in mounts(name)}
    assert holders == {"clerk", "purge", "dashboard", "calibration"}
    recorders = {name for name in OUR_SERVICES if "MINGJING_DESK_DSN" in SERVICES[name]["environment"]}
    assert recorders == holders


def test_prometheus_asks_every_service_of_ours_that_stays() -> None:
    asked = yaml.safe_load((HOME / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    ours = set(STAYING) & set(OUR_SERVICES) - {"api"}  # it answers on one port, and has no metrics
    assert ours <= {job["job_name"] for job in asked}


def test_alerts_look_at_metrics_that_exist() -> None:
    """A misspelt metric never fires."""
    groups = yaml.safe_load((HOME / "deploy/prometheus/alerts.yml").read_text())["groups"]
    expressions = " ".join(rule["expr"] for group in groups for rule in group["rules"])
    known = (HOME / "docs/metrics.md").read_text()
    used = set(re.findall(r"mingjing_\w+", expressions))
    assert {name for name in used if re.sub(r"_(bucket|count|sum)$", "", name) not in known} == set()


def test_the_example_of_a_camera_is_right(tmp_path: Path) -> None:
    example = HOME / "deploy/cameras/hall-1.toml.example"
    (tmp_path / "hall-1.toml").write_text(example.read_text())
    (camera,) = cameras.load(tmp_path)
    assert camera.login == "env:CAMERA_LOGIN"
