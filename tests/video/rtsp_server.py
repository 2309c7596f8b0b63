"""An RTSP server on loopback, GStreamer's own; run by the system's Python, which has its bindings: see rtsp.py.

    rtsp_server.py PORT USER:PASSWORD NAME=FILE[,FILE…] …

Each NAME sends its files of H.264 over and over, one picture every 40 ms, without encoding anything anew. A name
that begins with `locked` wants the user; one that begins with `spoilt` has every third picture damaged on its way.
Once it listens, it prints its port (PORT 0: any that is free).
"""

import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

EVERY_MS = 40
PIPELINE = (
    "( appsrc name=pictures is-live=true do-timestamp=true format=time "
    "caps=video/x-h264,stream-format=byte-stream,alignment=au,framerate=25/1 ! rtph264pay name=pay0 )"
)
DELIMITER = b"\0\0\0\1\x09"  # the NAL unit that begins each picture


def pictures(files: list[Path], spoilt: bool) -> Iterator[bytes]:
    chances = random.Random(1)  # noqa: S311
    contents = [[DELIMITER + unit for unit in file.read_bytes().split(DELIMITER)[1:]] for file in files]
    for number, picture in enumerate(itertools.chain.from_iterable(itertools.cycle(contents))):
        yield damaged(picture, chances) if spoilt and number % 3 else picture


def damaged(picture: bytes, chances: random.Random) -> bytes:
    content = bytearray(picture)
    for _ in range(max(8, len(content) // 20)):
        content[chances.randrange(len(DELIMITER), len(content))] = chances.randrange(256)
    return bytes(content)


def send(_factory: object, media: object, name: str, files: list[Path]) -> None:
    source = media.get_element().get_by_name_recurse_up("pictures")  # type: ignore[attr-defined]
    coming = pictures(files, name.startswith("spoilt"))

    def push() -> bool:
        return bool(source.emit("push-buffer", Gst.Buffer.new_wrapped(next(coming))) == Gst.FlowReturn.OK)

    push()
    GLib.timeout_add(EVERY_MS, push)


def permissions(locked: bool) -> GstRtspServer.RTSPPermissions:
    allowed = GstRtspServer.RTSPPermissions()
    for role in ("user", "anybody"):
        allowed.add_permission_for_role(role, "media.factory.access", True)  # else: not found
        allowed.add_permission_for_role(role, "media.factory.construct", role == "user" or not locked)
    return allowed


def token(role: str) -> GstRtspServer.RTSPToken:
    made = GstRtspServer.RTSPToken()
    made.set_string("media.factory.role", role)
    return made


def main() -> None:
    port, login, *mounts = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(*login.split(":", 1), token("user"))
    auth.set_default_token(token("anybody"))
    server.set_auth(auth)
    for mount in mounts:
        name, _, files = mount.partition("=")
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(PIPELINE)
        factory.set_shared(True)
        factory.set_permissions(permissions(name.startswith("locked")))
        factory.connect("media-configure", send, name, [Path(file) for file in files.split(",")])
        server.get_mount_points().add_factory(f"/{name}", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
