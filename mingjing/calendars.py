"""Which days are working days 工作日, by which source, and for which years that is known.

Days are proleptic ordinals (`date.toordinal`). A calendar never guesses: a question about a
day of a year that its source does not cover raises `YearNotCovered`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from chinese_calendar import constants as cn_tables

from mingjing.errors import BookError, Mistake
from mingjing.tomlfile import TomlFile, read_toml


class YearNotCovered(Exception):
    """A day was needed of a year that the calendar lacks; `first` is the first such day needed."""

    def __init__(self, first: int) -> None:
        self.first = min(first, date.max.toordinal())
        self.year = year_of(self.first)
        super().__init__(f"calendar {self.year}")


class Days(Protocol):
    """Days that count for a clock: all of them, or a calendar's working days."""

    name: str
    version: str

    def count(self, after: int, upto: int) -> int:
        """How many counting days d with after < d <= upto (0 when upto <= after)."""

    def nth(self, after: int, n: int) -> int:
        """The n-th counting day after a day (n >= 1); for n = 0 the day itself."""

    def counts(self, day: int) -> bool:
        """Whether the day counts."""


class EveryDay:
    """Natural days 自然日: every day counts, and no calendar is read."""

    name = "days"
    version = ""

    def count(self, after: int, upto: int) -> int:
        """How many counting days there are after one day, up to another."""
        return max(0, upto - after)

    def nth(self, after: int, n: int) -> int:
        """The n-th counting day after a day."""
        return after + n

    def counts(self, day: int) -> bool:
        """Whether the day counts."""
        return True


class Calendar:
    """Working days of the covered years, as running counts: every question is answered in O(log years).

    `years` are the covered years, `rests` the days among them that do not count.
    """

    def __init__(self, name: str, version: str, years: Iterable[int], working: Callable[[date], bool]) -> None:
        self.name = name
        self.version = version
        self.years = frozenset(years)
        self._first = date(min(self.years), 1, 1).toordinal()
        self._last = date(max(self.years), 12, 31).toordinal()
        self._missing = sorted(set(range(min(self.years), max(self.years))) - self.years)
        self._work = [
            day
            for day in range(self._first, self._last + 1)
            if date.fromordinal(day).year in self.years and working(date.fromordinal(day))
        ]
        running, self._upto = 0, [0] * (self._last - self._first + 1)
        work = set(self._work)
        for day in range(self._first, self._last + 1):
            running += day in work
            self._upto[day - self._first] = running

    def count(self, after: int, upto: int) -> int:
        """How many counting days there are after one day, up to another."""
        if upto <= after:
            return 0
        self._need(after + 1, upto)
        return self._upto[upto - self._first] - (self._upto[after - self._first] if after >= self._first else 0)

    def nth(self, after: int, n: int) -> int:
        """The n-th counting day after a day."""
        if n <= 0:
            return after
        self._need(after + 1, after + 1)
        index = (self._upto[after - self._first] if after >= self._first else 0) + n - 1
        if index >= len(self._work):
            self._need(after + 1, self._last)  # a gap before the end is met first
            raise YearNotCovered(self._last + 1)
        day = self._work[index]
        if self._missing:
            self._need(after + 1, day)
        return day

    def counts(self, day: int) -> bool:
        """Whether the day counts."""
        self._need(day, day)
        return self._upto[day - self._first] > (self._upto[day - 1 - self._first] if day > self._first else 0)

    def _need(self, first: int, last: int) -> None:
        if first < self._first:
            raise YearNotCovered(max(1, first))
        for year in self._missing:
            begins = date(year, 1, 1).toordinal()
            if first <= date(year, 12, 31).toordinal() and begins <= last:
                raise YearNotCovered(max(begins, first))
        if last > self._last:
            raise YearNotCovered(max(self._last + 1, first))


def _weekday(day: date) -> bool:
    return day.weekday() < 5


def _worked_in_china(day: date) -> bool:
    """What `chinese_calendar.is_workday` says of a covered day, which looks through all its tables at each call."""
    return day in cn_tables.workdays or (_weekday(day) and day not in cn_tables.holidays)


def _base_years(base: str) -> frozenset[int]:
    """The years that a base covers."""
    return frozenset(day.year for day in cn_tables.holidays) if base == "cn" else frozenset(range(1900, 2300))


