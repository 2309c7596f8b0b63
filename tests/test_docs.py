"""What the pages tell a reader to open or to type exists."""

import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mingjing.cli import COMMANDS, app

HOME = Path(__file__).resolve().parent.parent
PAGES = sorted([*HOME.glob("*.md"), *(HOME / "docs").glob("*.md")])
IDS = [str(page.relative_to(HOME)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    """Also to the right heading."""
    text = page.read_text()
    for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in _anchors(there.read_text()), target


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


GROUPS = (
    "draw",
    "rules",
    "deadletters",
    "items",
    "org",
    "registers",
    "presets",
    "cameras",
    "model",
    "scores",
    "evidence",
    "changes",
    "seal",
    "privacy",
    "accounts",
)
"""Commands that have commands of their own."""


def commands() -> list[tuple[str, list[str]]]:
    """Every command line of ours in a shell block of a page, with its page."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
            for line in block.splitlines():
                words = shlex.split(line, comments=True)
                if words and words[0].startswith("MINGJING_"):
                    words = words[1:]
                if words and words[0] in ("mingjing", ".venv/bin/mingjing"):
                    found.append((page.name, words[1:]))
    return found


@pytest.mark.parametrize("words", [w for _, w in commands()], ids=[f"{page}: {' '.join(w)}" for page, w in commands()])
def test_a_command_takes_the_options_that_a_page_gives_it(words: list[str]) -> None:
    asked = words[: 2 if words[0] in GROUPS else 1]
    told = CliRunner().invoke(app, [*asked, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    for option in re.findall(r"--[\w-]+", " ".join(words)):
        assert option in told.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_there(command: str) -> None:
    """A command that is listed and then missing is the first thing that a newcomer meets."""
    module = import_module(f"mingjing.cli.{command}")
    assert callable(getattr(module, command, None)) or isinstance(getattr(module, "app", None), typer.Typer)


def test_the_readmes_commands_are_those_of_run() -> None:
    """Two commands, and the script knows both."""
    given = re.findall(r"^\./run (\w+)$", (HOME / "README.md").read_text(), re.MULTILINE)
    assert given == ["demo", "test"]
    usage = subprocess.run(["./run"], cwd=HOME, capture_output=True, text=True, check=False)
    assert usage.returncode == 2
    assert all(f"./run {command}" in usage.stderr for command in given)


def test_every_page_is_in_the_index() -> None:
    index = (HOME / "docs/index.md").read_text()
    assert [
        page.name for page in (HOME / "docs").glob("*.md") if page.name != "index.md" and page.name not in index
    ] == []
