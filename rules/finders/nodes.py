"""Finders in the times, words and hands of a case's nodes 节点: traces that nobody left, but somebody wrote."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from operator import sub
from typing import Any

from mingjing.instants import MINUTE, SECOND
from mingjing.registers import Registers
from mingjing.types import Moment
from rules.finders.view import Finder, Sight, View, far
from rules.funnels import binomial_high
from rules.rows import Row, span


def equal_times(row: Row) -> Finder:
    """`of`, `least` (3): so many nodes in one and the same second."""
    slot, least = row.events(), row.whole("least", least=2, default=3)

    def find(view: View) -> list[Sight]:
        moments = view.hits(slot)
        if len(moments) < len(view.seconds(slot)) + least - 1:
            return []
        seconds: dict[int, list[str]] = defaultdict(list)
        for instant, event_id, _ in moments:
            seconds[instant // SECOND].append(event_id)
        return [Sight(tuple(e), far(least, len(e) + 1), len(e), 1) for e in seconds.values() if len(e) >= least]

    return find


def constant_gaps(row: Row) -> Finder:
    """`of`, `least` (3), `tolerance` in seconds (0): so many gaps between nodes, one after the other, equally long.

    Nodes in one second have no gap; they are the business of `equal_times`.
    """
    slot, least = row.events(), row.whole("least", least=2, default=3)
    tolerance = row.number("tolerance", 0.0)

    def find(view: View) -> list[Sight]:
        nodes = view.seconds(slot)
        if len(nodes) <= least:
            return []
        seconds = list(nodes)
        gaps = list(map(sub, seconds[1:], seconds))
        if min(map(abs, map(sub, gaps[1:], gaps))) > tolerance:  # nearly always: no two that follow are alike
            return []
        begin, end = _longest(gaps, tolerance)
        if end - begin < least:
            return []
        events = tuple(nodes[second] for second in seconds[begin : end + 1])
        return [Sight(events, far(least, len(events)), end - begin, 1)]

    return find


def _longest(gaps: Sequence[int], tolerance: float) -> tuple[int, int]:
    """The longest run of gaps that differ from its first one by no more than the tolerance."""
    best = (0, 0)
    for begin, first in enumerate(gaps):
        end = begin + 1
        while end < len(gaps) and abs(gaps[end] - first) <= tolerance:
            end += 1
        if end - begin > best[1] - best[0]:
            best = (begin, end)
    return best


def round_minutes(row: Row) -> Finder:
    """`of`, `alpha` (0.001): more nodes on full minutes than chance gives, one in sixty; exact binomial.

    Nodes in one second count once.
    """
    slot, alpha = row.events(), row.number("alpha", 0.001)

    def find(view: View) -> list[Sight]:
        nodes = view.seconds(slot)
        full = [event_id for second, event_id in nodes.items() if second % 60 == 0]
        if len(full) < 2 or binomial_high(len(full), len(nodes), 1 / 60) >= alpha:
            return []
        return [Sight(tuple(full), len(full) / len(nodes), len(full), round(len(nodes) / 60, 2))]

    return find


def coarse_clock(row: Row) -> Finder:
    """`of`, `least` (3): all these witnesses fall on full minutes: the source knows no seconds. Of the whole case."""
    slot, least = row.events(), row.whole("least", least=1, default=3)

    def find(view: View) -> list[Sight] | None:
        moments = view.hits(slot)
        if len(moments) < least:
            return None
        return [] if any(instant % MINUTE for instant, _, _ in moments) else [Sight((), 1.0, len(moments))]

    return find


def repeated_text(row: Row) -> Finder:
    """`of`, `field`, optional `same_as`, `least` (2): nodes whose text is that of another field of theirs, or, without
    `same_as`, one and the same text."""
    slot, least = row.events(), row.whole("least", least=1, default=2)
    text = row.field("field")
    other = row.field("same_as") if row.has("same_as") else None

    def find(view: View) -> list[Sight]:
        moments = view.hits(slot)
        if len(moments) < least:
            return []
        said = 0
        groups: dict[str, list[str]] = {}
        for _, event_id, event in moments:
            if word := _word(text(event)):
                said += 1
                if other is None or word == _word(other(event)):
                    groups.setdefault(word if other is None else "", []).append(event_id)
        return [Sight(tuple(e), len(e) / said, len(e), 0) for e in groups.values() if len(e) >= least]

    return find


@lru_cache(maxsize=1 << 12)  # what is written in opinions is much the same everywhere
def _plain(text: str) -> str:
    return text.strip(" \t\r\n。.，,！!").casefold()


def _word(value: Any) -> str:
    return _plain(value) if isinstance(value, str) else ""


def unknown_officer(row: Row) -> Finder:
    """`of`, `grace` (31 days): nodes of an officer whom the register does not know, not even so many days before or
    after. It needs the officers register and is silent without it."""
    slot, grace = row.events(), row.whole("grace", least=0, default=31)

    def find(view: View) -> list[Sight] | None:
        registers = view.case.registers
        if "officers" not in registers.has:
            return None
        moments = view.hits(slot)
        acted = {code: instant for instant, _, event in moments if (code := event.officer) is not None}
        unknown: dict[str, list[str]] = {}
        for code, instant in acted.items():
            day = view.case.day(instant)
            if registers.officer(code, day) is None and not _near(registers, code, day, grace):
                unknown[code] = []
        if not unknown:
            return []
        for _, event_id, event in moments:
            if event.officer in unknown:
                unknown[event.officer].append(event_id)
        return [Sight(tuple(e), len(e) / len(moments), len(e), 0) for e in unknown.values()]

    return find


def _near(registers: Registers, code: str, day: int, grace: int) -> bool:
    return any(registers.officer(code, day + days) is not None for days in (grace, -grace))


def too_quick(row: Row) -> Finder:
    """`first`, `then`, `least`, optional `key`, `each`: less time between the two than could be.

    `each`: that much time for every event of these patterns, every bid for example.
    """
    first, then, least = row.events("first"), row.events("then"), span(row, "least")
    key = row.field("key") if row.has("key") else None
    each = row.events("each") if row.has("each") else None

    def find(view: View) -> list[Sight]:
        need = least if each is None else least * len(view.hits(each))
        ends = view.hits(then)
        sights = []
        open_at: dict[str, Moment] = {}
        for begin in view.hits(first):
            open_at.setdefault(str(key(begin[2])) if key else "", begin)
        for instant, event_id, event in ends:
            begun = open_at.pop(str(key(event)) if key else "", None)
            if begun is not None and 0 <= instant - begun[0] < need:
                took = (instant - begun[0]) / MINUTE
                usual = need / MINUTE
                sights.append(Sight((begun[1], event_id), far(took, usual), round(took, 2), round(usual, 2)))
        return sights

    return find
