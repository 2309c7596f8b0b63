"""Parties to public trades: their records, when those end, and what the parties did while they were in force."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from msgspec import Struct

from dashboards.components.markup import Html, join, table, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.trades.draws import case_address
from dashboards.words import Words, number
from mingjing.insight.parties import Part, Record, Standing, barred

SHOWN = 100
SOON = 90
"""Records that end within so many days are told."""


class RecordLine(Struct, frozen=True, kw_only=True):
    """One record as a line of the file."""

    code: str
    party: str
    kind: str
    bars: bool
    ground: str
    basis: str
    valid_from: str
    valid_to: str
    state: str
    days_left: int | None


class StandingLine(Struct, frozen=True, kw_only=True):
    """One party as a line of the file."""

    party: str
    records: int
    in_force: int
    barred_until: str
    tenders: int
    won: int
    evaluated_while_barred: str
    won_while_barred: str


def address(party: str, words: Words) -> str:
    """Where a party stands."""
    return "parties?" + urlencode({"party": party, "lang": words.language})


def standing_table(found: Sequence[Standing], words: Words) -> Html:
    """The parties, those who took part while barred first."""
    rows = [
        tag(
            "tr",
            tag("td", tag("a", one.party, href=address(one.party, words), target="_self")),
            tag("td", _until(one, words)),
            tag("td", f"{one.in_force} / {one.records}", class_="number"),
            tag("td", number(one.tenders) if one.tenders else "—", class_="number"),
            tag("td", number(one.won) if one.won else "—", class_="number"),
            tag("td", _tenders(one.scored_barred, words)),
            tag("td", _tenders(one.won_barred, words)),
        )
        for one in found[:SHOWN]
    ]
    heads = [
        words(f"parties.{one}")
        for one in ("party", "standing", "records", "tenders", "won", "scored_barred", "won_barred")
    ]
    return join(table(heads, rows, class_="mj-table"), _more(len(found), words))


def _until(one: Standing, words: Words) -> Html:
    if one.barred_until is None:
        return tag("span", words("parties.free"), class_="sub")
    return tag("span", words("parties.barred_until", day=words.day(one.barred_until)), class_="bad")


def _tenders(cases: Sequence[str], words: Words) -> Html | str:
    links = [tag("a", case, href=case_address(case, words), target="_self", class_="bad") for case in cases]
    return join(*(tag("div", link) for link in links)) if links else "—"


def record_table(found: Sequence[Record], day: date, words: Words) -> Html:
    """Records with their state on a day, and what they do."""
    bars = tag("div", words("parties.bars"), class_="sub")
    rows = [
        tag(
            "tr",
            tag("td", one.code),
            tag("td", tag("a", one.party, href=address(one.party, words), target="_self")),
            tag("td", words(f"parties.kind_{one.kind}"), bars if one.bars else None),
            tag("td", one.ground, tag("div", one.basis, class_="sub")),
            tag("td", words.day(one.since), " – ", words.day(one.until), class_="nowrap"),
            tag("td", _state(one, day, words), class_="nowrap"),
        )
        for one in found[:SHOWN]
    ]  # fmt: skip
    heads = [words(f"parties.{one}") for one in ("code", "party", "kind", "ground", "span", "state")]
    return join(table(heads, rows, class_="mj-table"), _more(len(found), words))


def _state(one: Record, day: date, words: Words) -> Html:
    state = one.state(day)
    if state != "in_force":
        return tag("span", words(f"parties.state_{state}"), class_="sub")
    left = (one.until - day).days
    ends = tag("div", words("parties.days_left", n=number(left)), class_="bad" if left <= SOON else "sub")
    return join(words("parties.state_in_force"), ends)


def part_table(parts: Sequence[Part], records: Sequence[Record], local: Mapping[datetime, date], words: Words) -> Html:
    """A party's tenders; what happened while it was barred is marked, with the record that barred it."""

    def cell(instant: datetime | None, *, bound: bool) -> Html:
        if instant is None:
            return tag("td", "—")
        bars = barred(records, local[instant]) if bound else []
        why = tag("div", words("parties.was_barred", codes=" ".join(one.code for one in bars)), class_="bad")
        return tag("td", words.minute(instant), why if bars else None, class_="nowrap")

    rows = [
        tag(
            "tr",
            tag("td", tag("a", one.case_id, href=case_address(one.case_id, words), target="_self")),
            *(cell(instant, bound=one.bound) for instant in (one.bid_at, one.scored_at, one.won_at)),
        )
        for one in parts[:SHOWN]
    ]
    heads = [words(f"parties.{one}") for one in ("tender", "bid_at", "scored_at", "won_at")]
    return join(table(heads, rows, class_="mj-table"), _more(len(parts), words))


def export_records(found: Sequence[Record], day: date, name: str, words: Words) -> None:
    """The records as a file."""
    lines = [
        RecordLine(
            code=one.code, party=one.party, kind=one.kind, bars=one.bars, ground=one.ground, basis=one.basis,
            valid_from=one.since.isoformat(), valid_to=one.until.isoformat(), state=one.state(day),
            days_left=(one.until - day).days if one.state(day) == "in_force" else None,
        )
        for one in found
    ]  # fmt: skip
    offer("parties:records", lambda: lines, lambda rows: rows_csv(RecordLine, rows, words), name, key="records_csv")


def export_standings(found: Sequence[Standing], name: str, words: Words) -> None:
    """The parties as a file."""
    lines = [
        StandingLine(
            party=one.party, records=one.records, in_force=one.in_force,
            barred_until=one.barred_until.isoformat() if one.barred_until else "", tenders=one.tenders, won=one.won,
            evaluated_while_barred=" ".join(one.scored_barred), won_while_barred=" ".join(one.won_barred),
        )
        for one in found
    ]  # fmt: skip
    offer("parties:standings", lambda: lines, lambda rows: rows_csv(StandingLine, rows, words), name,
          key="standings_csv")  # fmt: skip


def _more(many: int, words: Words) -> Html | None:
    return tag("p", words("experts.more", n=SHOWN, all=number(many)), class_="sub") if many > SHOWN else None
