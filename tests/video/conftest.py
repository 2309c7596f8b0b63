"""What several tests of cameras need: the model that was set up, and the clips that lie beside the project."""

import os
from pathlib import Path

import pytest

from mingjing import settings
from tests.shared import BESIDE
from video.model import fault, model_path

REQUIRED = os.environ.get("MINGJING_TEST_REQUIRE_MODEL") == "1"


@pytest.fixture(scope="session")
def default_model() -> Path:
    """The default detector's model as `./run setup` left it. Skips where it could not; in CI that fails."""
    path = model_path(settings.load().model_dir)
    wrong = fault(path) if path.is_file() else f"{path} is not there"
    if wrong and REQUIRED:
        pytest.fail(wrong)
    if wrong:
        pytest.skip(f"there is no model ({wrong}): run mingjing model fetch")
    return path


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of the clips and their truth: in $MINGJING_TEST_DATA, else in `shared/data` beside the project."""
    folder = Path(os.environ.get("MINGJING_TEST_DATA", BESIDE)) / "footage"
    if not (folder / "truth.json").is_file():
        pytest.skip("the clips are not here; MINGJING_TEST_DATA names the folder that holds footage/truth.json")
    return folder
