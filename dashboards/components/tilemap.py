"""The efficiency map: a tile for each subject, as large as its cases, coloured by how it stands. Draws HTML only."""

from collections.abc import Callable, Sequence

from dashboards.components.markup import Html, join, tag
from dashboards.components.standing import points
from dashboards.lexicon import Lexicon
from dashboards.words import number
from mingjing.charts.treemap import Tile, treemap
from mingjing.insight.departments import Place, Standing
from mingjing.scoring.scheme import Scheme

WIDE, HIGH = 100, 36
"""The map's shape, as `aspect-ratio` in leaders.css has it."""
SIGNS: dict[Standing, str] = {"above": "▲", "among": "＝", "below": "▼", "small": "∅", "doubt": "？", "idle": "–"}
LEAST = 0.004
"""The least share of the map that a tile has, so that it can be found and pressed."""


def tilemap(shown: Sequence[Place], level: str, scheme: Scheme, lexicon: Lexicon, to: Callable[[str], str]) -> Html:
    """The map of those that had cases. `to`: where a tile leads."""
    drawn = [place for place in shown if place.score.weighted > 0]
    whole = sum(place.score.weighted for place in drawn)
    tiles = treemap([max(place.score.weighted, LEAST * whole) for place in drawn], WIDE, HIGH) if drawn else []
    return tag(
        "div",
        [_tile(place, tile, level, scheme, lexicon, to) for place, tile in zip(drawn, tiles, strict=True)],
        class_="mj-map",
    )


def legend(shown: Sequence[Place], lexicon: Lexicon) -> Html:
    """What the colours and signs mean, of those there are."""
    there = [one for one in SIGNS if any(place.standing == one and place.score.weighted > 0 for place in shown)]
    return tag(
        "p",
        [tag("span", tag("i", SIGNS[one], data_standing=one), lexicon.words(f"departments.is_{one}")) for one in there],
        tag("span", lexicon.words("departments.sizes")),
        class_="mj-map-legend",
    )


def _tile(place: Place, tile: Tile, level: str, scheme: Scheme, lexicon: Lexicon, to: Callable[[str], str]) -> Html:
    words, one = lexicon.words, place.score
    name = lexicon.name(level, one.code) or one.code
    stands = words(f"departments.is_{place.standing}")
    interval = f"{points(one.lo)}–{points(one.hi)}" if one.lo is not None else ""
    lines = [
        words(f"departments.{kind}", what=_indicator(getattr(place, kind), scheme, lexicon))
        for kind in ("best", "worst")
        if getattr(place, kind)
    ]
    cases = words("departments.cases", n=number(round(one.cases)))
    told = " · ".join([name, stands, f"{points(one.score)} ({interval})" if interval else "", cases, *lines])
    return tag(
        "a",
        tag("b", name),
        tag("strong", SIGNS[place.standing], " ", points(one.score), tag("small", interval)) if interval else None,
        tag("em", stands),
        [tag("span", line) for line in lines],
        href=to(one.code),
        target="_self",
        title=told,
        aria_label=told,
        data_standing=place.standing,
        style=f"left:{tile.x}%;top:{tile.y}%;width:{tile.width}%;height:{tile.height}%",
    )


def _indicator(indicator: str, scheme: Scheme, lexicon: Lexicon) -> str:
    return next((lexicon.words.pick(one.name) for one in scheme.indicators if one.id == indicator), indicator)


def crumbs(chain: Sequence[str], lexicon: Lexicon, to: Callable[[str], str]) -> Html:
    """The way down the tree of regions to where the reader is; the last one is here."""
    steps = [
        tag(
            "a",
            lexicon.name("region", code) if code else lexicon.words("departments.everywhere"),
            href=to(code),
            target="_self",
        )
        for code in chain[:-1]
    ]
    here = chain[-1] if chain else ""
    last = tag("b", lexicon.name("region", here) if here else lexicon.words("departments.everywhere"))
    return tag("nav", join(*(join(step, " › ") for step in steps)), last, class_="mj-crumbs")
