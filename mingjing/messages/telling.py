"""From entries of the sealed record to news: what an act was about is looked up where lists look it up."""

from collections.abc import Sequence

import msgspec

from mingjing.handling.machine import Act
from mingjing.messages.news import HAPPENINGS, News
from mingjing.store import Store
from mingjing.store.following import Fresh
from mingjing.store.handling import handling_rows

_decode = msgspec.json.Decoder(Act).decode


def news_of(store: Store, fresh: Sequence[Fresh]) -> list[News]:
    """What of these entries recipients may be told of, in the same order; other entries are nobody's news."""
    acts = [(one, _decode(one.body)) for one in fresh if one.kind == "act" and one.body]
    told = [(one, act) for one, act in acts if act.step in HAPPENINGS]
    rows = handling_rows(store, dict.fromkeys(one.subject for one, _ in told))
    found = []
    for one, act in told:
        row = rows.get(one.subject)
        found.append(
            News(
                finding=one.subject, number=one.number, happening=HAPPENINGS[act.step], step=act.step, at=one.at,
                severity=row.gravest if row else act.found, rule=row.rule if row else "",
                state=row.state if row else "", region=one.region, department=one.department, window=one.window,
                due_at=row.due_at if row and row.number == one.number else None,
            )
        )  # fmt: skip
    return found
