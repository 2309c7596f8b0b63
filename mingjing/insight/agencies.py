"""Intermediaries 中介: whose time a service took, what it cost, who is chosen, and of what credit is made. Pure.

A service is judged by the rules alone (M1 late, M2 and M2-F dear, M2-U and M3 improper): what is counted here are their
findings, so that no page says otherwise than a card does.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from msgspec import Struct

STOPS = ("agency_delivered", "closed", "withdrawn", "terminated")
"""What ends a contract's clock (rule M1)."""
TYPES = ("agency_selected", "agency_contracted", "agency_held", "agency_released", "agency_paid", *STOPS)
RULES = ("M1", "M2", "M2-F", "M2-U", "M3")
BREACH = 2
"""The least severity that counts against an agency; M1's notice two days before is none."""
WEIGHTS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "punctual": (40, ("M1",)),
    "honest": (40, ("M2", "M2-F")),
    "proper": (20, ("M2-U", "M3")),
}
"""What credit is made of: points at most, and the rules whose findings take them away."""
SHRINK = 5
"""So many services of a usual agency are added to each agency's own, so that one bad day does not ruin a beginner."""
FEW = 10
"""Fewer choices than these say nothing about concentration."""
DRAWS = 1000


class Happened(Struct, frozen=True, kw_only=True):
    """One event of a case, with its local day."""

    event_id: str
    case_id: str
    type: str
    at: datetime
    day: date
    item: str
    department: str
    officer: str
    data: Mapping[str, Any]


class Found(Struct, frozen=True, kw_only=True):
    """What a rule found in a case, how grave it is, and the events on which it rests."""

    rule: str
    severity: int
    events: tuple[str, ...]


class Service(Struct, frozen=True, kw_only=True):
    """What an intermediary did under one contract; days are natural ones, fees in yuan; None: not on record.

    `held`: days on which unit or client kept the agency waiting. `found`: severity by rule.
    """

    case_id: str
    item: str
    department: str
    officer: str
    selected: str = ""
    selected_at: datetime | None = None
    method: str = ""
    by: str = ""
    candidates: int = 0
    agency: str = ""
    contracted_at: datetime | None = None
    contracted_on: date | None = None
    days: float | None = None
    quantity: float = 1.0
    fee: float | None = None
    paid: float | None = None
    total: int | None = None
    held: int = 0
    running: bool = True
    found: Mapping[str, int] = {}

    @property
    def who(self) -> str:
        """The agency that does it, or was chosen to."""
        return self.agency or self.selected

    @property
    def own(self) -> int | None:
        """Days that were the agency's own."""
        return None if self.total is None else self.total - self.held

    def broke(self, rules: Iterable[str]) -> bool:
        """Whether one of these rules found a breach."""
        return any(self.found.get(rule, 0) >= BREACH for rule in rules)


def services(events: Iterable[Happened], found: Mapping[str, Sequence[Found]], today: date) -> list[Service]:
    """One service per contract, or per case that has none, the latest case first; `found` is by case.

    What still runs has taken the days up to `today`. A finding counts against the contract on which it rests, or
    against that of the agency that was paid, and against no other of the case.
    """
    cases: dict[str, list[Happened]] = {}
    for event in events:
        cases.setdefault(event.case_id, []).append(event)
    made = []
    for case, own in cases.items():
        contracts: list[Happened | None] = [event for event in own if event.type == "agency_contracted"]
        for contract in contracts or [None]:
            theirs = [one for one in found.get(case, ()) if _theirs(one.events, own) in (None, contract)]
            paid = [
                event for event in own if event.type == "agency_paid" and _theirs((event.event_id,), own) is contract
            ]
            made.append(_service(own, contract, paid, theirs, today))
    return sorted(made, key=lambda one: (_began(cases[one.case_id]), one.case_id), reverse=True)


def _began(own: Sequence[Happened]) -> datetime:
    return min(event.at for event in own)


