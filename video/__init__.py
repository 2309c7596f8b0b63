"""Cameras over the windows: who is at the counter."""

import os

# onnxruntime's wheels send usage data to their maker unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

MOST_PIXELS = 50_000_000
"""Of one picture: 150 MB. A file of a few kilobytes can unfold to gigabytes, at the cost of all cameras."""

os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MOST_PIXELS)  # read when OpenCV is loaded
