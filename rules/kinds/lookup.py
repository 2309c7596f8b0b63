"""`lookup` 查册: what rows of a register say of something that an event names, on the day of the event.

    [lookup]
    barred = { register = "integrity", by = "party", of = "data.winner" }

gives the condition a variable `barred`: the list of the register's rows whose column `party` holds the event's
`data.winner`, in force on the local day of the event; `ever = true`: on whatever day. Where the event's field is a
list, the rows of all its entries. The rule is idle where the register is not loaded; with `optional = true` the list
is empty then.
"""

from collections.abc import Mapping
from typing import Any

from mingjing.registers import forms
from mingjing.types import CaseEvent
from rules.case import Case
from rules.patterns import Getter
from rules.reader import RuleReader

_KEYS = ("register", "by", "of", "ever", "optional")


class Lookup:
    """One variable: which register, which column, and what of the event is looked up."""

    def __init__(self, register: str, by: str, of: Getter, *, ever: bool) -> None:
        self.register, self._by, self._of, self._ever = register, by, of, ever

    def rows(self, case: Case, at: int, event: CaseEvent) -> list[Mapping[str, Any]]:
        """The rows; none where the event does not say what to look up."""
        named = self._of(event)
        day = None if self._ever else case.day(at)
        several = named if isinstance(named, list) else [named]
        return [
            row
            for one in several
            if isinstance(one, str | int | float) and one != ""
            for row in case.registers.listed(self.register, self._by, str(one), day)
        ]


def lookups(reader: RuleReader) -> dict[str, Lookup]:
    """The variables that a rule's `lookup` table names; mistakes are told, and what is wrong is left away."""
    value = reader.get("lookup")
    if value is None:
        return {}
    if not isinstance(value, dict):
        reader.wrong("lookup", "lookup must be a table of variables")
        return {}
    made = {}
    for name, given in value.items():
        table = reader.table_of("lookup", given, _KEYS, _KEYS[:3])
        form = forms().get(str(table.get("register")))
        if form is None or form.log:
            known = ", ".join(register for register, one in forms().items() if not one.log)
            reader.wrong("lookup", f"{name}: register {table.get('register')!r} is not known; known are {known}")
            continue
        if table["by"] not in form.columns:
            columns = ", ".join(form.columns)
            reader.wrong("lookup", f"{name}: {table['by']!r} is no column of {form.register}; it has {columns}")
            continue
        of = reader.getter("lookup", table["of"])
        if of is not None:
            if table.get("optional") is not True:
                reader.need(form.register)
            made[name] = Lookup(form.register, table["by"], of, ever=table.get("ever") is True)
    return made
