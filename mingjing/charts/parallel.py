"""A project under parallel approval: its branches side by side on an axis of working days."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mingjing.charts.look import LOOK, Look, Spec, framed, table

ROW_PX, AROUND_PX = 34, 110
"""The height of a lane, and of the legend and the axis, which lie within the chart's own height."""


class Lane(Struct, frozen=True, kw_only=True):
    """One bar: from one working day to another, with a mark where it was due. `told` is its tooltip."""

    name: str
    since: float
    until: float
    kind: str
    told: str
    due: float | None = None


class Pin(Struct, frozen=True, kw_only=True):
    """Something at one working day in a lane."""

    name: str
    at: float
    told: str


class Held(Struct, frozen=True, kw_only=True):
    """A stretch in a lane in which its clock stood still."""

    name: str
    since: float
    until: float
    told: str


def side_by_side(
    lanes: Sequence[Lane],
    pins: Sequence[Pin],
    held: Sequence[Held],
    kinds: Sequence[tuple[str, str]],
    labels: Mapping[str, str],
    *,
    limit: float | None = None,
    look: Look = LOOK,
) -> Spec:
    """The lanes in their order; `kinds` are what a bar's kind is called, and its colour.

    Labels: `axis` (working days since the opening), `due`, `limit` (the committed total).
    """
    names = dict.fromkeys([*(lane.name for lane in lanes), *(pin.name for pin in pins)])
    y = {
        "field": "name", "type": "nominal", "sort": None, "title": None, "scale": {"domain": list(names)},
        "axis": {"ticks": False, "domain": False, "labelLimit": 330},
    }  # fmt: skip
    most = max([1.0, *(lane.until for lane in lanes), *(lane.due or 0 for lane in lanes), limit or 0])
    x = {
        "field": "since", "type": "quantitative", "title": labels["axis"],
        "scale": {"domain": [0, most * 1.02], "nice": False},
        "axis": {"tickMinStep": 1, "format": "d", "grid": True},
    }  # fmt: skip
    tip = [{"field": "name", "type": "nominal", "title": " "}, {"field": "told", "type": "nominal", "title": " "}]
    used = {lane.kind for lane in lanes}
    colours = [(name, colour) for name, colour in kinds if name in used]
    bars = {
        "data": table([
            {"name": one.name, "since": one.since, "until": max(one.until, one.since + most * 0.004), "kind": one.kind,
             "told": one.told}
            for one in lanes
        ]),
        "mark": {"type": "bar", "height": {"band": 0.55}, "cornerRadius": 2, "clip": True},
        "encoding": {
            "y": y, "x": x, "x2": {"field": "until"}, "tooltip": tip,
            "color": {
                "field": "kind", "type": "nominal", "title": None, "legend": {"symbolType": "square", "columns": 5},
                "scale": {"domain": [name for name, _ in colours], "range": [colour for _, colour in colours]},
            },
        },
    }  # fmt: skip
    layers = [bars, *_over(lanes, pins, held, labels, x, y, look)]
    if limit:
        layers += _limit(limit, labels["limit"], x, look)
    return framed({"height": AROUND_PX + max(2, len(names)) * ROW_PX, "layer": layers}, look)


def _over(
    lanes: Sequence[Lane],
    pins: Sequence[Pin],
    held: Sequence[Held],
    labels: Mapping[str, str],
    x: Spec,
    y: Spec,
    look: Look,
) -> list[Spec]:
    """What lies on the bars: stretches that do not count, where they were due, and single happenings."""
    tip = [{"field": "name", "type": "nominal", "title": " "}, {"field": "told", "type": "nominal", "title": " "}]
    dues = [{"name": one.name, "since": one.due, "told": labels["due"]} for one in lanes if one.due is not None]
    stood = [{"name": one.name, "since": one.since, "until": one.until, "told": one.told} for one in held]
    points = [{"name": one.name, "since": one.at, "told": one.told} for one in pins]
    found: list[Spec] = []
    if stood:
        mark = {"type": "bar", "height": {"band": 0.2}, "color": "white", "opacity": 0.75, "clip": True}
        found.append({"data": table(stood), "mark": mark,
                      "encoding": {"y": y, "x": x, "x2": {"field": "until"}, "tooltip": tip}})  # fmt: skip
    if dues:
        mark = {"type": "tick", "thickness": 3, "height": {"band": 0.85}, "color": look.ink, "clip": True}
        found.append({"data": table(dues), "mark": mark, "encoding": {"y": y, "x": x, "tooltip": tip}})
    if points:
        mark = {"type": "point", "filled": True, "size": 80, "shape": "diamond", "color": look.ink, "stroke": "white",
                "opacity": 1, "clip": True}  # fmt: skip
        found.append({"data": table(points), "mark": mark, "encoding": {"y": y, "x": x, "tooltip": tip}})
    return found


def _limit(limit: float, label: str, x: Spec, look: Look) -> list[Spec]:
    """The committed total, from top to bottom, with its name above."""
    data = table([{"since": limit, "told": label}])
    line = {"type": "rule", "color": look.bad, "strokeWidth": 2, "strokeDash": [5, 4]}
    name = {"type": "text", "align": "right", "baseline": "bottom", "color": look.bad}
    tip = [{"field": "told", "type": "nominal", "title": " "}]
    return [
        {"data": data, "mark": line, "encoding": {"x": x, "tooltip": tip}},
        {"data": data, "mark": name, "encoding": {"x": x, "y": {"value": -3}, "text": {"field": "told"}}},
    ]
