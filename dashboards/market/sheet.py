"""Tables, links and sums that both pages share."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from dashboards.components.markup import Child, Html, join, table, tag
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number

SHOWN = 100
OPEN = 2299
"""A register's row that ends in this year ends on no day that anybody named."""


def sheet(heads: Sequence[str], rows: Sequence[Sequence[Child]], words: Words, *, right: Sequence[int] = ()) -> Html:
    """The first SHOWN rows; `right`: the columns of numbers."""
    lines = [
        tag("tr", [tag("td", cell, class_="number" if place in right else None) for place, cell in enumerate(row)])
        for row in rows[:SHOWN]
    ]
    more = words("experts.more", n=SHOWN, all=number(len(rows))) if len(rows) > SHOWN else ""
    return join(table(heads, lines, class_="mj-table"), tag("p", more, class_="sub") if more else None)


def case_link(case: str, words: Words) -> Html:
    """A case, leading to its life."""
    return tag("a", case, href="case?" + urlencode({"case": case, "lang": words.language}), target="_self")


def officer_link(page: str, officer: str, lexicon: Lexicon) -> Html | str:
    """An officer, leading to what the page has on them."""
    if not officer:
        return "—"
    address = f"{page}?" + urlencode({"officer": officer, "lang": lexicon.words.language})
    return tag("a", lexicon.name("officer", officer), href=address, target="_self")


def valid(since: date, until: date, words: Words) -> str:
    """The days on which a row is in force."""
    return f"{words.day(since)} – {words('agencies.open') if until.year >= OPEN else words.day(until)}"


def money(amount: float | None) -> str:
    """Yuan without needless decimals."""
    return "—" if amount is None else f"{amount:,.2f}".removesuffix(".00")


def section(title: str, *beneath: Child) -> Html:
    """A part of a page."""
    return tag("section", tag("h2", title), *beneath, class_="mj-section")


def advice(text: str, *, bad: bool) -> Html:
    """One sentence about what follows."""
    return tag("p", text, class_="mj-advice bad" if bad else "mj-advice")
