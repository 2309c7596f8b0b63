"""The store's part for what lies behind scores: single lines, distributions, weights, the organisation."""

from collections.abc import Sequence
from datetime import date, datetime

from mingjing.scoring.details import Behind, Moments, Organisation, Sought
from mingjing.scoring.periods import Period
from mingjing.store.client import Store
from mingjing.store.scores import Scope


def behind(
    store: Store,
    level: str,
    codes: Sequence[str],
    period: Period,
    what: Sought,
    *,
    bad: bool = True,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[Behind], int]:
    """Standing lines, those that cost most first, and how many there are in all; `bad`: only those that cost points.

    The number is 0 where `offset` lies beyond the last line.
    """
    rows = store.query(
        "score_behind", level=level, codes=codes, first=period.since, last=period.until, abouts=what.abouts,
        causes=what.causes, but=what.but, severities=what.severities, spare=what.spare, bad=int(bad),
        limit=limit, offset=offset,
    )  # fmt: skip
    total = rows[0]["total"] if rows else 0
    return [Behind(**{name: row[name] for name in Behind.__struct_fields__}) for row in rows], total


def moments(store: Store, level: str, codes: Sequence[str], period: Period) -> Moments:
    """The distributions of some subjects (none named: of all) in a period."""
    columns = store.columns(
        "score_moments", level=level, codes=codes, grain=period.grain, first=period.since, last=period.until
    )
    maps = [{key: n for key, n in sorted(column[0].items()) if n} for column in columns] or [{}, {}, {}, {}]
    return Moments(**dict(zip(Moments.__struct_fields__, maps, strict=True)))


def paces(store: Store, since: date, until: date) -> dict[str, dict[int, int]]:
    """How long cases of each item took in whole months: how many at each limit * 1000 + used, in days."""
    columns = store.columns("score_paces", first=since, last=until) or [(), ()]
    return {item: {key: n for key, n in counted.items() if n} for item, counted in zip(*columns, strict=True)}


def codes(store: Store, level: str, period: Period, scope: Scope) -> set[str]:
    """The subjects of a level that have anything in a period, within a scope; its items do not matter."""
    columns = store.columns(
        "score_codes", level=level, grain=period.grain, first=period.since, last=period.until,
        regions=scope.regions, departments=scope.departments, windows=scope.windows, officers=scope.officers,
    )  # fmt: skip
    return set(columns[0]) if columns else set()


def organisation(store: Store) -> Organisation:
    """Who belongs to whom."""
    return Organisation((row["field"], row["code"], row["parent"]) for row in store.query("org"))


def known(store: Store) -> datetime:
    """Up to when everything stored is in the scores; where no scorer has run: the store's own now."""
    found = store.query("score_known")
    instant: datetime = found[0]["known"] if found else store.query("server_time")[0]["now"]
    return instant
