"""Rulings 认定: what people decided about findings. Nothing is deleted; of one finding the last ruling counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

Outcome = Literal[
    "upheld",  # 维持: it counts as it was found
    "revoked",  # 撤销: it never counts
    "changed",  # 变更: it counts with another severity
    "confirmed",  # 属实: a lead that is none any more; a doubt about data withholds the score until it is cleared
    "cleared",  # 排除: a confirmed doubt that is settled
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Ruling(Struct, frozen=True, kw_only=True):
    """One decision about a finding; `severity` only where it was changed, else 0. `ruled_at` in UTC."""

    finding_id: str
    outcome: Outcome
    ruled_at: datetime
    case_id: str = ""
    severity: int = 0
    ruled_by: str = ""
    reason: str = ""


def last_of_each(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The ruling that counts of each finding, by finding_id; given in the order in which they were made."""
    return {one.finding_id: one for one in rulings}
