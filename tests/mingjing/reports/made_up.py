"""Facts of a brief, made up without a store."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from mingjing.reports.facts import Facts, OpenCard, Order, Ranked, Totals
from mingjing.scoring import schemes
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet, Value
from mingjing.types import Text

MARCH = Period.parse("2026-03")
NOW = datetime(2026, 4, 8, 9, tzinfo=UTC)
SCHEME = schemes.load("recommended")


def totals(period: Period = MARCH, **counts: float) -> Totals:
    """A month with 1,000 cases, 970 of them on time; `counts` stand in place of what is given here."""
    usual = {
        "opened": 1010, "closed": 1000, "committed_n": 1000, "committed_good": 970, "early_n": 1000, "early_good": 800,
        "once_n": 1000, "once_good": 990, "rating_n": 300, "rating_good": 285, "complaint_n": 4,
    }  # fmt: skip
    arrivals = {day * 24 + hour + 1: 20 + day + hour for day in range(5) for hour in range(9, 17)}
    return Totals(period=period, counts=usual | counts, cards={"lateness:2": 20, "lateness:3": 10}, arrivals=arrivals)


def score(code: str, points: float, *, tier: int | None = 1, half: float = 5.0, **more: object) -> Score:
    """A ranked subject with 80 cases."""
    value = Value(indicator=SCHEME.indicators[0].id, points=points / 5, lo=0, hi=18, weight=18, n=80, good=78)
    fields: dict[str, object] = {
        "code": code, "state": "ranked", "cases": 80, "weighted": 80, "score": points, "lo": points - half,
        "hi": points + half, "tier": tier, "values": (value,),
    }  # fmt: skip
    return Score(**(fields | more))  # type: ignore[arg-type]


def sheet(level: str, scores: Sequence[Score], period: Period = MARCH, revision: int = 0) -> ScoreSheet:
    """A sheet of some scores."""
    return ScoreSheet(
        scheme=SCHEME.id,
        scheme_version=SCHEME.version,
        level=level,
        period=period,
        scores=tuple(scores),
        differs=len({one.tier for one in scores} - {None}) > 1,
        revision=revision,
        frozen_on=date(2026, 4, 6) if revision else None,
    )


def windows(many: int) -> list[Score]:
    """Windows W001, W002, … in tiers of thirty."""
    return [score(f"W{n:03}", 95 - 60 * n / many, tier=1 + n // 30) for n in range(many)]


def facts(
    scores: Mapping[str, Sequence[Score]] | None = None,
    names: Mapping[tuple[str, str], Text] | None = None,
    **more: object,
) -> Facts:
    """A brief of March 2026: three departments and `scores` of other levels."""
    departments = [score("D1", 80.0), score("D2", 78.0), score("D3", 77.0)]
    given = {"department": departments} | dict(scores or {"window": windows(6)})
    before = MARCH.before
    fields: dict[str, object] = {
        "order": Order(period=MARCH, level=list(given)[-1]),
        "scheme": SCHEME,
        "made_at": NOW,
        "timezone": "Asia/Shanghai",
        "data_until": date(2026, 3, 31),
        "past": (totals(before.before), totals(before, committed_good=969), totals()),
        "ranked": tuple(
            Ranked(level=level, now=sheet(level, those), before=sheet(level, those, before))
            for level, those in given.items()
        ),
        "open_days": dict.fromkeys(range(1, 8), 4),
        "focus": {"lateness": ("D1", 17)},
        "open_cards": (
            OpenCard(rule="T2", severity=3, case_id="C-7", department="D1", window="W001", item="A",
                     occurred_at=NOW - timedelta(days=40)),
        ),
        "open_all": 1,
        "reduction": None,
        "names": names if names is not None else {
            ("department", "D1"): Text(zh="住建局", en="Housing"),
            **{("window", f"W{n:03}"): Text(zh=f"{n}号综合受理窗口", en=f"General window {n}") for n in range(200)},
        },
        "rules": {"T2": Text(zh="承诺超期", en="Committed limit passed")},
    }  # fmt: skip
    return Facts(**(fields | more))  # type: ignore[arg-type]
