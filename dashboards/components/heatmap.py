"""The heat map: the staffed share of known, open time; what could not be seen is visible as such."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import altair as alt

from dashboards.components.markup import Html, table, tag
from dashboards.hall.heat import SPARSE, Cell
from dashboards.words import Words, number

ROW_PX = 22
_SCALE = alt.Scale(domain=[0, 0.5, 0.8, 1], range=["#9a2c06", "#eba25c", "#f4ead6", "#1f6fae"], interpolate="rgb")
"""From orange to blue, which is told apart by those who tell no red from green."""
_GREY = "#b9b3cc"


def heatmap(cells: Sequence[Cell], rows: Sequence[str], named: Mapping[str, str], words: Words) -> alt.LayerChart:
    """A chart with one row per entry of `rows`, in their order, and one column per hour; `named`: what rows are called.

    A click selects a row (`picked`, field `row`).
    """
    told = [_line(cell, named, words) for cell in cells]
    hours = sorted({cell.at for cell in cells})
    axis = alt.Axis(orient="top", labelAngle=0, labelExpr="datum.value + ':00'")
    names = alt.Axis(labelLimit=240, labelPadding=6, labelFlush=False, labelBaseline="middle")
    order = [named.get(row, row) for row in rows]
    base = alt.Chart(alt.InlineData(values=told)).encode(
        x=alt.X("at:O", sort=hours, title=None, axis=axis),
        y=alt.Y("name:N", sort=order, title=None, axis=names),
        tooltip=[alt.Tooltip(f"{key}:N", title=words(f"hall.heat_{key}")) for key in _TOLD],
    )
    known = base.transform_filter("datum.clear").mark_rect(stroke="white", strokeWidth=1)
    known = known.encode(
        color=alt.Color(
            "share:Q",
            scale=_SCALE,
            legend=alt.Legend(title=words("hall.heat_share"), format="%", orient="top", gradientLength=220),
        )
    ).add_params(alt.selection_point(name="picked", fields=["row"], on="click", empty=False))
    blind = base.transform_filter("!datum.clear").mark_rect(stroke="white", strokeWidth=1, color=_GREY)
    partly = (
        base.transform_filter("datum.clear && datum.blind >= 0.1")
        .mark_point(shape="square", filled=True, color="#3d2b73", stroke="white", opacity=1, xOffset=8)
        .encode(
            x=alt.X("at:O", sort=hours, title=None, axis=axis, bandPosition=0),
            size=alt.Size("blind:Q", scale=alt.Scale(domain=[0, SPARSE], range=[12, 100]), legend=None),
        )
    )
    text = base.mark_text(fontSize=11).encode(
        text="label:N",
        color=alt.condition(
            "datum.clear && (datum.share < 0.35 || datum.share > 0.93)", alt.value("white"), alt.value("#2c2000")
        ),
    )
    chart = cast("alt.LayerChart", alt.layer(known, blind, partly, text))
    chart.height, chart.config = alt.Step(ROW_PX), alt.Config(view=alt.ViewConfig(strokeWidth=0))
    return chart


_TOLD = ("name", "hour", "staffed_share", "known_n", "blind_share", "days_n")


def _line(cell: Cell, named: Mapping[str, str], words: Words) -> dict[str, Any]:
    clear = cell.share is not None and cell.blind <= SPARSE
    return {
        "row": cell.row,
        "at": cell.at,
        "share": cell.share,
        "blind": cell.blind,
        "clear": clear,
        "label": f"{100 * cell.share:.0f}" if clear and cell.share is not None else "?",
        "name": named.get(cell.row, cell.row),
        "hour": f"{cell.at:02d}:00–{cell.at + 1:02d}:00",
        "staffed_share": percent(cell.share),
        "known_n": words("hall.minutes", n=number(cell.known)),
        "blind_share": percent(cell.blind),
        "days_n": number(cell.days),
    }


def percent(share: float | None) -> str:
    """A share as people write it; a dash for none."""
    return "—" if share is None else f"{100 * share:.1f} %"


def as_table(
    whole: Mapping[str, Cell], rows: Sequence[str], first: str, named: Callable[[str], Html | str], words: Words
) -> Html:
    """The same by row, in figures; `first` heads the rows' names."""
    lines = [
        tag(
            "tr",
            tag("td", named(row)),
            tag("td", percent(whole[row].share), class_="number"),
            tag("td", number(whole[row].known), class_="number"),
            tag("td", percent(whole[row].blind), class_="number"),
            tag("td", number(whole[row].days), class_="number"),
        )
        for row in rows
        if row in whole
    ]
    heads = [first, *(words(f"hall.heat_{name}") for name in ("staffed_share", "known_n", "blind_share", "days_n"))]
    return table(heads, lines, class_="mj-table mj-narrow")
