"""Intermediaries: the tables of the page, and their files."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from msgspec import Struct

from dashboards.components.markup import Child, Html, join, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.market.sheet import case_link, money, officer_link, sheet, valid
from dashboards.words import Words, number
from mingjing.insight.agencies import SHRINK, Concentration, Credit, Price, Service, published
from mingjing.store.market import Agency

Prices = Mapping[tuple[str, str], Sequence[Price]]
Names = Mapping[str, str]


class AgencyLine(Struct, frozen=True, kw_only=True):
    """One row of the register as a line of the file."""

    code: str
    name: str
    kind: str
    qualification: str
    items: str
    valid_from: str
    valid_to: str
    services: int
    credit: float | None


class ServiceLine(Struct, frozen=True, kw_only=True):
    """One service as a line of the file; days are natural, fees in yuan."""

    case_id: str
    item: str
    department: str
    officer: str
    selected_at: str
    method: str
    selected_by: str
    selected: str
    contracted: str
    contracted_on: str
    contract_days: float | None
    total_days: int | None
    unit_days: int
    agency_days: int | None
    running: bool
    fee: float | None
    published: float | None
    paid: float | None
    rules: str


class CreditLine(Struct, frozen=True, kw_only=True):
    """One part of a credit as a line of the file."""

    agency: str
    credit: float
    part: str
    weight: int
    good: int
    n: int
    usual: float
    points: float


def link(agency: str, names: Names, words: Words) -> Html | str:
    """An agency, leading to what is known of it."""
    if not agency:
        return "—"
    address = "agencies?" + urlencode({"agency": agency, "lang": words.language})
    name = names.get(agency)
    return tag("a", f"{name} ({agency})" if name else agency, href=address, target="_self")


def rules_of(one: Service, lexicon: Lexicon) -> Html:
    """What was found in a case, leading to the rules."""
    words = lexicon.words
    links = [
        tag("a", lexicon.rule(rule), href=f"rules?rule={rule}&lang={words.language}", target="_self",
            class_="bad" if severity > 1 else None)
        for rule, severity in sorted(one.found.items())
    ]  # fmt: skip
    return join(*(tag("div", each) for each in links)) if links else tag("span", "—", class_="sub")


def register(rows: Sequence[Agency], credit: Mapping[str, Credit], today: date, names: Names, words: Words) -> Html:
    """The register, with how each stands on a day."""

    def state(one: Agency) -> Html:
        if one.since <= today <= one.until:
            return tag("span", words("agencies.in_force"))
        return tag("span", words("agencies.lapsed" if one.until < today else "agencies.future"), class_="bad")

    lines: list[list[Child]] = [
        [
            link(one.code, names, words), words(f"agencies.kind_{one.kind}"), one.qualification or "—",
            number(len(one.items)) if one.items else "—", valid(one.since, one.until, words),
            state(one), number(credit[one.code].n) if one.code in credit else "—",
            f"{credit[one.code].score:.1f}" if one.code in credit else "—",
        ]
        for one in rows
    ]  # fmt: skip
    heads = ("agency", "kind", "qualification", "items", "valid", "state", "services", "credit")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(3, 6, 7))


def clocks(rows: Sequence[Service], names: Names, lexicon: Lexicon) -> Html:
    """Contract clocks: the total as the unit's days and the agency's."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            case_link(one.case_id, words), lexicon.name("item", one.item), link(one.who, names, words),
            words.day(one.contracted_on) if one.contracted_on else "—",
            "—" if one.days is None else f"{one.days:g}", _shares(one, words), rules_of(one, lexicon),
        ]
        for one in rows
    ]  # fmt: skip
    heads = ("case", "item", "agency", "contracted", "promised", "took", "found")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(4,))


def _shares(one: Service, words: Words) -> Html:
    if one.total is None or one.own is None:
        return tag("span", words("agencies.no_contract"), class_="sub")
    late = one.broke(("M1",))
    said = words("agencies.shares", total=one.total, agency=one.own, unit=one.held)
    running = tag("div", words("agencies.running"), class_="sub") if one.running else None
    return join(tag("span", said, class_="bad" if late else None), running)


def fees(rows: Sequence[Service], prices: Prices, names: Names, lexicon: Lexicon) -> Html:
    """What contracts ask, against what the register publishes, and what was paid."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            case_link(one.case_id, words), lexicon.name("item", one.item), link(one.agency, names, words),
            f"{one.quantity:g}", *_against(one, prices, words), money(one.paid),
            rules_of(one, lexicon),
        ]
        for one in rows
        if one.agency
    ]  # fmt: skip
    heads = ("case", "item", "agency", "quantity", "fee", "published", "paid", "found")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(3, 4, 5, 6))


def _against(one: Service, prices: Prices, words: Words) -> tuple[Html, Html]:
    """The contract's fee, and what is published for it."""
    most = published(prices, one)
    if most is None:
        return tag("span", money(one.fee)), tag("span", words("agencies.unpublished"), class_="sub")
    above = one.broke(("M2-F",))
    return tag("span", money(one.fee), class_="bad" if above else None), tag("span", money(most))


