"""The registers 名册: units, regions, officers, windows, and what is agreed with sources; see docs/catalogue.md."""

from rules.registers.entries import EMPTY, EVER, Agreement, Entry, Outage, Registers
from rules.registers.files import load_registers

__all__ = ["EMPTY", "EVER", "Agreement", "Entry", "Outage", "Registers", "load_registers"]
