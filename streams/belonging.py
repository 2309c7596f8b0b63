"""Who belongs to whom: out of the registers, or, where there are none, out of the lines themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

from mingjing.registers import Registers
from mingjing.store import Store
from mingjing.store.score_work import Belonging, belongings, belongings_seen, keep_belongings

Table = Mapping[str, Mapping[str, Any]]


def registered(registers: Registers, day: int) -> Iterator[Belonging]:
    """What the registers say on a local day."""

    def table(name: str) -> Table:
        return {one.code: one.fields for one in registers.entries(name) if one.first <= day <= one.last}

    for code, fields in table("regions").items():
        yield _belonging("region", code, fields, "parent")
    for code, fields in table("units").items():
        yield _belonging("department", code, fields, "region", "parent")
    for code, fields in table("windows").items():
        yield _belonging("window", code, fields, "department")
    for code, fields in table("officers").items():
        yield _belonging("officer", code, fields, "window", "department")


def _belonging(field: str, code: str, fields: Mapping[str, Any], *parents: str) -> Belonging:
    parent = next((str(fields[name]) for name in parents if fields.get(name)), "")
    return Belonging(
        field=field, code=code, parent=parent, level=str(fields.get("level", "")), hall=str(fields.get("hall", ""))
    )


def keep(store: Store, registers: Registers, day: int) -> int:
    """Keeps who belongs to whom: a code that the registers lack, as lines carry it; how many were written."""
    known = {(one.field, one.code): one for one in belongings_seen(store)}
    known |= {(one.field, one.code): one for one in registered(registers, day)}
    return keep_belongings(store, sorted(known.values(), key=lambda one: (one.field, one.code)), belongings(store))
