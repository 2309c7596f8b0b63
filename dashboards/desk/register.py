"""The register 处置台账: who did what about which finding, and whether in time. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from dashboards.desk.reading import Line
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.desk import View
from mingjing.handling.fold import after, begun


class Share(Struct, frozen=True, kw_only=True):
    """How one account kept its deadlines: acts, those that ended a deadline, those in time."""

    by: str
    acts: int
    timed: int
    kept: int


def lines(view: View, deadlines: Deadlines) -> list[Line]:
    """The acts about one finding as lines, in their order. Raises Broken."""
    found, now, made, last = view.finding, begun(view.finding), [], view.finding.detected_at
    for done in view.acts:
        before, now = now, after(now, done)
        ended = deadlines.first(before) if before.number and now.state != before.state else None
        due_at = ended.due_at if ended else None
        made.append(
            Line(
                at=done.at,
                by=done.by,
                role=done.act.role,
                step=done.act.step,
                state=now.state,
                due=ended.key if ended else "",
                due_at=due_at,
                kept=done.at < due_at if due_at else None,
                waited_s=max(0.0, (done.at - last).total_seconds()),
                finding_id=found.finding_id,
                number=done.number,
                rule=found.rule,
                severity=now.severity,
                case_id=found.case_id or "",
                region=found.region or "",
                department=found.department or "",
                window=found.window or "",
                officer=found.officer or "",
                text=done.act.text,
                files=done.act.files,
            )
        )
        last = done.at
    return made


def within(several: Iterable[Line], since: datetime, until: datetime) -> list[Line]:
    """Those from `since` to before `until`, the latest first."""
    return sorted(
        (one for one in several if since <= one.at < until), key=lambda one: (one.at, one.number), reverse=True
    )


def shares(several: Sequence[Line]) -> list[Share]:
    """How each account kept its deadlines, those with most late ones first."""
    by: dict[str, list[Line]] = {}
    for one in several:
        by.setdefault(one.by, []).append(one)
    found = [
        Share(
            by=who,
            acts=len(those),
            timed=sum(one.kept is not None for one in those),
            kept=sum(one.kept is True for one in those),
        )
        for who, those in by.items()
    ]
    return sorted(found, key=lambda one: (one.kept - one.timed, -one.acts, one.by))
