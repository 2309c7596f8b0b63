"""Discretion: bands, penalties against them, and who measures how; the tables of the page, and their files."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from dashboards.components.markup import Child, Html, join, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.market.sheet import case_link, money, officer_link, sheet, valid
from dashboards.words import Words, number
from mingjing.charts.discretion import Spot
from mingjing.insight.discretion import Band, Custom, Penalty

DRAWN = 1000


class PenaltyLine(Struct, frozen=True, kw_only=True):
    """One penalty as a line of the file; `position` is 0 at the least and 1 at the most of the band."""

    case_id: str
    decided_at: str
    item: str
    department: str
    handler: str
    band: str
    amount: float | None
    least: float | None
    most: float | None
    unit: str
    position: float | None
    departure: str
    state: str


class CustomLine(Struct, frozen=True, kw_only=True):
    """How one person measures, as a line of the file; the interval at 95 %."""

    officer: str
    department: str
    n: int
    middle: float
    at_least: int
    rate: float | None
    lo: float | None
    hi: float | None


def span_of(band: Band, words: Words) -> str:
    """A band as people write it."""
    unit = words(f"discretion.unit_{band.unit}")
    return f"{money(band.least)} – {money(band.most)} {unit}"


def listed(rows: Sequence[Penalty], lexicon: Lexicon) -> Html:
    """Penalties with the arithmetic against their band."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            case_link(one.case_id, words), words.day(one.day), lexicon.name("item", one.item),
            officer_link("discretion", one.handler, lexicon), _band(one, words), money(one.amount),
            _place(one), _state(one, words),
        ]
        for one in rows
    ]  # fmt: skip
    heads = ("case", "decided", "item", "handler", "band", "amount", "place", "state")
    return sheet([words(f"discretion.{head}") for head in heads], lines, words, right=(5, 6))


def _band(one: Penalty, words: Words) -> Html | str:
    if one.band is None:
        return one.named or "—"
    return join(one.band.circumstance, tag("div", span_of(one.band, words), class_="sub"))


def _place(one: Penalty) -> str:
    return "—" if one.position is None else f"{one.position:.0%}"


def _state(one: Penalty, words: Words) -> Html:
    bad = one.state in ("outside", "bandless")
    number_ = tag("div", one.departure, class_="sub") if one.departure else None
    return join(tag("span", words(f"discretion.state_{one.state}"), class_="bad" if bad else None), number_)


def spots(rows: Sequence[Penalty], lexicon: Lexicon) -> list[Spot]:
    """The penalties that have a place, as the chart draws them."""
    words = lexicon.words
    return [
        Spot(who=lexicon.name("officer", one.handler) or "—", case=one.case_id, place=one.position,
             state=words(f"discretion.state_{one.state}"))
        for one in rows[:DRAWN]
        if one.position is not None
    ]  # fmt: skip


def customs(rows: Sequence[Custom], lexicon: Lexicon) -> Html:
    """How often each takes the least, with n and interval, and the median place."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            officer_link("discretion", one.code, lexicon), lexicon.name("department", one.department), number(one.n),
            f"{one.middle:.0%}", _rate(one),
        ]
        for one in rows
    ]  # fmt: skip
    heads = ("handler", "department", "n", "middle", "at_least")
    return sheet([words(f"discretion.{head}") for head in heads], lines, words, right=(2, 3, 4))


def _rate(one: Custom) -> Html | str:
    least = one.least
    if least.rate is None or least.lo is None or least.hi is None:
        return "—"
    between = tag("small", f"{least.lo:.0%}–{least.hi:.0%} · {least.good} / {least.n}", class_="sub")
    return join(tag("b", f"{least.rate:.0%}"), tag("br"), between)


def bands(rows: Sequence[Band], today: date, lexicon: Lexicon) -> Html:
    """The bands as the register has them."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            lexicon.name("item", one.item), one.code, one.circumstance, span_of(one, words), one.basis,
            valid(one.since, one.until, words),
            words("agencies.in_force") if one.on(today) else tag("span", words("agencies.lapsed"), class_="sub"),
        ]
        for one in rows
    ]  # fmt: skip
    heads = ("item", "code", "circumstance", "span", "basis", "valid", "now")
    return sheet([words(f"discretion.{head}") for head in heads], lines, words)


def export(rows: Sequence[Penalty], name: str, words: Words) -> None:
    """Penalties as a file."""
    lines = [
        PenaltyLine(
            case_id=one.case_id, decided_at=words.local(one.at).isoformat(), item=one.item, department=one.department,
            handler=one.handler, band=one.named, amount=one.amount, least=one.band.least if one.band else None,
            most=one.band.most if one.band else None, unit=one.band.unit if one.band else "",
            position=None if one.position is None else round(one.position, 4), departure=one.departure, state=one.state,
        )
        for one in rows
    ]  # fmt: skip
    offer("discretion:penalties", lambda: lines, lambda all_: rows_csv(PenaltyLine, all_, words), name, key="fines_csv")


def export_customs(rows: Sequence[Custom], name: str, words: Words) -> None:
    """How people measure, as a file."""
    lines = [
        CustomLine(officer=one.code, department=one.department, n=one.n, middle=round(one.middle, 4),
                   at_least=one.least.good, rate=one.least.rate, lo=one.least.lo, hi=one.least.hi)
        for one in rows
    ]  # fmt: skip
    offer("discretion:customs", lambda: lines, lambda all_: rows_csv(CustomLine, all_, words), name, key="customs_csv")
