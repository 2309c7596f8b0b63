"""Load by hour: a week as a grid, windows by hour, and what comes in against what goes out."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table

CELL_PX = 26


class Cell(Struct, frozen=True, kw_only=True):
    """One cell of a grid: its row by name, the local hour, the value (None: unknown), and what its tooltip tells."""

    row: str
    hour: int
    value: float | None
    told: str = ""


def grid(cells: Sequence[Cell], rows: Sequence[str], labels: Mapping[str, str], *, digits: int = 1) -> Spec:
    """Rows by hour, darker where there is more; the number stands in the cell.

    `labels`: `value` (what is counted), `row`, `hour`.
    """
    hours = sorted({cell.hour for cell in cells})
    whole = list(range(hours[0], hours[-1] + 1)) if hours else []
    top = max((cell.value or 0.0 for cell in cells), default=0.0) or 1.0
    data = [
        {
            "row": cell.row,
            "hour": cell.hour,
            "value": cell.value,
            "label": "?" if cell.value is None else f"{cell.value:.{digits}f}",
            "dark": (cell.value or 0.0) > 0.6 * top,
            "told": cell.told,
        }
        for cell in cells
    ]
    place = {
        "x": {
            "field": "hour", "type": "ordinal", "title": None, "scale": {"domain": whole},
            "axis": {
                "orient": "top", "labelAngle": 0, "labelExpr": "datum.value + ':00'", "ticks": False, "domain": False,
            },
        },
        "y": {
            "field": "row", "type": "ordinal", "title": None, "sort": list(rows),
            "axis": {
                "ticks": False, "domain": False, "labelLimit": 240, "labelFlush": False, "labelBaseline": "middle",
            },
        },
        "tooltip": [
            {"field": "row", "type": "nominal", "title": labels["row"]},
            {"field": "told", "type": "nominal", "title": labels["value"]},
        ],
    }  # fmt: skip
    known = {
        "transform": [{"filter": "datum.value !== null"}],
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1.5},
        "encoding": {
            "color": {
                "field": "value", "type": "quantitative",
                "scale": {"domain": [0, top], "range": ["#f3f6fb", LOOK.pale, LOOK.mark], "interpolate": "lab"},
                "legend": {"title": labels["value"], "orient": "top", "gradientLength": 200, "titleLimit": 500},
            }
        },
    }  # fmt: skip
    text = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "text": {"field": "label", "type": "nominal"},
            "color": {"condition": {"test": "datum.dark", "value": "white"}, "value": LOOK.ink},
        },
    }
    return framed({"data": table(data), "height": {"step": CELL_PX}, "encoding": place, "layer": [known, text]})


def flow(days: Sequence[tuple[str, int, int, int]], labels: Mapping[str, str]) -> Spec:
    """Cases opened and closed per day (or month) as lines, and how many were open then as an area beneath.

    `days`: date as ISO text, opened, closed, open at its end. `labels`: `opened`, `closed`, `open`, `cases`.
    """
    lines: list[dict[str, Any]] = []
    stock: list[dict[str, Any]] = []
    for day, opened, closed, still in days:
        lines += [
            {"day": day, "what": labels["opened"], "n": opened},
            {"day": day, "what": labels["closed"], "n": closed},
        ]
        stock.append({"day": day, "n": still})
    when = {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%m-%d", "labelOverlap": True}}
    both = {
        "data": table(lines),
        "height": 150,
        "width": "container",
        "mark": {"type": "line", "strokeWidth": 2, "point": len(days) < 3},
        "encoding": {
            "x": when,
            "y": {"field": "n", "type": "quantitative", "title": labels["cases"]},
            "color": {
                "field": "what", "type": "nominal", "title": None,
                "scale": {"domain": [labels["opened"], labels["closed"]], "range": [LOOK.bad, LOOK.mark]},
            },
            "strokeDash": {
                "field": "what", "type": "nominal", "title": None,
                "scale": {"domain": [labels["opened"], labels["closed"]], "range": [[4, 2], [1, 0]]},
            },
            "tooltip": [{"field": "day", "type": "nominal"}, {"field": "what", "type": "nominal"}, {"field": "n"}],
        },
    }  # fmt: skip
    if not any(one["n"] for one in stock):
        return framed(both)
    beneath = {
        "data": table(stock),
        "mark": {"type": "area", "opacity": 0.25, "color": LOOK.soft, "line": {"color": LOOK.soft}},
        "encoding": {
            "x": when,
            "y": {"field": "n", "type": "quantitative", "title": labels["open"], "axis": {"grid": False}},
        },
    }
    layers = [{key: value for key, value in both.items() if key not in ("height", "width")}, beneath]
    return framed({"height": 190, "layer": layers, "resolve": {"scale": {"y": "independent"}}})
