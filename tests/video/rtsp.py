"""A real RTSP server on loopback, to be killed, frozen and started again; and the clips that it serves."""

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Self

import av
import numpy as np

PYTHON = "/usr/bin/python3"
"""The system's own: the bindings of GStreamer are a package of the system, not of PyPI."""

PACKAGES = "gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good python3-gi"
REQUIRED = os.environ.get("MINGJING_TEST_REQUIRE_RTSP") == "1"
"""CI sets it: there the tests on a real RTSP server may not be skipped."""

USER, PASSWORD = "hall", "p@ss:w/rd %41"
"""Of the streams whose name begins with `locked`; every character that an address would misread."""


@cache
def missing() -> str | None:
    """Why there can be no server, or None."""
    script = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; "
    script += "Gst.init(None); assert Gst.ElementFactory.find('rtph264pay') and Gst.ElementFactory.find('appsrc')"
    if (
        Path(PYTHON).exists()
        and subprocess.run([PYTHON, "-c", script], capture_output=True, check=False).returncode == 0
    ):
        return None
    return f"GStreamer's RTSP server is not here; Debian has it: apt-get install {PACKAGES}"


class RtspServer:
    """Serves each name's clips over and over, as a camera does, on the same port also after a restart."""

    def __init__(self, mounts: Mapping[str, list[Path]]) -> None:
        self._mounts = [f"{name}={','.join(map(str, files))}" for name, files in mounts.items()]
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def url(self, name: str) -> str:
        return f"rtsp://127.0.0.1:{self._port}/{name}"

    def start(self, *before: str) -> None:
        """Start and wait until it listens. `before`: a command to start it with, like taskset."""
        script = str(Path(__file__).with_name("rtsp_server.py"))
        command = [*before, PYTHON, script, self._port, f"{USER}:{PASSWORD}", *self._mounts]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert select.select([self._process.stdout], [], [], 15)[0], "the RTSP server does not start"
        self._port = self._process.stdout.readline().strip()
        assert self._port.isdigit(), "the RTSP server has died"

    def kill(self) -> None:
        """Gone at once, as when the power fails; the kernel tells the clients."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It neither sends nor answers, and its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


def clip(
    path: Path, size: tuple[int, int] = (160, 120), seconds: float = 2, keys_every: int = 25, fps: int = 25
) -> Path:
    """A white square that walks over stripes, with a key frame every so many pictures; H.264 without a container if
    the name ends so, for the server."""
    width, height = size
    options = {"preset": "ultrafast", "threads": "1"}
    options["x264-params"] = f"keyint={keys_every}:min-keyint={keys_every}:scenecut=0:aud=1"
    ground = np.repeat(np.arange(width, dtype=np.uint8)[None, :, None], height, 0).repeat(3, 2)
    with av.open(path, "w") as film:
        stream = film.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(round(seconds * fps)):
            picture = ground.copy()
            left = number * 3 % (width - 20)
            picture[10:30, left : left + 20] = 255
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode())
    return path
