"""The simulator's own judgement of a case: which clocks ran out and when, worked out one day after another.

Deliberately the plainest arithmetic that is right, and none of the engine's: whole days are walked one by one,
nothing is computed ahead, no rule file is read. Semantics: docs/simulate.md and the rules' own texts.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mingjing.simulate.almanac import CLOSING, DAY, Almanac
from mingjing.simulate.draft import Case, Note

ENDINGS = ("decided", "closed", "withdrawn", "terminated")
OUTCOMES = ("accepted", "not_accepted", "not_required", "correction_notified", *ENDINGS)
REPLIES = ("wo_replied", "wo_closed")
EXTENSION_MOST = 10


class Pause(NamedTuple):
    """Takes out the days after `first`, `last` included (ordinals; None: not ended), at most `cap` working days."""

    first: int
    last: int | None
    cap: int | None


class Ladder(NamedTuple):
    """Severities by rung: at 80 % of the limit, `early` = (working days before due, severity), due, days after due."""

    due: int
    eighty: int = 0
    early: tuple[int, int] = (0, 0)
    after: tuple[tuple[int, int], ...] = ()


class Breach(NamedTuple):
    """A rule's finding: the rungs reached (second, severity) in order, when it was due, and when it ended.

    `note` is the place of the start, or of the offending event, among the case's notes.
    """

    rule: str
    note: int
    rungs: list[tuple[int, int]]
    key: str = ""
    due: int | None = None
    stopped: int | None = None


class Deadline(NamedTuple):
    """A time limit in working days. `limit` reads it from case and starting note, None: no clock."""

    rule: str
    matters: Callable[[Case], bool]
    start: Callable[[Note], bool]
    stop: tuple[str, ...]
    limit: Callable[[Case, Note], int | None]
    ladder: Ladder
    key: str = ""  # field of the note's data, the same on start and stop where both have it
    pauses: tuple[tuple[str, str, str], ...] = ()  # (from, to, field of the cap)
    extends: bool = False


ART_45 = (("suspended", "resumed", ""), ("special_started", "special_ended", "declared_days"))
BOUNCED = (("wo_returned", "wo_received", ""),)


def _permit(case: Case) -> bool:
    return not case.item.order


def _promised(case: Case) -> bool:
    return not case.item.order and not case.item.immediate


def _any(_: Case) -> bool:
    return True


def _is(*types: str) -> Callable[[Note], bool]:
    return lambda note: note.type in types


def _order(*kinds: str) -> Callable[[Note], bool]:
    return lambda note: note.type == "wo_received" and note.data["kind"] in kinds


def _online(case: Case) -> bool:
    return not case.item.order and case.channel == "online"


def _days(count: int) -> Callable[[Case, Note], int | None]:
    return lambda _case, _note: count


def _committed(case: Case, _: Note) -> int | None:
    return case.version.committed


def _statutory(case: Case, _: Note) -> int | None:
    return case.version.statutory


def _told(field: str) -> Callable[[Case, Note], int | None]:
    return lambda _case, note: note.data.get(field)


def _granted(note: Note) -> bool:
    return note.type == "decided" and note.data["result"] == "granted"


def _again(note: Note) -> bool:
    return note.type == "step_started" and "again" in note.data


COMMITTED = Ladder(eighty=1, due=2, after=((3, 3),))
STEP = Ladder(eighty=1, due=2)
STEP_STOP = ("step_ended", "returned", *ENDINGS)

DEADLINES = (
    Deadline("T2", _promised, _is("accepted"), ENDINGS, _committed, COMMITTED, pauses=ART_45, extends=True),
    Deadline("T3", _permit, _is("accepted"), ENDINGS, _statutory, Ladder(due=3), pauses=ART_45, extends=True),
    Deadline("T4", _permit, _is("material_received"), OUTCOMES, _days(5), Ladder(due=2)),
    Deadline("T4-C", _permit, _is("correction_supplied"), OUTCOMES, _days(5), Ladder(due=2)),
    Deadline("T4-D", _permit, _is("material_received"), OUTCOMES, _statutory, Ladder(due=3)),
    Deadline("T5", _any, _is("step_started"), STEP_STOP, _told("limit_days"), STEP, key="step", pauses=ART_45),
    Deadline("T5-R", _any, _again, STEP_STOP, _told("limit_days"), STEP, key="run", pauses=ART_45),
    Deadline(
        "T7",
        _permit,
        _granted,
        ("delivered", "collection_notified", "withdrawn", "terminated"),
        _days(10),
        Ladder(due=2),
    ),
    Deadline(
        "T9",
        _any,
        _is("special_started"),
        ("special_ended", *ENDINGS),
        _told("declared_days"),
        Ladder(early=(2, 1), due=2, after=((1, 3),)),
        key="procedure",
    ),
    Deadline(
        "T10",
        _online,
        _is("submitted"),
        ("pre_reviewed", "material_received", *OUTCOMES),
        _days(2),
        Ladder(due=1, after=((3, 2), (5, 3))),
    ),
    Deadline(
        "Q1-E",
        _any,
        _order("enquiry", "help"),
        REPLIES,
        _days(3),
        Ladder(early=(1, 1), due=2, after=((2, 3),)),
        pauses=BOUNCED,
    ),
    Deadline(
        "Q1-C",
        _any,
        _order("complaint"),
        REPLIES,
        _days(13),
        Ladder(early=(2, 1), due=2, after=((2, 3),)),
        pauses=BOUNCED,
    ),
    Deadline("Q1-D", _any, _order("duty_room"), REPLIES, _days(1), Ladder(due=2, after=((2, 3),)), pauses=BOUNCED),
)


def overdue(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """What the time limits find in a case's notes, when time has passed up to a second."""
    for rule in DEADLINES:
        if not rule.matters(case):
            continue
        seen: set[str] = set()
        for place, note in enumerate(case.notes):
            if not rule.start(note):
                continue
            key = str(note.data[rule.key]) if rule.key else ""
            if key in seen:
                continue
            seen.add(key)
            limit = rule.limit(case, note)
            if limit:
                stopped = stop_of(case.notes, place, rule, key)
                rungs, due = walk(case.notes, place, rule, limit, stopped, almanac, end)
                if rungs:
                    yield Breach(rule.rule, place, rungs, key, due, stopped)
    if case.item.immediate:
        yield from same_day(case, almanac, end)


