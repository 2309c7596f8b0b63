"""A window's day 在岗: opened and closed, short absences, announced leaves, a camera that fails."""

from mingjing.simulate.almanac import AFTERNOON, CLOSING, DAY, MORNING, NOON
from mingjing.simulate.draft import Draft


def attended(d: Draft) -> None:
    """From opening to closing. Whoever goes for longer registers a leave, or does not."""
    day = d.now // DAY * DAY
    d.now = day + MORNING - d.rng.randint(60, 900)
    if d.flaw("opened_late", d.rates.opened_late):
        d.now = day + MORNING + d.rng.randint(1200, 3600)
    d.note("window_opened", counter=True)
    since = max(d.now, day + MORNING)
    if d.happens(0.4):
        _away(d, since + d.rng.randint(600, 3600), day + NOON)
    if d.happens(0.3):
        _away(d, day + AFTERNOON + d.rng.randint(600, 9000), day + CLOSING)
    if d.flaw("camera_lost", d.rates.camera_lost):
        d.now = day + AFTERNOON + d.rng.randint(600, 3600)
        _camera(d, d.rng.randint(1900, 5400))
    elif d.happens(0.01):
        d.now = day + AFTERNOON + d.rng.randint(600, 9000)
        _camera(d, d.rng.randint(60, 1500))
    d.now = day + CLOSING + d.rng.randint(0, 900)
    if d.flaw("closed_early", d.rates.closed_early):
        d.now = day + CLOSING - d.rng.randint(1200, 3600)
    d.note("window_closed", counter=True)


def _away(d: Draft, gone: int, until: int) -> None:
    """Nobody is seen from `gone` on: for some minutes; or longer, with a leave, or irregularly without."""
    left = until - gone - 60
    if left < 1200:
        return
    long = min(left, d.rng.randint(1000, 2700))
    if d.flaw("absent_long", d.rates.absent_long):
        _unseen(d, gone, long)
    elif d.happens(0.15):
        d.now = gone - 30
        d.note("leave_started", counter=True, ground=d.word("grounds", "leave"))
        _unseen(d, gone, long)
        d.now = gone + long + 30
        d.note("leave_ended", counter=True, ground=d.notes[-3].data["ground"])
    else:
        _unseen(d, gone, d.rng.randint(120, 780))


def _unseen(d: Draft, gone: int, seconds: int) -> None:
    d.now = gone + min(60, seconds)
    d.note("presence_lost", seen_at=d.stamp(gone - d.now)).window = d.window.code
    d.now = gone + seconds
    d.note("presence_regained").window = d.window.code


def _camera(d: Draft, seconds: int) -> None:
    camera = f"cam-{d.window.code}"
    reason = d.rng.choice(("covered", "offline", "dark"))
    d.note("camera_lost", camera=camera, reason=reason).window = d.window.code
    d.now += seconds
    d.note("camera_regained", camera=camera).window = d.window.code
