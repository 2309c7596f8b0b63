"""Findings through time: what was published stays, and what has become known since is a new revision of it."""

from collections.abc import Mapping, Sequence

import msgspec

from mingjing.instants import at
from mingjing.types import Finding

REFUTED = "refuted"
"""The reason of a withdrawn finding: an event that had occurred, but came late or was corrected, refutes it."""


def revise(published: Mapping[str, Finding], judged: Sequence[Finding], as_of: int) -> list[Finding]:
    """The revisions to publish of one case, so that the latest ones say what was judged at `as_of` (microseconds).

    `published` are the latest revisions by finding_id. A new finding is revision 1; one that says something else than
    before is the next revision; one that is no longer found is withdrawn, with a reason. Nothing is ever deleted.
    """
    changed: list[Finding] = []
    for finding in judged:
        before = published.get(finding.finding_id)
        if before is None:
            changed.append(finding)
        elif not same(before, finding):
            changed.append(msgspec.structs.replace(finding, revision=before.revision + 1))
    found = {finding.finding_id for finding in judged}
    for finding_id, before in published.items():
        if finding_id not in found and before.status != "withdrawn":
            changed.append(
                msgspec.structs.replace(
                    before, revision=before.revision + 1, status="withdrawn", detected_at=at(as_of), reason=REFUTED
                )
            )
    return changed


def same(one: Finding, other: Finding) -> bool:
    """Whether two revisions say the same; when they were judged does not matter."""
    return msgspec.structs.replace(one, revision=0, detected_at=other.detected_at) == msgspec.structs.replace(
        other, revision=0
    )
