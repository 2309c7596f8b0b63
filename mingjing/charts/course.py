"""The process map: the normal course of an item as a graph in DOT, with one case's path drawn over it."""

from collections.abc import Callable, Mapping, Sequence

from mingjing.charts.look import LOOK
from mingjing.insight.course import END, START, Course, Leg, main_flows

FLOWS = 28
"""Flows that are drawn besides those of the case itself."""
OWN_FLOWS = 60
"""Different steps of the case itself that are drawn, the first ones; beyond that nobody can read the map."""
OWN, RARE = "#b45309", "#b91c1c"


def dot(
    usual: Course,
    own: Sequence[Leg],
    name: Callable[[str], str],
    span: Callable[[float], str],
    labels: Mapping[str, str],
    *,
    most: int = FLOWS,
) -> str:
    """The map: wider lines where more cases go, the case's own steps orange, those that are rare red and dashed.

    `name` says what a place is called, `span` a length of seconds in words. `labels`: `cases` with `{n}`, `own` with
    `{span}`, `rare`.
    """
    different = dict.fromkeys((leg.before, leg.after) for leg in own)
    kept = set(list(different)[:OWN_FLOWS])
    own = [leg for leg in own if (leg.before, leg.after) in kept]
    flows = main_flows(usual, own, most)
    drawn = {(flow.before, flow.after): flow for flow in flows}
    taken: dict[tuple[str, str], list[Leg]] = {}
    for leg in own:
        taken.setdefault((leg.before, leg.after), []).append(leg)
    places = list(dict.fromkeys(place for both in (*drawn, *taken) for place in both))
    visited = {place for both in taken for place in both}
    font = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
    lines = [
        f"graph [rankdir=TB, bgcolor=transparent, ranksep=0.35, nodesep=0.35, fontname={_quoted(font)}]",
        f"node [shape=box, style={_quoted('rounded,filled')}, fontsize=12, margin={_quoted('0.14,0.06')}]",
        f"node [fontname={_quoted(font)}, color={_quoted(LOOK.line)}, fillcolor={_quoted(LOOK.wash)}]",
        f"edge [fontsize=10, arrowsize=0.6, fontname={_quoted(font)}, color={_quoted(LOOK.soft)}]",
    ]
    for place in places:
        text = name(place)
        if place not in (START, END):
            text += "\n" + labels["cases"].format(n=f"{usual.visits.get(place, 0):,}")
        shape = ", shape=oval" if place in (START, END) else ""
        mark = f", color={_quoted(OWN)}, penwidth=2.2, fillcolor={_quoted('#fff4e5')}" if place in visited else ""
        lines.append(f"{_quoted(place)} [label={_quoted(text)}{shape}{mark}]")
    for both in dict.fromkeys((*drawn, *taken)):
        flow, steps = drawn.get(both), taken.get(both, [])
        share = usual.share(*both)
        told = [f"{share:.0%}" if share == 0 or share >= 0.1 else f"{share:.1%}"]
        if flow and END not in both and START not in both:
            told.append(span(flow.usual))
        text = "  " + " · ".join(told)
        style = f"penwidth={0.6 + 4.4 * share:.2f}"
        if steps:
            rare = any(leg.rare for leg in steps)
            if END not in both and START not in both:
                text += "\n  " + labels["own"].format(span=" / ".join(span(leg.seconds) for leg in steps[:3]))
            text += f"\n  ⚠ {labels['rare']}" if rare else ""
            colour = RARE if rare else OWN
            style = f"penwidth={max(2.4, 0.6 + 4.4 * share):.2f}, color={_quoted(colour)}, fontcolor={_quoted(colour)}"
            style += ", style=dashed" if rare else ""
        lines.append(f"{_quoted(both[0])} -> {_quoted(both[1])} [label={_quoted(text)}, {style}]")
    return "digraph course {\n" + "\n".join(f"  {line};" for line in lines) + "\n}\n"


def _quoted(text: str) -> str:
    """A text as DOT takes it: nothing in it ends the string, begins HTML or is an escape of DOT's own."""
    plain = "".join(one if one == "\n" or one.isprintable() else " " for one in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
