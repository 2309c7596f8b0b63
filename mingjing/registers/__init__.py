"""The registers 名册 and logs 台账 of an installation: what was decided, dated, and what was written down as happened.

`forms/` says what each looks like; see docs/registers.md.
"""

from mingjing.registers.entries import EMPTY, EVER, Agreement, Entry, Outage, Registers
from mingjing.registers.files import dated, load_registers
from mingjing.registers.form import Form, forms

__all__ = ["EMPTY", "EVER", "Agreement", "Entry", "Form", "Outage", "Registers", "dated", "forms", "load_registers"]
