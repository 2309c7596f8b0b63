"""What rules look for in the draw of experts, and in who bids and wins."""

from collections.abc import Iterator
from hashlib import sha256

from mingjing.simulate import province
from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach

ARRANGED = {
    "drawn_by_hand": ("Z3",),
    "pool_small": ("Z3-P",),
    "unit_not_excluded": ("Z3-X",),
    "drawn_again": ("Z3-R",),
    "drawn_swapped": ("Z3-S",),
    "drawn_outside": ("Z3-V",),
    "pool_trimmed": ("Z3-C",),
    "barred_bidder": ("N62-B", "N62"),
}


def findings(case: Case) -> Iterator[Breach]:
    """Z3, Z3-P, Z3-X, Z3-R, Z3-S, Z3-V, Z3-C: how experts were drawn. N62-B, N62: who was let in, and won."""
    seen: dict[str, list[int]] = {}
    scored: set[str] = set()
    for place, note in enumerate(case.notes):
        if note.type == "expert_drawn":
            yield from (Breach(rule, place, [(note.second, 2)]) for rule in _of_one(note))
            seen.setdefault(note.data["draw"], []).append(place)
        elif note.type == "expert_scored" and note.data["bidder"] not in scored and _barred(note, "bidder"):
            scored.add(note.data["bidder"])
            yield Breach("N62-B", place, [(note.second, 2)], note.data["bidder"])
        elif note.type == "award_published" and _barred(note, "winner"):
            yield Breach("N62", place, [(note.second, 3)])
    for draw, places in seen.items():
        if len(places) > 1:
            yield Breach("Z3-R", places[0], [(case.notes[places[1]].second, 2)], draw)


def _of_one(note: Note) -> Iterator[str]:
    told = note.data
    if told["by"] != "system":
        yield "Z3"
    if told["pool"] < told["least_pool"] and not told.get("thin"):
        yield "Z3-P"
    if set(told["units"]) & set(told["excluded_units"]):
        yield "Z3-X"
    of_pool = {one.code for one in province.pool(told["speciality"], note.second // DAY)}
    if not of_pool.issuperset(told["drawn"]):
        yield "Z3-V"
    if "candidates" in told:
        if not of_pool.issubset(told["candidates"]):
            yield "Z3-C"
        if set(_lots(told["seed"], set(told["candidates"]) - set(told["excluded"]))[: told["count"]]) != set(
            told["drawn"]
        ):
            yield "Z3-S"


def _lots(seed: int, codes: set[str]) -> list[str]:
    """Codes in the order of their lots."""
    return sorted(codes, key=lambda code: sha256(str(seed).encode() + b":" + code.encode()).digest())


def _barred(note: Note, whom: str) -> bool:
    return province.barred(note.data[whom], note.second // DAY)
