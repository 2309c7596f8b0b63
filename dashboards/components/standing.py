"""A ranking as people look at it: dots with intervals by tier, sample sizes, indicators as small gauges. Draws HTML."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from dashboards.components.markup import Html, join, tag
from dashboards.lexicon import Lexicon
from dashboards.scores.view import LEFT_OUT, Group, Listing, View, span, value_of
from dashboards.words import Words, number
from mingjing.charts.look import LOOK
from mingjing.scoring.results import Score
from mingjing.scoring.scheme import Scheme

TICKS = 6
SHORT = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
Address = Callable[[str], str]


def address(page: str, words: Words, **query: str) -> str:
    """A link to another page; empty values are left out."""
    return f"{page}?{urlencode({name: value for name, value in query.items() if value} | {'lang': words.language})}"


def ranking(
    shown: Listing, view: View, scheme: Scheme, lexicon: Lexicon, to: Address, moved: Mapping[str, float]
) -> Html:
    """The rows with a place. `to`: the address of a subject's score; `moved`: points that the revision changed."""
    words = lexicon.words
    low, high = span(shown.rows)
    heads = [
        tag("th", words(f"scoring.level_{view.level}"), scope="col", class_="who"),
        tag("th", words("ranking.score"), scope="col", class_="number"),
        tag("th", _axis(low, high), scope="col", class_="range"),
        tag("th", words("ranking.cases"), scope="col", class_="number"),
    ]
    if moved:
        heads.append(tag("th", words("ranking.delta"), scope="col", class_="number"))
    heads.append(tag("th", _gauge_heads(scheme, view, words), scope="col", class_="gauges"))
    bodies = [_group(group, shown, view, scheme, lexicon, to, (low, high), moved, len(heads)) for group in shown.groups]
    table = tag("table", tag("thead", tag("tr", *heads)), *bodies, class_="mj-standing")
    return tag("div", table, _legend(scheme, words), class_="mj-scroll")


def _group(
    group: Group,
    shown: Listing,
    view: View,
    scheme: Scheme,
    lexicon: Lexicon,
    to: Address,
    ends: tuple[float, float],
    moved: Mapping[str, float],
    wide: int,
) -> Html:
    words = lexicon.words
    head = None
    if group.tier is not None:
        deep = words("ranking.depth", n=group.depth + 1) + " · " if view.level == "region" else ""
        name = tag("b", deep + words("scoring.tier_n", n=group.tier))
        many = tag("span", words("ranking.tier_many", n=len(group.rows)), class_="sub")
        head = tag("tr", tag("th", name, " ", many, colspan=wide, scope="rowgroup"), class_="tier")
    rows = [_row(one, shown, view, scheme, lexicon, to, ends, moved) for one in group.rows]
    colour = LOOK.tier(group.tier or 1, shown.tiers)
    return tag("tbody", head, *rows, style=f"--tier:{colour}", data_tier=group.tier)


def _row(
    one: Score,
    shown: Listing,
    view: View,
    scheme: Scheme,
    lexicon: Lexicon,
    to: Address,
    ends: tuple[float, float],
    moved: Mapping[str, float],
) -> Html:
    words = lexicon.words
    name = lexicon.name(view.level, one.code)
    code = tag("span", one.code, class_="sub") if name != one.code else None
    chip = tag("i", str(one.tier), class_="chip") if view.sort != "total" else None
    colour = f"--tier:{LOOK.tier(one.tier or 1, shown.tiers)}" if view.sort != "total" else None
    cells = [
        tag(
            "td", chip, tag("a", name, href=to(one.code), target="_self"), " ", code, _mark(one, lexicon), class_="who"
        ),
        tag("td", points(one.score), class_="number strong"),
        tag("td", interval(one, ends, words), class_="range"),
        tag("td", number(round(one.cases)), class_="number"),
    ]
    if moved:
        change = moved.get(one.code)
        cells.append(tag("td", f"{change:+.1f}" if change else "", class_="number"))
    cells.append(tag("td", gauges(one, scheme, view, words), class_="gauges"))
    return tag("tr", *cells, style=colour)


def _mark(one: Score, lexicon: Lexicon) -> Html | None:
    told = doubtful(one, lexicon)
    return tag("span", " ⚠", title=told, role="img", aria_label=told) if told else None


def doubtful(one: Score, lexicon: Lexicon) -> str:
    """Which doubtful data a score that stands contains; "" for none."""
    if not one.doubts or one.state == "doubt":
        return ""
    words = lexicon.words
    causes = words("scoring.and").join(lexicon.cause(cause) for cause in one.doubts)
    many = words("scoring.doubtful_windows", n=number(one.doubtful)) if one.doubtful else ""
    return words("scoring.doubtful", causes=causes) + many


