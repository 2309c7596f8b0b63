"""Mingjing 明镜: electronic supervision of administrative efficiency 行政效能电子监察."""

__version__ = "0.1.0"
