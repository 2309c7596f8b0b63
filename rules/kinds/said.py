"""What a stopped clock says of its limit: the reading that `deadline` judges by, with as-of at the stop."""

from contextlib import suppress

from mingjing.calendars import YearNotCovered
from mingjing.clock import Rung, read, spent
from mingjing.zones import Zone
from rules.kinds.adjustments import Adjusted
from rules.kinds.timing import Bound
from rules.measures import Said

_DUE = [(0, Rung("due", 0, "", 1, "due"))]


def said(bound: Bound, started: int, moved: Adjusted, stop: int, zone: Zone) -> Said:
    """What a clock says at its stop; what begins after that moves nothing any more."""
    measure, size = bound.tape.measure, bound.tape.size
    upto = measure.position(stop)
    stretches = [(since, min(until, upto)) for since, until in moved.stretches if since < upto]
    extensions = [e for e in moved.extensions if e.approved <= stop]
    reading = read(measure, started, bound.amount, _DUE, (), stretches, extensions, None, stop)
    due = reading.reached[0] if reading.reached else None
    broken = None if moved.broken is None or moved.broken[0] > stop else moved.broken
    if broken is not None and due is not None and broken[0] < due.instant:
        return Said(why=broken[1])  # what cannot be read might have moved it; a clock that was in time without it is so
    if reading.missing_year is not None:
        return Said(why=f"calendar {reading.missing_year}")
    judged = reading.wake if due is None else measure.judged(due.position)
    limit = bound.amount + sum(e.amount for e in extensions) if due is None else due.limit
    used = None
    if broken is None:
        with suppress(YearNotCovered):  # late for sure, but by how much the calendar cannot say
            used = spent(measure, measure.position(started), upto, stretches) / size
    return Said(
        late=due is not None,
        due=None if due is None else due.instant,
        due_on=None if judged is None else zone.day(judged - 1),
        limit=limit / size,
        used=used,
        unit=bound.unit,
    )
