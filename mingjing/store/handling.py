"""The store's part for handling 处置: how each finding's stands, for lists; rebuilt from the sealed record at will."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

import msgspec
from msgspec import Struct

from mingjing.store.client import Store
from mingjing.store.rows import struct_columns
from mingjing.types import Finding

decode = msgspec.json.Decoder(Finding).decode
AT_ONCE = 2_000  # findings in one question


class HandlingRow(Struct, frozen=True, kw_only=True):
    """How the handling of one finding stands after `number` acts (0: none yet). Instants in UTC.

    `due_at`: from when the state's deadline `due` is missed; None: none runs, or its year's calendar is missing.
    `wake`: when time alone makes the service act next. `late`: how often it was escalated. `holder`: to
    whom one of those who owe it handed it over, "": nobody.
    """

    finding_id: str
    number: int
    state: str
    since: datetime
    due: str
    due_at: datetime | None
    holder: str
    late: int
    severity: int
    gravest: int
    lead: bool
    wake: datetime | None
    rule: str
    case_id: str
    region: str
    department: str
    window: str
    officer: str
    acted_at: datetime
    acted_by: str
    step: str


def write_handling(store: Store, rows: Sequence[HandlingRow]) -> None:
    """Keeps how handlings stand; of one finding the row written last counts, so that a forged one can be put right."""
    if rows:
        store.insert("handling", struct_columns(rows, HandlingRow))


def handling_rows(store: Store, findings: Collection[str]) -> dict[str, HandlingRow]:
    """The rows of these findings, by finding_id; one without is left out."""
    found: dict[str, HandlingRow] = {}
    for part in _parts(findings):
        for row in store.query("handling_of", findings=part):
            found[row["finding_id"]] = HandlingRow(**row | {"lead": bool(row["lead"])})
    return found


def findings_of(store: Store, findings: Collection[str]) -> dict[str, Finding]:
    """The latest revisions of these findings, by finding_id; one never published is left out."""
    found: dict[str, Finding] = {}
    for part in _parts(findings):
        for row in store.query("handling_findings", findings=part):
            found[row["finding_id"]] = decode(row["whole"])
    return found


def to_look_at(store: Store, now: datetime, since: datetime, limit: int, issue: Collection[int] = ()) -> list[str]:
    """Findings about which the service itself may have to do something, those that waited longest first.

    New ones (detected from `since` on) without a row, those whose latest revision says something else than their
    handling, those of the severities `issue` that wait though they should have gone out, and those whose time has come.
    """
    rows = store.query("handling_look", now=now, since=since, limit=limit, issue=sorted(issue))
    return [row["finding_id"] for row in rows]


def handled(store: Store) -> Iterator[list[str]]:
    """The findings about which anything was done, or that have a row, by id, in parts."""
    ids = (str(row[0]) for row in store.each("handling_ids"))
    while part := list(islice(ids, AT_ONCE)):
        yield part


def _parts(findings: Collection[str]) -> list[list[str]]:
    wanted = list(findings)
    return [wanted[i : i + AT_ONCE] for i in range(0, len(wanted), AT_ONCE)]
