"""Scores as dots with intervals, in tiers: one look says who differs and who does not."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mingjing.charts.look import LOOK, Look, Spec, framed, table

ROW_PX = 20


class Dot(Struct, frozen=True, kw_only=True):
    """One subject: `lo`..`hi` is the 95 % interval of `score`; `cases` how many it rests on; `tier` 1 is the best."""

    name: str
    score: float
    lo: float
    hi: float
    tier: int
    cases: float


def dots(
    subjects: Sequence[Dot], labels: Mapping[str, str], look: Look = LOOK, *, width: int | str = "container"
) -> Spec:
    """A row per subject in the order given, coloured by tier.

    `labels`: `score` (the axis), `tier` (the legend), `tier_n` (one tier, with a place `{n}`), `cases` (with a place
    `{n}`), `interval`.
    """
    many = max((one.tier for one in subjects), default=1)
    tiers = sorted({one.tier for one in subjects})
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "name": one.name,
            "score": one.score,
            "lo": one.lo,
            "hi": one.hi,
            "tier": labels["tier_n"].format(n=one.tier),
            "told": f"{one.lo:.1f}–{one.hi:.1f}",
            "n": labels["cases"].format(n=f"{one.cases:,.0f}"),
        }
        for row, one in enumerate(subjects)
    ]
    names = "[" + ",".join(_quoted(one.name) for one in subjects) + "]"
    y = {"field": "row", "type": "ordinal", "title": None, "axis": {"labelExpr": f"{names}[datum.value]", "grid": True}}
    x = {"field": "lo", "type": "quantitative", "title": labels["score"], "scale": {"zero": False, "nice": True}}
    colour = {
        "field": "tier",
        "type": "nominal",
        "title": labels["tier"],
        "scale": {
            "domain": [labels["tier_n"].format(n=tier) for tier in tiers],
            "range": [look.tier(tier, many) for tier in tiers],
        },
    }
    tooltip = [
        {"field": "name", "title": " "},
        {"field": "score", "title": labels["score"], "format": ".1f"},
        {"field": "told", "title": labels["interval"]},
        {"field": "tier", "title": labels["tier"]},
        {"field": "n", "title": " "},
    ]
    return framed(
        {
            "data": table(rows),
            "height": {"step": ROW_PX},
            "encoding": {"y": y, "color": colour, "tooltip": tooltip},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55},
                    "encoding": {"x": x, "x2": {"field": "hi"}},
                },
                {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1}, "encoding": {"x": _at("score")}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": look.size - 2},
                    "encoding": {"x": _at("hi"), "text": {"field": "n"}, "color": {"value": look.soft}},
                },
            ],
        },
        look,
        width=width,
    )


def _at(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"
