"""Comparison: the funnel plot, and a few like subjects beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mingjing.charts.look import LOOK, Look, Spec, framed, table


class Peer(Struct, frozen=True, kw_only=True):
    """One subject of a funnel: `rate` of `n`; `side` is -1 below the 99.8 % limits, 1 above, 0 within."""

    code: str
    name: str
    n: float
    rate: float
    side: int


class Limit(Struct, frozen=True, kw_only=True):
    """The limits at one `n`: 95 % and 99.8 %."""

    n: float
    lo95: float
    hi95: float
    lo998: float
    hi998: float


class Side(Struct, frozen=True, kw_only=True):
    """One indicator of one of the compared: `points` of `weight` with interval."""

    indicator: str
    subject: str
    points: float
    lo: float
    hi: float
    weight: float


def funnel(
    peers: Sequence[Peer],
    limits: Sequence[Limit],
    centre: float,
    labels: Mapping[str, str],
    look: Look = LOOK,
    *,
    width: int | str = "container",
    form: str = ".1%",
) -> Spec:
    """Rates against the number of cases, between the limits of chance; who lies outside is named if there is room.

    Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005)
    1185-1202. Labels: `n`, `rate`, `name`, `centre`, `l95`, `l998`, `below`, `above`, `within`. `form`: how d3 formats
    a rate. A click selects a subject (`picked`, field `code`).
    """
    words = {-1: labels["below"], 0: labels["within"], 1: labels["above"]}
    rows: list[dict[str, Any]] = [
        {
            "code": one.code,
            "name": one.name,
            "n": one.n,
            "rate": one.rate,
            "side": words[one.side],
            "out": one.side != 0,
        }
        for one in peers
    ]
    lines: list[dict[str, Any]] = [
        {"n": limit.n, "at": at, "line": line, "which": which}
        for limit in limits
        for which, at, line in (
            ("lo95", limit.lo95, labels["l95"]),
            ("hi95", limit.hi95, labels["l95"]),
            ("lo998", limit.lo998, labels["l998"]),
            ("hi998", limit.hi998, labels["l998"]),
        )
    ]
    low, high = _domain(peers, limits, centre)
    y_scale = {"domain": [low, high], "nice": False, "zero": False}
    for row in rows:
        row["at"] = min(max(row["rate"], low), high)  # at the edge, rather than out of the picture
    most = max((one.n for one in peers), default=1.0)
    told = [
        {**row, "align": "right" if row["n"] > 0.6 * most else "left"}
        for row in rows
        if row["code"] in _named(peers, most, low, high)
    ]
    x = {"field": "n", "type": "quantitative", "title": labels["n"], "scale": {"zero": True}}
    axis = {"format": form}
    y = {"field": "rate", "type": "quantitative", "title": labels["rate"], "scale": y_scale, "axis": axis}
    return framed(
        {
            "height": 380,
            "layer": [
                {
                    "data": table(lines),
                    "mark": {"type": "line", "clip": True, "color": look.soft, "strokeWidth": 1.3},
                    "encoding": {
                        "x": x,
                        "y": y | {"field": "at"},
                        "detail": {"field": "which"},
                        "strokeDash": {
                            "field": "line",
                            "type": "nominal",
                            "title": None,
                            "scale": {"domain": [labels["l95"], labels["l998"]], "range": [[3, 3], [1, 0]]},
                        },
                    },
                },
                {
                    "data": table([{"at": centre}]),
                    "mark": {"type": "rule", "color": look.mark, "strokeWidth": 1.3},
                    "encoding": {"y": {"field": "at", "type": "quantitative"}},
                },
                {
                    "data": table(rows),
                    "params": [
                        {"name": "picked", "select": {"type": "point", "fields": ["code"], "on": "click"}},
                    ],
                    "mark": {"type": "point", "filled": True, "opacity": 0.9, "clip": True, "cursor": "pointer"},
                    "encoding": {
                        "x": x,
                        "y": y | {"field": "at"},
                        "color": {
                            "field": "side",
                            "type": "nominal",
                            "title": None,
                            "scale": {
                                "domain": [labels["above"], labels["within"], labels["below"]],
                                "range": [look.good, look.pale, look.bad],
                            },
                        },
                        "size": {"condition": {"test": "datum.out", "value": 110}, "value": 55},
                        "tooltip": [
                            {"field": "name", "title": " "},
                            {"field": "rate", "title": labels["rate"], "format": form},
                            {"field": "n", "title": labels["n"], "format": ",.0f"},
                            {"field": "side", "title": " "},
                        ],
                    },
                },
                *(
                    {
                        "data": table([row for row in told if row["align"] == align]),
                        "mark": {"type": "text", "align": align, "dx": 9 if align == "left" else -9, "limit": 260},
                        "encoding": {"x": x, "y": y | {"field": "at"}, "text": {"field": "name"}},
                    }
                    for align in ("left", "right")
                ),
            ],
        },
        look,
        width=width,
    )


def _domain(peers: Sequence[Peer], limits: Sequence[Limit], centre: float) -> tuple[float, float]:
    """Rates that the picture shows: of those with few cases only what lies near the others."""
    most = max((one.n for one in peers), default=1.0)
    many = [one for one in peers if one.n >= most / 10 or one.side]
    wide = [one for one in limits if one.n >= most / 4]
    low = min([centre, *(one.rate for one in many), *(one.lo998 for one in wide)])
    high = max([centre, *(one.rate for one in many), *(one.hi998 for one in wide)])
    pad = (high - low) * 0.06 or 0.01
    return max(0.0, low - pad), high + pad


def _named(peers: Sequence[Peer], most: float, low: float, high: float) -> set[str]:
    """Those outside whose names do not lie upon each other, the furthest from the middle first."""
    placed: list[tuple[float, float]] = []
    found: set[str] = set()
    for one in sorted((one for one in peers if one.side), key=lambda one: -abs(one.rate - (low + high) / 2)):
        at = one.n / most, (one.rate - low) / (high - low)
        if all(abs(at[0] - x) > 0.3 or abs(at[1] - y) > 0.05 for x, y in placed):
            placed.append(at)
            found.add(one.code)
    return found


def beside(
    sides: Sequence[Side], labels: Mapping[str, str], look: Look = LOOK, *, width: int | str = "container"
) -> Spec:
    """Each indicator's points as a share of its weight, a dot with its interval per subject.

    Labels: `share`, `points`, `interval`.
    """
    subjects = list(dict.fromkeys(one.subject for one in sides))
    colours = [look.mark, look.bad, look.tiers[3], look.soft][: len(subjects)]
    rows: list[dict[str, Any]] = [
        {
            "indicator": one.indicator,
            "subject": one.subject,
            "share": one.points / one.weight,
            "lo": one.lo / one.weight,
            "hi": one.hi / one.weight,
            "told": f"{one.points:.1f} / {one.weight:g}",
            "between": f"{one.lo:.1f}–{one.hi:.1f}",
        }
        for one in sides
        if one.weight > 0
    ]
    x = {
        "field": "share",
        "type": "quantitative",
        "title": labels["share"],
        "axis": {"format": ".0%"},
        "scale": {"zero": False},
    }
    return framed(
        {
            "data": table(rows),
            "height": {"step": 16 + 10 * len(subjects), "for": "position"},
            "encoding": {
                "y": {
                    "field": "indicator",
                    "type": "nominal",
                    "sort": list(dict.fromkeys(one.indicator for one in sides)),
                    "title": None,
                    "axis": {"grid": True},
                },
                "yOffset": {"field": "subject", "type": "nominal", "sort": subjects},
                "color": {
                    "field": "subject",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": subjects, "range": colours},
                    "legend": {"columns": 1},
                },
                "tooltip": [
                    {"field": "subject", "title": " "},
                    {"field": "indicator", "title": " "},
                    {"field": "told", "title": labels["points"]},
                    {"field": "between", "title": labels["interval"]},
                ],
            },
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 2.5, "opacity": 0.55},
                    "encoding": {"x": x | {"field": "lo"}, "x2": {"field": "hi"}},
                },
                {"mark": {"type": "point", "filled": True, "size": 65, "opacity": 1}, "encoding": {"x": x}},
            ],
        },
        look,
        width=width,
    )  # fmt: skip
