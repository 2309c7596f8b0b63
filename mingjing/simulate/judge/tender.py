"""What rules look for in tenders: the time that the law leaves bidders, the draw of experts, supervision by another."""

from collections.abc import Iterator

from mingjing.simulate.almanac import Almanac
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge import draws
from mingjing.simulate.judge.clocks import Breach, Deadline, Ladder, days, distances

OPERATED = {
    "tender_registered",
    "tender_announced",
    "tender_sale_started",
    "expert_drawn",
    "tender_opened",
    "evaluation_ended",
    "award_published",
}
HALF_AN_HOUR = 1800


def _compulsory(case: Case, _: Note | None = None) -> bool:
    return any(note.type == "tender_registered" and note.data["compulsory"] for note in case.notes)


def _procured(case: Case) -> bool:
    return any(note.type == "tender_registered" and note.data["kind"] == "procurement" for note in case.notes)


DEADLINES = (
    Deadline(
        "Z1-C",
        ("award_notified",),
        ("contract_signed", "closed", "withdrawn", "terminated"),
        days(30),
        Ladder(due=3),
        when=_compulsory,
        working=False,
        rolls=True,
    ),
)
ARRANGED = {
    "tender_elsewhere": ("Z2",),
    "tender_hurried": ("Z1-N",),
    "sale_short": ("Z1-S",),
    "opening_moved": ("Z1-O",),
    "award_published_short": ("Z1-P",),
    "contract_late": ("Z1-C",),
    "drawn_early": ("Z3-E",),
    "self_supervised": ("Z6",),
}


def findings(case: Case, almanac: Almanac) -> Iterator[Breach]:
    """Z1-N, Z1-S, Z1-P, Z1-O, Z2, Z3-E, Z6, and what `draws` finds."""
    if _compulsory(case):
        for rule, first, then, least in (
            ("Z1-N", "tender_sale_started", "tender_deadline", 20),
            ("Z1-S", "tender_sale_started", "tender_sale_ended", 5),
            ("Z1-P", "award_published", "award_publication_ended", 3),
        ):
            for since, place, between in distances(case, first, then, None):
                if between < least and (rule == "Z1-N" or not _procured(case)):
                    yield Breach(rule, since, [(case.notes[place].second, 3)])
        yield from _opened(case)
    for since, place, between in distances(case, "expert_drawn", "evaluation_started", almanac, latest=True):
        if between > 2 and _procured(case):
            yield Breach("Z3-E", since, [(case.notes[place].second, 2)])
    yield from draws.findings(case)
    for place, note in enumerate(case.notes):
        if note.type == "tender_registered" and note.data["place"] == "elsewhere":
            limit = {"construction": 20_000_000, "procurement": 5_000_000}[note.data["kind"]]
            if note.data["amount"] >= limit or (note.data["kind"] == "construction" and note.data["area"] >= 10_000):
                yield Breach("Z2", place, [(note.second, 2)])
    yield from _supervised(case)


def _opened(case: Case) -> Iterator[Breach]:
    """Z1-O: opened more than half an hour after the deadline."""
    deadlines = [note.second for note in case.notes if note.type == "tender_deadline"]
    for place, note in enumerate(case.notes):
        if note.type == "tender_opened" and deadlines and note.second - max(deadlines) > HALF_AN_HOUR:
            yield Breach("Z1-O", place, [(note.second, 3)])


def _supervised(case: Case) -> Iterator[Breach]:
    """Z6: one account operated and supervised; found at the instant by which it had first done both."""
    both = {note.officer for note in case.notes if note.type in OPERATED and note.officer} & {
        note.officer for note in case.notes if note.type == "tender_supervised"
    }
    for officer in both:
        mine = [
            (place, note.second, note.type == "tender_supervised")
            for place, note in enumerate(case.notes)
            if note.officer == officer and (note.type in OPERATED or note.type == "tender_supervised")
        ]
        at = max(next(s for _, s, watched in mine if watched), next(s for _, s, watched in mine if not watched))
        yield Breach("Z6", mine[0][0], [(at, 3)])