def _theirs(events: Sequence[str], own: Sequence[Happened]) -> Happened | None:
    """The contract that events speak of: itself, or the last one with the agency that they name, or the last of all."""
    contracts = [event for event in own if event.type == "agency_contracted"]
    named = [event for event in own if event.event_id in events]
    agency = next((name for event in named if (name := _text(event, "agency"))), "")
    alike = [event for event in contracts if agency in ("", _text(event, "agency"))]
    return next((event for event in named if event in contracts), None) or next(reversed(alike or contracts), None)


def _service(
    own: Sequence[Happened],
    contract: Happened | None,
    paid: Iterable[Happened],
    found: Iterable[Found],
    today: date,
) -> Service:
    since = contract.at if contract else own[0].at
    before = [event for event in own if event.type == "agency_selected" and (contract is None or event.at <= since)]
    alike = [event for event in before if contract and _text(event, "agency") == _text(contract, "agency")]
    chosen = next(reversed(alike or before or [event for event in own if event.type == "agency_selected"]), None)
    done = next((event for event in own if event.type in STOPS and event.at >= since), None)
    end = done.day if done else today
    amounts = [amount for event in paid if (amount := _number(event.data, "amount"))]
    graver: dict[str, int] = {}
    for one in found:
        graver[one.rule] = max(one.severity, graver.get(one.rule, 0))
    front = chosen or own[0]
    told = contract.data if contract else {}
    item = contract.item if contract else ""
    return Service(
        case_id=own[0].case_id, item=item or next((event.item for event in reversed(own) if event.item), ""),
        department=front.department, officer=front.officer,
        selected=_text(chosen, "agency"), selected_at=chosen.at if chosen else None, method=_text(chosen, "method"),
        by=_text(chosen, "by"), candidates=len(chosen.data.get("candidates") or ()) if chosen else 0,
        agency=_text(contract, "agency"), contracted_at=contract.at if contract else None,
        contracted_on=contract.day if contract else None,
        days=_number(told, "days"), quantity=_number(told, "quantity") or 1.0,
        fee=_number(told, "published_fee") if _number(told, "fee") is None else _number(told, "fee"),
        paid=sum(amounts) if amounts else None, total=(end - contract.day).days if contract else None,
        held=_held(own, contract.day, end) if contract else 0, running=done is None, found=graver,
    )  # fmt: skip


def _held(own: Sequence[Happened], first: date, end: date) -> int:
    """Days after one on which the agency was held up, up to that of its release, each once."""
    taken, since = set(), None
    for event in own:
        if event.type == "agency_held" and since is None:
            since = event.day
        elif event.type == "agency_released" and since is not None:
            taken |= set(range(since.toordinal() + 1, event.day.toordinal() + 1))
            since = None
    if since is not None:
        taken |= set(range(since.toordinal() + 1, end.toordinal() + 1))
    return len([day for day in taken if first.toordinal() < day <= end.toordinal()])


def _text(event: Happened | None, name: str) -> str:
    return str(event.data.get(name) or "") if event else ""


def _number(data: Mapping[str, Any], name: str) -> float | None:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


class Price(Struct, frozen=True, kw_only=True):
    """What an agency publishes for an item, in yuan per unit, on the days from `since` to `until`."""

    code: str
    agency: str
    item: str
    price: float
    unit: str
    since: date
    until: date


def published(prices: Mapping[tuple[str, str], Sequence[Price]], one: Service) -> float | None:
    """The most that the register publishes for a contract, on its day; None where it says nothing."""
    if one.contracted_on is None:
        return None
    known = [
        each.price for each in prices.get((one.agency, one.item), ()) if each.since <= one.contracted_on <= each.until
    ]
    return max(known) * one.quantity if known else None


