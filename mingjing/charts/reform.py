"""Before and after: limits that add up against the days it took, and the catalogue's days of two dates."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table

ROW_PX = 30


class Pair(Struct, frozen=True, kw_only=True):
    """One row: what it was (or would be), and what it is; `mark`: a promise drawn as a stroke, None for none."""

    name: str
    before: float
    after: float
    mark: float | None = None


class Rate(Struct, frozen=True, kw_only=True):
    """One rate with its interval, all from 0 to 1, out of `n`."""

    name: str
    what: str
    value: float
    lo: float
    hi: float
    n: int


def pairs(rows: Sequence[Pair], labels: Mapping[str, str]) -> Spec:
    """A line from what was to what is, one row each. `labels`: `before`, `after`, `mark`, `unit`."""
    names = [row.name for row in rows]
    data = [
        {
            "name": row.name,
            "before": row.before,
            "after": row.after,
            "promise": row.mark,
            "shorter": row.after <= row.before,
        }
        for row in rows
    ]
    points = [
        {"name": row.name, "what": labels[what], "value": value, "text": f"{value:,.1f}".removesuffix(".0")}
        for row in rows
        for what, value in (("before", row.before), ("after", row.after))
    ]
    y = {"field": "name", "type": "nominal", "title": None, "sort": names, "axis": {"ticks": False, "domain": False}}
    x = {"type": "quantitative", "title": labels["unit"], "scale": {"zero": True}}
    span = {
        "data": table(data),
        "mark": {"type": "bar", "height": 8, "opacity": 0.55},
        "encoding": {
            "y": y,
            "x": {"field": "after", **x},
            "x2": {"field": "before"},
            "color": {"condition": {"test": "datum.shorter", "value": LOOK.pale}, "value": LOOK.bad},
        },
    }
    ends = {
        "data": table(points),
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "y": y,
            "x": {"field": "value", **x},
            "color": {
                "field": "what", "type": "nominal", "title": None,
                "scale": {"domain": [labels["before"], labels["after"]], "range": [LOOK.soft, LOOK.mark]},
            },
            "shape": {
                "field": "what", "type": "nominal", "title": None,
                "scale": {"domain": [labels["before"], labels["after"]], "range": ["square", "circle"]},
            },
            "tooltip": [{"field": "name"}, {"field": "what"}, {"field": "value"}],
        },
    }  # fmt: skip
    said = {
        "data": table(points),
        "mark": {"type": "text", "dy": -13, "fontSize": 11},
        "encoding": {"y": y, "x": {"field": "value", **x}, "text": {"field": "text", "type": "nominal"}},
    }
    layers = [span, ends, said]
    if any(row.mark is not None for row in rows):
        layers.append(
            {
                "data": table([row for row in data if row["promise"] is not None]),
                "mark": {"type": "tick", "thickness": 2.5, "size": 24, "color": LOOK.bad},
                "encoding": {
                    "y": y,
                    "x": {"field": "promise", **x},
                    "tooltip": [{"field": "promise", "title": labels["mark"]}],
                },
            }
        )
    return framed({"height": {"step": ROW_PX}, "layer": layers})


def rates(rows: Sequence[Rate], whats: Sequence[str], labels: Mapping[str, str]) -> Spec:
    """Rates as points with their intervals, one row each, one colour and shape for each of `whats`.

    `labels`: `rate`, `n`, `interval`.
    """
    data = [
        {
            "name": row.name, "what": row.what, "value": row.value, "lo": row.lo, "hi": row.hi, "n": row.n,
            "told": f"{row.lo:.2%} – {row.hi:.2%}",
        }
        for row in rows
    ]  # fmt: skip
    names = list(dict.fromkeys(row.name for row in rows))
    colour = {
        "field": "what",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(whats), "range": [LOOK.mark, LOOK.bad]},
    }
    shape = {
        "field": "what",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(whats), "range": ["circle", "square"]},
    }
    y = {"field": "name", "type": "nominal", "title": None, "sort": names, "axis": {"ticks": False, "domain": False}}
    low = min((row.lo for row in rows), default=0.0)
    scale = {"domain": [max(0.0, low - 0.03), 1.0], "zero": False}
    x = {"type": "quantitative", "title": labels["rate"], "scale": scale, "axis": {"format": ".0%"}}
    interval = {
        "mark": {"type": "bar", "height": 5, "opacity": 0.4},
        "encoding": {"x": {"field": "lo", **x}, "x2": {"field": "hi"}, "color": colour},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {
            "x": {"field": "value", **x},
            "color": colour,
            "shape": shape,
            "tooltip": [
                {"field": "name"}, {"field": "what"}, {"field": "value", "format": ".2%", "title": labels["rate"]},
                {"field": "told", "title": labels["interval"]}, {"field": "n", "title": labels["n"]},
            ],
        },
    }  # fmt: skip
    offset = {"field": "what", "type": "nominal", "sort": list(whats)}
    return framed(
        {
            "data": table(data),
            "height": {"step": 18},
            "encoding": {"y": y, "yOffset": offset},
            "layer": [interval, points],
        }
    )
