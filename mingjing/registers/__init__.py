"""The registers 名册: units, regions, officers, windows, and what is agreed with sources; see docs/catalogue.md."""

from mingjing.registers.entries import EMPTY, EVER, Agreement, Entry, Outage, Registers
from mingjing.registers.files import load_registers

__all__ = ["EMPTY", "EVER", "Agreement", "Entry", "Outage", "Registers", "load_registers"]
