"""Cameras over the windows: who is at the counter."""

import os

# onnxruntime's wheels send usage data to their maker unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
