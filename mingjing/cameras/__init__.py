"""The cameras 摄像头 of an installation: where each is, and which part of its picture shows which window.

A directory (`cameras_dir`) holds one TOML file per camera. The sampler reads them, the calibration page writes them.
Polygons are numbers here, no picture is opened.
"""

from mingjing.cameras.entries import Camera, Point, Polygon, Size, Zone
from mingjing.cameras.files import Reading, load, read
from mingjing.cameras.saving import Changed, save, stamp

__all__ = ["Camera", "Changed", "Point", "Polygon", "Reading", "Size", "Zone", "load", "read", "save", "stamp"]
