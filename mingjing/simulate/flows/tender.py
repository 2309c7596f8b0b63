"""A tender 招投标, from the registration of the project to the contract, with bids, draw, scores and the room."""

from typing import Any

from mingjing.simulate.almanac import DAY, stamp
from mingjing.simulate.draft import Draft
from mingjing.simulate.flows.chain import chained
from mingjing.simulate.flows.draws import drawn, known_parties

BIG = {"construction": 20_000_000, "procurement": 5_000_000}  # yuan: from there on a tender goes to the platform


def tender(d: Draft) -> None:
    """A compulsory tender on the platform, or a small one that may be held elsewhere and faster."""
    kind = "procurement" if "采购" in d.item.name else "construction"
    evaded = d.flaw("tender_elsewhere", d.rates.tender_elsewhere)
    compulsory = not evaded and d.happens(0.8)
    amount = d.rng.randint(10, 120) * BIG[kind] // 10 if compulsory or evaded else d.rng.randint(1, 8) * BIG[kind] // 10
    d.note(
        "tender_registered",
        d.front,
        project=d.pseudonym("j"),
        kind=kind,
        amount=amount,
        area=d.rng.randint(20, 95) * 100 if kind == "construction" else None,
        compulsory=compulsory,
        place="platform" if compulsory else "elsewhere",
        owner=d.pseudonym("o"),
        site=d.pseudonym("s"),
    )
    if not compulsory:
        return  # what happens elsewhere is reported by nobody
    works = kind == "construction"
    opening = _announced(d, works=works)
    _bids(d, opening)
    _evaluated(d, opening, works=works)
    _awarded(d, amount, works=works)
    chained(d)


def _announced(d: Draft, *, works: bool) -> int:
    """The announcement and the sale of the papers; gives the second of deadline and opening."""
    hurried = d.flaw("tender_hurried", d.rates.tender_hurried)
    short = works and d.flaw("sale_short", d.rates.sale_short)
    d.days(d.rng.randint(1, 3))
    sale = d.now
    until = sale + (d.rng.randint(2, 4) if short else d.rng.randint(5, 8)) * DAY
    day = sale // DAY + (d.rng.randint(12, 17) if hurried else d.rng.randint(20, 30))
    deadline = d.almanac.next_workday(day - 1 if not hurried else day - 2) * DAY + 9 * 3600 + 1800
    told: dict[str, Any] = {"deadline_at": stamp(deadline), "opening_at": stamp(deadline)}
    d.note("tender_announced", d.front, **told)
    d.now += 60
    d.note("tender_sale_started", d.front)
    d.now = max(until, sale + 61)
    d.note("tender_sale_ended", d.front)
    d.now = deadline
    d.note("tender_deadline")
    off = d.flaw("opening_moved", d.rates.opening_moved)
    opening = deadline + (d.rng.randint(1900, 7000) if off else d.rng.randint(30, 900))
    d.now = opening
    d.note("tender_opened", d.front)
    return opening


def _bids(d: Draft, opening: int) -> None:
    """Bidders, each with machines and payers of its own, within the days before the opening."""
    d.bidders = [d.pseudonym("b") for _ in range(d.rng.randint(3, 6))]
    known_parties(d)
    for bidder in d.bidders:
        d.now = opening - d.rng.randint(3 * 3600, 3 * DAY)
        machine: dict[str, Any] = {
            name: d.pseudonym(name[0]) for name in ("ip", "mac", "cpu", "disk", "payer", "agent")
        }
        similarity = round(d.rng.uniform(0.08, 0.35), 2)
        d.note("bid_received", bidder=bidder, **machine, similarity=similarity).channel = "online"


def _evaluated(d: Draft, opening: int, *, works: bool) -> None:
    """Experts are drawn the day before, of works maybe lawfully earlier; they enter, score every bidder, and leave."""
    before = opening // DAY
    early = d.happens(d.rates.drawn_early) if works else d.flaw("drawn_early", d.rates.drawn_early)
    for _ in range(5 if early else 1):
        before -= 1
        while not d.almanac.works(before):
            before -= 1
    experts = drawn(d, before, works=works)
    d.now = opening + d.rng.randint(1800, 3600)
    for person in experts:
        d.now += d.rng.randint(20, 90)
        d.note("room_entered", person=person, role="expert", room="1")
    d.now += 60
    d.note("evaluation_started", d.front)
    worth = {bidder: d.rng.uniform(70, 92) for bidder in d.bidders}
    for bidder in d.bidders:
        d.now += d.rng.randint(900, 1800)
        for expert in experts:
            d.now += d.rng.randint(20, 120)
            d.note("expert_scored", expert=expert, bidder=bidder, score=round(worth[bidder] + d.rng.gauss(0, 1.5), 1))
    d.now += 600
    d.note("evaluation_ended", d.front)
    for person in experts:
        d.now += d.rng.randint(20, 90)
        d.note("room_left", person=person, role="expert", room="1")
    d.winner = max(worth, key=lambda bidder: worth[bidder])


def _awarded(d: Draft, amount: int, *, works: bool) -> None:
    """The winner is published (works: three days), notified, and signs; another account supervises."""
    d.days(1)
    d.note("award_published", d.front, winner=d.winner)
    short = works and d.flaw("award_published_short", d.rates.award_published_short)
    d.now += (d.rng.randint(1, 2) if short or not works else d.rng.randint(3, 5)) * DAY
    d.note("award_publication_ended", winner=d.winner)
    d.days(1)
    d.note("award_notified", d.front, winner=d.winner)
    d.wait(10, 60)
    same = d.flaw("self_supervised", d.rates.self_supervised)
    d.note("tender_supervised", d.front if same else d.city.supervisor)
    late = d.flaw("contract_late", d.rates.contract_late)
    day = d.now // DAY + (d.rng.randint(31, 38) if late else d.rng.randint(5, 22))
    d.now = d.almanac.next_workday(day - 1) * DAY + 10 * 3600
    d.note("contract_signed", winner=d.winner, amount=amount)
