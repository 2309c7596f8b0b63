"""The expert pool: specialities, members, who left it and why, and how often each was drawn."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from dashboards.components.markup import Html, join, table, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.words import Words, number
from mingjing.charts.experts import Dot
from mingjing.insight.experts import Frequency, Member, Speciality, Told

SHOWN = 100
THIN = 15
"""Fewer experts than this are told as thin."""


class FrequencyLine(Struct, frozen=True, kw_only=True):
    """One expert's frequency as a line of the file."""

    expert: str
    could_be_drawn: int
    drawn: int
    expected: float
    chance: float
    beyond_chance: bool
    untold_draws: int


class MemberLine(Struct, frozen=True, kw_only=True):
    """One stay in the pool as a line of the file."""

    expert: str
    specialities: str
    unit: str
    entered: str
    left: str
    valid_from: str
    valid_to: str
    drawn_outside: int


def frequency_table(found: Sequence[Frequency], words: Words) -> Html:
    """The experts whom chance explains least."""
    rows = [
        tag(
            "tr",
            tag("td", one.code),
            tag("td", number(one.draws), class_="number"),
            tag("td", tag("b", number(one.drawn)), class_="number"),
            tag("td", f"{one.expected:.2f}", class_="number"),
            tag("td", _chance(one), class_="number bad" if one.beyond else "number"),
            tag("td", number(one.others) if one.others else "—", class_="number"),
        )
        for one in found[:SHOWN]
    ]
    heads = [words(f"experts.{one}") for one in ("expert", "could", "times", "expected", "chance", "others")]
    return join(table(heads, rows, class_="mj-table mj-narrow"), _more(len(found), words))


def _chance(one: Frequency) -> str:
    return "—" if not one.draws else "< 0.0001" if one.chance < 0.0001 else f"{one.chance:.4f}"


def dots(found: Sequence[Frequency]) -> list[Dot]:
    """The experts of the chart: those who could have been drawn."""
    return [
        Dot(name=one.code, expected=one.expected, drawn=one.drawn, draws=one.draws, beyond=one.beyond)
        for one in found
        if one.draws
    ]


def export_frequencies(found: Sequence[Frequency], name: str, words: Words) -> None:
    """The frequencies as a file."""
    lines = [
        FrequencyLine(
            expert=one.code, could_be_drawn=one.draws, drawn=one.drawn, expected=round(one.expected, 4),
            chance=one.chance, beyond_chance=one.beyond, untold_draws=one.others,
        )
        for one in found
    ]  # fmt: skip
    offer("experts:frequency", lambda: lines, lambda rows: rows_csv(FrequencyLine, rows, words), name,
          key="frequency_csv")  # fmt: skip


def speciality_table(found: Sequence[Speciality], words: Words) -> Html:
    """Specialities with their experts, the thinnest first."""
    rows = [
        tag(
            "tr",
            tag("td", one.name),
            tag("td", number(one.experts), tag("small", f" {words('experts.is_thin')}") if one.experts < THIN else None,
                class_="number"),
            tag("td", number(one.entered) if one.entered else "—", class_="number"),
            tag("td", number(one.left) if one.left else "—", class_="number"),
            tag("td", number(one.draws) if one.draws else "—", class_="number"),
        )
        for one in found
    ]  # fmt: skip
    heads = [words(f"experts.{one}") for one in ("speciality", "experts", "came", "went", "draws")]
    return table(heads, rows, class_="mj-table mj-narrow")


def fitting(members: Sequence[Member], speciality: str, search: str) -> list[Member]:
    """The stays that a reader asks for."""
    return [
        one
        for one in members
        if (not speciality or speciality in one.specialities)
        and (not search or any(search in text.casefold() for text in (one.code, one.unit, one.left, one.entered)))
    ]


def member_table(members: Sequence[Member], outside: Mapping[str, Sequence[Told]], last: date, words: Words) -> Html:
    """Stays in the pool; where the expert was drawn while not in it, how often."""
    rows = [
        tag(
            "tr",
            tag("td", one.code),
            tag("td", "、".join(one.specialities)),
            tag("td", one.unit or "—"),
            tag("td", words.day(one.since), tag("div", one.entered, class_="sub") if one.entered else None),
            tag("td", words.day(one.until) if one.until < last else "—",
                tag("div", one.left, class_="sub") if one.left else None),
            tag("td", number(len(outside[one.code])) if one.code in outside else "—",
                class_="number bad" if one.code in outside else "number"),
        )
        for one in members[:SHOWN]
    ]  # fmt: skip
    heads = [words(f"experts.{one}") for one in ("expert", "speciality", "unit", "in", "out", "outside")]
    return join(table(heads, rows, class_="mj-table"), _more(len(members), words))


def export_members(
    members: Sequence[Member], outside: Mapping[str, Sequence[Told]], name: str, words: Words, key: str
) -> None:
    """The stays as a file."""
    lines = [
        MemberLine(
            expert=one.code, specialities="|".join(one.specialities), unit=one.unit, entered=one.entered,
            left=one.left, valid_from=one.since.isoformat(), valid_to=one.until.isoformat(),
            drawn_outside=len(outside.get(one.code, ())),
        )
        for one in members
    ]  # fmt: skip
    offer(f"experts:{key}", lambda: lines, lambda rows: rows_csv(MemberLine, rows, words), name, key=f"{key}_csv")


def _more(many: int, words: Words) -> Html | None:
    return tag("p", words("experts.more", n=SHOWN, all=number(many)), class_="sub") if many > SHOWN else None
