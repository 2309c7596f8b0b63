"""What rules look for in every matter: steps, order of time, returns, late entry, the follow-up of bad ratings."""

from collections.abc import Iterator

from mingjing.simulate.almanac import DAY, Almanac
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import ENDINGS, Breach, Deadline, Ladder, days, told
from mingjing.simulate.tricks import Terms

ART_45 = (("suspended", "resumed", ""), ("special_started", "special_ended", "declared_days"))
BAD = 2  # stars
STEP = Ladder(eighty=1, due=2)
STEP_STOP = ("step_ended", "returned", *ENDINGS)


def _again(_case: Case, note: Note) -> bool:
    return "again" in note.data


DEADLINES = (
    Deadline("T5", ("step_started",), STEP_STOP, told("limit_days"), STEP, key="step", pauses=ART_45),
    Deadline("T5-R", ("step_started",), STEP_STOP, told("limit_days"), STEP, key="run", pauses=ART_45, when=_again),
    Deadline(
        "E1",
        ("rated",),
        ("rating_called_back", "rating_reviewed"),
        days(15),
        Ladder(due=2),
        when=lambda _, note: note.data["stars"] <= BAD,
        stops=lambda note: note.type != "rating_reviewed" or note.data["result"] == "invalid",
        every=True,
    ),
    Deadline(
        "T9",
        ("special_started",),
        ("special_ended", *ENDINGS),
        told("declared_days"),
        Ladder(early=(2, 1), due=2, after=((1, 3),)),
        key="procedure",
    ),
)
ARRANGED = {
    "step_late": ("T5",),
    "special_late": ("T9",),
    "time_order": ("P2-A", "P2-D", "P2-S"),
    "returned": ("P4",),
    "rerun_late": ("T5-R",),
    "backfilled": ("I2",),
    "bad_rating_left": ("E1",),
    "bad_rating_unverified": ("E1-V",),
}


def findings(case: Case, almanac: Almanac, terms: Terms) -> Iterator[Breach]:
    """P2-A, P2-D, P2-S, P4, I2."""
    yield from out_of_order(case)
    yield from too_many(case, "P4", "returned", ((1, 1), (2, 2)))
    for place, note in enumerate(case.notes):
        if note.type in ("accepted", "decided"):
            yield from _entered_late(case, place, almanac, terms)
        elif note.type == "rating_called_back":
            yield from _called_back(case, place, note)


def _called_back(case: Case, place: int, note: Note) -> Iterator[Breach]:
    """E1-V: the citizen was called back though nobody had verified and rectified the bad rating."""
    before = {n.type for n in case.notes if n.second <= note.second}
    bad = any(n.type == "rated" and n.data["stars"] <= BAD for n in case.notes if n.second <= note.second)
    invalid = any(n.type == "rating_reviewed" and n.data["result"] == "invalid" for n in case.notes[:place])
    if bad and not invalid and not before >= {"rating_verified", "rating_rectified"}:
        yield Breach("E1-V", place, [(note.second, 1)])


def _entered_late(case: Case, place: int, almanac: Almanac, terms: Terms) -> Iterator[Breach]:
    """I2: recorded after the 24:00 of the next working day, and after the agreed lag; graver three working days on."""
    note = case.notes[place]
    recorded = note.second + note.lag
    if recorded // DAY - note.second // DAY <= 1:
        return
    source = note.source or case.source
    outages = sorted(terms.outages.get(source, ()))
    day = note.second // DAY + 1
    while not almanac.works(day) or any(o.since // DAY < day <= o.until // DAY for o in outages):
        day += 1
    midnight, agreed = (day + 1) * DAY, note.second + hours_agreed(source, terms) * 3600
    reached = note.second
    for outage in outages:
        first, last = max(outage.since, reached), outage.until
        if first < agreed and last > first:
            agreed, reached = agreed + last - first, last
    due = max(midnight, agreed)
    if recorded < midnight or recorded <= agreed:
        return
    grave = (almanac.next_workday(day if due == midnight else due // DAY, 3) + 1) * DAY
    yield Breach("I2", place, [(due, 1)] + [(grave, 2)] * (recorded >= grave), due=due, stopped=recorded)


def hours_agreed(source: str, terms: Terms) -> int:
    """After how many hours a source has agreed to report at the latest."""
    return int(terms.batches.get(source, "24 hours").split()[0])


def out_of_order(case: Case) -> Iterator[Breach]:
    """P2-A, P2-D, P2-S: what had to come before, and did not."""
    firsts: dict[str, int] = {}
    runs: dict[str, int] = {}
    for note in case.notes:
        firsts.setdefault(note.type, note.second)
        if note.type == "step_started":
            runs.setdefault(note.data["run"], note.second)
    done: set[tuple[str, str]] = set()
    never = 1 << 60
    for place, note in enumerate(case.notes):
        key, before = "", never
        if note.type == "decided":
            rule, before = "P2-A", min(firsts.get("accepted", never), firsts.get("penalty_filed", never))
        elif note.type == "delivered":
            rule, before = "P2-D", min(firsts.get("decided", never), firsts.get("closed", never))
        elif note.type == "step_ended":
            rule, key = "P2-S", note.data["run"]
            before = runs.get(key, never)
        else:
            continue
        if (rule, key) not in done:
            done.add((rule, key))
            if before > note.second:
                yield Breach(rule, place, [(note.second, 2)], key)


def too_many(case: Case, rule: str, what: str, rungs: tuple[tuple[int, int], ...]) -> Iterator[Breach]:
    """A repetition: the highest rung reached, at the event that brought the count to it."""
    places = [place for place, note in enumerate(case.notes) if note.type == what]
    reached = [(case.notes[places[count - 1]].second, severity) for count, severity in rungs if len(places) >= count]
    if reached:
        yield Breach(rule, places[0], reached)