class Part(Struct, frozen=True, kw_only=True):
    """One line of a credit's arithmetic: `weight` × (good + SHRINK × usual) / (n + SHRINK)."""

    name: str
    weight: int
    good: int
    n: int
    usual: float

    @property
    def points(self) -> float:
        """What it adds."""
        return self.weight * (self.good + SHRINK * self.usual) / (self.n + SHRINK)


class Credit(Struct, frozen=True, kw_only=True):
    """An agency's credit from 0 to 100, and what it is made of."""

    agency: str
    n: int
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)


def standings(several: Sequence[Service]) -> list[Credit]:
    """Every agency that had a contract, the best first. A breach counts once per case and part."""
    contracts = [one for one in several if one.agency]
    usual = {name: _share(contracts, rules) for name, (_, rules) in WEIGHTS.items()}
    own: dict[str, list[Service]] = {}
    for one in contracts:
        own.setdefault(one.agency, []).append(one)
    found = [
        Credit(
            agency=agency,
            n=len(cases),
            parts=tuple(
                Part(name=name, weight=weight, good=_good(cases, rules), n=len(cases), usual=usual[name])
                for name, (weight, rules) in WEIGHTS.items()
            ),
        )
        for agency, cases in own.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.agency))


def _good(cases: Sequence[Service], rules: Sequence[str]) -> int:
    return sum(not one.broke(rules) for one in cases)


def _share(cases: Sequence[Service], rules: Sequence[str]) -> float:
    return _good(cases, rules) / len(cases) if cases else 1.0


class Concentration(Struct, frozen=True, kw_only=True):
    """How the choices before one officer, or for one item, fall on agencies.

    `index`: the chance that two choices fall on the same agency (Herfindahl-Hirschman without the bias of small
    numbers: Σ n(n-1) / N(N-1)); `lo` and `hi`: its 95 % interval, by drawing the choices anew; None below FEW choices.
    """

    code: str
    n: int
    agencies: int
    top: str
    top_n: int
    index: float | None = None
    lo: float | None = None
    hi: float | None = None

    def beyond(self, usual: float | None) -> bool:
        """Whether even the lower end lies above that of all choices together."""
        return self.lo is not None and usual is not None and self.lo > usual


def concentration(code: str, chosen: Sequence[str]) -> Concentration:
    """The concentration of some choices."""
    names, counts = np.unique(np.array(chosen, dtype=str), return_counts=True)
    many = len(chosen)
    top = int(counts.argmax())
    found = Concentration(code=code, n=many, agencies=len(names), top=str(names[top]), top_n=int(counts[top]))
    if many < FEW:
        return found
    drawn = np.random.default_rng(many).multinomial(many, counts / many, size=DRAWS)
    plain = (drawn * (drawn - 1)).sum(axis=1) / (many * (many - 1))
    index = float((counts * (counts - 1)).sum() / (many * (many - 1)))
    shift = index - float(plain.mean())  # drawing anew repeats more often than the choices did
    lo, hi = (float(min(1.0, max(0.0, end + shift))) for end in np.quantile(plain, (0.025, 0.975)))
    return Concentration(
        code=code, n=many, agencies=len(names), top=found.top, top_n=found.top_n, index=index, lo=min(lo, index),
        hi=max(hi, index),
    )  # fmt: skip


def concentrations(several: Sequence[Service], by: str) -> list[Concentration]:
    """The concentration by `officer` or `item`, and of all together (code ""), which comes first."""
    chosen: dict[str, list[str]] = {"": []}
    counted = set()
    for one in several:
        if one.selected and (once := (one.case_id, one.selected_at, one.selected)) not in counted:
            counted.add(once)
            chosen[""].append(one.selected)
            if code := getattr(one, by):
                chosen.setdefault(code, []).append(one.selected)
    found = [concentration(code, agencies) for code, agencies in chosen.items() if agencies]
    return sorted(found, key=lambda one: (one.code != "", one.index is None, -(one.lo or 0.0), -one.n, one.code))
