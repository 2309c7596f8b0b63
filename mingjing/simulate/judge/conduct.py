"""What rules look for in who handled a permit, where, and whether it was on the list at all."""

from collections.abc import Iterator

from mingjing.simulate.draft import Case
from mingjing.simulate.itemplan import ON_SITE
from mingjing.simulate.judge.clocks import NO_APPROVAL, Breach

REVIEWS = ("审查", "审核")
SITE = "现场踏勘"
EXCEPTED = (*ON_SITE, "会审")
ARRANGED = {
    "one_hand": ("P3",),
    "site_alone": ("P3-V",),
    "reversed": ("P8",),
    "off_list": ("P9", "P9-R"),
    "outside_hall": ("P10",),
    "gap_overlooked": ("P7-G",),
}


def findings(case: Case) -> Iterator[Breach]:
    """P3, P3-V, P7-G, P8, P9, P9-R, P10."""
    if not case.item.immediate:
        yield from _one_hand(case)
    yield from _alone(case)
    yield from _overlooked(case)
    yield from _reversed(case)
    if case.version.status != "active":
        yield from _off_list(case)
    if case.channel != "online":
        for place, note in enumerate(case.notes):
            if (
                note.type == "step_ended"
                and note.data.get("place") == "department"
                and note.data.get("step") in case.item.steps
                and note.data.get("step") not in EXCEPTED
            ):
                yield Breach("P10", place, [(note.second, 2)])


def _one_hand(case: Case) -> Iterator[Breach]:
    """P3: one officer accepted, reviewed and decided; found at the instant by which it had first done all three."""
    firsts: list[dict[str, tuple[int, int]]] = [{}, {}, {}]
    for place, note in enumerate(case.notes):
        duty = {"accepted": 0, "decided": 2}.get(note.type)
        if note.type == "step_ended" and note.data.get("step") in REVIEWS:
            duty = 1
        if duty is not None and note.officer and note.data.get("result") not in NO_APPROVAL:
            firsts[duty].setdefault(note.officer, (note.second, place))
    alone = set(firsts[0]) & set(firsts[1]) & set(firsts[2])
    if alone:
        at, officer = min((max(first[officer][0] for first in firsts), officer) for officer in alone)
        yield Breach("P3", firsts[0][officer][1], [(at, 2)])


def _alone(case: Case) -> Iterator[Breach]:
    """P3-V: fewer than two officers went on a visit to the site."""
    for place, note in enumerate(case.notes):
        if note.type != "step_ended" or note.data.get("step") != SITE or "officers" not in note.data:
            continue
        if len({person for person in (note.officer, *note.data["officers"]) if person}) < 2:
            yield Breach("P3-V", place, [(note.second, 2)])


def _overlooked(case: Case) -> Iterator[Breach]:
    """P7-G: a later notice lists a gap that no earlier one did, though the applicant changed nothing else."""
    if not any(note.type == "material_received" for note in case.notes):
        return
    told: set[str] = set()
    brought: set[str] = set()
    notices = 0
    replaced = False
    for place, note in enumerate(case.notes):
        if note.type == "correction_supplied":
            brought |= set(note.data.get("documents", ()))
            replaced = replaced or note.data.get("replaced", False)
        elif note.type == "correction_notified":
            gaps = set(note.data["gaps"])
            if notices and not replaced and gaps - told - brought:
                yield Breach("P7-G", place, [(note.second, 2)])
            told |= gaps
            notices += 1


def _reversed(case: Case) -> Iterator[Breach]:
    """P8: granted although a step had failed and was not passed afterwards."""
    for place, note in enumerate(case.notes):
        if note.type != "decided" or note.data.get("result") != "granted":
            continue
        ended = [n for n in case.notes if n.type == "step_ended" and n.second <= note.second]
        for failed in (n for n in ended if n.data.get("result") == "failed"):
            later = (n for n in ended if n.data.get("step") == failed.data.get("step") and n.second > failed.second)
            if not any(n.data.get("result") == "passed" for n in later):
                yield Breach("P8", place, [(note.second, 1)])
                break


def _off_list(case: Case) -> Iterator[Breach]:
    """P9: accepted for an item that is off the list. P9-R: a fee or a document on top of it, once."""
    for place, note in enumerate(case.notes):
        if note.type == "accepted":
            yield Breach("P9", place, [(note.second, 2)])
    for place, note in enumerate(case.notes):
        granted = note.type == "decided" and note.data.get("result") == "granted" and "document_no" in note.data
        if granted or note.type == "fee_paid":
            yield Breach("P9-R", place, [(note.second, 3)])
            return
