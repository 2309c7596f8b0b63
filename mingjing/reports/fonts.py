"""Fonts for the brief: Chinese needs one that has it, English makes do with what is there."""

from functools import cache
from pathlib import Path

import typst
import vl_convert
from msgspec import Struct

from mingjing.errors import ServiceError
from mingjing.texts import Language

CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "Droid Sans Fallback",
    "Noto Serif CJK SC", "Source Han Serif SC", "SimSun",
)  # fmt: skip
"""Families with simplified Chinese, the best first."""
LATIN = ("Noto Sans", "Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
BROUGHT = "Libertinus Serif"
"""What the typesetter brings itself."""


class NoFont(ServiceError):
    """No font with Chinese is installed."""


class Fonts(Struct, frozen=True):
    """The families to set a brief in, the first one first, and whether Chinese is among them."""

    families: tuple[str, ...]
    chinese: bool


@cache
def known() -> typst.Fonts:
    """The machine's fonts, looked for once."""
    return typst.Fonts()


def fonts(language: Language) -> Fonts:
    """The fonts for a language; NoFont where Chinese is asked for and the machine has no font with it."""
    there = set(known().families())
    chinese = next((family for family in CHINESE if family in there), None)
    if language == "zh" and chinese is None:
        raise NoFont(
            "no font with Chinese is installed, which a brief in Chinese needs; on Debian `apt install fonts-noto-cjk`"
            ", or ask for `--lang en`"
        )
    latin = next((family for family in LATIN if family in there), BROUGHT)
    families = (chinese, latin) if chinese else (latin,)
    _told_to_charts(families)
    return Fonts(families, chinese is not None)


@cache
def _told_to_charts(families: tuple[str, ...]) -> None:
    """The charts measure their labels with the same fonts."""
    for folder in {Path(one.path).parent for one in known().fonts() if one.path and one.family in families}:
        vl_convert.register_font_directory(str(folder))
