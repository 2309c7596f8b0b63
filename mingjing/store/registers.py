"""The registers in the store: their rows as they were last loaded, and which versions there were."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from mingjing.registers import Form, Registers, dated
from mingjing.registers.entries import Entry
from mingjing.registers.versions import NONE, row_version, version
from mingjing.registers.writing import text
from mingjing.store.client import Store
from mingjing.store.gathering import FIRST_DAY, LAST_DAY
from mingjing.store.rows import struct_columns


class RegisterLine(Struct, frozen=True, kw_only=True):
    """One row of a register, its cells as text; parts of a list are separated by |. `version`: of the row alone.

    `key`: its form's key; `region`, `department`: to whom it belongs, "" for everybody's.
    """

    register: str
    key: str
    code: str
    valid_from: date
    valid_to: date
    region: str
    department: str
    fields: Mapping[str, str]
    version: str
    gone: int = 0


class RegisterVersion(Struct, frozen=True):
    """A version of a register, "" where it is not loaded any more, and its rows."""

    register: str
    version: str
    rows: int


def keep_registers(store: Store, registers: Registers) -> list[RegisterVersion]:
    """Makes the rows of these registers what the store holds; which registers had changed since."""
    known, regions = _latest(store), _regions(registers)
    changed = []
    for register, form in dated().items():
        entries = list(registers.entries(register))
        now = version(entries) if register in registers.has else NONE
        if now != known.get(register, NONE):
            _keep(store, form, entries, regions)
            changed.append(RegisterVersion(register, now, len(entries)))
    if changed:
        store.insert("register_versions", struct_columns(changed, RegisterVersion))
    return changed


def register_rows(store: Store, *registers: str, day: date | None = None) -> list[RegisterLine]:
    """The rows of some registers (none named: of all) that this store's scope sees, of a day or of all time."""
    found = store.query("register_rows", registers=list(registers), days=[] if day is None else [day])
    return [RegisterLine(**row) for row in found]


def lines(form: Form, entries: Iterable[Entry], regions: Mapping[str, str]) -> Iterator[RegisterLine]:
    """A register's rows as the store keeps them; `regions`: of the units, for rows that name only a unit."""
    owners = {owner: _owner(form, refers) for owner, refers in (("region", "regions"), ("department", "units"))}
    for entry in entries:
        fields = {name: text(value) for name, value in entry.fields.items()}
        department = fields.get(owners["department"], "")
        yield RegisterLine(
            register=form.register,
            key=form.key_of(fields),
            code=entry.code,
            valid_from=_day(entry.first),
            valid_to=_day(entry.last),
            region=fields.get(owners["region"], "") or regions.get(department, ""),
            department=department,
            fields=fields,
            version=row_version(entry.fields),
        )


def _owner(form: Form, refers: str) -> str:
    """The column that says to which region or department a row belongs."""
    if form.register == refers:
        return "code"
    named = (name for name, column in form.columns.items() if column.refers == refers and column.type == "text")
    return next(named, "")


def _regions(registers: Registers) -> dict[str, str]:
    """The region of each unit, as the register of units has it last."""
    units = sorted(registers.entries("units"), key=lambda one: one.first)
    return {one.code: str(one.fields.get("region", "")) for one in units}


def _keep(store: Store, form: Form, entries: Sequence[Entry], regions: Mapping[str, str]) -> None:
    now = {(line.key, line.valid_from): line for line in lines(form, entries, regions)}
    before = {(line.key, line.valid_from): line for line in register_rows(store, form.register)}
    rows = [line for place, line in now.items() if before.get(place) != line]
    rows += [_gone(line) for place, line in before.items() if place not in now]
    if rows:
        store.insert("registers", struct_columns(rows, RegisterLine))


def _gone(line: RegisterLine) -> RegisterLine:
    return RegisterLine(
        register=line.register, key=line.key, code=line.code, valid_from=line.valid_from, valid_to=line.valid_to,
        region="", department="", fields={}, version="", gone=1,
    )  # fmt: skip


def _latest(store: Store) -> dict[str, str]:
    """The version of each register that was kept last."""
    found: dict[str, str] = {}
    for row in store.query("register_versions"):
        found.setdefault(row["register"], row["version"])
    return found


def _day(ordinal: int) -> date:
    """A day that the store can hold."""
    return date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))
