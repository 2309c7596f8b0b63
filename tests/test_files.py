"""The house rules that a reader notices first: small modules, nothing of one machine, no dead links."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement

HOME = Path(__file__).resolve().parent.parent
MOST_LINES = 500
BINARY = {".png", ".jpg", ".gz", ".ico", ".woff2"}
LOCKS = ("requirements.lock", "deploy/requirements.lock")

# Where a link may lead. Whoever adds a host has looked at the page.
HOSTS = {
    "127.0.0.1", "localhost",
    "cel.dev", "clickhouse.com", "docs.docker.com", "docs.streamlit.io", "github.com", "kafka.apache.org",
    "keepachangelog.com", "prometheus.io", "semver.org", "vega.github.io",
    "www.apache.org", "json-schema.org", "www.w3.org", "maven.apache.org", "www.xes-standard.org",
    "mingjing.example", "desk.mingjing.example", "hook.mingjing.example", "x.mingjing.example", "hook",
}  # fmt: skip


@cache
def files() -> list[Path]:
    """Every file under version control that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True, check=True).stdout.decode()
    paths = [HOME / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix not in BINARY and path.is_file()]


def test_no_module_is_longer_than_a_reader_follows() -> None:
    """Catch-all modules are where newcomers give up; one that reaches the limit wants splitting."""
    lengths = {path: path.read_text().count("\n") for path in files() if path.suffix == ".py"}
    assert not {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES}


def test_nothing_names_a_path_of_one_machine() -> None:
    """Such a path works for its author alone."""
    private = re.compile(r"(?<![\w.~-])/(work|root|Users|opt/wheels|home/(?!mingjing\b)\w+)/")
    found = [
        f"{path.relative_to(HOME)}:{number}"
        for path in files()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if private.search(line)
    ]
    assert not found


def test_links_lead_to_known_hosts_only() -> None:
    """An unknown host is a mirror, a tracker or a typing mistake; it is looked at before it is added here."""
    link = re.compile(r"https?://[^\s\"'<>)`\]}|,;，。；）]+")
    found = {
        f"{path.relative_to(HOME)}: {url}"
        for path in files()
        for url in link.findall(path.read_text())
        if (urlsplit(url).hostname or "") not in HOSTS and not re.search(r"[{$\\]", url)
    }
    assert not found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_index(lock: str) -> None:
    """The lock must install from any index that serves the same bytes, and from no other."""
    text = (HOME / lock).read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"://|--(extra-)?index|--find-links| @ ", text)


def test_the_locks_satisfy_what_pyproject_asks_for() -> None:
    """Someone who changes a range and forgets ./run lock tests something else than users get."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        "requirements.lock": project["dependencies"] + extras["local"] + extras["test"],
        "deploy/requirements.lock": project["dependencies"],
    }
    for lock, wanted in asked.items():
        pinned = re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (HOME / lock).read_text(), re.MULTILINE)
        for requirement in map(Requirement, wanted):
            versions = [version for name, version in pinned if name == requirement.name]
            assert versions, f"{lock} lacks {requirement}: ./run lock"
            assert all(map(requirement.specifier.contains, versions)), f"{lock} has {versions}, not {requirement}"
