"""Takes registers and logs out of people's files into a directory: nothing is written unless the whole of it is right.

DIR/NAME.csv                        registers, as services load them
DIR/logs/NAME.csv                   logs 台账, as they were last read
DIR/versions/NAME.TIME.VERSION.csv  what each of them was until it was replaced, at that time (UTC)
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.registers.checks import Places
from mingjing.registers.entries import Entry
from mingjing.registers.files import LOGS, check_whole, dated, read, read_agreements, read_rows, words
from mingjing.registers.form import Form, forms
from mingjing.registers.logs import Told, following, lost, news, told
from mingjing.registers.tables import Table, Vocabulary, csv_table
from mingjing.registers.versions import version
from mingjing.registers.workbook import workbook_tables
from mingjing.registers.writing import as_csv
from mingjing.types import CaseEvent

VERSIONS = "versions"
WORKBOOKS = (".xlsx", ".xlsm")
NO_REGISTER = ("说明", "readme", "notes")
"""Sheets of a workbook that explain the others."""

_KEPT = re.compile(r"(?P<register>\w+)\.(?P<time>\d{8}T\d{6}Z)\.(?P<version>[0-9a-f]+)\.csv")
_TIME = "%Y%m%dT%H%M%SZ"


class Difference(NamedTuple):
    """How many rows come, go and read otherwise."""

    added: int
    removed: int
    changed: int


class Arrival(NamedTuple):
    """One register out of a file that may take its place: what it holds, and what it holds otherwise than before.

    `before`: the version that it replaces, "" where there is none; `news`: the events that a log's rows tell anew.
    """

    form: Form
    entries: Sequence[Entry]
    version: str
    before: str
    difference: Difference
    news: Sequence[CaseEvent] = ()


class Kept(NamedTuple):
    """A version of a register that was replaced, and when (UTC)."""

    register: str
    version: str
    until: datetime
    path: Path


def arrivals(
    file: Path, directory: Path, timezone: ZoneInfo, register: str = "", *, add: bool = False
) -> list[Arrival]:
    """The registers of a CSV file or a workbook, examined together with all that the directory holds already.

    `register`: which one it is, where neither the file's name nor the sheet's says so. `add`: its rows come to those
    that are there, or in the place of those with the same key and first day; else they are all that the register holds.
    Instants of logs without an offset are in `timezone`. Raises BookError with every mistake of every file, UsageError
    where there is no such register.
    """
    mistakes: list[Mistake] = []
    fresh: dict[str, Places] = {}
    for form, table in _tables(file, register, mistakes):
        if form.register in fresh:
            mistakes.append(Mistake(table.name, 0, f"{form.register} stands in this workbook a second time"))
            continue
        fresh[form.register] = read(form, table, mistakes)
    before = _standing(directory, fresh, mistakes)
    if add:
        fresh = {name: _joined(forms()[name], before.get(name, {}), rows) for name, rows in fresh.items()}
    check_whole({**{name: before[name] for name in before if not forms()[name].log}, **fresh}, mistakes)
    for name, rows in fresh.items():
        if forms()[name].log and name in before:
            mistakes += lost(forms()[name], before[name], rows, str(file))
    if mistakes:
        raise BookError(mistakes)
    return [_arrival(forms()[name], before.get(name), rows, directory, timezone) for name, rows in fresh.items()]


def keep(several: Iterable[Arrival], directory: Path, now: datetime) -> list[Path]:
    """Writes registers into the directory, each in place of the version before, which is kept; the files written.

    Whatever may fail for want of room or rights comes before the first of them is replaced.
    """
    directory.mkdir(parents=True, exist_ok=True)
    changed = [one for one in several if one.version != one.before]
    ready = []
    for one in changed:
        path = place(directory, one.form)
        path.parent.mkdir(exist_ok=True)
        aside = path.with_suffix(".new")
        aside.write_bytes(as_csv(one.form, one.entries))
        ready.append((one, aside, path))
    stamp = now.astimezone(UTC).strftime(_TIME)
    for one, _, path in ready:
        if path.exists():
            old = directory / VERSIONS / f"{one.form.register}.{stamp}.{one.before}.csv"
            old.parent.mkdir(exist_ok=True)
            old.write_bytes(path.read_bytes())
    for _, aside, path in ready:
        aside.replace(path)
    return [path for _, _, path in ready]


def place(directory: Path, form: Form) -> Path:
    """Where a register's file is."""
    return directory / LOGS / f"{form.register}.csv" if form.log else directory / f"{form.register}.csv"


