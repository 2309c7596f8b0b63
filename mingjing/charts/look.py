"""What all charts have in common: colours, letters, and the frame of a specification."""

from typing import Any

from msgspec import Struct

Spec = dict[str, Any]
"""A Vega-Lite specification, version 5: what JSON can hold and nothing else."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


class Look(Struct, frozen=True, kw_only=True):
    """Colours on white paper, told apart by those who tell no red from green, and letters with Chinese in them."""

    ink: str = "#14233a"
    soft: str = "#51617a"
    line: str = "#d3dbe6"
    wash: str = "#eef2f7"
    mark: str = "#1f4e8c"
    pale: str = "#a9c3e3"
    good: str = "#1f6fae"
    bad: str = "#c2410c"
    tiers: tuple[str, ...] = ("#123f7a", "#2f78b7", "#6b7f99", "#d08a3c", "#a63c06")
    fonts: str = (
        "'Source Han Sans SC', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
    )
    size: int = 12

    def tier(self, place: int, many: int) -> str:
        """The colour of tier `place` (1 is the best) of `many`.

        >>> look = Look()
        >>> look.tier(1, 3) == look.tiers[0], look.tier(3, 3) == look.tiers[-1], look.tier(1, 1) == look.tiers[1]
        (True, True, True)
        """
        if many <= 1:
            return self.tiers[1]
        return self.tiers[round((min(place, many) - 1) * (len(self.tiers) - 1) / (many - 1))]


LOOK = Look()


def framed(content: Spec, look: Look = LOOK, *, width: int | str = "container") -> Spec:
    """A whole specification: the content with schema, width in pixels (or as wide as its place) and the look."""
    text = {"labelFont": look.fonts, "titleFont": look.fonts, "labelFontSize": look.size, "titleFontSize": look.size}
    axis = {
        **text, "labelColor": look.ink, "titleColor": look.soft, "titleFontWeight": "normal", "gridColor": look.wash,
        "domainColor": look.line, "tickColor": look.line, "labelLimit": 260,
    }  # fmt: skip
    return {
        "$schema": SCHEMA,
        "background": "white",
        "width": width,
        **content,
        "config": {
            "font": look.fonts,
            "view": {"stroke": None},
            "axis": axis,
            "legend": {**text, "labelColor": look.ink, "titleColor": look.soft, "orient": "top", "labelLimit": 400},
            "text": {"font": look.fonts, "fontSize": look.size, "color": look.ink},
            "header": {**text, "labelColor": look.ink},
        },
    }


def table(rows: list[dict[str, Any]]) -> Spec:
    """Rows as the data of a specification."""
    return {"values": rows}
