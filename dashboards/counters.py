"""前台与后台: the time of cases at the front desk and behind it, and comprehensive windows against special ones."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.places import asked, scope
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.parallel.listing import choice, section
from dashboards.parallel.reading import calendar, span
from dashboards.scores.reading import organisation
from dashboards.sharing import shared
from dashboards.words import Words, number
from mingjing import timetable
from mingjing.calendars import YearNotCovered
from mingjing.insight.counters import BYS, Contrast, Middle, Split, contrasts, overall, splits
from mingjing.scoring.periods import Period
from mingjing.store import counters
from mingjing.store.counters import Passages
from mingjing.store.scores import Scope
from mingjing.timetable import OfficeTime
from mingjing.zones import Zone

LISTED = 40
KINDS = ("comprehensive", "special", "delivery", "enquiry", "office")
PARTS = ("front", "back", "delivery")


class SplitLine(Struct, frozen=True, kw_only=True):
    """One item, department or window ("": all together) at one type of window; open hours, intervals at 95 %."""

    by: str
    code: str
    name: str
    kind: str
    cases: int
    front_n: int
    front_hours: float | None
    front_lo: float | None
    front_hi: float | None
    back_n: int
    back_hours: float | None
    back_lo: float | None
    back_hi: float | None
    delivery_n: int
    delivery_hours: float | None
    delivery_lo: float | None
    delivery_hi: float | None


@shared(ttl=60, hash_funcs={Scope: msgspec.json.encode, Period: lambda one: one.code}, max_entries=20)
def passages(period: Period, places: Scope) -> Passages:
    """The passages of cases decided in a period. Raises YearNotCovered."""
    settings = service.current()
    folder = Path(settings.calendars_dir) if settings.calendars_dir else None
    hours = OfficeTime(
        calendar(), Zone(settings.timezone), timetable.load(folder / "timetable.toml" if folder else None)
    )
    with service.store() as store:
        return counters.passages(store, *span(period), hours.count, places)


def part(period: Period, lexicon: Lexicon, *, hidden: bool = False) -> None:
    """The part of a page on front desk and back office, for the places of the address; `hidden`: not where empty."""
    words = lexicon.words
    try:
        found = passages(period, scope(asked("region", "department"), organisation()))
    except YearNotCovered as missing:
        st.html(section(words("counters.title"), empty(words("parallel.no_calendar", year=missing.first), "")))
        return
    if not found.passages and hidden:
        return
    if not found.passages:
        st.html(section(words("counters.title"), empty(words("counters.none"), words("counters.none_hint"))))
        return
    note = words("counters.note", n=number(len(found.passages)), all=number(found.known))
    heads = _heads(words)
    whole = [tag("tr", tag("td", kind_name(one.kind, words)), *_cells(one, words)) for one in overall(found.passages)]
    st.html(
        section(words("counters.title"), tag("p", note, class_="sub"), table(["", *heads], whole, class_="mj-table"))
    )
    st.html(compared(contrasts(found.passages), lexicon))
    with st.container(key="counters_tools", horizontal=True, vertical_alignment="bottom"):
        chosen = choice("counters", "by", BYS, words)
        by = next(one for one in BYS if one == chosen)
        lines = [line("", one, lexicon) for one in overall(found.passages)]
        lines += [line(each, one, lexicon) for each in BYS for one in splits(found.passages, each)]
        name = f"mingjing-counters-{period.code}.csv"
        offer("counters", lambda: lines, lambda said: rows_csv(SplitLine, said, words), name, key="counters_csv")
    several = splits(found.passages, by)
    rows = [
        tag("tr", tag("td", lexicon.name(by, one.code)), tag("td", kind_name(one.kind, words)), *_cells(one, words))
        for one in several[:LISTED]
    ]
    left = len(several) - LISTED
    more = tag("p", words("counters.more", n=number(left)), class_="sub") if left > 0 else None
    st.html(join(table([words(f"counters.by_{by}"), words("counters.kind"), *heads], rows, class_="mj-table"), more))


def compared(found: Sequence[Contrast], lexicon: Lexicon) -> Html:
    """The items that both types of window receive, side by side."""
    words = lexicon.words
    title = tag("h3", words("counters.compared"))
    if not found:
        return tag("div", title, tag("p", words("counters.compared_none"), class_="sub"))
    rows = [
        tag(
            "tr",
            tag("td", lexicon.name("item", one.item)),
            *(
                tag("td", _time(getattr(side, name), words), class_="number nowrap")
                for name in ("front", "back")
                for side in (one.together, one.apart)
            ),
            tag("td", words(f"counters.verdict_{('quicker', 'among', 'slower')[one.verdict + 1]}")),
        )
        for one in found[:LISTED]
    ]
    heads = [words(f"counters.head_{name}") for name in ("item", "front_c", "front_s", "back_c", "back_s", "verdict")]
    note = tag("p", words("counters.compared_note"), class_="sub")
    return tag("div", title, note, table(heads, rows, class_="mj-table"))


def kind_name(kind: str, words: Words) -> str:
    """A type of window in the reader's language; one of the register's own as it is."""
    if not kind:
        return words("counters.kind_unknown")
    return words(f"counters.kind_{kind}") if kind in KINDS else kind


def line(by: str, one: Split, lexicon: Lexicon) -> SplitLine:
    """One line of the file."""
    said: dict[str, float | int | None] = {}
    for name in PARTS:
        value: Middle = getattr(one, name)
        said |= {f"{name}_n": value.n, f"{name}_hours": _rounded(value.median)}
        said |= {f"{name}_lo": _rounded(value.lo), f"{name}_hi": _rounded(value.hi)}
    told = lexicon.name(by, one.code) if by else ""
    named = {"by": by, "code": one.code, "name": told, "kind": one.kind, "cases": one.n}
    return msgspec.convert({**named, **said}, SplitLine)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _heads(words: Words) -> list[str]:
    return [words("counters.n"), *(words(f"counters.{name}") for name in PARTS)]


def _cells(one: Split, words: Words) -> list[Html]:
    parts = [tag("td", _time(getattr(one, name), words), class_="number nowrap") for name in PARTS]
    return [tag("td", number(one.n), class_="number"), *parts]


def _time(value: Middle, words: Words) -> Html:
    """A median with its interval, in minutes where it is less than an hour."""
    if value.median is None:
        return join("—")
    unit, times = ("minutes", 60) if value.median < 1 else ("hours", 1)
    bounds = "" if value.lo is None or value.hi is None else f"{value.lo * times:.1f}–{value.hi * times:.1f}, "
    told = words(f"counters.{unit}", n=f"{value.median * times:.1f}")
    return join(tag("b", told), tag("br"), tag("small", f"{bounds}n={number(value.n)}", class_="sub"))