class Overrides:
    """One override file: a base calendar, further covered years, and dated exceptions to it.

    The file `NAME.toml` defines the calendar NAME (or amends `cn` or `weekdays` under their own name)::

        base = "cn"            # cn | weekdays; the weekday rule holds for `years` that the base lacks
        version = "国办发明电〔2026〕9号"
        years = [2027]
        [[day]]
        on = 2027-02-15        # or: from = 2027-02-15, to = 2027-02-21
        kind = "holiday"       # holiday 放假 | working 调休上班
        name = "春节"
    """

    def __init__(self, file: TomlFile, mistakes: list[Mistake]) -> None:
        self.file = file
        own = "cn" if file.path.stem == "cn" else "weekdays"  # a calendar that is amended stays what it is
        self.base = file.text("base", mistakes, default=own, one_of=("cn", "weekdays"))
        self.version = file.text("version", mistakes, default="")
        self.years = [y for y in file.data.get("years", []) if isinstance(y, int)]
        if "years" in file.data and self.years != file.data["years"]:
            mistakes.append(file.mistake("years", "years must be a list of whole numbers like [2027]"))
        self._covered = _base_years(self.base) | set(self.years)
        self.exceptions: dict[int, bool] = {}
        for index, row in enumerate(file.tables("day", mistakes)):
            self._exception(row, file.line("day", index), mistakes)
        file.unknown({"base", "version", "years", "day"}, mistakes)

    def _exception(self, row: Mapping[str, object], line: int, mistakes: list[Mistake]) -> None:
        first = row.get("on", row.get("from"))
        last = row.get("on", row.get("to", first))
        kind = row.get("kind")
        if not (isinstance(first, date) and isinstance(last, date) and first <= last):
            mistakes.append(Mistake(self.file.name, line, "a [[day]] needs on = 2027-01-01, or from and to in order"))
        elif kind not in ("holiday", "working"):
            mistakes.append(Mistake(self.file.name, line, f'kind {kind!r}: must be "holiday" or "working"'))
        elif unknown := sorted({first.year, last.year} - self._covered):
            message = (
                f"{unknown[0]} is a year that {self.base} lacks; once the whole year is written down, add it to years"
            )
            mistakes.append(Mistake(self.file.name, line, message))
        else:
            for day in range(first.toordinal(), last.toordinal() + 1):
                self.exceptions[day] = kind == "working"


class Calendars:
    """The calendars that rules may name: `cn`, `weekdays` and those of a directory of override files.

    `cn` is the State Council's yearly notice 国务院办公厅节假日安排 as PyPI `chinesecalendar` has it, for its
    years only. `weekdays` is Monday to Friday, 1900 to 2299. Raises BookError with all mistakes of the directory.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._overrides: dict[str, Overrides] = {}
        self._made: dict[str, Calendar] = {}
        mistakes: list[Mistake] = []
        if directory is not None:
            if not directory.is_dir():
                raise BookError([Mistake(str(directory), 0, "no such directory of calendars")])
            for path in sorted(p for p in directory.glob("*.toml") if p.stem != "timetable"):
                file = read_toml(path, mistakes)
                if file is not None:
                    self._overrides[path.stem] = Overrides(file, mistakes)
        if mistakes:
            raise BookError(mistakes)

    @classmethod
    def of(cls, made: Iterable[Calendar]) -> "Calendars":
        """These calendars, in place of those of the same names."""
        calendars = cls()
        calendars._made = {one.name: one for one in made}
        return calendars

    def names(self) -> list[str]:
        """The names that `get` knows."""
        return sorted({"cn", "weekdays", *self._overrides, *self._made})

    def get(self, name: str) -> Calendar:
        """The calendar of a name that `names()` lists; built once."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def _make(self, name: str) -> Calendar:
        over = self._overrides.get(name)
        base = over.base if over else name
        covered = _base_years(base)
        years = set(covered)
        source = f"chinesecalendar {version('chinesecalendar')}" if base == "cn" else "Monday to Friday"

        def working(day: date) -> bool:
            if over and day.toordinal() in over.exceptions:
                return over.exceptions[day.toordinal()]
            if base == "cn" and day.year in covered:
                return _worked_in_china(day)
            return _weekday(day)

        if over:
            years |= set(over.years)
            source = f"{source}; {over.file.path.name} {over.version}".strip()
        return Calendar(name, source, years, working)


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return date.fromordinal(day).year
