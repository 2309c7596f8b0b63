"""Cameras over the windows: who is at the counter. Not built yet."""
