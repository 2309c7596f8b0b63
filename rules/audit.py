"""Judging event files offline, with the same engine as the worker."""

import heapq
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import msgspec
from msgspec import Struct, field

from mingjing.instants import micros
from mingjing.types import CaseEvent, Finding, NotJudged
from rules.casebook import Casebook
from rules.engine import Engine, in_order

RUN = 100_000
"""Findings held before a sorted run of them goes to disk."""

_encode = msgspec.json.Encoder().encode


class Tally(Struct):
    """What an audit counted."""

    events: int = 0
    refused: int = 0
    left_out: int = 0
    cases: int = 0
    findings: Counter[tuple[str, int]] = field(default_factory=Counter)
    not_judged: Counter[tuple[str, str]] = field(default_factory=Counter)


class Audit:
    """One run over event files. Use as a context manager; what went to disk is gone afterwards."""

    def __init__(self, engine: Engine, as_of: int | None, casebook: Casebook) -> None:
        """`as_of`: how far time has passed (microseconds); None: up to the last event."""
        self.engine, self.casebook = engine, casebook
        self.tally = Tally()
        self._given = as_of
        self._last: datetime | None = None

    def take(self, event: CaseEvent) -> None:
        """Takes an event in. One after as-of is left out, but only when it is known which of two contents counts."""
        self.tally.events += 1
        if self._given is not None and micros(event.occurred_at) > self._given:
            self.tally.left_out += 1
        elif self._last is None or event.occurred_at > self._last:
            self._last = event.occurred_at
        self.casebook.add(event)

    @property
    def as_of(self) -> int:
        """The instant up to which time has passed."""
        if self._given is not None:
            return self._given
        return 0 if self._last is None else micros(self._last)

    def judge(self) -> Iterator[tuple[int, list[Finding], list[NotJudged]]]:
        """Judges case by case: (part, findings, not judged); the parts count up to `casebook.parts`."""
        as_of = self.as_of
        for part, history in self.casebook.cases():
            events = history.events
            if self.tally.left_out:
                # What a later event corrects is not so at as-of either, so corrections come before the cut.
                events = [event for instant, _, event in in_order(events) if instant <= as_of]
                if not events:
                    continue
            judgement = self.engine.judge(events, as_of)
            self.tally.cases += 1
            for finding in judgement.findings:
                self.tally.findings[finding.rule, finding.severity] += 1
            for note in judgement.not_judged:
                self.tally.not_judged[note.rule, note.reason.partition(":")[0]] += 1
            yield part, judgement.findings, judgement.not_judged


class Sorted:
    """Findings as JSON lines, ordered by `occurred_at` and then id; sorted runs go to disk when there are many."""

    def __init__(self) -> None:
        self._held: list[tuple[int, str, bytes]] = []
        self._runs: list[BinaryIO] = []

    def add(self, finding: Finding) -> None:
        """Takes a finding in."""
        self._held.append((micros(finding.occurred_at), finding.finding_id, _encode(finding)))
        if len(self._held) >= RUN:
            self._flush()

    def lines(self) -> Iterator[bytes]:
        """The lines in order, without line ends."""
        if not self._runs:
            self._held.sort()
            yield from (line for _, _, line in self._held)
            return
        self._flush()
        yield from (line for _, _, line in heapq.merge(*map(_read, self._runs)))
        for run in self._runs:
            run.close()

    def _flush(self) -> None:
        run = tempfile.TemporaryFile(prefix="mingjing-")  # noqa: SIM115  (closed when its lines have been read)
        self._held.sort()
        for row in self._held:
            run.write(msgspec.json.encode((row[0], row[1])) + b"\n" + row[2] + b"\n")
        run.seek(0)
        self._runs.append(run)
        self._held = []


def _read(run: BinaryIO) -> Iterator[tuple[int, str, bytes]]:
    for head in run:
        instant, finding_id = msgspec.json.decode(head)
        yield instant, finding_id, run.readline().rstrip(b"\n")
