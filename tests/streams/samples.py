"""Presence samples for tests: a window's day written as a line of letters."""

from collections.abc import Iterator, Sequence
from typing import Any

from mingjing.instants import SECOND, at, micros, parse
from mingjing.types import CaseEvent, PresenceSample
from mingjing.zones import zone
from streams.presence import Fold

NINE = micros(parse("2026-03-02T09:00:00+08:00"))
SHANGHAI = zone("Asia/Shanghai")
LETTERS: dict[str, tuple[str, str | None]] = {
    "S": ("staffed", None),
    "s": ("staffed", "hidden"),
    "-": ("unstaffed", None),
    "h": ("unstaffed", "hidden"),
    "?": ("unknown", "dark"),
    "n": ("unknown", "no_detector"),
}


def samples(
    looks: str, *, window: str = "W1", camera: str = "K1", start: int = NINE, period_s: float = 5, view: float = 0.1
) -> Iterator[PresenceSample]:
    """A sample per letter, one period after another; `.` is none. See LETTERS."""
    seen: int | None = None
    for number, letter in enumerate(looks):
        instant = start + round(number * period_s * SECOND)
        if letter == ".":
            continue
        state, reason = LETTERS[letter]
        seen = instant if letter == "S" else seen
        yield PresenceSample(
            window=window,
            camera=camera,
            sampled_at=at(instant),
            state=state,  # type: ignore[arg-type]
            reason=reason,  # type: ignore[arg-type]
            confidence=0.9,
            seen_at=None if seen is None else at(seen),
            view=view,
            detector="test",
        )


def told(fold: Fold) -> list[CaseEvent]:
    """What the fold has told since it was asked last."""
    events = [event for some in fold.told.values() for event in some]
    fold.told.clear()
    return events


def folded(*given: Sequence[PresenceSample] | Iterator[PresenceSample], fold: Fold | None = None) -> list[CaseEvent]:
    """What is told of samples, taken in order of their instants."""
    fold = fold or Fold(SHANGHAI)
    for sample in sorted((one for some in given for one in some), key=lambda one: one.sampled_at):
        fold.take(0, sample)
    return told(fold)


def short(events: Sequence[CaseEvent]) -> list[tuple[Any, ...]]:
    """Each event as (type, seconds after nine)."""
    return [(event.type, round((micros(event.occurred_at) - NINE) / SECOND)) for event in events]
