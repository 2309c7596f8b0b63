"""The real logs, with answers that others computed, that lie beside the project; and what only a long run tries."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"

long = pytest.mark.skipif(
    os.environ.get("MINGJING_TEST_LONG") != "1", reason="takes a minute or more; MINGJING_TEST_LONG=1 runs it too"
)
"""For what CI has no time for: each marked test has a shorter sibling that always runs."""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the logs: $MINGJING_TEST_DATA, else `shared/data` beside the project. Skips where it is absent."""
    folder = Path(os.environ.get("MINGJING_TEST_DATA", BESIDE))
    if not (folder / "expected").is_dir():
        pytest.skip("the real logs are not here; MINGJING_TEST_DATA names the folder that holds `expected`")
    return folder
