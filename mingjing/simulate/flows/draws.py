"""The draw of experts for a tender, by the published way, and what people do to it."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from mingjing.draws import replay
from mingjing.simulate.almanac import DAY
from mingjing.simulate.cityplan import dice
from mingjing.simulate.draft import Draft
from mingjing.simulate.province import EXPERTS, GOODS, THIN, WORKS, Expert, barred, experts, parties, pool

LEAST_POOL, SEATS = 15, 5


class Asked(NamedTuple):
    """What goes into a draw; `plain`: drawn by hand, so that nothing but the outcome is told."""

    speciality: str
    candidates: Sequence[Expert]
    excluded_unit: str
    seed: int
    plain: bool


def drawn(d: Draft, day: int, *, works: bool) -> list[str]:
    """Writes down the draw of a day (ordinal), and gives the codes of those drawn."""
    own = dice("draw", *d.rng.sample(range(EXPERTS), SEATS))
    d.now = day * DAY + 15 * 3600 + d.rng.randint(0, 3600)
    by_hand = d.flaw("drawn_by_hand", d.rates.drawn_by_hand)
    small = d.flaw("pool_small", d.rates.pool_small)
    place, whose = d.rng.random(), d.rng.random()
    not_excluded = d.flaw("unit_not_excluded", d.rates.unit_not_excluded)
    number, seed = d.number("抽"), d.rng.randrange(10**9)
    thin = not small and d.happens(0.1)
    if thin:
        place = d.rng.random()
    names = THIN if small or thin else WORKS if works else GOODS
    speciality = names[int(place * len(names))]
    able = list(pool(speciality, day))
    asked = Asked(speciality, able, able[int(whose * len(able))].unit, seed, by_hand)
    told = _told(_tampered(d, own, asked), own, swapped=_arranged(d, own, "drawn_swapped", but=by_hand))
    if not_excluded:
        told["excluded_units"] = [*told["excluded_units"], told["units"][0]]
    told = {"by": "manual" if by_hand else "system", "draw": number} | told | ({"thin": True} if thin else {})
    d.note("expert_drawn", d.front, **told)
    if d.flaw("drawn_again", d.rates.drawn_again):
        d.now += d.rng.randint(300, 1200)
        d.note("expert_drawn", d.front, **told)
    return list(told["drawn"])


def _arranged(d: Draft, own: Random, flaw: str, *, but: bool = False) -> bool:
    """Whether an irregularity is arranged, by the draw's own dice."""
    arranged = own.random() < getattr(d.rates, flaw) and not but
    if arranged:
        d.flaws.append(flaw)
    return arranged


def _tampered(d: Draft, own: Random, asked: Asked) -> Asked:
    """What goes in, after somebody left candidates out, or put one in who is not of the pool."""
    if _arranged(d, own, "pool_trimmed", but=asked.plain):
        kept = [one for one in asked.candidates if one.unit == asked.excluded_unit or own.random() < 0.7]
        missing = len(kept) < len(asked.candidates)
        enough = sum(one.unit != asked.excluded_unit for one in kept) >= SEATS
        kept = kept if missing and enough else list(asked.candidates)[1:]
        asked = asked._replace(candidates=kept)
    if not _arranged(d, own, "drawn_outside", but=asked.plain):
        return asked
    inside = {one.code for one in pool(asked.speciality, d.now // DAY)}
    others = [one for one in experts() if one.code not in inside and one.unit != asked.excluded_unit]
    guest = own.choice(others)
    asked = asked._replace(candidates=[*asked.candidates, guest])
    while guest.code not in _out(asked):
        asked = asked._replace(seed=own.randrange(10**9))
    return asked


def _out(asked: Asked) -> list[str]:
    codes = [one.code for one in asked.candidates]
    return replay(str(asked.seed), codes, _excluded(asked), SEATS)


def _excluded(asked: Asked) -> list[str]:
    return [one.code for one in asked.candidates if one.unit == asked.excluded_unit]


def _told(asked: Asked, own: Random, *, swapped: bool) -> dict[str, Any]:
    """What the platform reports of the draw; `swapped`: one of those drawn gives his place to another candidate."""
    out, excluded = _out(asked), _excluded(asked)
    spare = [one.code for one in asked.candidates if one.code not in (*out, *excluded)]
    if swapped and spare:
        out[own.randrange(SEATS)] = own.choice(spare)
    units = {one.code: one.unit for one in asked.candidates}
    told: dict[str, Any] = {"speciality": asked.speciality, "pool": len(asked.candidates), "least_pool": LEAST_POOL}
    if not asked.plain:
        codes = [one.code for one in asked.candidates]
        told |= {"seed": asked.seed, "candidates": codes, "excluded": excluded, "count": SEATS}
    return told | {"drawn": out, "units": [units[code] for code in out], "excluded_units": [asked.excluded_unit]}


def known_parties(d: Draft) -> None:
    """Some bidders have records: one that is barred now and then, and more often one that is no more, or never was."""
    own = dice("parties", *d.bidders)
    day = d.now // DAY
    wanted = _arranged(d, own, "barred_bidder")
    if not wanted and own.random() >= 0.3:
        return
    able = [one for one in parties() if all(barred(one, day + later) == wanted for later in (0, 60))]
    if able:
        d.bidders[own.randrange(len(d.bidders))] = own.choice(able)
    elif wanted:
        d.flaws.remove("barred_bidder")
