"""The demo's hall: what its two cameras see, and who is at which window in the course of a day.

Pure: `video.hallclip` draws it, `mingjing.demo.cameras` writes the cameras' files and the counters' own events.
Days are local; a minute is one of the day, from 0 at midnight.
"""

from typing import NamedTuple

from mingjing.cameras import Point

SIZE = (960, 540)
DAY = 24 * 60
COUNTER = 405
"""Where the counters begin, in pixels from the top."""

Spell = tuple[float, float]
"""From one minute of the day up to another."""


def _at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


class Desk(NamedTuple):
    """One window's day: when somebody is there, when not, when a citizen stands in front."""

    present: tuple[Spell, ...] = ((_at(8, 42), _at(12, 2)), (_at(13, 24), _at(17, 4)))
    away: tuple[Spell, ...] = ()
    leave: Spell | None = None
    citizens: tuple[Spell, ...] = ()

    def staffed(self, minute: float) -> bool:
        """Whether somebody sits there."""
        away = (*self.away, *([self.leave] if self.leave else []))
        return within(self.present, minute) and not within(away, minute)

    def served(self, minute: float) -> bool:
        """Whether a citizen stands in front."""
        return within(self.citizens, minute)


DESKS = (
    Desk(away=((_at(10, 5), _at(10, 12)),), citizens=((_at(9, 10), _at(9, 40)), (_at(15, 0), _at(15, 30)))),
    Desk(away=((_at(9, 20), _at(10, 5)),)),
    Desk(leave=(_at(10, 30), _at(11, 20)), citizens=((_at(13, 50), _at(14, 20)),)),
    Desk(away=((_at(11, 10), _at(11, 20)),)),
    Desk(present=((_at(8, 42), _at(17, 4)),), away=((_at(14, 10), _at(15, 0)),), citizens=((_at(9, 30), _at(9, 55)),)),
    Desk(away=((_at(16, 20), DAY),)),
)
"""The windows 1 to 6: a short break; an absence; a site visit that is on record; a short break; no lunch break, as
its hours say, and an absence; somebody who goes home early."""


class View(NamedTuple):
    """What one camera sees: the windows (as places in DESKS), where each is in the picture, and when it is covered."""

    desks: tuple[int, ...]
    centres: tuple[int, ...]
    pane: tuple[int, int]
    covered: tuple[Spell, ...] = ()
    hidden: tuple[tuple[int, Spell], ...] = ()  # of its windows, by somebody who stands near the camera

    def polygon(self, place: int) -> tuple[Point, ...]:
        """Where the staff of one of its windows are to be seen."""
        x, (width, height) = self.centres[place], self.pane
        left, right, top, bottom = x - width // 2, x + width // 2, COUNTER - height, COUNTER
        return ((left, top), (right, top), (right, bottom), (left, bottom))


VIEWS = {
    "HALL-1": View(
        desks=(0, 1, 2, 3), centres=(130, 363, 597, 830), pane=(190, 250), hidden=((0, (_at(10, 2), _at(10, 20))),)
    ),
    "HALL-2": View(desks=(3, 4, 5), centres=(170, 480, 790), pane=(240, 280), covered=((_at(15, 20), _at(16, 5)),)),
}
"""Both see window 4, which therefore stays known while the second camera is covered."""


def within(spells: tuple[Spell, ...], minute: float) -> bool:
    """Whether a minute lies in one of them."""
    return any(begin <= minute < end for begin, end in spells)


def is_day(minute: float) -> bool:
    """Whether the lights are on."""
    return 8 * 60 <= minute < 18 * 60
