"""What rules look for in a window's day, to the second of the window's opening hours, and in a camera's case."""

from collections.abc import Iterator, Sequence

from mingjing.simulate.almanac import DAY, Almanac, clock, second_at, spans_of
from mingjing.simulate.draft import Case, Note
from mingjing.simulate.judge.clocks import Breach

AWAY, LATE, DARK, HANDOVER = 15 * 60, 10 * 60, 30 * 60, 5 * 60
FOREVER = 1 << 60
EXCUSES = (
    ("leave_started", ("leave_ended",), FOREVER),
    ("window_closed", ("window_opened",), FOREVER),
    ("presence_unknown", ("presence_lost", "presence_regained"), FOREVER),
    ("shift_ended", ("shift_started",), 600),
)
ARRANGED = {
    "absent_long": ("S1",),
    "relieved_late": ("S1",),
    "camera_lost": ("S2-C",),
    "opened_late": ("S2",),
    "closed_early": ("S2-E",),
    "arrived_late": ("S2-O",),
    "left_early": ("S2-L",),
}
Spans = Sequence[tuple[int, int]]
"""Times from one second to another, in order where they are opening hours."""


def findings(case: Case, almanac: Almanac, end: int) -> Iterator[Breach]:
    """S1: nobody seen for a quarter of an hour of opening hours; S2-O, S2-L: late and early. S2-C: a camera gone."""
    for place, note in enumerate(case.notes):
        if note.type == "camera_lost":
            yield from _dark(case, place, note, almanac, end)
    if not case.id.startswith("presence:"):
        return
    window = case.item.windows[0]
    for place, note in enumerate(case.notes):
        yield from _hours(case, place, note, spans_on(note.second // DAY, window.hours, almanac))
    free = [span for opens, closes, most in EXCUSES for span in spans(case.notes, opens, closes, most)]
    day = case.notes[0].second // DAY
    free += [(day * DAY + clock(at) - HANDOVER, day * DAY + clock(at) + HANDOVER) for at in window.shifts.split()]
    opening = spans_on(day, window.hours, almanac)
    for place, back in absences(case.notes):
        yield from _absent(case.notes, place, back, opening, free, end)


def _dark(case: Case, place: int, note: Note, almanac: Almanac, end: int) -> Iterator[Breach]:
    camera = str(note.data.get("camera", ""))
    stopped = _next(case.notes[place:], ("camera_regained",), note.second)
    due = used_up(note.second, DARK, spans_on(note.second // DAY, "", almanac), [])
    if due is not None and due < end and (stopped is None or stopped > due):
        yield Breach("S2-C", place, [(due, 1)], camera, due, stopped)


def absences(notes: Sequence[Note]) -> Iterator[tuple[int, int | None]]:
    """The place of each loss that begins an absence, and the second at which somebody was back."""
    until = -1
    for place, note in enumerate(notes):
        if note.type == "presence_lost" and note.second >= until:
            back = _next(notes, ("presence_regained",), note.second)
            until = FOREVER if back is None else back
            yield place, back


def _absent(
    notes: Sequence[Note], place: int, back: int | None, opening: Spans, free: Spans, end: int
) -> Iterator[Breach]:
    """What S1, S2-O and S2-L find in an absence; more than so much must be used up, so one second more is."""
    note, over = notes[place], min(end, FOREVER if back is None else back)
    told = note.second
    since = second_at(note.data["seen_at"]) if "seen_at" in note.data else told
    excused = [*free, *((second_at(a), second_at(b)) for a, b in note.data.get("hidden", ()))]
    due = used_up(since, AWAY + 1, opening, excused)
    if due is not None and due - 1 < over:
        yield Breach("S1", place, [(max(due - 1, told), 2)], "", due - 1, back)
    first = next((opens for opens, _ in opening if since <= opens < (back or FOREVER)), None)
    due = None if first is None else used_up(first, LATE + 1, opening, excused)
    if due is not None and due - 1 < over:
        yield Breach("S2-O", place, [(max(due - 1, told), 1)], "", due - 1, back)
    for opens, closes in opening:
        if opens < since < closes < over and used_up(since, LATE + 1, [(opens, closes)], excused) is not None:
            yield Breach("S2-L", place, [(max(closes, told), 1)], "", closes, back)


def _hours(case: Case, place: int, note: Note, opening: Spans) -> Iterator[Breach]:
    """S2, S2-E: opened more than ten minutes late, or closed more than ten minutes before the window does."""
    here = [(note.second, 1)]
    before = case.notes[:place]
    leaves = [n for n in before if n.type == "leave_started"]
    if note.type == "window_opened" and not leaves and _throughout(note.second - 601, note.second, opening):
        yield Breach("S2", place, here)
    back = any(n.type == "leave_ended" for n in before[before.index(leaves[-1]) :]) if leaves else True
    if note.type == "window_closed" and back and _throughout(note.second, note.second + 601, opening):
        yield Breach("S2-E", place, here)


def _throughout(since: int, until: int, opening: Spans) -> bool:
    """Whether it is open all the time between two seconds."""
    return any(opens <= since and until <= closes for opens, closes in opening)


def _next(notes: Sequence[Note], types: Sequence[str], since: int) -> int | None:
    return next((n.second for n in notes if n.type in types and n.second >= since), None)


def spans_on(day: int, hours: str, almanac: Almanac) -> list[tuple[int, int]]:
    """The opening hours of a day, as seconds; none on a rest day."""
    return [(day * DAY + opens, day * DAY + closes) for opens, closes in spans_of(hours)] if almanac.works(day) else []


def spans(notes: Sequence[Note], opens: str, closes: Sequence[str], most: int) -> list[tuple[int, int]]:
    """From each opening to the next closing, seconds, but no longer than `most`; without one to the end of time."""
    found = []
    for place, note in enumerate(notes):
        if note.type == opens:
            until = _next(notes[place:], closes, note.second)
            found.append((note.second, min(FOREVER if until is None else until, note.second + most)))
    return found


def used_up(since: int, limit: int, opening: Spans, excused: Spans) -> int | None:
    """The second at which so many seconds of opening hours that nothing excuses are over, on the day itself."""
    left = limit
    for opens, closes in opening:
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
