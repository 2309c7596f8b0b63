"""The store's part for frozen scores 定格."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from mingjing.scoring.details import Revision
from mingjing.scoring.results import ScoreSheet
from mingjing.store.client import Store

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(ScoreSheet).decode


def write_snapshot(store: Store, sheet: ScoreSheet, frozen_at: datetime, known: datetime) -> None:
    """Keeps a sheet under its revision. `known`: everything stored before it is in the sheet."""
    row = {
        "scheme": sheet.scheme,
        "scheme_version": sheet.scheme_version,
        "level": sheet.level,
        "period": sheet.period.code,
        "start": sheet.period.since,
        "revision": sheet.revision,
        "frozen_at": frozen_at,
        "known": known,
        "reason": sheet.reason,
        "body": encode(sheet).decode(),
    }
    store.insert("score_snapshots", {name: [value] for name, value in row.items()})


def revisions(store: Store, scheme: str, levels: Collection[str] = (), periods: Collection[str] = ()) -> list[Revision]:
    """The frozen sheets of a scheme, without their scores: the periods that begin last first, revisions ascending."""
    rows = store.query("snapshots", scheme=scheme, levels=list(levels), periods=list(periods))
    return [Revision(**row) for row in rows]


def snapshots(
    store: Store, scheme: str, level: str, periods: Collection[str], revision: int = 0
) -> dict[str, ScoreSheet]:
    """The frozen sheets of some periods, by period; of each the last revision, or the one that is asked for."""
    columns = store.columns(
        "snapshot_bodies", scheme=scheme, level=level, periods=list(periods), revision=revision
    ) or [(), ()]
    return {period: decode(body) for period, body in zip(*columns, strict=True)}
