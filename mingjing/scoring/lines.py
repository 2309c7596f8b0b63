"""Score lines 考核明细: what one case, finding or window-day says about who handled it."""

import hashlib
from datetime import date, datetime
from typing import Literal, get_args

import msgspec
from msgspec import Struct

About = Literal[
    "opened",  # 收件/受理: n = 1 on the day; key = hour of the week + 1 (1 is Monday 00:00–01:00 local)
    "closed",  # 办结: n = 1; good = 1 if granted; word = decided's result, else withdrawn, terminated, closed
    "committed",  # 承诺时限 verdict: n = 1, good = 1 on time; on the day when that is known: ended, or due
    "early",  # 提前办结: n = 1 per committed verdict not due on its first day; good = 1 if it ended on a day before due
    "statutory",  # 法定时限 verdict
    "acceptance",  # 受理时限 verdict (five days, art. 32)
    "step",  # 环节时限 verdict, one per step clock, on the step's officer
    "delivery",  # 送达时限 verdict
    "reply",  # 答复时限 verdict: complaints, enquiries, hotline
    "pace",  # 用时 at the end of a case: n = 1; key = committed limit * 1000 + used, in whole days of the limit's unit
    "legal_pace",  # the same against the statutory limit
    "once",  # 一次性告知: n = 1 per finished case; good = 1 if it had at most one correction notice
    "rating",  # 评价: n = 1; good = 1 if satisfied (非常满意, 满意, 基本满意); key = 5 (best) to 1
    "complaint",  # 投诉: n = 1
    "presence",  # 在岗: n = minutes of opening hours that a camera knows of; good = minutes staffed
    "parallel",  # 并联审批: n = sum of the individual limits, good = days elapsed, at the end of a joint case
    "card",  # 亮牌: n = 1; word = "cause:severity"; the gravest standing finding per case and cause; ref = finding_id
    "confirmed",  # a doubt about data 数据存疑 that a person confirmed: n = 1; word = "cause:severity"
    "unjudged",  # a clock that could not be judged: n = 1
]
ABOUTS: tuple[str, ...] = get_args(About)
LONGEST = 999
"""Days that a limit or its use can say in `key`; more counts as this."""


class Line(Struct, gc=False, frozen=True, kw_only=True):
    """One thing that counts. Who: the codes, "" where unknown. `day`: the local day on which it counts.

    `at`: its instant (UTC). `ref`: the event or finding that it rests on; within one subject and `about` no two lines
    share it.
    """

    about: About
    day: date
    at: datetime
    region: str = ""
    department: str = ""
    window: str = ""
    officer: str = ""
    item: str = ""
    n: int = 1
    good: int = 0
    key: int = 0
    word: str = ""
    ref: str = ""

    @property
    def hash(self) -> int:
        """64 bits that tell this line's content from any other's."""
        return int.from_bytes(hashlib.blake2b(msgspec.json.encode(self), digest_size=8).digest())


def pace_key(limit: float, used: float) -> int:
    """A limit and its use as one number; the limit at least 1, both at most LONGEST."""
    return min(max(round(limit), 1), LONGEST) * 1000 + min(max(round(used), 0), LONGEST)
