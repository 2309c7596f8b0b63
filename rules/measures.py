"""What a clock says beside its findings: whether its limit was kept, and how much of it was used."""

from math import ceil
from typing import Literal, NamedTuple, get_args

from mingjing.types import CaseEvent, Moment

Measure = Literal[
    "committed",  # 承诺时限
    "statutory",  # 法定时限
    "acceptance",  # 受理时限
    "step",  # 环节时限
    "delivery",  # 送达时限
    "reply",  # 答复时限
    "parallel",  # 并联审批: how long the joint case took; its limits are those of its branches
]
MEASURES: tuple[str, ...] = get_args(Measure)

A_DAY = {"working_days": 1, "days": 1, "hours": 24, "working_hours": 8, "minutes": 24 * 60, "working_minutes": 8 * 60}
"""How many of a unit are a day; a working day has eight hours (劳动法 art. 36)."""


class Said(NamedTuple):
    """What a stopped clock says of its limit.

    `late`: whether the stop came when the limit was used up; `due` is then the instant from which it was. `due_on`: the
    last local day on time; where the calendar does not reach so far, the earliest that it can be. `limit` (extensions
    included) and `used` (up to the stop, pauses left out) are in `unit`. `why`: why it cannot be judged; then nothing
    else holds.
    """

    late: bool = False
    due: int | None = None
    due_on: int | None = None
    limit: float = 0
    used: float | None = None
    unit: str = "days"
    why: str = ""

    def days(self) -> tuple[int, int] | None:
        """Limit and use in whole days, agreeing with the verdict: a day begun is a day. None where it is not known."""
        if self.used is None:
            return None
        limit = max(1, round(self.limit / A_DAY[self.unit]))
        used = ceil(self.used / A_DAY[self.unit] - 1e-9)
        return limit, max(used, limit + 1) if self.late else min(used, limit)


class Measured(NamedTuple):
    """One clock of a case: the event that opened it, the instant of that, the `occurrence` of its finding, its stop.

    A running clock says nothing yet, or that it cannot be judged: its findings say the rest.
    """

    event: CaseEvent
    opened: int
    occurrence: str
    stop: Moment | None = None
    said: Said = Said()
