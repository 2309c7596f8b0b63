"""The store's part for rulings 认定."""

from collections.abc import Collection, Sequence

from mingjing.scoring.rulings import Ruling
from mingjing.store.client import Store
from mingjing.store.rows import struct_columns


def write_rulings(store: Store, rulings: Sequence[Ruling]) -> None:
    """Appends rulings; the scorer then looks at their cases again."""
    store.insert("rulings", struct_columns(rulings, Ruling))


def rulings(store: Store, findings: Collection[str] = (), cases: Collection[str] = ()) -> list[Ruling]:
    """The rulings about some findings, or cases, in the order in which they were made; about nothing given: all."""
    return [Ruling(**row) for row in store.query("rulings", findings=list(findings), cases=list(cases))]
