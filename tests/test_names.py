"""No stranger's `rules`, `streams`, `video` or `dashboards` stands where ours should."""

import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from mingjing.names import OURS, guard

HOME = Path(__file__).resolve().parent.parent


def test_our_names_lead_to_our_packages() -> None:
    guard()


@pytest.mark.parametrize("name", OURS)
def test_no_installed_distribution_ships_our_name(name: str) -> None:
    """With one installed, what is imported depends on the order of the path, and tests pass while users fail."""
    assert set(packages_distributions().get(name, [])) <= {"mingjing"}


@pytest.mark.parametrize("name", OURS)
def test_a_strangers_package_on_the_path_is_named_with_its_file(name: str, tmp_path: Path) -> None:
    stranger = tmp_path / name / "__init__.py"
    stranger.parent.mkdir()
    stranger.touch()
    code = (
        "from mingjing.errors import MingjingError\nfrom mingjing.names import guard\n"
        "try: guard()\nexcept MingjingError as wrong: print(wrong)"
    )
    path = os.pathsep.join((str(tmp_path), str(HOME)))
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert said.startswith(f"the package {name} is another package: {stranger}")
    assert "./run setup" in said


def test_no_page_shadows_our_packages() -> None:
    """Streamlit puts a page's own folder first on the path: dashboards/rules.py would be imported as `rules`."""
    beside = {path.stem for path in (HOME / "dashboards").iterdir()}
    assert not beside & {"mingjing", *OURS}


def test_every_test_folder_is_a_package() -> None:
    """Without its __init__.py, pytest would import tests/rules as `rules`."""
    folders = {path.parent for path in (HOME / "tests").rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]