def selections(rows: Sequence[Service], names: Names, lexicon: Lexicon) -> Html:
    """The selection log of the supermarket 中介超市."""
    words = lexicon.words
    lines: list[list[Child]] = [
        [
            words.minute(one.selected_at), case_link(one.case_id, words), lexicon.name("item", one.item),
            officer_link("agencies", one.officer, lexicon), words(f"agencies.method_{one.method or 'none'}"),
            one.by and (words("agencies.by_applicant") if one.by == "applicant" else lexicon.name("officer", one.by)),
            number(one.candidates) if one.candidates else "—", link(one.selected, names, words),
            link(one.agency, names, words) if one.agency != one.selected else words("agencies.same"),
        ]
        for one in rows
        if one.selected
    ]  # fmt: skip
    heads = ("selected_at", "case", "item", "officer", "method", "by", "candidates", "selected", "contract")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(6,))


def concentrated(rows: Sequence[Concentration], by: str, names: Names, lexicon: Lexicon) -> Html:
    """The index with its interval, for each officer or item; all together first."""
    words = lexicon.words
    usual = rows[0].index if rows and not rows[0].code else None
    lines: list[list[Child]] = []
    for one in rows:
        who: Child = tag("b", words("agencies.everybody"))
        if one.code:
            who = officer_link("agencies", one.code, lexicon) if by == "officer" else lexicon.name("item", one.code)
        beyond = bool(one.code) and one.beyond(usual)
        told: Child = tag("span", words("agencies.few"), class_="sub")
        if one.index is not None and one.lo is not None and one.hi is not None:
            between = tag("small", f"{one.lo:.3f}–{one.hi:.3f}", class_="sub")
            told = join(tag("b", f"{one.index:.3f}", class_="bad" if beyond else None), tag("br"), between)
        top = join(
            link(one.top, names, words), tag("div", f"{one.top_n} / {one.n} = {one.top_n / one.n:.0%}", class_="sub")
        )
        lines.append([who, number(one.n), number(one.agencies), told, top])
    heads = (by, "n", "agencies", "index", "top")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(1, 2, 3))


def credit(rows: Sequence[Credit], names: Names, words: Words) -> Html:
    """Each agency's credit with what its parts add."""
    lines: list[list[Child]] = [
        [link(one.agency, names, words), number(one.n), tag("b", f"{one.score:.1f}"),
         *(f"{part.points:.1f} / {part.weight}" for part in one.parts)]
        for one in rows
    ]  # fmt: skip
    heads = ("agency", "services", "credit", "part_punctual", "part_honest", "part_proper")
    return sheet([words(f"agencies.{head}") for head in heads], lines, words, right=(1, 2, 3, 4, 5))


def arithmetic(one: Credit, words: Words) -> Html:
    """The arithmetic of one credit, line by line."""
    lines = [
        tag("li", words(f"agencies.part_{part.name}"), ": ", words(
            "agencies.part_told", weight=part.weight, good=part.good, n=part.n, shrink=SHRINK,
            usual=f"{part.usual:.3f}", points=f"{part.points:.2f}",
        ))
        for part in one.parts
    ]  # fmt: skip
    return join(tag("ul", *lines), tag("p", tag("b", words("agencies.credit_sum", score=f"{one.score:.1f}"))))


def export_register(rows: Sequence[Agency], found: Mapping[str, Credit], name: str, words: Words) -> None:
    """The register as a file."""
    lines = [
        AgencyLine(
            code=one.code, name=one.name, kind=one.kind, qualification=one.qualification, items="|".join(one.items),
            valid_from=one.since.isoformat(), valid_to=one.until.isoformat(),
            services=found[one.code].n if one.code in found else 0,
            credit=round(found[one.code].score, 2) if one.code in found else None,
        )
        for one in rows
    ]  # fmt: skip
    offer("agencies:register", lambda: lines, lambda all_: rows_csv(AgencyLine, all_, words), name, key="agencies_csv")


def export_services(rows: Sequence[Service], prices: Prices, name: str, words: Words) -> None:
    """Services as a file: clocks, fees and selection in one line."""
    lines = [
        ServiceLine(
            case_id=one.case_id, item=one.item, department=one.department, officer=one.officer,
            selected_at=words.local(one.selected_at).isoformat() if one.selected_at else "", method=one.method,
            selected_by=one.by, selected=one.selected, contracted=one.agency,
            contracted_on=one.contracted_on.isoformat() if one.contracted_on else "", contract_days=one.days,
            total_days=one.total, unit_days=one.held, agency_days=one.own, running=one.running, fee=one.fee,
            published=published(prices, one), paid=one.paid, rules=" ".join(sorted(one.found)),
        )
        for one in rows
    ]  # fmt: skip
    offer("agencies:services", lambda: lines, lambda all_: rows_csv(ServiceLine, all_, words), name, key="services_csv")


def export_concentration(rows: Sequence[Concentration], name: str, words: Words) -> None:
    """Concentration as a file."""
    offer(
        "agencies:concentration", lambda: rows, lambda all_: rows_csv(Concentration, all_, words), name, key="hhi_csv"
    )


def export_credit(rows: Sequence[Credit], name: str, words: Words) -> None:
    """Every part of every credit as a file."""
    lines = [
        CreditLine(agency=one.agency, credit=round(one.score, 3), part=part.name, weight=part.weight, good=part.good,
                   n=part.n, usual=round(part.usual, 4), points=round(part.points, 3))
        for one in rows
        for part in one.parts
    ]  # fmt: skip
    offer("agencies:credit", lambda: lines, lambda all_: rows_csv(CreditLine, all_, words), name, key="credit_csv")
