"""ClickHouse as the memory of Mingjing: one `Store` class, one SQL dialect, one DSN.

connection.py   the only caller of the driver: retries, what errors mean, settings
client.py       `Store`, all that the parts of Mingjing ask of it
rows.py         what is stored, and its columns
migrations/     numbered .sql files;  engines.py names their table engines
queries/        named .sql files
local.py        a real ClickHouse on this machine, for the demo and the tests
"""

from mingjing.store.client import Record, Store
from mingjing.store.rows import CaseState, Conflict, Name, Progress, RuleText, SampleRow, StoredEvent

__all__ = ["CaseState", "Conflict", "Name", "Progress", "Record", "RuleText", "SampleRow", "Store", "StoredEvent"]
