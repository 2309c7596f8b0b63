"""Who the simulated city says nothing of: silent.csv, what the rules on coverage (N11) must find and nothing else.

Counted from what was written, month by month and quarter by quarter, with no line of the rules' own.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from mingjing.simulate.almanac import DAY
from mingjing.simulate.cityplan import City
from mingjing.simulate.draft import Case
from mingjing.simulate.itemplan import Item
from mingjing.simulate.places import designation, points
from mingjing.simulate.tricks import Terms

SLACK = 4
"""Days at either end of a period from which events must be there, or nobody knows whether all are."""
ENOUGH = 10
"""Grants of an item in a quarter, so that all its steps must have been seen."""
ENDS = ("step_started", "step_ended")


class Silent(Struct, frozen=True):
    """One line of silent.csv: a rule, its subject, and the days of the period, both included."""

    rule: str
    subject: str
    first_day: str
    last_day: str


COLUMNS = Silent.__struct_fields__
Span = tuple[int, int]


class Silence:
    """Hears every event in order of occurrence; then says who was not heard."""

    def __init__(self, city: City, terms: Terms) -> None:
        self._city, self._terms = city, terms
        self._days: set[int] = set()
        self._heard: dict[tuple[int, int], set[tuple[str, str]]] = {}
        self._granted: dict[tuple[int, int], dict[str, set[str]]] = {}
        self._steps: dict[str, set[tuple[str, str]]] = {}
        self._day, self._now, self._grants = 0, set[tuple[str, str]](), dict[str, set[str]]()

    def hear(self, second: int, number: int, case: Case) -> None:
        """An event, by its case and its place in it."""
        if second // DAY != self._day:
            self._turn(second // DAY)
        note, item, heard = case.notes[number], case.item, self._now
        heard.add(("unit", note.department or item.department.code))
        if not item.code:
            return
        if note.window:
            heard.add(("window", note.window))
        if note.type != "guide_published":
            heard.add(("item", item.code))
        if note.type in ENDS:
            heard.add((item.code, note.data["step"]))
            self._steps.setdefault(case.id, set()).add((item.code, note.data["step"]))
        elif note.type == "decided" and note.data.get("result") == "granted":
            self._grants.setdefault(item.code, set()).add(case.id)
            heard |= self._steps.pop(case.id, set())
        elif "point" in note.data:
            heard.add(("unit", note.data["point"]))

    def _turn(self, day: int) -> None:
        self._day = day
        self._days.add(day)
        when = date.fromordinal(day)
        month = (when.year, when.month)
        self._now = self._heard.setdefault(month, set())
        self._grants = self._granted.setdefault(month, {})

    def told(self) -> Iterator[Silent]:
        """Everybody and everything that was silent, in order of rule, period and subject."""
        found = [one for months in (1, 3) for span in self._spans(months) for one in self._within(span, months)]
        return iter(sorted(found, key=lambda one: (one.rule, one.first_day, one.subject)))

    def _spans(self, months: int) -> Iterator[Span]:
        """Months or quarters that events reach from end to end: first and last day."""
        begun = min(self._days, default=0)
        for first in sorted({date(year, month - (month - 1) % months, 1) for year, month in self._heard}):
            after = (first.replace(day=28) + timedelta(days=31 * (months - 1) + 4)).replace(day=1)
            latest = max(day for day in self._days if day < after.toordinal())
            if begun < first.toordinal() + SLACK and latest >= after.toordinal() - SLACK:
                yield first.toordinal(), after.toordinal() - 1

    def _within(self, span: Span, months: int) -> Iterator[Silent]:
        held = [self._month(date.fromordinal(span[0]), place) for place in range(months)]
        heard = set[tuple[str, str]]().union(*(self._heard.get(month, set()) for month in held))
        days = (date.fromordinal(span[0]).isoformat(), date.fromordinal(span[1]).isoformat())
        if months == 1:
            units = [unit.code for unit in self._city.departments] + self._points()
            yield from (Silent("N11-U", f"department:{code}", *days) for code in units if ("unit", code) not in heard)
            used = {window.code for item in self._active(span) for window in item.windows}
            yield from (Silent("N11-W", f"window:{code}", *days) for code in used if ("window", code) not in heard)
            return
        for item in self._city.items:
            of = [one for one in item.versions if one.valid_to is None or one.valid_to.toordinal() >= span[0]]
            begun = item.versions[0].valid_from.toordinal() <= span[0]
            whole = begun and all(one.status == "active" for one in of if one.valid_from.toordinal() <= span[1])
            if whole and not designation(item).quiet and ("item", item.code) not in heard:
                yield Silent("N11-I", f"item:{item.code}", *days)
        for item in self._active(span):
            cases = set[str]().union(*(self._granted.get(month, {}).get(item.code, set()) for month in held))
            missing = [step for step in item.steps if step not in item.merged and (item.code, step) not in heard]
            if len(cases) >= ENOUGH and missing:
                yield Silent("N11-S", f"item:{item.code}", *days)

    def _points(self) -> list[str]:
        above = {point.parent for point in points(self._city)}
        return [point.code for point in points(self._city) if point.code not in above]

    def _active(self, span: Span) -> Iterator[Item]:
        """Items of which one active version holds from the first to the last day, as the list shows them."""
        for item in self._city.items:
            shown = self._terms.items.get(item.code, item)
            for one in shown.versions:
                over = one.valid_to.toordinal() if one.valid_to else span[1]
                if one.status == "active" and one.valid_from.toordinal() <= span[0] and over >= span[1]:
                    yield item

    @staticmethod
    def _month(first: date, place: int) -> tuple[int, int]:
        return first.year, first.month + place
