"""The live plan of the hall's windows, and the figures above it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from dashboards.components.markup import Html, join, tag
from dashboards.hall.files import CameraNow
from dashboards.hall.reading import Hall
from dashboards.hall.state import WindowNow, counts
from dashboards.hall.view import View, grouped
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number, severity_name
from mingjing.settings import Severities

_plan = st.components.v2.component(
    "mingjing_hall", js=(Path(__file__).parent / "hall.js").read_text(encoding="utf-8"), isolate_styles=False
)
_SHAPED = {"staffed", "unstaffed", "unknown", "closed"}
"""States whose shape stands beside their figure, as it does on the plan."""


def plan(
    windows: Sequence[WindowNow], view: View, now: datetime, lexicon: Lexicon, severities: Severities
) -> str | None:
    """Draws the plan; the window that the reader has just opened, or None."""
    groups = [
        {
            "id": f"{hall}\n{department}",
            "title": heading(hall, department, lexicon, many=len(several)) if view.sort == "place" else "",
            "tiles": [_tile(one, now, lexicon, severities) for one in several],
        }
        for (hall, department), several in grouped(windows, view.sort).items()
    ]
    return _plan(key="plan", data={"groups": groups}, on_open_change=lambda: None).open  # type: ignore[no-any-return]


def heading(hall: str, department: str, lexicon: Lexicon, *, many: int) -> str:
    """The name of a group of windows."""
    words = lexicon.words
    name = " · ".join(filter(None, (hall, lexicon.name("department", department))))
    return words("hall.group", name=name or words("hall.no_place"), n=many)


def address(words: Words, **query: str) -> str:
    """A link to a view of this page."""
    return f"hall?{urlencode(query | {'lang': words.language})}"


def state_word(one: WindowNow, words: Words) -> str:
    """How a window stands, in a word."""
    return words("hall.late") if one.shown == "unknown" and one.reason == "late" else words(f"hall.{one.shown}")


def reason(one: WindowNow, words: Words) -> str:
    """Why it is unknown, or nothing."""
    return words.name("hallreason", one.reason) if one.reason else ""


def marks(one: WindowNow, words: Words) -> list[str]:
    """What else is to be said of a window now."""
    told = [reason(one, words)] if one.reason != "late" else []
    told += [words("hall.held")] if one.held else []
    told += [words("hall.present")] if one.present else []
    return [mark for mark in told if mark]


def since(one: WindowNow, now: datetime, words: Words) -> str:
    """How long it has been so, where that is known."""
    return words.span(now - one.since) if one.since and one.since <= now else ""


def _tile(one: WindowNow, now: datetime, lexicon: Lexicon, severities: Severities) -> dict[str, str | int]:
    words = lexicon.words
    name, told = lexicon.name("window", one.window), marks(one, words)
    found = one.gravest
    lasting = since(one, now, words)
    where = " · ".join(filter(None, (one.place.hall, lexicon.name("department", one.place.department))))
    title = [lexicon.full("window", one.window), where, state_word(one, words), lasting, *told, *one.cameras]
    return {
        "id": one.window,
        "href": address(words, window=one.window),
        "state": one.shown,
        "late": int(one.late),
        "severity": found.severity if found else 0,
        "name": name,
        "word": state_word(one, words),
        "since": lasting,
        "marks": " · ".join(told),
        "badge": severity_name(found.severity, words, severities) if found else "",
        "title": " · ".join(filter(None, title)),
    }


def tiles(seen: Hall, words: Words) -> Html:
    """How many windows are staffed, unstaffed, unknown, closed; cameras in trouble; how old the data are."""
    many = counts(seen.windows)
    away = many["lunch"] + many["closed"]
    troubled = [one for one in seen.cameras if one.condition != "ok"]
    held = sum(one.held for one in seen.windows)
    cards = [
        _card("staffed", many["staffed"], words, words("hall.held_n", n=held) if held else ""),
        _card("unstaffed", many["unstaffed"], words, _cards_beneath(seen.windows, words)),
        _card("unknown", many["unknown"], words, _why(seen.windows, words)),
        _card("closed", away, words, words("hall.lunch_n", n=many["lunch"]) if many["lunch"] else ""),
        _card(
            "trouble",
            len(troubled),
            words,
            words("hall.of_cameras", n=len(seen.cameras)),
            trouble=_listed(troubled, words),
        ),
    ]
    old = words.span(seen.age) if seen.age is not None else words("health.never")
    moment = words.moment(seen.at)
    cards.append(_box("age", old, words("hall.age"), words("hall.as_of", moment=moment), small=True))
    return tag("section", *cards, class_="mj-hall-tiles", aria_label=words("app.hall"))


def _card(name: str, count: int, words: Words, beneath: str, *, trouble: str = "") -> Html:
    return _box(name, number(count), words(f"hall.tile_{name}"), trouble or beneath, none=not count)


def _box(name: str, figure: str, label: str, beneath: str, *, none: bool = False, small: bool = False) -> Html:
    shape = tag("i", aria_hidden="true", class_="shape")
    return tag(
        "div",
        tag("span", shape if name in _SHAPED else None, label, class_="name"),
        tag("b", figure, class_="small" if small else None),
        tag("span", beneath, class_="beneath", title=beneath) if beneath else None,
        class_=f"mj-tile{' none' if none else ''}",
        data_state=name,
    )


def _cards_beneath(windows: Iterable[WindowNow], words: Words) -> str:
    found = sum(one.shown == "unstaffed" and one.gravest is not None for one in windows)
    return words("hall.with_finding", n=found) if found else ""


def _why(windows: Iterable[WindowNow], words: Words) -> str:
    reasons: dict[str, int] = {}
    for one in windows:
        if one.shown == "unknown" and one.reason:
            told = words("hall.late") if one.reason == "late" else reason(one, words)
            reasons[told] = reasons.get(told, 0) + 1
    return " · ".join(f"{told} {n}" for told, n in sorted(reasons.items(), key=lambda pair: -pair[1])[:3])


def _listed(cameras: Sequence[CameraNow], words: Words) -> str:
    kinds: dict[str, int] = {}
    for one in cameras:
        told = words(f"condition.{one.condition}")
        kinds[told] = kinds.get(told, 0) + 1
    return " · ".join(f"{told} {n}" for told, n in sorted(kinds.items(), key=lambda pair: -pair[1])[:3])


def legend(words: Words) -> Html:
    """What the shapes and colours of the plan mean."""
    keys = [
        tag("span", tag("i", class_="shape", aria_hidden="true"), words(f"hall.{state}"), data_state=state)
        for state in ("staffed", "unstaffed", "unknown", "lunch", "closed")
    ]
    return tag("p", join(*keys), class_="mj-hall-legend")