def stop_of(notes: Sequence[Note], start: int, rule: Deadline, key: str) -> int | None:
    """The second of the first stop at or after the start; with a key, of that key where the stop carries one."""
    begun = notes[start].second
    for note in notes:
        if note.type in rule.stop and note.second >= begun and str(note.data.get(rule.key, key)) == key:
            return note.second
    return None


def walk(
    notes: Sequence[Note], start: int, rule: Deadline, limit: int, stopped: int | None, almanac: Almanac, end: int
) -> tuple[list[tuple[int, int]], int | None]:
    """The rungs that a clock reached up to `end`, and the second at which it was due if that was reached.

    The day of the start does not count. Each further day is looked at when it is over, at its 24:00: if the stop
    came before, the walk is over; a working day that no pause takes out counts one.
    """
    pauses = pauses_of(notes, rule)
    used = [0] * len(pauses)
    extension = next((n for n in notes if n.type == "extension_approved"), None) if rule.extends else None
    rungs: list[tuple[int, int]] = []
    reached: set[str] = set()
    count = beyond = 0
    due: int | None = None
    day = notes[start].second // DAY
    while True:
        day += 1
        midnight = (day + 1) * DAY
        if midnight > end or (stopped is not None and stopped < midnight):
            return rungs, due
        if not almanac.works(day):
            continue
        if due is None:
            if out(pauses, used, day):
                continue
            count += 1
            extended = extension is not None and extension.second < midnight
            allowed = limit + (min(EXTENSION_MOST, extension.data["days"]) if extension and extended else 0)
            rungs += [(midnight, severity) for severity in climb(rule.ladder, count, allowed, reached)]
            if count >= allowed:
                due = midnight
        else:
            beyond += 1
            rungs += [(midnight, severity) for days, severity in rule.ladder.after if days == beyond]
            if beyond > max((days for days, _ in rule.ladder.after), default=0):
                return rungs, due


def climb(ladder: Ladder, count: int, limit: int, reached: set[str]) -> Iterator[int]:
    """The severities of the rungs up to the due one that a count of days newly reaches."""
    for name, needed, severity in (
        ("eighty", (limit * 80 + 99) // 100, ladder.eighty),
        ("early", limit - ladder.early[0], ladder.early[1]),
        ("due", limit, ladder.due),
    ):
        if severity and count >= needed and name not in reached:
            reached.add(name)
            yield severity


def pauses_of(notes: Sequence[Note], rule: Deadline) -> list[Pause]:
    """Pauses in order; in a pair, an opening while it is open says nothing new, the first closing closes it."""
    found = []
    for opens, closes, cap in rule.pauses:
        since: Note | None = None
        for note in notes:
            if note.type == opens and since is None:
                since = note
            elif note.type == closes and since is not None:
                found.append(Pause(since.second // DAY, note.second // DAY, since.data.get(cap)))
                since = None
        if since is not None:
            found.append(Pause(since.second // DAY, None, since.data.get(cap)))
    return found


def out(pauses: Sequence[Pause], used: list[int], day: int) -> bool:
    """Whether a pause takes a working day out; counts what each pause has taken out."""
    taken = False
    for place, pause in enumerate(pauses):
        if (
            pause.first < day
            and (pause.last is None or day <= pause.last)
            and (pause.cap is None or used[place] < pause.cap)
        ):
            used[place] += 1
            taken = True
    return taken


def same_day(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """T6: an immediate item is over when the hall closes; what comes after closing has the next office day."""
    for place, note in enumerate(case.notes):
        if note.type != "accepted":
            continue
        day = note.second // DAY
        if not almanac.works(day) or note.second >= day * DAY + CLOSING:
            day = almanac.next_workday(day)
        due = day * DAY + CLOSING
        stops = ("not_accepted", *ENDINGS)
        stopped = next((n.second for n in case.notes if n.type in stops and n.second >= note.second), None)
        if due < end and (stopped is None or stopped > due):
            yield Breach("T6", place, [(due, 2)], due=due, stopped=stopped)
        return