def past(directory: Path, register: str) -> list[Kept]:
    """The versions of a register that were replaced, in order of time."""
    folder = directory / VERSIONS
    found = [_KEPT.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    named = [one for one in found if one and one["register"] == register]
    named.sort(key=lambda one: (one["time"], (folder / one[0]).stat().st_mtime_ns))
    return [
        Kept(register, one["version"], datetime.strptime(one["time"], _TIME).replace(tzinfo=UTC), folder / one[0])
        for one in named
    ]


def read_logs(directory: Path) -> dict[str, Places]:
    """The logs of a directory as they were last read. Raises BookError."""
    mistakes: list[Mistake] = []
    found = read_rows(directory / LOGS, (form for form in forms().values() if form.log), mistakes)
    check_whole(found, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return found


def told_by(directory: Path, form: Form, rows: Places, timezone: ZoneInfo) -> Told:
    """What a log with these rows has told, each event under the id by which it was told last: its versions in turn.

    A version that cannot be read any more is passed over: an event that it corrected is then told as if it had not.
    """
    known: Told = {}
    for kept in past(directory, form.register):
        table = csv_table(kept.path, [], words(form))
        known = following(known, told(form, {} if table is None else read(form, table, []), timezone))
    return following(known, told(form, rows, timezone))


def called(title: str) -> Form | None:
    """The form that a file or sheet name means: `integrity`, `诚信记录` or `Integrity records`."""
    plain = title.strip().casefold()
    named = ((form, (form.register, form.name.zh, form.name.en.casefold())) for form in forms().values())
    return next((form for form, names in named if plain in names), None)


def form_of(register: str) -> Form:
    """The form of a register that was named; UsageError where there is none."""
    form = called(register)
    if form is None:
        raise UsageError(f"no register {register!r}; there are {', '.join(forms())}")
    return form


def rows_of(places: Places) -> list[Entry]:
    """The entries themselves."""
    return [placed.entry for several in places.values() for placed in several]


def _tables(file: Path, register: str, mistakes: list[Mistake]) -> Iterator[tuple[Form, Table]]:
    """Each register of a file, and its rows."""
    if file.suffix.lower() not in WORKBOOKS:
        form = form_of(register or file.name.split(".")[0])
        table = csv_table(file, mistakes, words(form))
        if table is not None:
            yield form, table
        return
    given = form_of(register) if register else None

    def own(title: str) -> Vocabulary | None:
        meant = given or called(title)
        return None if meant is None else words(meant)

    for table in workbook_tables(file, mistakes, own, NO_REGISTER):
        title = table.name.removeprefix(f"{file}[").removesuffix("]")
        meant = given or called(title)
        if meant is not None:
            yield meant, table
        else:
            known = ", ".join(forms())
            mistakes.append(Mistake(table.name, 0, f"the sheet {title!r} is no register; there are {known}"))


def _standing(directory: Path, fresh: Mapping[str, Places], mistakes: list[Mistake]) -> dict[str, Places]:
    """What the directory holds; mistakes in a register that is about to be replaced do not matter."""
    of_others = [form for form in dated().values() if form.register not in fresh]
    replaced = [forms()[name] for name in fresh]
    found = read_rows(directory, of_others, mistakes)
    read_agreements(directory, mistakes)
    for form in replaced:
        found |= read_rows(place(directory, form).parent, [form], mistakes if form.log else [])
    return found


def _joined(form: Form, before: Places, fresh: Places) -> Places:
    """The rows that were there, without those that a fresh one replaces, and the fresh ones."""
    replaced = {_key(form, placed.entry) for several in fresh.values() for placed in several}
    kept = {key: [one for one in several if _key(form, one.entry) not in replaced] for key, several in before.items()}
    return {key: [*kept.get(key, ()), *fresh.get(key, ())] for key in {**before, **fresh}}


def _arrival(form: Form, before: Places | None, now: Places, directory: Path, timezone: ZoneInfo) -> Arrival:
    entries, earlier = rows_of(now), rows_of(before or {})
    fresh: Sequence[CaseEvent] = ()
    if form.log:
        known: Told = told(form, before or {}, timezone)
        later = told(form, now, timezone)
        if any(later[place] != event for place, event in known.items() if place in later):
            known = told_by(directory, form, before or {}, timezone)
        fresh = news(known, following(known, later))
    return Arrival(
        form,
        entries,
        version(entries),
        "" if before is None else version(earlier),
        _difference(form, earlier, entries),
        fresh,
    )


def _difference(form: Form, before: Iterable[Entry], now: Iterable[Entry]) -> Difference:
    old, new = ({_key(form, entry): entry.fields for entry in several} for several in (before, now))
    both = old.keys() & new.keys()
    return Difference(len(new) - len(both), len(old) - len(both), sum(old[key] != new[key] for key in both))


def _key(form: Form, entry: Entry) -> tuple[str, int]:
    return form.key_of(entry.fields), 0 if form.log else entry.first
