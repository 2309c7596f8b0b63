"""What the stored events, findings and rulings say in score lines, and what has to change for the lines to say so."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from msgspec import Struct

from mingjing import codec
from mingjing.scoring.lines import Line
from mingjing.scoring.rulings import Ruling, last_of_each
from mingjing.store import Record, Store
from mingjing.store.rulings import rulings
from mingjing.store.score_work import FINDING, PRESENCE, caseless
from mingjing.store.scores import LineChange, Standing
from mingjing.types import CaseEvent, Finding
from streams.intake import received

BRUSHED = "E2"
"""The rule whose confirmed findings concern the ratings of all cases of a window; see rules.sheets."""


class Folding(Protocol):
    """`rules.sheets.Sheets`, or a smaller one in a test."""

    def lines(
        self, events: Sequence[CaseEvent], findings: Sequence[Finding], rulings: Mapping[str, Ruling]
    ) -> frozenset[Line]:
        """The lines of one case."""

    def finding_lines(self, finding: Finding, ruling: Ruling | None) -> frozenset[Line]:
        """The lines of a finding that belongs to no case."""


class Reckoned(Struct):
    """The lines of subjects as they should be; and those that could not be reckoned, and why: theirs stay."""

    lines: dict[str, frozenset[Line]]
    failed: dict[str, str]


class Reckoner:
    """Reckons lines from what a store holds. Every method may raise StoreUnavailable."""

    def __init__(self, store: Store, folding: Folding) -> None:
        self._store, self._folding = store, folding

    def reckon(self, subjects: Iterable[str]) -> Reckoned:
        """The lines of some cases and findings of no case; at most as many as fit into memory."""
        asked = list(dict.fromkeys(subjects))
        found = Reckoned({}, {})
        self._findings([one.removeprefix(FINDING) for one in asked if one.startswith(FINDING)], found)
        self._cases([one for one in asked if not one.startswith(FINDING)], found)
        return found

    def concerned(self, subjects: Iterable[str]) -> list[str]:
        """The cases whose lines depend on findings of no case: those rated at a window whose ratings were ruled on."""
        ids = [one.removeprefix(FINDING) for one in subjects if one.startswith(FINDING)]
        ruled = {one.finding_id for one in rulings(self._store, findings=ids)} if ids else set()
        found = caseless(self._store, ruled).values() if ruled else ()
        windows = sorted({one.window for one in found if one.rule == BRUSHED and one.window})
        return [row["case_id"] for window in windows for row in self._store.query("score_rated", window=window)]

    def _findings(self, ids: Sequence[str], found: Reckoned) -> None:
        if not ids:
            return
        findings, ruled = caseless(self._store, ids), last_of_each(rulings(self._store, findings=ids))
        for one in ids:
            finding = findings.get(one)
            fold = partial(self._folding.finding_lines, finding, ruled.get(one)) if finding else frozenset[Line]
            _fold(f"{FINDING}{one}", fold, found)

    def _cases(self, cases: Sequence[str], found: Reckoned) -> None:
        if not cases:
            return
        records, published = self._store.histories(cases), self._store.published(cases)
        brushed, about = self._brushed()
        latest = last_of_each([*about, *rulings(self._store, cases=cases)])
        for case in cases:
            if case.startswith(PRESENCE):
                continue  # a window's day, of which presence_lines speaks
            mine = list(published.get(case, {}).values())
            try:
                events = [_event(record) for record in records.get(case, [])]
            except codec.Refused as wrong:
                found.failed[case] = f"a stored record can no longer be read: {wrong}"
                continue
            windows = {event.window for event in events} if brushed else ()
            mine += [one for one in brushed if one.window in windows]
            _fold(case, partial(self._folding.lines, events, mine, latest), found)

    def _brushed(self) -> tuple[list[Finding], list[Ruling]]:
        """The confirmed findings about ratings, with the rulings about findings of no case; there are few."""
        ruled = [one for one in last_of_each(rulings(self._store, cases=[""])).values() if one.outcome == "confirmed"]
        findings = caseless(self._store, [one.finding_id for one in ruled]) if ruled else {}
        return [one for one in findings.values() if one.rule == BRUSHED], ruled


def _fold(subject: str, fold: Callable[[], frozenset[Line]], found: Reckoned) -> None:
    try:
        found.lines[subject] = fold()
    except Exception as wrong:  # noqa: BLE001  one case that breaks the folding must not stop the others
        found.failed[subject] = f"error: {type(wrong).__name__}: {wrong}"


def _event(record: Record) -> CaseEvent:
    raw, arrived = record
    return received(codec.decode(raw), arrived)


def changes(
    wanted: Mapping[str, Collection[Line]], standing: Mapping[str, Mapping[int, Standing]]
) -> tuple[list[LineChange], set[str]]:
    """What has to be written for these subjects' lines to stand once each; and who needs to be looked at once more.

    Of one line only one row is written at a time, since the store makes one of equal rows in a block.
    """
    rows: list[LineChange] = []
    more: set[str] = set()
    for subject, lines in wanted.items():
        there = standing.get(subject, {})
        should = {line.hash: line for line in lines}
        for hash_ in [*(one for one in there if one not in should), *should]:
            stands = there.get(hash_)
            lacks = (hash_ in should) - (stands.times if stands else 0)
            if lacks:
                line = stands.line if stands else should[hash_]
                rows.append(LineChange(subject, 1 if lacks > 0 else -1, line, hash_))
            if abs(lacks) > 1:
                more.add(subject)
    return rows, more
