"""From entries of the sealed record to news: what an act was about is looked up where lists look it up."""

import logging
from collections.abc import Sequence

import msgspec

from mingjing.handling.machine import SYSTEM, Act
from mingjing.messages.news import HAPPENINGS, News
from mingjing.store import Store
from mingjing.store.following import Fresh
from mingjing.store.handling import handling_rows
from mingjing.store.score_details import organisation

log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder(Act).decode


def news_of(store: Store, fresh: Sequence[Fresh]) -> list[News]:
    """What of these entries recipients may be told of, in the same order; other entries are nobody's news."""
    acts = [(one, act) for one in fresh if one.kind == "act" and one.body and (act := _act(one))]
    # What comes back by itself has not gone out yet.
    told = [(one, act) for one, act in acts if act.step in HAPPENINGS and (act.step, act.role) != ("reopen", SYSTEM)]
    if not told:
        return []
    rows = handling_rows(store, dict.fromkeys(one.subject for one, _ in told))
    over = organisation(store).over
    found = []
    for one, act in told:
        row = rows.get(one.subject)
        found.append(
            News(
                finding=one.subject, number=one.number, happening=HAPPENINGS[act.step], step=act.step, at=one.at,
                severity=min(3, max(1, row.gravest if row else act.found)), rule=row.rule if row else "",
                state=row.state if row else "", region=one.region,
                over=over(one.region), department=one.department, window=one.window,
                due_at=row.due_at if row and row.number == one.number else None,
            )
        )  # fmt: skip
    return found


def _act(one: Fresh) -> Act | None:
    """What was done; None where an entry cannot be read: somebody wrote past the recorder, which `seal check` tells."""
    try:
        return _decode(one.body)
    except msgspec.DecodeError as wrong:
        log.error("an act cannot be read: %s", wrong, extra={"chain": one.chain, "seq": one.seq})  # noqa: TRY400
        return None