def points(value: float | None) -> str:
    """Points as people write them; a dash for none."""
    return "—" if value is None else f"{value:.1f}"


def interval(one: Score, ends: tuple[float, float], words: Words) -> Html:
    """The dot of a score on the line of its interval, between the `ends` of the axis."""
    if one.score is None or one.lo is None or one.hi is None:
        return tag("span", "—")
    low, high = ends

    def at(value: float) -> float:
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)

    told = words(
        "ranking.told", score=points(one.score), lo=points(one.lo), hi=points(one.hi), n=number(round(one.cases))
    )
    line = tag("i", style=f"left:{at(one.lo):.1f}%;width:{at(one.hi) - at(one.lo):.1f}%")
    dot = tag("b", style=f"left:{at(one.score):.1f}%")
    return tag("div", line, dot, class_="mj-range", title=told, role="img", aria_label=told)


def gauges(one: Score, scheme: Scheme, view: View, words: Words) -> Html:
    """One small gauge per indicator, full where nothing was lost; of the indicator sorted by, also the points."""
    cells: list[Html] = []
    known = {value.indicator: value for value in one.values}
    for indicator in scheme.indicators:
        value, name = known.get(indicator.id), words.pick(indicator.name)
        if value is None or not value.weight:
            cells.append(tag("i", class_="none", title=f"{name} · {words('scoring.unknown')}"))
            continue
        share = value.points / value.weight
        level = "low" if share < 0.6 else "mid" if share < 0.85 else None
        told = f"{name} {value.points:.1f} / {value.weight:.1f}"
        cells.append(tag("i", class_=level, style=f"--full:{100 * share:.0f}%", title=told))
    value = value_of(one, view.sort)
    figure = tag("em", f"{value.points:.1f}") if value else None
    return tag("div", *cells, figure, class_="mj-gauges")


def _gauge_heads(scheme: Scheme, view: View, words: Words) -> Html:
    return tag(
        "div",
        [
            tag(
                "i", SHORT[place % len(SHORT)], title=words.pick(one.name), class_="on" if one.id == view.sort else None
            )
            for place, one in enumerate(scheme.indicators)
        ],
        class_="mj-gauges head",
    )


def _axis(low: float, high: float) -> Html:
    step = next(one for one in (1, 2, 5, 10, 20, 50) if (high - low) / one <= TICKS)
    first = int(-(-low // step)) * step
    ticks = range(first, int(high) + 1, step)
    marks = [tag("span", str(tick), style=f"left:{100 * (tick - low) / (high - low):.1f}%") for tick in ticks]
    return tag("div", *marks, class_="mj-range-axis")


def _legend(scheme: Scheme, words: Words) -> Html:
    told = [
        tag("span", f"{SHORT[place % len(SHORT)]} {words.pick(one.name)} {one.weight:g}")
        for place, one in enumerate(scheme.indicators)
    ]
    return tag("p", words("ranking.legend"), " ", *told, class_="mj-standing-legend sub")


def left_out(shown: Listing, view: View, scheme: Scheme, lexicon: Lexicon, to: Address) -> Html:
    """Those without a place, by why."""
    return join(*(_without(state, shown.left_out[state], view, scheme, lexicon, to) for state in LEFT_OUT))


def _without(
    state: str, scores: Sequence[Score], view: View, scheme: Scheme, lexicon: Lexicon, to: Address
) -> Html | None:
    words = lexicon.words
    if not scores:
        return None
    lines = [
        tag(
            "li",
            tag("a", lexicon.full(view.level, one.code), href=to(one.code), target="_self"),
            " ",
            tag("span", reason(one, scheme, lexicon), class_="sub"),
        )
        for one in scores
    ]
    title = tag(
        "summary", tag("b", words(f"scoring.state_{state}")), " ", tag("span", number(len(scores)), class_="sub")
    )
    note = tag("p", words(f"scoring.why_{state}", minimum=number(scheme.minimum)), class_="sub")
    many = len(lines) > 30
    return tag("details", title, note, tag("ul", *lines), class_="mj-left", open=not many, data_state=state)


def reason(one: Score, scheme: Scheme, lexicon: Lexicon) -> str:
    """Why a subject has no place."""
    words = lexicon.words
    match one.state:
        case "small":
            told = f"{one.weighted:.1f}".rstrip("0").rstrip(".")
            return words("scoring.small", cases=number(round(one.cases)), weighted=told, minimum=number(scheme.minimum))
        case "doubt":
            causes = words("scoring.and").join(lexicon.cause(cause) for cause in one.doubts)
            return words("scoring.doubt", causes=causes)
        case _:
            return words(f"scoring.state_{one.state}")
