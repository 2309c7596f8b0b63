"""Gathers the facts of a brief out of a store."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from mingjing.errors import UsageError
from mingjing.insight.load import weekdays
from mingjing.insight.reduction import Reduction, reduction, standing
from mingjing.reports.facts import Facts, Names, OpenCard, Order, Ranked, Totals, cause_of, severity_of
from mingjing.scores import Scoring
from mingjing.scoring.periods import Period
from mingjing.scoring.sums import COUNTS
from mingjing.store import Store
from mingjing.store.insight import flows
from mingjing.store.scores import EVERYTHING, Scope, sums
from mingjing.types import Text

PAST = {"day": 14, "week": 13, "month": 13, "quarter": 8, "year": 5, "span": 2}
"""How many periods the trend shows, by kind."""
OLDEST = 12
"""Open cards that are listed."""


class Uncounted(UsageError):
    """Nothing was ever counted in or around the period."""


Told = Callable[[str], None]
"""Is told which step begins: totals, scores, findings."""


def gather(store: Store, scoring: Scoring, order: Order, made_at: datetime, timezone: str, told: Told) -> Facts:
    """The facts as of now; StoreUnavailable where the store is away.

    Raises UsageError for a period that has not begun, or that lies outside all that was ever counted.
    """
    wide = replace(order, scope=beneath(scoring, order.scope))
    data_until = _checked(store, order.period, made_at.astimezone(ZoneInfo(timezone)).date())
    told("totals")
    past = tuple(totals(store, one, wide.scope) for one in _up_to(order.period))
    names = _names(store)
    if all(one.empty for one in past):
        _check_known(order.scope, names)
    told("scores")
    ranked = tuple(_ranked(scoring, level, order) for level in levels(order))
    told("findings")
    first, end = (_instant(day, timezone) for day in (date(1900, 1, 2), order.period.until))
    rows = store.query(
        "brief_open",
        since=first, until=end, limit=OLDEST, regions=wide.scope.regions, departments=wide.scope.departments,
    )  # fmt: skip
    return Facts(
        order=order,
        scheme=scoring.scheme,
        made_at=made_at,
        timezone=timezone,
        data_until=data_until,
        past=past,
        ranked=ranked,
        open_days=weekdays(one.day for one in flows(store, order.period, wide.scope).days if one.opened),
        focus=_focus(store, wide),
        open_cards=tuple(_open(row) for row in rows),
        open_all=rows[0]["all"] if rows else 0,
        reduction=_reduction(store, order),
        names=names,
        rules={row["rule"]: Text(zh=row["name_zh"], en=row["name_en"]) for row in store.query("rule_texts")},
    )


def totals(store: Store, period: Period, scope: Scope) -> Totals:
    """Everything counted in a period."""
    row = store.query(
        "brief_totals",
        grain=period.grain, first=period.since, last=period.until, regions=scope.regions,
        departments=scope.departments, windows=scope.windows, officers=scope.officers, items=scope.items,
    )[0]  # fmt: skip
    return Totals(
        period=period,
        counts={name: float(row[name]) for name in COUNTS if name in row},
        cards={word: n for word, n in row["cards"].items() if n},
        arrivals={key: n for key, n in row["arrivals"].items() if n},
    )


def _checked(store: Store, period: Period, today: date) -> date:
    """The last day with anything counted; UsageError where the period cannot be reported on."""
    if period.since > today:
        raise UsageError(f"{period.code} has not begun: today is {today}")
    span = store.query("brief_span")[0]
    first, last = span["first"], span["last"]
    if last <= date(1970, 1, 1):
        raise Uncounted("nothing has been counted yet, so there is nothing to report; `mingjing scorer` counts")
    if period.until <= first or period.since > last:
        raise Uncounted(f"nothing was counted in {period.code}; there are data from {first:%Y-%m} to {last}")
    return last  # type: ignore[no-any-return]


def _check_known(scope: Scope, names: Names) -> None:
    """UsageError for a code that nobody ever named, where nothing was counted of it either."""
    for field in Scope.__struct_fields__:
        for code in getattr(scope, field):
            if (field.removesuffix("s"), code) not in names:
                raise UsageError(f"no {field.removesuffix('s')} {code!r} is known; is the code right?")


def beneath(scoring: Scoring, scope: Scope) -> Scope:
    """The scope with the regions that lie in its regions."""
    inside = dict.fromkeys(one for code in scope.regions for one in scoring.org.under(code))
    return replace(scope, regions=tuple(inside))


def _up_to(last: Period) -> list[Period]:
    spans = [last]
    while len(spans) < PAST[last.kind]:
        spans.append(spans[-1].before)
    return spans[::-1]


def levels(order: Order) -> list[str]:
    """What is ranked: departments, unless one alone was chosen, and the level asked for."""
    found = [] if len(order.scope.departments) == 1 else ["department"]
    return found if order.level in found else [*found, order.level]


def _ranked(scoring: Scoring, level: str, order: Order) -> Ranked:
    now, before = (scoring.sheet(level, one, order.scope) for one in (order.period, order.period.before))
    changes = scoring.delta(level, order.period, now.revision) if now.revision > 1 else []
    inside = {one.code for one in now.scores}
    revised = tuple(one for one in changes if order.scope == EVERYTHING or one.code in inside)
    return Ranked(level=level, now=now, before=before, revised=revised)


def _focus(store: Store, order: Order) -> dict[str, tuple[str, int]]:
    """Per cause, the department (or window, of one department) with most yellow and red cards."""
    level = "window" if len(order.scope.departments) == 1 else "department"
    found: dict[tuple[str, str], int] = {}
    by_item = sums(store, level, order.period, order.scope)
    for code, cards in zip(by_item.codes, by_item.cards, strict=True):
        for word, n in cards.items():
            if severity_of(word) >= 2:
                key = (cause_of(word), code)
                found[key] = found.get(key, 0) + round(n)
    most: dict[str, tuple[str, int]] = {}
    for (cause, code), n in sorted(found.items()):
        if n > most.get(cause, ("", 0))[1]:
            most[cause] = (code, n)
    return most


def _reduction(store: Store, order: Order) -> Reduction | None:
    """The catalogue on the period's last day against a year before; None where nothing is known of either."""
    rows = [row for row in store.query("items") if _of_scope(row["department"], order.scope)]
    last = order.period.until - timedelta(days=1)
    before = standing(rows, last - timedelta(days=365))
    after = standing(rows, last)
    return reduction(before, after) if before and after else None


def _of_scope(department: str, scope: Scope) -> bool:
    return not scope.departments or department in scope.departments


def _names(store: Store) -> Names:
    return {(row["field"], row["code"]): Text(zh=row["zh"], en=row["en"]) for row in store.query("names")}


def _open(row: dict[str, object]) -> OpenCard:
    moment = row["occurred_at"]
    assert isinstance(moment, datetime)
    fields = {name: row[name] for name in ("rule", "severity", "case_id", "department", "window", "item")}
    return OpenCard(**fields, occurred_at=moment.replace(tzinfo=UTC))  # type: ignore[arg-type]


def _instant(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
