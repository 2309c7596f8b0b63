"""`belated` 逾时: an act that was to come before a clock had run out, and came, or was written down, only afterwards.

Extensions that are approved late, or dated back, hang on the due instant of the clock that they are to extend.
"""

from collections.abc import Iterator

from mingjing.clock import read
from mingjing.instants import at, micros
from mingjing.types import Moment
from rules.case import Breach, Case
from rules.kinds.adjustments import Adjustments
from rules.kinds.timing import Limit, limit, tapes
from rules.limits import CannotJudge, rung
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Belated:
    """The kind `belated`: `what`, `of`, and a clock's `start`, `stop`, `limit`, `pause`, `extend`; `severity`."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._what = reader.slot("what")
        self._of = reader.get("of") or "occurred_at"
        if self._of not in ("occurred_at", "recorded_at"):
            reader.wrong("of", f'of {self._of!r} must be "occurred_at" or "recorded_at"')
        self._start, self._stop = reader.slot("start"), reader.slot("stop")
        self._tapes = tapes(reader)
        self._limit: Limit | None = limit(reader, self._tapes)
        self._adjustments = Adjustments(reader)
        self._severity = reader.severity()
        self._words = {"what": show(reader.get("what"))}
        self.triggers: tuple[Slot, ...] = () if self._what is None else (self._what,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per act that came too late for the case's first clock; an act before its start is none of it."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._what is not None
        assert self._start is not None
        starts = case.hits.get(self._start)
        for moment in case.hits[self._what] if starts else ():
            assert starts is not None
            if moment[0] < starts[0][0]:
                continue
            try:
                breach = self._act(case, starts[0], moment)
            except CannotJudge as why:
                case.note(self._rule, str(why), moment[1])
            else:
                if breach is not None:
                    yield breach

    def _act(self, case: Case, start: Moment, act: Moment) -> Breach | None:
        assert self._limit is not None
        occurred, event_id, event = act
        came = self._came(case, act)
        if came > case.as_of:
            case.sleep(came)
            return None
        bound = self._limit(case, start[0], start[2])
        if bound is None:
            return None
        moved = self._adjustments.read(case, start[0], bound, lambda _: True)
        if moved.broken is not None and moved.broken[0] < occurred:
            raise CannotJudge(moved.broken[1])
        extensions = [extension for extension in moved.extensions if extension.approved < occurred]
        stop = next((m[0] for m in case.hits.get(self._stop or 0, ()) if m[0] >= start[0]), None)
        due_rung = [(0, rung("due", self._severity))]
        measure = bound.tape.measure
        reading = read(measure, start[0], bound.amount, due_rung, [], moved.stretches, extensions, stop, came)
        if reading.missing_year is not None:
            raise CannotJudge(f"calendar {reading.missing_year}")
        due = reading.reached[0].instant if reading.reached else None
        if due is None or (self._of == "recorded_at" and occurred >= due):
            return None  # in time; or late by its own word, which `of = "occurred_at"` finds
        return Breach(
            occurrence=event_id,
            instant=came,
            severity=self._severity,
            about=event,
            events=(start[1], event_id),
            limit=bound.words,
            calendar=f"{bound.tape.calendar.name} ({bound.tape.calendar.version})" if bound.tape.calendar else None,
            catalogue=bound.catalogue,
            facts={"due_at": at(due), "of": self._of, self._of: at(came)},
            words={
                **self._words,
                "limit": bound.words,
                "due": f"{at(due).astimezone(self._tapes.zone.info):%Y-%m-%d %H:%M}",
            },
            form=f"belated.{self._of}",
        )

    def _came(self, case: Case, act: Moment) -> int:
        """The instant that counts; a declared outage of the source does not, nor the wait for its agreed batch."""
        instant, _, event = act
        if self._of == "occurred_at":
            return instant
        if event.recorded_at is None:
            raise CannotJudge("field: the event has no recorded_at")
        recorded = max(instant, micros(event.recorded_at))
        agreed = case.registers.source(event.source or "")
        if agreed is None:
            return recorded
        late = recorded - instant - agreed.outage_time(instant, recorded)
        return instant if agreed.batch and late <= agreed.lag else instant + late
