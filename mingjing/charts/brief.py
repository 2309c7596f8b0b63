"""Charts of the brief 效能通报, made for paper: no tooltips, every label readable without colour."""

from typing import Any

from mingjing.charts.look import LOOK, Spec, framed, table


def over_time(rows: list[dict[str, Any]], *, name: str, width: int = 620) -> Spec:
    """Rates by period as lines with their intervals. Rows: `period`, `what`, `rate`, `lo`, `hi` (shares of 1, or None).

    `name`: what the rates are called, for those who hear the chart read.
    """
    order = list(dict.fromkeys(row["period"] for row in rows))
    what = list(dict.fromkeys(row["what"] for row in rows))
    colours = {"domain": what, "range": [LOOK.mark, LOOK.tiers[3]][: len(what)]}
    x = {"field": "period", "type": "ordinal", "sort": order, "title": None, "axis": {"labelAngle": 0}}
    share = {"type": "quantitative", "scale": {"zero": False, "nice": True}}
    named = {"field": "what", "type": "nominal", "title": None, "scale": colours}
    band = {
        "mark": {"type": "area", "opacity": 0.18},
        "encoding": {
            "x": x,
            "y": {"field": "lo", "title": None, "axis": {"format": ".1%"}, **share},
            "y2": {"field": "hi"},
            "color": {**named, "legend": None},
        },
    }
    line = {
        "mark": {"type": "line", "point": True},
        "encoding": {"x": x, "y": {"field": "rate", "title": None, **share}, "color": named},
    }
    panel = {"description": name, "height": 150, "layer": [band, line], "resolve": {"legend": {"color": "independent"}}}
    return framed({"data": table(rows), **panel}, width=width)
