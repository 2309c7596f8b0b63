"""Front desk 前台 and back office 后台: whose time a case took, at comprehensive 综合窗口 and special windows. Pure.

The front desk has a case from the receipt of the papers to the acceptance, which hands it over, and again from the
decision until it is handed out or the applicant is told to come; the back office from the acceptance to the decision.
Only open time of the hall counts. Waiting for the applicant's papers, and lawful pauses, count for nobody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple

from msgspec import Struct
from scipy.stats import binom, mannwhitneyu

COMPREHENSIVE, SPECIAL = "comprehensive", "special"
By = Literal["item", "department", "window"]
BYS: tuple[By, ...] = ("item", "department", "window")
TYPES = (
    "material_received", "correction_notified", "correction_supplied", "accepted", "suspended", "resumed",
    "special_started", "special_ended", "decided", "delivered", "collection_notified",
)  # fmt: skip
"""The events that a passage is read from."""
PAUSES = (
    ("correction_notified", "correction_supplied"),
    ("suspended", "resumed"),
    ("special_started", "special_ended"),
)
DOUBT = 0.05
"""How often any difference at all may come from chance alone, shared among all that are compared (Bonferroni)."""
ENOUGH = 6
"""Cases on either side from which on two kinds of windows are compared, and a median has an interval."""
HOUR = 3_600_000_000

Measure = Callable[[int, int], int]
"""Open microseconds of the hall between two instants in microseconds UTC."""


class Told(NamedTuple):
    """An event of a case: its id, type, instant in microseconds UTC, and the id of the event that it corrects."""

    event_id: str
    type: str
    at: int
    corrects: str


class Passage(Struct, frozen=True, kw_only=True):
    """A decided case, in open hours: at the front desk, in the back office, at the desk again; None where unknown.

    `kind`: the type of the window that received it, "" where the register has none.
    """

    item: str
    department: str
    window: str
    kind: str
    front: float | None
    back: float | None
    delivery: float | None


class Middle(Struct, frozen=True):
    """The median of `n` cases in open hours, between which it lies at 95 % (order statistics); None where too few."""

    n: int
    median: float | None = None
    lo: float | None = None
    hi: float | None = None


class Split(Struct, frozen=True, kw_only=True):
    """The passages of one item, department or window through one type of window."""

    code: str
    kind: str
    n: int
    front: Middle
    back: Middle
    delivery: Middle


class Contrast(Struct, frozen=True, kw_only=True):
    """One item at comprehensive and at special windows.

    `verdict` on the time at the front desk: -1 quicker at the comprehensive window, 1 slower, 0 no more than chance.
    """

    item: str
    together: Split
    apart: Split
    verdict: int


def passage(events: Iterable[Told], measure: Measure, **of: str) -> Passage | None:
    """A case's passage; None where it was not accepted and decided in this order. `of`: item, department …"""
    told = sorted(events, key=lambda one: one.at)
    replaced = {one.corrects for one in told if one.corrects}
    told = [one for one in told if one.event_id not in replaced]
    received = _first(told, ("material_received",))
    accepted = _first(told, ("accepted",))
    decided = _first(told, ("decided",))
    if accepted is None or decided is None or decided < accepted:
        return None
    out = _first([one for one in told if one.at >= decided], ("delivered", "collection_notified"))
    return Passage(
        item=of["item"],
        department=of["department"],
        window=of["window"],
        kind=of["kind"],
        front=None if received is None or received > accepted else _worked(received, accepted, told, measure),
        back=_worked(accepted, decided, told, measure),
        delivery=None if out is None else _worked(decided, out, (), measure),
    )


def splits(passages: Iterable[Passage], by: By) -> list[Split]:
    """The times by item, department or window, and by the type of window; what has most cases comes first."""
    held: dict[tuple[str, str], list[Passage]] = {}
    whole: dict[str, int] = {}
    for one in passages:
        code = getattr(one, by)
        held.setdefault((code, one.kind), []).append(one)
        whole[code] = whole.get(code, 0) + 1
    ordered = sorted(held.items(), key=lambda pair: (-whole[pair[0][0]], pair[0]))
    return [_split(code, kind, own) for (code, kind), own in ordered if code]


def overall(passages: Iterable[Passage]) -> list[Split]:
    """The times by type of window alone, the comprehensive first."""
    held: dict[str, list[Passage]] = {}
    for one in passages:
        held.setdefault(one.kind, []).append(one)
    first = (COMPREHENSIVE, SPECIAL)
    order = sorted(held, key=lambda kind: (first.index(kind) if kind in first else 2, kind == "", kind))
    return [_split("", kind, held[kind]) for kind in order]


def contrasts(passages: Iterable[Passage]) -> list[Contrast]:
    """The items that both types of window receive often enough, compared (Mann & Whitney, 1947)."""
    held: dict[str, dict[str, list[Passage]]] = {}
    for one in passages:
        if one.kind in (COMPREHENSIVE, SPECIAL) and one.front is not None:
            held.setdefault(one.item, {COMPREHENSIVE: [], SPECIAL: []})[one.kind].append(one)
    kept = {item: both for item, both in held.items() if min(map(len, both.values())) >= ENOUGH}
    found = [
        Contrast(
            item=item,
            together=_split(item, COMPREHENSIVE, both[COMPREHENSIVE]),
            apart=_split(item, SPECIAL, both[SPECIAL]),
            verdict=_verdict(both, DOUBT / len(kept)),
        )
        for item, both in kept.items()
    ]
    return sorted(found, key=lambda one: (-one.together.n - one.apart.n, one.item))


def middle(values: Sequence[float]) -> Middle:
    """The median and its interval.

    >>> middle([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    Middle(n=6, median=3.5, lo=1.0, hi=6.0)
    >>> middle([2.0])
    Middle(n=1, median=2.0, lo=None, hi=None)
    """
    if not values:
        return Middle(0)
    ordered, n = sorted(values), len(values)
    rank = int(binom.ppf(0.025, n, 0.5))  # fewer than `rank` values below the median: less likely than 2.5 %
    lo, hi = (ordered[rank - 1], ordered[n - rank]) if rank else (None, None)
    return Middle(n, median(ordered), lo, hi)


def _split(code: str, kind: str, own: Sequence[Passage]) -> Split:
    parts = {
        name: middle([value for one in own if (value := getattr(one, name)) is not None])
        for name in ("front", "back", "delivery")
    }
    return Split(code=code, kind=kind, n=len(own), **parts)


def _verdict(both: Mapping[str, Sequence[Passage]], doubt: float) -> int:
    together, apart = ([one.front for one in both[kind]] for kind in (COMPREHENSIVE, SPECIAL))
    statistic, chance = mannwhitneyu(together, apart, alternative="two-sided")
    if chance >= doubt:
        return 0
    return 1 if statistic * 2 > len(together) * len(apart) else -1


def _first(told: Iterable[Told], types: Sequence[str]) -> int | None:
    return next((one.at for one in told if one.type in types), None)


def _worked(since: int, until: int, told: Sequence[Told], measure: Measure) -> float:
    """Open hours from one instant to another but for the pauses, united."""
    total, reached = measure(since, until), since
    for begun, over in sorted(_pauses(told)):
        first, last = max(begun, reached), min(over, until)
        if last > first:
            total -= measure(first, last)
            reached = last
    return total / HOUR


def _pauses(told: Sequence[Told]) -> Iterable[tuple[int, int]]:
    for opens, closes in PAUSES:
        begun: int | None = None
        for one in told:
            if one.type == opens and begun is None:
                begun = one.at
            elif one.type == closes and begun is not None:
                yield begun, one.at
                begun = None
