"""What rules look for in a window's day, to the second of the hall's opening hours."""

from collections.abc import Iterator, Sequence

from mingjing.simulate.almanac import AFTERNOON, CLOSING, DAY, MORNING, NOON, Almanac, second_at
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach

AWAY, DARK = 15 * 60, 30 * 60
EXCUSES = (("leave_started", "leave_ended"), ("window_closed", "window_opened"), ("camera_lost", "camera_regained"))
ARRANGED = {"absent_long": ("S1",), "camera_lost": ("S2-C",), "opened_late": ("S2",), "closed_early": ("S2-E",)}


def findings(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """S1: nobody seen for a quarter of an hour of opening hours. S2-C: a camera gone for half an hour. S2, S2-E."""
    for place, note in enumerate(case.notes):
        yield from _hours(case, place, note, almanac)
        if note.type == "presence_lost":
            since, limit, rule, back, severity = second_at(note.data["seen_at"]), AWAY, "S1", "presence_regained", 2
            excused = [span for opens, closes in EXCUSES for span in spans(case.notes, opens, closes)]
        elif note.type == "camera_lost":
            since, limit, rule, back, severity, excused = note.second, DARK, "S2-C", "camera_regained", 1, []
        else:
            continue
        key = str(note.data.get("camera", ""))
        stopped = next((n.second for n in case.notes[place:] if n.type == back and n.second >= note.second), None)
        if stopped is not None and stopped - since <= limit:
            continue
        due = used_up(since, limit, excused, almanac)
        if due is not None and due < end and (stopped is None or stopped > due):
            yield Breach(rule, place, [(due, severity)], key, due, stopped)


def _hours(case: Case, place: int, note: Note, almanac: Almanac) -> Iterator[Breach]:
    """S2, S2-E: opened more than ten minutes late, or closed more than ten minutes before the hall does."""
    here = [(note.second, 1)]
    before = case.notes[:place]
    leaves = [n for n in before if n.type == "leave_started"]
    if note.type == "window_opened" and not leaves and _throughout(note.second - 601, note.second, almanac):
        yield Breach("S2", place, here)
    back = any(n.type == "leave_ended" for n in before[before.index(leaves[-1]) :]) if leaves else True
    if note.type == "window_closed" and back and _throughout(note.second, note.second + 601, almanac):
        yield Breach("S2-E", place, here)


def _throughout(since: int, until: int, almanac: Almanac) -> bool:
    """Whether the hall is open all the time between two seconds of one day."""
    day, clock = divmod(since, DAY)
    end = until - day * DAY
    halves = ((MORNING, NOON), (AFTERNOON, CLOSING))
    return almanac.works(day) and any(opens <= clock and end <= closes for opens, closes in halves)


def spans(notes: Sequence[Note], opens: str, closes: str) -> list[tuple[int, int]]:
    """From each opening to the next closing, seconds; without one to the end of time."""
    found = []
    for place, note in enumerate(notes):
        if note.type == opens:
            found.append((note.second, next((n.second for n in notes[place:] if n.type == closes), 1 << 60)))
    return found


def used_up(since: int, limit: int, excused: Sequence[tuple[int, int]], almanac: Almanac) -> int | None:
    """The second at which so many seconds of opening hours that nothing excuses are over, on the day itself."""
    midnight = since // DAY * DAY
    if not almanac.works(since // DAY):
        return None
    left = limit
    for opens, closes in ((midnight + MORNING, midnight + NOON), (midnight + AFTERNOON, midnight + CLOSING)):
        second = max(since, opens)
        while second < closes:
            if any(first <= second < last for first, last in excused):
                second = max(last for first, last in excused if first <= second < last)
                continue
            until = min([closes, *(first for first, _ in excused if first > second)])
            if until - second >= left:
                return second + left
            left -= until - second
            second = until
    return None
