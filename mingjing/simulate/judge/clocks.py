"""Time limits, worked out one day after another.

Deliberately the plainest arithmetic that is right, and none of the engine's: whole days are walked one by one,
nothing is computed ahead, no rule file is read. Semantics: docs/simulate.md and the rules' own texts.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mingjing.simulate.almanac import DAY, Almanac
from mingjing.simulate.draft import Case, Note

ENDINGS = ("decided", "closed", "withdrawn", "terminated")
NO_APPROVAL = ("forwarded", "terminated")
"""Results of what is no decision of this level."""
Limit = Callable[[Case, Note], int | None]


class Pause(NamedTuple):
    """Takes out the days after `first`, `last` included (ordinals; None: not ended), at most `cap` counted days."""

    first: int
    last: int | None
    cap: int | None


class Ladder(NamedTuple):
    """Severities by rung: at 80 % of the limit, `early` (days before due, severity), due, (working) days after."""

    due: int = 0
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


class Extension(NamedTuple):
    """The first approval counts, by so many days at most; `role`: only of this role."""

    most: int
    role: str = ""


def always(_case: Case, _note: Note) -> bool:
    """Every start."""
    return True


class Deadline(NamedTuple):
    """A time limit. `limit` reads its days from case and starting note, None: no clock; `when` narrows the start.

    `key` is a field of the note's data, the same on start and stop where both have it. `stops` narrows what stops it.
    """

    rule: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    limit: Limit
    ladder: Ladder
    key: str = ""
    pauses: tuple[tuple[str, str, str], ...] = ()  # (from, to, field of the cap)
    extends: Extension | None = None
    when: Callable[[Case, Note], bool] = always
    stops: Callable[[Note], bool] | None = None
    working: bool = True
    every: bool = False  # each start opens a clock
    rolls: bool = False  # natural days; a last day that is a rest day moves to the next working day


def days(count: int) -> Limit:
    """So many days, whatever the case."""
    return lambda _case, _note: count


def told(field: str) -> Limit:
    """As many days as the starting event says."""
    return lambda _case, note: note.data.get(field)


def committed(case: Case, _: Note) -> int | None:
    """The item's committed limit at acceptance."""
    return case.version.committed


def statutory(case: Case, _: Note) -> int | None:
    """The item's statutory limit at acceptance."""
    return case.version.statutory


def overdue(case: Case, rules: dict[str, list[Deadline]], almanac: Almanac, end: int) -> Iterator[Breach]:
    """What time limits, by the type that starts them, find in a case's notes when time has passed up to a second."""
    seen: set[tuple[str, str]] = set()
    for place, note in enumerate(case.notes):
        for rule in rules.get(note.type, ()):
            if not rule.when(case, note) or (rule.key and note.data.get(rule.key) is None):
                continue
            key = str(note.data[rule.key]) if rule.key else ""
            if not rule.every:
                if (rule.rule, key) in seen:
                    continue
                seen.add((rule.rule, key))
            limit = rule.limit(case, note)
            if limit:
                stopped = stop_of(case.notes, place, rule, key)
                rungs, due = walk(case.notes, place, rule, key, limit, stopped, almanac, end)
                if rungs:
                    yield Breach(rule.rule, place, rungs, key, due, stopped)


def stop_of(notes: Sequence[Note], start: int, rule: Deadline, key: str) -> int | None:
    """The second of the first stop at or after the start; with a key, of that key where the stop carries one."""
    begun = notes[start].second
    for note in notes:
        if (
            note.type in rule.stop
            and note.second >= begun
            and (not key or str(note.data.get(rule.key, key)) == key)
            and (rule.stops is None or rule.stops(note))
        ):
            return note.second
    return None


def walk(
    notes: Sequence[Note],
    start: int,
    rule: Deadline,
    key: str,
    limit: int,
    stopped: int | None,
    almanac: Almanac,
    end: int,
) -> tuple[list[tuple[int, int]], int | None]:
    """The rungs that a clock reached up to `end`, and the second at which it was due if that was reached.

    The day of the start does not count. Each further day is looked at when it is over, at its 24:00: if the stop
    came before, the walk is over; a day that counts and that no pause takes out counts one.
    """
    day = notes[start].second // DAY
    if stopped is not None and stopped // DAY - day <= first_rung(rule.ladder, limit):
        return [], None  # over before so many days could pass
    pauses = pauses_of(notes, rule, key)
    used = [0] * len(pauses)
    extension = extension_of(notes, rule.extends)
    rungs: list[tuple[int, int]] = []
    reached: set[str] = set()
    count = beyond = 0
    due: int | None = None
    allowed = limit
    while True:
        day += 1
        midnight = (day + 1) * DAY
        if midnight > end or (stopped is not None and stopped < midnight):
            return rungs, due
        if rule.working and not almanac.works(day):
            continue
        if due is None:
            held = rule.rolls and count >= allowed
            if not held and out(pauses, used, day):
                continue
            count += not held
            allowed = limit
            if extension and rule.extends and extension.second < midnight:
                allowed += min(rule.extends.most, extension.data["days"])
            moved = rule.rolls and count >= allowed and not almanac.works(day)
            rungs += [(midnight, severity) for severity in climb(rule.ladder, count - moved, allowed, reached)]
            if count >= allowed and not moved:
                due = midnight
        else:
            beyond += 1
            rungs += [(midnight, severity) for days, severity in rule.ladder.after if days == beyond]
        if due is not None and beyond >= max((days for days, _ in rule.ladder.after), default=0):
            return rungs, due


def first_rung(ladder: Ladder, limit: int) -> int:
    """After how many counted days the first rung can be reached at the earliest, but for one."""
    needed = limit
    if ladder.eighty:
        needed = min(needed, (limit * 80 + 99) // 100)
    if ladder.early[1]:
        needed = min(needed, limit - ladder.early[0])
    return max(needed, 1)


def extension_of(notes: Sequence[Note], extends: Extension | None) -> Note | None:
    """The first extension that counts."""
    if extends is None:
        return None
    for note in notes:
        if note.type == "extension_approved" and extends.role in ("", note.data.get("approver_role")):
            return note
    return None


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


def pauses_of(notes: Sequence[Note], rule: Deadline, key: str) -> list[Pause]:
    """Pauses in order; in a pair, an opening while it is open says nothing new, the first closing closes it."""
    found = []
    for opens, closes, cap in rule.pauses:
        since: Note | None = None
        for note in notes:
            if key and str(note.data.get(rule.key, key)) != key:
                continue  # another clock's
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


def distances(
    case: Case, first: str, then: str, almanac: Almanac | None, *, latest: bool = False
) -> Iterator[tuple[int, int, int]]:
    """Of each `then` and the first (latest) `first` after the `then` before: their places, and the days between.

    Working days with an almanac, else any; the day of the first does not count, that of the then does.
    """
    since: int | None = None
    for place, note in enumerate(case.notes):
        if note.type == first:
            since = place if since is None or latest else since
        elif note.type == then and since is not None:
            counted = range(case.notes[since].second // DAY + 1, note.second // DAY + 1)
            yield since, place, sum(almanac is None or almanac.works(day) for day in counted)
            since = None
