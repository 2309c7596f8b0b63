"""`lag` 补录: an event that was recorded or received too long after it occurred.

It is a clock from the event's own instant to the one at which it was written down or reached us. The limit may be what
is agreed with the event's source; then the source's declared outages do not count.
"""

from collections.abc import Iterator

from mingjing.calendars import YearNotCovered
from mingjing.clock import DayMeasure, Pause, read, union
from mingjing.instants import HOUR, at, micros
from mingjing.registers import Agreement
from mingjing.types import CaseEvent
from rules.case import Breach, Case
from rules.kinds.deadline import gravest
from rules.kinds.timing import Bound, Soonest, fit, limit, tapes
from rules.limits import CannotJudge
from rules.patterns import Slot
from rules.reader import RuleReader

OF_SOURCE = "source.lag"
"""The limit that is agreed with the source of the event; `limit_default` where nothing is, and never less than
`limit_least`."""


class Lag:
    """The kind `lag`: `on`, `limit`, `of`, and `severity` or a ladder."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._on = reader.slot("on")
        self._of = reader.get("of")
        if self._of not in ("recorded_at", "received_at"):
            reader.wrong("of", f'of {self._of!r} must be "recorded_at" or "received_at"')
        self._tapes = tapes(reader)
        self._agreed = reader.get("limit") == OF_SOURCE
        self._least = self._agreed and reader.get("limit_least") is not None
        key = "limit_least" if self._least else "limit_default" if self._agreed else "limit"
        self._limit = limit(reader, self._tapes, key)
        self._rungs = reader.ladder()
        self._soonest = Soonest(self._rungs, self._tapes)
        self._after = [self._tapes.after(i, r) for i, r in enumerate(self._rungs) if r.at == "after"]
        self.triggers: tuple[Slot, ...] = () if self._on is None else (self._on,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per event that came too late. An event that does not say when it was recorded is not judged."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._on is not None
        for instant, event_id, event in case.hits[self._on]:
            known = event.recorded_at if self._of == "recorded_at" else event.received_at
            if known is None:
                case.note(self._rule, f"field: the event has no {self._of}", event_id)
                continue
            came = micros(known)
            try:
                breach = self._event(case, instant, event, came)
            except CannotJudge as why:
                case.note(self._rule, str(why), event_id)
            except YearNotCovered as gap:
                if self._tapes.zone.midnight(gap.first) <= min(case.as_of, came):
                    case.note(self._rule, str(gap), event_id)
            else:
                if breach is not None:
                    yield breach

    def _by(self, agreed: Agreement) -> Bound:
        """The limit that is agreed with a source."""
        return Bound(self._tapes.get("hours"), agreed.lag, "hours", f"{agreed.lag / HOUR:g} hours")

    def _event(self, case: Case, instant: int, event: CaseEvent, came: int) -> Breach | None:
        """The breach of the milder of the limits that an event has; none where one of them is kept."""
        assert self._limit is not None
        agreed = case.registers.source(event.source) if self._agreed and event.source else None
        found = None
        if agreed is None or self._least:
            bound = self._limit(case, instant, event)
            if bound is not None:
                found = self._late(case, instant, event, came, bound, agreed)
                if found is None:
                    return None
        if agreed is None:
            return found
        late = self._late(case, instant, event, came, self._by(agreed), agreed)
        return late if late is None or found is None else max(found, late, key=_mild)

    def _late(
        self, case: Case, instant: int, event: CaseEvent, came: int, bound: Bound, agreed: Agreement | None
    ) -> Breach | None:
        """The breach of one limit."""
        if self._soonest.quiet(case, instant, bound, came):
            return None
        ladder = [(i, fit(r, bound, instant, self._tapes)) for i, r in enumerate(self._rungs) if r.at != "after"]
        measure = bound.tape.measure
        outages = (
            [Pause(measure.position(o.since), measure.position(o.until)) for o in agreed.outages] if agreed else []
        )
        stretches = union(outages, measure.position(instant), measure)
        reading = read(measure, instant, bound.amount, ladder, self._after, stretches, [], came, case.as_of)
        case.sleep(reading.wake)
        if reading.missing_year is not None:
            case.note(self._rule, f"calendar {reading.missing_year}", event.event_id)
        if not reading.reached:
            return None
        top = gravest(reading.reached, self._rungs)
        days = isinstance(bound.tape.measure, DayMeasure)
        calendar = bound.tape.calendar
        return Breach(
            occurrence=event.event_id,
            instant=max(top.instant, instant),
            severity=self._rungs[top.rung].severity,
            about=event,
            events=(event.event_id,),
            limit=bound.words,
            calendar=f"{calendar.name} ({calendar.version})" if calendar else None,
            catalogue=bound.catalogue,
            facts={
                "of": self._of,
                "occurred_at": at(instant),
                self._of: at(came),
                "precision": "day" if days else "second",
                **({"agreed with": agreed.name} if agreed else {}),
            },
            words={"limit": bound.words, "type": event.type},
        )


def _mild(breach: Breach) -> tuple[int, int]:
    """The limit that leaves more time is broken later, and less gravely."""
    return -breach.severity, breach.instant
