"""A window's day 在岗: opened and closed, short absences, announced leaves, changes of shift, a camera that fails."""

from itertools import pairwise
from random import Random

from mingjing.simulate.almanac import AFTERNOON, CLOSING, DAY, MORNING, NOON, clock, span_of, stamp
from mingjing.simulate.draft import Draft, Note


def attended(d: Draft, rng: Random) -> list[Note]:
    """From opening to closing. Whoever goes for longer registers a leave, or does not.

    Gives what became of the camera, if anything did. `rng` is for what only the camera sees of the day.
    """
    day = d.now // DAY * DAY
    d.now = day + MORNING - d.rng.randint(60, 900)
    if late := d.flaw("opened_late", d.rates.opened_late):
        d.now = day + MORNING + d.rng.randint(1200, 3600)
    d.note("window_opened", counter=True)
    since = max(d.now, day + MORNING)
    if d.happens(0.4):
        _away(d, since + d.rng.randint(600, 3600), day + NOON, rng)
    if d.happens(0.3):
        _away(d, day + AFTERNOON + d.rng.randint(600, 9000), day + CLOSING, rng)
    camera: list[Note] = []
    if d.flaw("camera_lost", d.rates.camera_lost):
        d.now = day + AFTERNOON + d.rng.randint(600, 3600)
        camera = _camera(d, d.rng.randint(1900, 5400))
    elif d.happens(0.01):
        d.now = day + AFTERNOON + d.rng.randint(600, 9000)
        camera = _camera(d, d.rng.randint(60, 1500))
    d.now = day + CLOSING + d.rng.randint(0, 900)
    if d.flaw("closed_early", d.rates.closed_early):
        d.now = day + CLOSING - d.rng.randint(1200, 3600)
    d.note("window_closed", counter=True)
    Watch(d, rng, day).look(opened=since if late else 0, camera=camera)
    return camera


def _away(d: Draft, gone: int, until: int, rng: Random) -> None:
    """Nobody is seen from `gone` on: for some minutes; or longer, with a leave, or irregularly without."""
    left = until - gone - 60
    if left < 1200:
        return
    long = min(left, d.rng.randint(1000, 2700))
    if d.flaw("absent_long", d.rates.absent_long):
        _unseen(d, gone, long)
        if long > 1800:
            _hidden(d.notes[-2], gone, rng.randint(120, 600))
    elif d.happens(0.15):
        d.now = gone - 30
        d.note("leave_started", counter=True, ground=d.word("grounds", "leave"))
        _unseen(d, gone, long)
        d.now = gone + long + 30
        d.note("leave_ended", counter=True, ground=d.notes[-3].data["ground"])
    else:
        _unseen(d, gone, d.rng.randint(120, 780))
        if rng.random() < 0.1:
            longer = min(rng.randint(300, 1500), left - (d.notes[-1].second - gone))
            d.notes[-1].second += longer
            _hidden(d.notes[-2], gone, longer)


def _unseen(d: Draft, gone: int, seconds: int) -> None:
    d.now = gone + min(60, seconds)
    d.note("presence_lost", seen_at=d.stamp(gone - d.now)).window = d.window.code
    d.now = gone + seconds
    d.note("presence_regained").window = d.window.code


def _hidden(lost: Note, gone: int, seconds: int) -> None:
    """Somebody stood in front for so long, soon after the last sighting; only then was nobody seen to be there."""
    if seconds > 0:
        ends = [(gone + 10, gone + 10 + seconds // 3), (gone + 30 + seconds // 3, gone + 30 + seconds)]
        lost.second = gone + 60 + seconds
        lost.data["hidden"] = [[stamp(first), stamp(last)] for first, last in ends]


def _camera(d: Draft, seconds: int) -> list[Note]:
    """The camera's own case; its window's day has nothing of it."""
    camera = f"cam-{d.window.code}"
    reason = d.rng.choice(("covered", "offline", "dark"))
    d.note("camera_lost", camera=camera, reason=reason)
    d.now += seconds
    d.note("camera_regained", camera=camera)
    taken = d.notes[-2:]
    del d.notes[-2:]
    return taken


class Watch:
    """What the camera sees of a window's day besides; it only adds to what is noted already."""

    def __init__(self, d: Draft, rng: Random, day: int) -> None:
        self.d, self.rng, self.day = d, rng, day
        self.opens, self.closes = (day + second for second in span_of(d.window.hours))

    def look(self, opened: int, camera: list[Note]) -> None:
        """The camera's failure, arrival, changes of shift, and going: each where nothing else is seen."""
        if camera and self.free(camera[0].second, camera[1].second):
            self.note("presence_unknown", camera[0].second, reason=camera[0].data["reason"])
            self.note("presence_regained", camera[1].second)
        if opened:
            self.absent(self.opens - 1800, opened, of="")
        elif self.flaw("arrived_late", self.d.rates.arrived_late):
            self.absent(
                self.opens - self.rng.randint(300, 1800), self.opens + self.rng.randint(660, 2400), "arrived_late"
            )
        for change in self.d.window.shifts.split():
            self.relieved(self.day + clock(change))
        if self.flaw("left_early", self.d.rates.left_early):
            self.absent(self.closes - self.rng.randint(720, 2400), None, "left_early")

    def relieved(self, change: int) -> None:
        """One goes, another comes some minutes later; or far too late."""
        gone = change + self.rng.randint(-120, 180)
        late = self.flaw("relieved_late", self.d.rates.relieved_late)
        back = gone + (self.rng.randint(2100, 3000) if late else self.rng.randint(90, 540))
        if self.absent(gone, back, "relieved_late" if late else ""):
            self.note("shift_ended", gone + 5)
            self.note("shift_started", back - 5)

    def absent(self, gone: int, back: int | None, of: str) -> bool:
        """Nobody is seen from one second to another (None: for the rest of the day), if nothing else is seen then."""
        seen = self.free(gone - 60, self.closes if back is None else back + 60)
        if seen:
            told = gone + self.rng.randint(20, 60)
            self.note("presence_lost", told, seen_at=stamp(gone))
            if back is not None:
                self.note("presence_regained", back)
        elif of:
            self.d.flaws.remove(of)
        return seen

    def free(self, since: int, until: int) -> bool:
        """Whether nothing of presence, and no leave, is noted between two seconds, nor goes on there."""
        told = [n for n in self.d.notes if not n.type.startswith("window_")]
        spans = pairwise(told)
        within = any(since <= note.second <= until for note in told)
        return not within and not any(
            a.type in ("presence_lost", "leave_started", "presence_unknown") and a.second < since and b.second > until
            for a, b in spans
        )

    def flaw(self, name: str, share: float) -> bool:
        """Whether this irregularity is arranged."""
        arranged = self.rng.random() < share
        if arranged:
            self.d.flaws.append(name)
        return arranged

    def note(self, what: str, second: int, **data: object) -> None:
        """Writes down what is seen at a second, in order."""
        note = Note(second=second, type=what, data=data, lag=2 + self.rng.randrange(60), window=self.d.window.code)
        self.d.notes.append(note)
        self.d.notes.sort(key=lambda one: one.second)
