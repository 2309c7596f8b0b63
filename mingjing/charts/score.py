"""One subject's score: its indicators, its way over the periods, what moved it, and how cases use their limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mingjing.charts.look import LOOK, Look, Spec, framed, table

BIN = 5
"""Percent of the limit that one bar of `used` is wide."""
FULL = 100
BEYOND = 150
"""Percent of the limit from which on all cases lie in the last bar."""


class Bar(Struct, frozen=True, kw_only=True):
    """One indicator: `points` of `weight` with the interval `lo`..`hi`."""

    name: str
    points: float
    lo: float
    hi: float
    weight: float


class Step(Struct, frozen=True, kw_only=True):
    """A score in one period; None where there was none."""

    period: str
    score: float | None
    lo: float | None = None
    hi: float | None = None
    series: str = ""


class Change(Struct, frozen=True):
    """What one indicator added to a score, or took from it, in points."""

    name: str
    points: float


def indicators(
    bars: Sequence[Bar], labels: Mapping[str, str], look: Look = LOOK, *, width: int | str = "container"
) -> Spec:
    """A bar per indicator on the track of its weight, with the interval; labels: `points`, `weight`, `interval`."""
    rows: list[dict[str, Any]] = [
        {
            "name": bar.name,
            "points": bar.points,
            "lo": bar.lo,
            "hi": bar.hi,
            "weight": bar.weight,
            "text": f"{bar.points:.1f} / {round(bar.weight, 1):g}",
            "told": f"{bar.lo:.1f}–{bar.hi:.1f}",
        }
        for bar in bars
    ]
    y = {"field": "name", "type": "nominal", "sort": [bar.name for bar in bars], "title": None}
    track = _number("weight", labels["points"]) | {"axis": {"tickCount": 6}}
    tooltip = [
        {"field": "name", "title": " "},
        {"field": "text", "title": labels["points"]},
        {"field": "told", "title": labels["interval"]},
    ]
    return framed(
        {
            "data": table(rows),
            "height": {"step": 26},
            "encoding": {"y": y, "tooltip": tooltip},
            "layer": [
                {"mark": {"type": "bar", "color": look.wash}, "encoding": {"x": track}},
                {
                    "mark": {"type": "bar", "color": look.mark, "height": {"band": 0.55}},
                    "encoding": {"x": _number("points")},
                },
                {
                    "mark": {"type": "rule", "color": look.ink, "strokeWidth": 1.5},
                    "encoding": {"x": _number("lo"), "x2": {"field": "hi"}},
                },
                *(
                    {"mark": {"type": "tick", "color": look.ink, "height": 8}, "encoding": {"x": _number(end)}}
                    for end in ("lo", "hi")
                ),
                {
                    "mark": {"type": "text", "align": "left", "dx": 6},
                    "encoding": {"x": _number("weight"), "text": {"field": "text"}},
                },
            ],
        },
        look,
        width=width,
    )  # fmt: skip


def trend(
    steps: Sequence[Step], labels: Mapping[str, str], look: Look = LOOK, *, width: int | str = "container"
) -> Spec:
    """Scores over periods with the band of their intervals; a period without a score is a gap.

    Several `series` lie in one picture; the first is the one that matters. Labels: `score`, `interval`.
    """
    rows: list[dict[str, Any]] = [
        {
            "period": one.period,
            "series": one.series,
            "score": one.score,
            "lo": one.lo,
            "hi": one.hi,
            "told": "—" if one.lo is None or one.hi is None else f"{one.lo:.1f}–{one.hi:.1f}",
        }
        for one in steps
    ]
    names = list(dict.fromkeys(one.series for one in steps))
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": list(dict.fromkeys(one.period for one in steps)),
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": True},
    }
    colour = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "legend": None if len(names) < 2 else {},
        "scale": {"domain": names, "range": [look.mark, look.soft, look.bad, look.good][: len(names)]},
    }
    y = {"field": "score", "type": "quantitative", "title": labels["score"], "scale": {"zero": False}}
    tooltip = [
        {"field": "period", "title": " "},
        *([{"field": "series", "title": " "}] if len(names) > 1 else []),
        {"field": "score", "title": labels["score"], "format": ".1f"},
        {"field": "told", "title": labels["interval"]},
    ]
    return framed(
        {
            "data": table(rows),
            "height": 280,
            "encoding": {"x": x, "color": colour, "tooltip": tooltip},
            "layer": [
                {
                    "mark": {"type": "area", "opacity": 0.16, "invalid": "break-paths-filter-domains"},
                    "encoding": {"y": y | {"field": "lo"}, "y2": {"field": "hi"}},
                },
                {
                    "mark": {"type": "line", "strokeWidth": 2, "invalid": "break-paths-filter-domains"},
                    "encoding": {"y": y},
                },
                {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": {"y": y}},
            ],
        },
        look,
        width=width,
    )


def waterfall(
    before: float,
    changes: Sequence[Change],
    now: float,
    labels: Mapping[str, str],
    look: Look = LOOK,
    *,
    width: int | str = "container",
) -> Spec:
    """From the score before to the score now, one step per change; labels: `before`, `now`, `points`."""
    rows: list[dict[str, Any]] = [_stage(labels["before"], before, before, f"{before:.1f}", look.soft)]
    level = before
    for one in changes:
        colour = look.good if one.points >= 0 else look.bad
        rows.append(_stage(one.name, level, level + one.points, f"{one.points:+.1f}", colour))
        level += one.points
    rows.append(_stage(labels["now"], now, now, f"{now:.1f}", look.mark))
    low = min(min(row["from"], row["to"]) for row in rows)
    high = max(max(row["from"], row["to"]) for row in rows)
    pad = max(0.5, (high - low) * 0.25)
    for row in (rows[0], rows[-1]):
        row["from"] = low - pad
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in rows], "title": None}
    scale = {"domain": [low - pad, high + pad], "nice": False, "zero": False}
    x = {"field": "from", "type": "quantitative", "title": labels["points"], "scale": scale, "axis": {"tickCount": 6}}
    tooltip = [{"field": "name", "title": " "}, {"field": "text", "title": labels["points"]}]
    fill = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    return framed(
        {
            "data": table(rows),
            "height": {"step": 24},
            "encoding": {"y": y, "tooltip": tooltip},
            "layer": [
                {
                    "mark": {"type": "bar", "height": {"band": 0.6}, "minBandSize": 1, "clip": True},
                    "encoding": {"x": x, "x2": {"field": "to"}, "color": fill},
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 6},
                    "encoding": {"x": {"field": "end", "type": "quantitative"}, "text": {"field": "text"}},
                },
            ],
        },
        look,
        width=width,
    )  # fmt: skip


def _stage(name: str, start: float, end: float, text: str, colour: str) -> dict[str, Any]:
    return {"name": name, "from": start, "to": end, "end": max(start, end), "text": text, "colour": colour}


def used(
    paces: Mapping[int, int],
    labels: Mapping[str, str],
    look: Look = LOOK,
    *,
    width: int | str = "container",
    just: tuple[int, int] = (FULL - BIN, FULL),
) -> Spec:
    """How much of their limit cases used: a histogram in percent, the stretch `just` before the end marked.

    `paces`: cases by limit * 1000 + used, in days (`mingjing.scoring.lines.pace_key`). A case that used its limit
    exactly lies in the last bar before 100 %. Labels: `used`, `cases`, `late`, `just`, `early`.
    """
    counts = dict.fromkeys(range(0, BEYOND, BIN), 0)
    for key, n in paces.items():
        limit, days = divmod(key, 1000)
        share = 100 * days / max(limit, 1)
        start = max(0, min(-(-int(share * 1000) // (BIN * 1000)) * BIN - BIN, BEYOND - BIN))
        counts[start] += n
    rows: list[dict[str, Any]] = [
        {
            "from": start,
            "to": start + BIN,
            "n": n,
            "kind": labels["late" if start >= FULL else "just" if just[0] <= start < just[1] else "early"],
            "told": f"{start}–{start + BIN} %" if start + BIN < BEYOND else f"> {start} %",
        }
        for start, n in counts.items()
    ]
    ticks = list(range(0, BEYOND + 1, 25))
    return framed(
        {
            "data": table(rows),
            "height": 260,
            "layer": [
                {
                    "mark": {"type": "bar", "binSpacing": 1},
                    "encoding": {
                        "x": {
                            "field": "from",
                            "type": "quantitative",
                            "bin": {"binned": True, "step": BIN},
                            "title": labels["used"],
                            "axis": {"values": ticks, "labelExpr": "datum.value + ' %'"},
                        },
                        "x2": {"field": "to"},
                        "y": {
                            "field": "n",
                            "type": "quantitative",
                            "title": labels["cases"],
                            "axis": {"tickMinStep": 1},
                        },
                        "color": {
                            "field": "kind",
                            "type": "nominal",
                            "title": None,
                            "scale": {
                                "domain": [labels["early"], labels["just"], labels["late"]],
                                "range": [look.pale, look.mark, look.bad],
                            },
                        },
                        "tooltip": [
                            {"field": "told", "title": labels["used"]},
                            {"field": "n", "title": labels["cases"], "format": ","},
                        ],
                    },
                },
                {
                    "data": {"values": [{"at": FULL}]},
                    "mark": {"type": "rule", "color": look.ink, "strokeDash": [4, 3]},
                    "encoding": {"x": {"field": "at", "type": "quantitative"}},
                },
            ],
        },
        look,
        width=width,
    )


def _number(field: str, title: str | None = None) -> Spec:
    return {"field": field, "type": "quantitative", **({"title": title} if title else {})}
