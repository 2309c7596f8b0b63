"""Sums of score lines: a table with one row per subject and item, which is what scores are computed from."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Level = str
LEVELS: tuple[Level, ...] = ("window", "officer", "department", "region", "item")

COUNTS: tuple[str, ...] = (
    *("opened", "closed", "granted", "committed_n", "committed_good", "early_n", "early_good"),
    *("statutory_n", "statutory_good", "acceptance_n", "acceptance_good", "step_n", "step_good"),
    *("delivery_n", "delivery_good", "reply_n", "reply_good", "once_n", "once_good"),
    *(
        "rating_n",
        "rating_good",
        "complaint_n",
        "presence_n",
        "presence_good",
        "parallel_n",
        "parallel_good",
        "unjudged",
    ),
)
"""The columns of table score_sums that are plain sums."""


class Sums(Struct, frozen=True, kw_only=True):
    """Rows of equal number: what subject `codes[i]` did with item `items[i]`.

    `counts`: by the names of COUNTS. `speed_n`, `speed_sum`, `speed_squares`: cases with a statutory limit, and over
    them the sums of min(cap, 1 - used/limit) and of its square. `cards`, `confirmed`: how many by "cause:severity".
    """

    codes: Sequence[str]
    items: Sequence[str]
    counts: Mapping[str, Numbers]
    speed_n: Numbers
    speed_sum: Numbers
    speed_squares: Numbers
    cards: Sequence[Mapping[str, float]]
    confirmed: Sequence[Mapping[str, float]]


class ItemFact(Struct, frozen=True, kw_only=True):
    """What scoring knows of an item: its complexity weight (1: as a usual case) and its family of like items."""

    weight: float = 1.0
    family: str = ""
