"""A case's whole life on one line of time: marks, stretches and slanted lines; the wheel zooms, dragging moves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table

LANE_PX = 30
_WHEN = (
    "timeFormat(datum.value, seconds(datum.value) ? '%H:%M:%S'"
    " : hours(datum.value) || minutes(datum.value) ? '%m-%d %H:%M' : '%Y-%m-%d')"
)
"""Labels of the axis: days, and below them hours and seconds, in figures that need no language."""


class Point(Struct, frozen=True, kw_only=True):
    """Something at an instant. `at` is the reader's local time without a zone: the chart knows no zones."""

    lane: str
    at: datetime
    kind: str
    what: str
    told: str = ""


class Bar(Struct, frozen=True, kw_only=True):
    """Something that lasted; instants as in Point."""

    lane: str
    since: datetime
    until: datetime
    kind: str
    what: str
    told: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """From an instant in one lane to one in another, such as from when something occurred to when it was recorded."""

    lane: str
    at: datetime
    to_lane: str
    to_at: datetime
    late: bool
    what: str


class Kind(Struct, frozen=True, kw_only=True):
    """What a kind of mark or stretch is called, its colour, and for marks their shape (a Vega shape)."""

    code: str
    name: str
    colour: str
    shape: str = "circle"


def life(
    lanes: Sequence[str],
    points: Sequence[Point],
    bars: Sequence[Bar],
    links: Sequence[Link],
    kinds: Sequence[Kind],
    labels: Mapping[str, str],
    *,
    window: tuple[datetime, datetime] | None = None,
) -> Spec:
    """The lanes one below the other. `window`: what is shown at first, all if None.

    `labels`: `what`, `told`, `at`, `until`.
    """
    named = {kind.code: kind.name for kind in kinds}
    domain = [_text(one) for one in window] if window else None
    lane = {"field": "lane", "type": "nominal", "sort": None, "scale": {"domain": list(lanes)}, "title": None}
    y = {**lane, "axis": {"ticks": False, "domain": False, "labelLimit": 190, "grid": True, "gridColor": LOOK.wash}}
    x = {
        "field": "at", "type": "temporal", "title": None,
        "axis": {
            "grid": True, "gridColor": LOOK.wash, "labelOverlap": True, "tickCount": 12, "orient": "top",
            "labelExpr": _WHEN,
        },
    }  # fmt: skip
    tips = [
        {"field": "what", "type": "nominal", "title": labels["what"]},
        {"field": "told", "type": "nominal", "title": labels["told"]},
        {"field": "at", "type": "temporal", "title": labels["at"], "format": "%Y-%m-%d %H:%M:%S"},
    ]
    until = {"field": "until", "type": "temporal", "title": labels["until"], "format": "%Y-%m-%d %H:%M:%S"}
    used = {one.kind for one in bars}
    stretches = {
        "data": table([
            {"lane": b.lane, "at": _text(b.since), "until": _text(b.until), "kind": named[b.kind], "what": b.what,
             "told": b.told}
            for b in bars
        ]),
        "mark": {"type": "bar", "height": {"band": 0.56}, "cornerRadius": 2, "clip": True},
        "encoding": {
            "x": x, "x2": {"field": "until"}, "y": y, "tooltip": [*tips, until],
            "color": _colours([kind for kind in kinds if kind.code in used], "stretch"),
        },
    }  # fmt: skip
    slants = {
        "data": table([
            {"lane": k.lane, "at": _text(k.at), "to_lane": k.to_lane, "until": _text(k.to_at), "late": k.late,
             "what": k.what}
            for k in links
        ]),
        "mark": {"type": "rule", "clip": True},
        "encoding": {
            "x": x, "x2": {"field": "until"}, "y": {**lane, "axis": y["axis"]}, "y2": {"field": "to_lane"},
            "color": {"condition": {"test": "datum.late", "value": LOOK.bad}, "value": LOOK.pale},
            "strokeWidth": {"condition": {"test": "datum.late", "value": 2}, "value": 0.8},
            "tooltip": [tips[0], {**tips[2]}, until],
        },
    }  # fmt: skip
    seen = {one.kind for one in points}
    marked = [kind for kind in kinds if kind.code in seen]
    marks = {
        "data": table([
            {"lane": p.lane, "at": _text(p.at), "kind": named[p.kind], "what": p.what, "told": p.told} for p in points
        ]),
        "mark": {
            "type": "point", "filled": True, "size": 90, "opacity": 0.92, "stroke": "white", "strokeWidth": 0.7,
            "clip": True,
        },
        "params": [{"name": "zoom", "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales"}],
        "encoding": {
            "x": {**x, "scale": {"domain": domain}} if domain else x, "y": y, "tooltip": tips,
            "color": _colours(marked, "mark"),
            "shape": {
                "field": "kind", "type": "nominal", "title": None, "legend": {"orient": "bottom", "columns": 8},
                "scale": {"domain": [kind.name for kind in marked], "range": [kind.shape for kind in marked]},
            },
        },
    }  # fmt: skip
    layers = [layer for layer, rows in ((stretches, bars), (slants, links)) if rows]
    return framed(
        {
            "height": max(3, len(lanes)) * LANE_PX,
            "layer": [*layers, marks],
            "resolve": {"scale": {"color": "independent", "shape": "independent"}},
        }
    )


def _colours(kinds: Sequence[Kind], what: str) -> Spec:
    legend = (
        {"orient": "bottom", "columns": 8, "symbolType": "square"}
        if what == "stretch"
        else {"orient": "bottom", "columns": 8}
    )
    return {
        "field": "kind", "type": "nominal", "title": None, "legend": legend,
        "scale": {"domain": [kind.name for kind in kinds], "range": [kind.colour for kind in kinds]},
    }  # fmt: skip


def _text(at: datetime) -> str:
    """Local time as a chart takes it for its own local time; a date alone would be taken for UTC."""
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")
