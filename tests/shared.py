"""The real logs, with answers that others computed, that lie beside the project."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the logs: $MINGJING_TEST_DATA, else `shared/data` beside the project. Skips where it is absent."""
    folder = Path(os.environ.get("MINGJING_TEST_DATA", BESIDE))
    if not (folder / "expected").is_dir():
        pytest.skip("the real logs are not here; MINGJING_TEST_DATA names the folder that holds `expected`")
    return folder
