"""The scores of a tender: every expert's score of every bidder, coloured by how far it lies from the panel's."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table

ROW_PX, FRAME_PX = 34, 110
"""A row; axis and legend, where the height is that of the whole."""

CLEAR = 6.0
"""Points at which a colour is full: smaller differences stay pale."""


class Cell(Struct, frozen=True, kw_only=True):
    """One score, and in points how far it is `off` the other experts'; `told`: the same in words."""

    expert: str
    bidder: str
    score: float
    off: float
    far: bool
    told: str


def scores(cells: Sequence[Cell], experts: Sequence[str], bidders: Sequence[str], labels: Mapping[str, str]) -> Spec:
    """Experts below one another, bidders beside one another in the order given; what is far has a frame.

    Labels: `expert`, `bidder`, `score`, `off`, `told`.
    """
    rows = [
        {"expert": c.expert, "bidder": c.bidder, "score": c.score, "off": c.off, "far": c.far, "told": c.told}
        for c in cells
    ]
    most = max([CLEAR, *(abs(c.off) for c in cells)])
    x = {"field": "bidder", "type": "nominal", "sort": list(bidders), "title": labels["bidder"],
         "axis": {"orient": "top", "labelAngle": 0, "labelLimit": 130}}  # fmt: skip
    y = {"field": "expert", "type": "nominal", "sort": list(experts), "title": labels["expert"]}
    tips = [
        {"field": "expert", "type": "nominal", "title": labels["expert"]},
        {"field": "bidder", "type": "nominal", "title": labels["bidder"]},
        {"field": "score", "type": "quantitative", "title": labels["score"], "format": ".1f"},
        {"field": "off", "type": "quantitative", "title": labels["off"], "format": "+.1f"},
        {"field": "told", "type": "nominal", "title": labels["told"]},
    ]
    colour = {
        "field": "off", "type": "quantitative", "title": labels["off"],
        "scale": {"domain": [-most, 0, most], "range": [LOOK.good, "#ffffff", LOOK.bad],
                  "interpolate": "rgb"},
        "legend": {"orient": "bottom", "gradientLength": 220},
    }  # fmt: skip
    frame = {"condition": {"test": "datum.far", "value": LOOK.ink}, "value": LOOK.line}
    thick = {"condition": {"test": "datum.far", "value": 3}, "value": 0.5}
    cell = {
        "mark": {"type": "rect"},
        "encoding": {"x": x, "y": y, "color": colour, "stroke": frame, "strokeWidth": thick, "tooltip": tips},
    }
    figure = {
        "mark": {"type": "text", "fontSize": 13},
        "encoding": {
            "x": x, "y": y, "tooltip": tips,
            "text": {"field": "score", "type": "quantitative", "format": ".1f"},
            "color": {
                "condition": {"test": f"abs(datum.off) > {0.7 * most}", "value": "#ffffff"}, "value": LOOK.ink,
            },
        },
    }  # fmt: skip
    return framed({"data": table(rows), "height": max(2, len(experts)) * ROW_PX + FRAME_PX, "layer": [cell, figure]})
