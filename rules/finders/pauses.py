"""Finders in the pauses 停表 of a clock: opened when it was nearly over, of full length, with no reason on file.

Every one takes `from` and `to`, the patterns that open and close a pause; its sights name these two events.
"""

from collections.abc import Iterator, Sequence

from mingjing.types import Moment
from rules.finders.view import Finder, Sight, View, far
from rules.kinds.timing import limit, tapes
from rules.patterns import Slot, there
from rules.rows import Row


class Pauses:
    """The pauses of a case: an opening while one is open says nothing new, the first closing closes it."""

    def __init__(self, row: Row) -> None:
        self._open, self._close = row.events("from"), row.events("to")

    def of(self, view: View) -> Iterator[tuple[Moment, Moment | None]]:
        """Each pause's opening, and its closing if there is one."""
        closings = view.hits(self._close)
        until = -1
        for opening in view.hits(self._open):
            if opening[0] < until:
                continue
            closing = next((moment for moment in closings if moment[0] >= opening[0]), None)
            until = view.upto + 1 if closing is None else closing[0]
            yield opening, closing


def _ids(opening: Moment, closing: Moment | None) -> tuple[str, ...]:
    return (opening[1],) if closing is None else (opening[1], closing[1])


def tail_pause(row: Row) -> Finder:
    """`start`, `limit`, `share` (0.2): opened when at most that share of the limit was left; earlier pauses are out.

    `calendar`, `timezone` and `precision` as in a deadline.
    """
    pauses, start, share = Pauses(row), row.events("start"), row.number("share", 0.2)
    bind = limit(row, tapes(row))

    def find(view: View) -> list[Sight] | None:
        started = view.hits(start)
        if not started or bind is None or (bound := bind(view.case, started[0][0], started[0][2])) is None:
            return None
        measure = bound.tape.measure
        begin = measure.position(started[0][0])
        paused, sights = 0, []
        for opening, closing in pauses.of(view):
            if opening[0] < started[0][0]:
                continue
            here = measure.position(opening[0])
            left = bound.amount - (measure.count(begin, here) - paused)
            if 0 <= left <= share * bound.amount:
                usual = round(share * bound.amount / bound.tape.size, 2)
                sights.append(Sight(_ids(opening, closing), far(left, usual), round(left / bound.tape.size, 2), usual))
            paused += measure.count(here, measure.position(closing[0])) if closing else 0
        return sights

    return find


def full_length(row: Row) -> Finder:
    """`limit`, of the opening (`"start.data.declared_days working_days"`): it lasted all that was declared, or more."""
    pauses, made = Pauses(row), tapes(row)
    bind = limit(row, made)

    def find(view: View) -> list[Sight] | None:
        sights = []
        for opening, closing in pauses.of(view):
            bound = bind(view.case, opening[0], opening[2]) if bind else None
            if bound is None or closing is None:
                continue
            measure = bound.tape.measure
            lasted = measure.count(measure.position(opening[0]), measure.position(closing[0]))
            if lasted >= bound.amount:
                size = bound.tape.size
                sights.append(
                    Sight(_ids(opening, closing), 0.5, round(lasted / size, 2), round(bound.amount / size, 2))
                )
        return sights

    return find


def same_day_resume(row: Row) -> Finder:
    """`then`: it was closed on the local day of what it had held up, the decision for example."""
    pauses, then = Pauses(row), row.events("then")

    def find(view: View) -> list[Sight]:
        days = {view.case.day(instant) for instant, _, _ in view.hits(then)}
        return [
            Sight(_ids(opening, closing), 0.5, 0)
            for opening, closing in pauses.of(view)
            if closing is not None and view.case.day(closing[0]) in days
        ]

    return find


def pause_lacks(row: Row) -> Finder:
    """`fields`, optional `supplied`: neither opening nor closing has any of the fields, and no `supplied` event, whose
    `data.of` names the opening, brought it later."""
    find_in, fields, supplied = Pauses(row), row.fields(), _supplied(row)

    def find(view: View) -> list[Sight]:
        return [
            Sight(_ids(opening, closing), 1.0)
            for opening, closing in find_in.of(view)
            if not any(there(get(m[2])) for get in fields for m in (opening, closing) if m)
            and not _brought(view, supplied, opening[1])
        ]

    return find


def pause_has(row: Row) -> Finder:
    """`fields`, optional `supplied`: each of the fields is there, in the opening, the closing or a `supplied` event."""
    find_in, fields, supplied = Pauses(row), row.fields(), _supplied(row)

    def find(view: View) -> list[Sight]:
        return [
            Sight(_ids(opening, closing), 1.0)
            for opening, closing in find_in.of(view)
            if all(
                any(there(get(m[2])) for m in (opening, closing, *_brought(view, supplied, opening[1])) if m)
                for get in fields
            )
        ]

    return find


def _supplied(row: Row) -> Slot | None:
    return row.slot("supplied", required=False)


def _brought(view: View, supplied: Slot | None, opening: str) -> Sequence[Moment]:
    if supplied is None:
        return ()
    return [moment for moment in view.hits(supplied) if moment[2].data.get("of") == opening]
