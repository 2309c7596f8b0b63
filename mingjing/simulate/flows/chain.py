"""The steps of an online tender around its bids: enrolment, prequalification, and who stayed in the room to score.

All of it is drawn from dice of its own, so that a tender's other steps are as they were without it.
"""

from random import Random
from typing import Any

from mingjing.simulate.almanac import DAY, stamp
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Draft, Note

HOUR = 3600
PREQUALIFIED = 0.3
"""Tenders with a prequalification."""
LATELY = 30 * DAY
"""A deal is found within so long after it was signed."""


def chained(d: Draft) -> None:
    """Puts the steps into a tender on the platform whose other notes are written; some go wrong."""
    rng = dice(d.city.seed, "tender chain", d.item.code, d.notes[0].second)
    _enrolled(d, rng)
    if rng.random() < d.rates.tender_scored_outside:
        d.flaws.append("tender_scored_outside")
        _left(d, rng)
    if rng.random() < d.rates.tender_step_missing and "tender_unenrolled" not in d.flaws:
        d.flaws.append("tender_step_missing")
        d.notes.remove(_first(d, "tender_announced"))


def _first(d: Draft, what: str) -> Note:
    return next(note for note in d.notes if note.type == what)


def _put(d: Draft, rng: Random, second: int, what: str, **data: Any) -> None:
    d.notes.append(Note(second=second, type=what, data=data, lag=2 + int(rng.expovariate(1 / 40)), channel="online"))


def _enrolled(d: Draft, rng: Random) -> None:
    """Every bidder enrols while documents are issued; somebody else too, who does not pass the prequalification."""
    since, until = _first(d, "tender_sale_started").second, _first(d, "tender_sale_ended").second
    half = since + (until - since) // 2
    last = min(until + DAY, min(note.second for note in d.notes if note.type == "bid_received") - 60)
    qualified = rng.random() < PREQUALIFIED
    missing = rng.random() < d.rates.tender_unenrolled
    stranger = rng.choice(d.bidders) if missing else ""
    if missing:
        d.flaws.append("tender_unenrolled")
    if qualified:
        _first(d, "tender_announced").data["prequalified"] = True
    for bidder in (*d.bidders, f"b{rng.randrange(16**9):09x}"):
        if bidder != stranger or qualified:
            _put(d, rng, rng.randint(since + 600, half), "bidder_enrolled", bidder=bidder)
        if qualified:
            passed = bidder in d.bidders and bidder != stranger
            _put(d, rng, rng.randint(half + 60, last), "bidder_qualified", bidder=bidder, passed=passed)


def _left(d: Draft, rng: Random) -> None:
    """One expert leaves before the last bidder is scored, and scores it all the same."""
    person = rng.choice(sorted({note.data["expert"] for note in d.notes if note.type == "expert_scored"}))
    last = max(note.second for note in d.notes if note.type == "expert_scored" and note.data["expert"] == person)
    for note in d.notes:
        if note.type == "room_left" and note.data["person"] == person:
            note.second = last - rng.randint(200, 600)


def deal(d: Draft, rng: Random) -> None:
    """A deal that an inspection found outside the platform: small ones may be there, and one may be on it after all."""
    kind = "procurement" if "采购" in d.item.name else "construction"
    limit = 5_000_000 if kind == "procurement" else 20_000_000
    evaded = rng.random() < d.rates.deal_elsewhere
    known = not evaded and rng.random() < 0.3
    amount = limit * rng.randint(10, 60) // 10 if evaded or known else limit * rng.randint(5, 90) // 100
    data: dict[str, Any] = {"project": f"j{rng.randrange(16**9):09x}", "kind": kind, "amount": amount}
    if kind == "construction":
        data["area"] = rng.randint(5, 95) * 100
    data |= {"owner": f"o{rng.randrange(16**9):09x}", "site": f"s{rng.randrange(16**9):09x}"}
    data["signed_on"] = stamp(d.now - rng.randrange(LATELY))[:10]
    if known:
        data["tender"] = f"{d.city.region}T{rng.randrange(10**8):08d}"
    if evaded:
        d.flaws.append("deal_elsewhere")
    d.notes.append(Note(second=d.now, type="deal_found", data=data, lag=HOUR, officer=d.city.supervisor.code))
