"""Where each penalty lies within the band that it names."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from mingjing.charts.look import LOOK, Spec, framed, table


class Spot(Struct, frozen=True, kw_only=True):
    """One penalty: who proposed it, its place (0 the least, 1 the most of its band), and how it stands."""

    who: str
    case: str
    place: float
    state: str


def places(spots: Sequence[Spot], states: Sequence[str], labels: Mapping[str, str]) -> Spec:
    """A tick per penalty, a line per person; left of 0 and right of 1 lies beyond the band.

    `states`: what is beyond, what was departed from by approval, and what is within, in this order, as the reader calls
    them; `labels`: place, who, case, state.
    """
    rows = [{"who": one.who, "case": one.case, "place": round(one.place, 3), "state": one.state} for one in spots]
    edges = {
        "data": table([{"edge": 0}, {"edge": 1}]),
        "mark": {"type": "rule", "color": LOOK.soft, "strokeDash": [4, 4]},
        "encoding": {"x": {"field": "edge", "type": "quantitative"}},
    }
    points = {
        "data": table(rows),
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.55},
        "encoding": {
            "x": {"field": "place", "type": "quantitative", "title": labels["place"]},
            "y": {"field": "who", "type": "nominal", "title": None, "axis": {"labelOverlap": False}},
            "color": {
                "field": "state", "type": "nominal", "title": None,
                "scale": {"domain": list(states), "range": [LOOK.bad, LOOK.soft, LOOK.mark]},
            },
            "shape": {
                "field": "state", "type": "nominal", "title": None,
                "scale": {"domain": list(states), "range": ["triangle-up", "square", "circle"]},
            },
            "tooltip": [{"field": name, "title": labels[name]} for name in ("who", "case", "place", "state")],
        },
    }  # fmt: skip
    return framed({"height": {"step": 26}, "layer": [edges, points]})
