"""The efficiency map: a tile for each subject, as large as its cases, coloured by how it stands. Draws HTML only."""

from collections.abc import Callable, Sequence

from dashboards.components.markup import Html, join, tag
from dashboards.components.standing import points
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.charts.treemap import Tile, treemap
from mingjing.insight.departments import Apart, Place, Standing
from mingjing.scoring.scheme import Scheme

WIDE = 100
SIGNS: dict[Standing, str] = {"above": "▲", "among": "＝", "below": "▼", "small": "∅", "doubt": "？", "idle": "–"}
FEW = 8
LEAST = 0.004
"""The least share of the map that a tile has, so that it can be found and pressed."""


def tilemap(shown: Sequence[Place], level: str, scheme: Scheme, lexicon: Lexicon, to: Callable[[str], str]) -> Html:
    """The map of those that had cases. `to`: where a tile leads."""
    drawn = [place for place in shown if place.score.weighted > 0]
    whole = sum(place.score.weighted for place in drawn)
    high = 14 if len(drawn) <= FEW else 36
    tiles = treemap([max(place.score.weighted, LEAST * whole) for place in drawn], WIDE, high) if drawn else []
    return tag(
        "div",
        [_tile(place, tile, level, scheme, lexicon, to) for place, tile in zip(drawn, tiles, strict=True)],
        class_="mj-map",
        style=f"aspect-ratio:{WIDE}/{high}",
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
    words, score = lexicon.words, place.score
    name = lexicon.name(level, score.code)
    stands = words(f"departments.is_{place.standing}")
    interval = f"{points(score.lo)}–{points(score.hi)}" if score.lo is not None else ""
    lines = [
        words(f"departments.{kind}", what=apart(one, scheme, words))
        for kind, one in (("best", place.best), ("worst", place.worst))
        if one is not None
    ]
    cases = words("departments.cases", n=number(round(score.cases)))
    told = " · ".join([name, stands, f"{points(score.score)} ({interval})" if interval else "", cases, *lines])
    return tag(
        "a",
        tag("b", name),
        tag("strong", SIGNS[place.standing], " ", points(score.score), tag("small", interval)) if interval else None,
        tag("em", stands),
        [tag("span", line) for line in lines],
        href=to(score.code),
        target="_self",
        title=told,
        aria_label=told,
        data_standing=place.standing,
        style=f"left:{tile.x}%;top:{tile.y}%;width:{tile.width}%;height:{tile.height}%",
    )


def apart(one: Apart, scheme: Scheme, words: Words) -> str:
    """An indicator and by how many points it lies apart, and whether that may be chance."""
    name = next((words.pick(known.name) for known in scheme.indicators if known.id == one.indicator), one.indicator)
    return words(
        "departments.apart" if one.sure else "departments.apart_chance",
        name=name,
        points=f"{one.points:+.1f}".replace("-", "−"),
    )


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
