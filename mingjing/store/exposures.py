"""The store's part for exposures 曝光: what the public is told of findings; rebuilt from the sealed record at will."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.store.client import Store
from mingjing.store.rows import struct_columns


class ExposureRow(Struct, frozen=True, kw_only=True):
    """How the exposure of one finding stands since `at` (UTC): `proposed`, `shown`, "" not any more.

    The texts are empty unless it is shown: the public page's user, who reads them, finds nothing else.
    """

    finding_id: str
    state: str
    at: datetime
    rule_zh: str = ""
    rule_en: str = ""
    zh: str = ""
    en: str = ""
    region: str = ""
    department: str = ""
    window: str = ""
    officer: str = ""


def write_exposures(store: Store, rows: Sequence[ExposureRow]) -> None:
    """Keeps how exposures stand; of one finding the row written last counts."""
    if rows:
        store.insert("exposures", struct_columns(rows, ExposureRow))


def exposure_rows(store: Store, findings: Collection[str]) -> dict[str, ExposureRow]:
    """The rows of these findings, by finding_id; one without is left out."""
    if not findings:
        return {}
    return {row["finding_id"]: ExposureRow(**row) for row in store.query("exposures_of", findings=list(findings))}
