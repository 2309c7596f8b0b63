"""Briefs by schedule: of each frozen month once per revision."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mingjing.instants import at
from mingjing.reports.facts import Order
from mingjing.reports.gather import levels
from mingjing.reports.making import Wish, make, save
from mingjing.reports.shelf import file_name
from mingjing.scores import Scoring
from mingjing.scoring.periods import Period
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.snapshots import revisions

RECENT = timedelta(days=62)
"""What was frozen longer ago than this is not made up for."""


class Done(Struct, frozen=True):
    """A brief that was just made."""

    period: Period
    revision: int
    names: tuple[str, ...]


def make_due(
    store: Store, scoring: Scoring, order: Order, wish: Wish, folder: Path, chosen: Settings, now: int
) -> Iterator[Done]:  # fmt: skip
    """Makes the briefs of frozen months that are not in the folder, in their last revision, the earliest first.

    `now`: microseconds. A brief counts as made when all its files lie there under the revision's name; they are written
    whole or not at all, so that a stop in between only leaves work for the next look. Raises as `make` and `save` do.
    """
    moment = at(now)
    last: dict[str, int] = {}
    for one in revisions(store, scoring.scheme.id, levels(order)):
        if one.frozen_at >= moment - RECENT and Period.parse(one.period).kind == "month":
            last[one.period] = max(last.get(one.period, 0), one.revision)
    for code, revision in sorted(last.items()):
        due = replace(order, period=Period.parse(code))
        names = [file_name(due, language, revision, form) for language in wish.languages for form in wish.formats]
        if all((folder / name).exists() for name in names):
            continue
        files = make(
            store, scoring, due, wish, now=moment, timezone=chosen.timezone, severities=chosen.severity
        )  # fmt: skip
        save([replace(file, name=name, revision=revision) for name, file in zip(names, files, strict=True)], folder)
        yield Done(due.period, revision, tuple(names))
