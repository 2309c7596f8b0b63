"""How often experts were drawn against what chance gives."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table


class Dot(Struct, frozen=True, kw_only=True):
    """One expert: drawn so often where chance gives `expected`; `beyond`: more than chance explains."""

    name: str
    expected: float
    drawn: int
    draws: int
    beyond: bool


def frequencies(dots: Sequence[Dot], labels: Mapping[str, str]) -> Spec:
    """A dot per expert; on the line, drawn as often as expected. `labels`: expected, drawn, draws, beyond, within."""
    rows = [
        {
            "name": one.name, "expected": round(one.expected, 2), "drawn": one.drawn, "draws": one.draws,
            "what": labels["beyond" if one.beyond else "within"],
        }
        for one in dots
    ]  # fmt: skip
    most = max((max(one.expected, one.drawn) for one in dots), default=1.0)
    line = {
        "data": table([{"expected": 0, "drawn": 0}, {"expected": most, "drawn": most}]),
        "mark": {"type": "line", "color": LOOK.soft, "strokeDash": [4, 4]},
    }
    kinds = {"field": "what", "type": "nominal", "title": None}
    both = [labels["within"], labels["beyond"]]
    points = {
        "data": table(rows),
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.75},
        "encoding": {
            "color": {**kinds, "scale": {"domain": both, "range": [LOOK.mark, LOOK.bad]}},
            "shape": {**kinds, "scale": {"domain": both, "range": ["circle", "triangle-up"]}},
            "tooltip": [
                {"field": "name"}, *({"field": key, "title": labels[key]} for key in ("drawn", "expected", "draws")),
            ],
        },
    }  # fmt: skip
    named = {
        "data": table([row for row, one in zip(rows, dots, strict=True) if one.beyond]),
        "mark": {"type": "text", "dx": 8, "align": "left"},
        "encoding": {"text": {"field": "name"}},
    }
    x = {"field": "expected", "type": "quantitative", "title": labels["expected"]}
    y = {"field": "drawn", "type": "quantitative", "title": labels["drawn"], "axis": {"tickMinStep": 1}}
    return framed({"height": 320, "encoding": {"x": x, "y": y}, "layer": [line, points, named]})
