"""The list of tenders: search, filters, order; splits and deals found outside the platform. Pure but for what draws."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from dashboards import service
from dashboards.components.markup import Html, join, table, tag
from dashboards.lexicon import Lexicon
from dashboards.tenders.reading import DealRow, TenderRow
from dashboards.tenders.telling import address, arithmetic, percent, size
from dashboards.words import number, severity_name
from mingjing.insight.tender.thresholds import LIMITS, Split, measured

SPLITS_SHOWN = 20


class View(Struct, frozen=True, kw_only=True):
    """What the reader asked to see; empty texts mean any."""

    search: str = ""
    kind: str = ""
    stage: str = ""
    place: str = ""
    found: bool = False
    order: str = "newest"


ORDERS = ("newest", "gravest", "largest", "oldest")


def chosen(rows: Sequence[TenderRow], view: View) -> list[TenderRow]:
    """Those that the view asks for, in its order."""
    word = view.search.strip().casefold()
    kept = [
        row
        for row in rows
        if (not view.kind or row.kind == view.kind)
        and (not view.stage or row.stage == view.stage)
        and (not view.place or row.place == view.place)
        and (not view.found or row.severity)
        and (not word or any(word in text.casefold() for text in _searched(row)))
    ]
    keys = {
        "newest": lambda row: -row.registered_at.timestamp(),
        "oldest": lambda row: row.registered_at.timestamp(),
        "gravest": lambda row: (-row.severity, -row.findings, -row.registered_at.timestamp()),
        "largest": lambda row: (-(row.amount or 0), row.case_id),
    }
    return sorted(kept, key=keys[view.order])


def _searched(row: TenderRow) -> tuple[str, ...]:
    return (row.case_id, row.project, row.owner, row.site, row.winner, row.item, row.department)


def tender_table(rows: Sequence[TenderRow], lexicon: Lexicon) -> Html:
    """Tenders in lines, each leading to its own page."""
    words, severities = lexicon.words, service.current().severity
    drawn = [
        tag(
            "tr",
            tag(
                "td",
                tag("a", row.case_id, href=address(row.case_id, words), target="_self"),
                tag("div", row.project, class_="sub"),
            ),
            tag("td", words.name("tender", f"kind_{row.kind}"), tag("div", row.owner, class_="sub")),
            tag("td", size("amount", row.amount, words), class_="number"),
            tag("td", words.name("tender", f"place_{row.place}")),
            tag("td", words(f"tender.step_{row.stage}") if row.stage else "—", class_="nowrap"),
            tag("td", number(row.bidders) if row.bidders else "—", class_="number"),
            tag("td", words.minute(row.registered_at), class_="nowrap"),
            tag(
                "td",
                tag("span", severity_name(row.severity, words, severities), class_="badge") if row.severity else None,
                f" {row.findings}" if row.findings else "—",
                data_severity=row.severity or None,
                class_="nowrap",
            ),
        )
        for row in rows
    ]
    heads = [words(f"tender.head_{one}") for one in
             ("tender", "kind", "amount", "place", "stage", "bidders", "registered", "findings")]  # fmt: skip
    return table(heads, drawn, class_="mj-table")


def split_table(splits: Sequence[Split], lexicon: Lexicon) -> Html:
    """Owners with several projects below the threshold on one site, with the sums."""
    words = lexicon.words
    return join(*(split_box(one, lexicon) for one in splits[:SPLITS_SHOWN])) or tag("p", words("tender.splits_none"))


def split_box(one: Split, lexicon: Lexicon, *, opened: bool = False) -> Html:
    """The pieces of one owner on one site, added up."""
    words = lexicon.words
    names = list(LIMITS[one.kind])
    rows = [
        tag(
            "tr",
            tag("td", tag("a", piece.case, href=address(piece.case, words), target="_self")),
            tag("td", piece.on.isoformat(), class_="nowrap"),
            tag("td", words.name("tender", f"place_{piece.place}")),
            *(tag("td", size(name, getattr(piece, name), words), class_="number") for name in names),
            tag("td", percent(piece.share), class_="number bad" if piece.share >= one.near else "number"),
        )
        for piece in one.pieces
    ]
    sums = [arithmetic(total, words) for total in one.totals]
    heads = [words(f"tender.head_{name}") for name in ("tender", "registered", "place", *names, "share")]
    title = words(
        "tender.split_title", owner=one.owner, site=one.site or "—", n=len(one.pieces), days=one.days,
        share=percent(one.together),
    )  # fmt: skip
    mark = tag("span", words("tender.split_look"), class_="mj-late") if one.suspicious else None
    added = tag("p", words("tender.together"), "；".join(sums) if words.language == "zh" else "; ".join(sums))
    return tag(
        "details", tag("summary", title, " ", mark), table(heads, rows, class_="mj-table"), added, open=opened or None
    )


def deal_table(deals: Sequence[DealRow], projects: Mapping[str, str], lexicon: Lexicon) -> Html:
    """Deals found outside; `projects`: the tender on the platform of each project that has one."""
    words, severities = lexicon.words, service.current().severity
    rows = []
    for deal in deals:
        there = deal.tender or projects.get(deal.project, "")
        sums = [arithmetic(one, words) for one in measured(deal.kind, deal.amount, deal.area)]
        reached = any(one.reached for one in measured(deal.kind, deal.amount, deal.area))
        case = tag("a", deal.case_id, href=address(deal.case_id, words, "case").replace("tender=", "case=", 1),
                   target="_self")  # fmt: skip
        rows.append(
            tag(
                "tr",
                tag("td", case, tag("div", deal.project, class_="sub")),
                tag("td", words.name("tender", f"kind_{deal.kind}"), tag("div", deal.owner, class_="sub")),
                tag("td", *(tag("div", one) for one in sums), class_="number"),
                tag("td", words("tender.reached" if reached else "tender.below"), class_="bad" if reached else None),
                tag("td", there or words("tender.deal_nowhere")),
                tag("td", deal.signed_on or "—", class_="nowrap"),
                tag("td", words.minute(deal.found_at), class_="nowrap"),
                tag(
                    "td",
                    tag("span", severity_name(deal.severity, words, severities), class_="badge")
                    if deal.severity
                    else "—",
                    data_severity=deal.severity or None,
                ),
            )
        )
    heads = [words(f"tender.head_{one}") for one in
             ("deal", "kind", "size", "threshold", "deal_tender", "signed", "found", "findings")]  # fmt: skip
    return table(heads, rows, class_="mj-table")


def local_day(row: TenderRow, lexicon: Lexicon) -> date:
    """The local day of a tender's registration."""
    return lexicon.words.local(row.registered_at).date()
