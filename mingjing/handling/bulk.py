"""Many findings at once go out: what a first start over a city's old findings needs."""

from collections.abc import Collection
from datetime import datetime

from mingjing.handling.automatic import next_act
from mingjing.handling.desk import Desk
from mingjing.record.recorder import Draft, Recorder


def issue_all(desk: Desk, recorder: Recorder, finding_ids: Collection[str], actor: str, now: datetime) -> int:
    """Issues those of the findings about which nobody has done anything yet and which the policy sends out; how many.

    All in few inserts, which the desk's way of one act at a time is not. If somebody acts on one of them in the very
    same tenth of a second, that act counts (`fold.standing`), and the card follows it. Raises Taken, and issues none,
    where somebody acted since they were read.
    """
    drafts = []
    for view in desk.views(finding_ids).values():
        finding = view.finding
        act = None if view.handling.number else next_act(view.handling, finding, desk.deadlines, now)
        if act is None or act.step != "issue":
            continue
        draft = Draft(
            kind="act", subject=finding.finding_id, number=1, body=act, case_id=finding.case_id or "",
            region=finding.region or "", department=finding.department or "", window=finding.window or "",
            officer=finding.officer or "",
        )  # fmt: skip
        drafts.append(draft)
    recorder.append_all(actor, now, drafts)
    desk.settle([draft.subject for draft in drafts])
    return len(drafts)
