"""The desk 案台: takes a batch of messages or a tick of the clock, and has it judged and written.

Everything here runs on one thread, the only one that touches the dockets and the store; Faust's event loop
goes on beside it. A docket changes only after what follows from the change was written.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct, field, structs

from mingjing import codec
from mingjing.instants import SECOND, micros
from mingjing.metrics import Metrics
from mingjing.store import CaseState, Conflict, Progress, Store, StoredEvent
from mingjing.types import CaseEvent, DeadLetter
from rules.history import History
from streams.docket import Docket, OpenCase
from streams.intake import Intake, Message, in_order, received
from streams.judging import Judge, Verdict, judge_case, pack_findings
from streams.silence import Silences, case_of
from streams.sink import Abandoned, Outcome, Sink
from streams.watermark import Times, Watermarks

log = logging.getLogger(__name__)

AT_ONCE = 2_000
"""Cases that a tick judges before events get their turn again."""


class Partition(Struct):
    """A partition that this worker owns, as far as it has been worked off.

    `next_offset`: where the next message is expected. `held`: (offset, line) of the records beyond it that the
    store has already. `told`: (time, mark) of the sources as they were last written.
    """

    number: int
    next_offset: int
    held: set[tuple[int, int]]
    docket: Docket
    times: Times
    told: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    gap_at: int = -1


class Desk:
    """The partitions of one generation of ownership, with what judges their cases.

    `clock` is now, in microseconds UTC. `generation` changes whenever Kafka deals the partitions anew; what was
    begun under an earlier one is abandoned. `refused`: dead letters in the store, still to be published. `silences`
    says which sources are to be reported as silent, each by the owner of the partition that is its case's `home`.
    """

    def __init__(
        self,
        topic: str,
        judge: Judge,
        sink: Sink,
        intake: Intake,
        marks: Watermarks,
        clock: Callable[[], int],
        metrics: Metrics,
        silences: Silences | None = None,
        home: Callable[[str], int] = lambda _: -1,
    ) -> None:
        self.partitions: dict[int, Partition] = {}
        self.generation = -1
        self.refused: list[DeadLetter] = []
        self._topic = topic
        self._judge = judge
        self._sink = sink
        self._intake = intake
        self._marks = marks
        self._clock = clock
        self._metrics = metrics
        self._silences = silences
        self._home = home

    # Ownership

    def open(self, generation: int, offsets: Mapping[int, int]) -> None:
        """Take over partitions: {partition: next offset}. What the store knows of them is read back."""
        began = time.perf_counter()
        self.partitions.clear()
        if self._silences is not None:
            self._silences.forget()
        for number, offset in offsets.items():
            restore = partial(self._restore, number, offset)
            self.partitions[number] = self._sink.patiently(restore, self._owned(generation))
        self._metrics.recovery_seconds.set(time.perf_counter() - began)
        self._count_open()

    def _restore(self, number: int, offset: int, store: Store) -> Partition:
        topic = self._topic
        progress = store.progress(topic, number)
        self._marks.merge({row.source: row.watermark for row in progress if row.watermark is not None})
        as_of = {row.source: row.as_of for row in progress}
        docket = Docket()
        docket.restore(store.open_cases(topic, number))
        held = store.held(topic, number, offset)
        log.info("partition taken over", extra={"partition": number, "open": len(docket), "held": len(held)})
        told = {row.source: (row.as_of, row.watermark) for row in progress}
        return Partition(number, offset, held, docket, Times(as_of), told)

    # A batch of messages

    def take(self, generation: int, messages: Sequence[Message]) -> dict[int, int]:
        """Judge and write a batch. The answer: where Kafka must read again, {partition: offset}, because it left a gap.

        Raises Abandoned when the partitions were dealt anew meanwhile.
        """
        began = time.perf_counter()
        owned = self._owned(generation)
        if not owned():
            raise Abandoned
        outcome = Outcome()
        ends, gaps = self._read(messages, outcome)
        decoded = time.perf_counter()
        verdicts = self._judge_events(outcome, owned)
        judged = time.perf_counter()
        self._settle(verdicts, outcome)
        self._tell(ends, outcome, _reported(outcome.events))
        self._sink.write(outcome, owned)
        self._keep(verdicts, outcome, ends)
        self.refused += outcome.letters
        done = time.perf_counter()
        self._count(outcome, decoded - began, judged - decoded, done - judged, done - began)
        return gaps

    def _read(self, messages: Sequence[Message], outcome: Outcome) -> tuple[dict[int, int], dict[int, int]]:
        """Read messages into the outcome; (where each partition then stands, where it must be read again)."""
        ends: dict[int, int] = {}
        gaps: dict[int, int] = {}
        read, events, letters = self._intake.read, outcome.events, outcome.letters
        for message in in_order(messages, self.partitions, ends, gaps, self._metrics.events.labels("redelivered").inc):
            read(message, self.partitions[message.partition].held, events, letters)
        return ends, gaps

    def _judge_events(self, outcome: Outcome, owned: Callable[[], bool]) -> list[tuple[Partition, Verdict]]:
        by_case: dict[str, list[StoredEvent]] = {}
        for record in outcome.events:
            by_case.setdefault(record.event.case_id, []).append(record)
        homes = {case_id: self.partitions[records[0].partition] for case_id, records in by_case.items()}
        cases = self._load({case_id: home.docket.get(case_id) for case_id, home in homes.items()}, owned)
        now = self._clock()
        verdicts = []
        became: Counter[str] = Counter()
        for case_id, records in by_case.items():
            home, before = homes[case_id], cases[case_id]
            history = History.unpack(before.history) if before and before.history else History()
            for record in records:
                added = history.add(record.event)
                became[added] += 1
                if added == "conflict":
                    outcome.conflicts.append(_conflict(history, record))
            verdicts.append((home, judge_case(self._judge, case_id, history, before, home.times, now)))
        for outcome_of_one, count in became.items():
            self._metrics.events.labels(outcome_of_one).inc(count)
        return verdicts

    # A tick of the clock

    def tick(self, generation: int, now: Mapping[int, int]) -> bool:
        """Move time in caught-up partitions, {partition: now}, and judge cases that silence concerns by then.

        Whether more cases wait: then call it again. Raises Abandoned when the partitions were dealt anew meanwhile.
        """
        owned = self._owned(generation)
        if not owned():
            raise Abandoned
        due: dict[str, Partition] = {}
        for number, instant in now.items():
            partition = self.partitions.get(number)
            if partition is not None and len(due) < AT_ONCE:
                partition.times.advance(instant, self._marks)
                found = partition.docket.due(partition.times, AT_ONCE - len(due))
                due.update((case_id, partition) for case_id, _ in found)
        if due:
            outcome = Outcome()
            verdicts = self._judge_silence(due, owned)
            self._settle(verdicts, outcome)
            self._tell({partition.number for partition in due.values()}, outcome, {})
            self._sink.write(outcome, owned)
            self._keep(verdicts, outcome, {})
            self._count_findings(outcome)
        self._metrics.ticks.inc()
        return len(due) >= AT_ONCE

    def _judge_silence(
        self, due: Mapping[str, Partition], owned: Callable[[], bool]
    ) -> list[tuple[Partition, Verdict]]:
        cases = self._load({case_id: home.docket.get(case_id) for case_id, home in due.items()}, owned)
        now = self._clock()
        verdicts = []
        for case_id, home in due.items():
            case = cases[case_id]
            if case is None or case.history is None:
                # Its state was written and its events were not: they come again, and bring it back.
                home.docket.drop(case_id)
                continue
            history = History.unpack(case.history)
            verdicts.append((home, judge_case(self._judge, case_id, history, case, home.times, now)))
        return verdicts

    def tell(self, generation: int) -> None:
        """Write how far time has come, where that has not been written yet, and read what other workers know of it."""
        owned = self._owned(generation)
        outcome = Outcome()
        self._tell(self.partitions, outcome, {})
        self._sink.write(outcome, owned)
        self._keep([], outcome, {})
        rows = self._sink.patiently(lambda store: store.query("watermarks", topic=self._topic), owned)
        self._marks.merge({row["source"]: row["reported"] for row in rows})

    # Sources that fall silent

    def silence(self, generation: int, now: Mapping[int, int]) -> list[CaseEvent]:
        """What is to be reported of connectors whose case lives in a caught-up partition of ours, {partition: now}."""
        silences, owned = self._silences, self._owned(generation)
        if silences is None:
            return []
        homes = {source: self._home(case_of(source)) for source in self._marks.sources()}
        mine = {source: now[home] for source, home in homes.items() if home in now and home in self.partitions}
        new = {case_of(source): source for source in mine if not silences.known(source)}
        if new:
            histories = self._sink.patiently(lambda store: store.histories(list(new)), owned)
            for case_id, source in new.items():
                silences.learn(source, [codec.decode(raw) for raw, _ in histories.get(case_id, ())])
        found = [event for source, at_ in mine.items() for event in silences.changes(self._marks, at_, [source])]
        for source in mine:
            self._metrics.source_silent.labels(source).set(source in silences.silent)
        return found

    def reported(self, events: Iterable[CaseEvent]) -> None:
        """What was to be reported of connectors has been published."""
        for event in events:
            if self._silences is not None:
                self._silences.sent(event)

    # What both have in common

    def _load(self, cases: dict[str, OpenCase | None], owned: Callable[[], bool]) -> dict[str, OpenCase | None]:
        """The cases, those that are not in memory read from the store; None: nobody has heard of it yet."""
        absent = [case_id for case_id, case in cases.items() if case is None or case.history is None]
        if absent:
            began = time.perf_counter()
            for case_id, found in self._read_cases(absent, owned).items():
                before = cases[case_id]
                found.wake = before.wake if before else None
                cases[case_id] = found
            self._metrics.batch_seconds.labels("load").observe(time.perf_counter() - began)
        return cases

    def _read_cases(self, case_ids: Sequence[str], owned: Callable[[], bool]) -> dict[str, OpenCase]:
        asked: list[Callable[[Store], Any]] = [
            lambda store: store.histories(case_ids),
            lambda store: store.published(case_ids),
            lambda store: store.not_judged(case_ids),
        ]
        histories, published, unjudged = self._sink.together(asked, owned)
        found = {}
        for case_id in {*histories, *published, *unjudged}:
            history = History(received(codec.decode(raw), arrived) for raw, arrived in histories.get(case_id, ()))
            found[case_id] = OpenCase(
                history=history.pack() if len(history) else None,
                wake=None,
                published=pack_findings(published.get(case_id, {})),
                unjudged=tuple(sorted((one.rule, one.key, one.reason) for one in unjudged.get(case_id, ()))),
            )
        return found

    def _settle(self, verdicts: Iterable[tuple[Partition, Verdict]], outcome: Outcome) -> None:
        """Collect what the verdicts have to write."""
        for home, verdict in verdicts:
            outcome.findings += verdict.findings
            outcome.not_judged += verdict.not_judged
            outcome.cleared += verdict.cleared
            known = home.docket.get(verdict.case_id)
            wake = verdict.case.wake
            if wake != (known.wake if known else None):
                state = CaseState(verdict.case_id, self._topic, home.number, wake, verdict.last_event_at)
                outcome.states.append(state)

    def _tell(self, touched: Iterable[int], outcome: Outcome, reported: Mapping[int, Mapping[str, int]]) -> None:
        """Collect how far time has come in partitions, and how far sources have reported with this batch.

        A mark is written with the batch it rests on: its events do not come again after a crash, and a source that
        said nothing afterwards would be taken for silent since before them.
        """
        marks = self._marks
        for number in touched:
            partition, new = self.partitions[number], reported.get(number, {})
            for source in {**dict(partition.times.items()), **new}:
                known = marks.of(source)
                mark = max(new[source], known or new[source]) if source in new else known
                as_of = partition.times[source]
                if partition.told.get(source) != (as_of, mark):
                    outcome.progress.append(Progress(self._topic, number, source, as_of, mark, marks.lag(source)))

    def _keep(self, verdicts: Iterable[tuple[Partition, Verdict]], outcome: Outcome, ends: Mapping[int, int]) -> None:
        """Everything is written: now it is so in memory too."""
        for home, verdict in verdicts:
            home.docket.put(verdict.case_id, verdict.case)
            home.times.meet(verdict.case.sources)
        for row in outcome.progress:
            self.partitions[row.partition].told[row.source] = (row.as_of, row.watermark)
            if row.watermark is not None:
                self._marks.report(row.source, row.watermark)
        for number, end in ends.items():
            partition = self.partitions[number]
            partition.next_offset = end
            if partition.held:
                partition.held = {place for place in partition.held if place[0] >= end}

    def _owned(self, generation: int) -> Callable[[], bool]:
        return lambda: self.generation == generation

    def _count(self, outcome: Outcome, decode: float, judge: float, write: float, whole: float) -> None:
        metrics = self._metrics
        for stage, seconds in (("decode", decode), ("judge", judge), ("write", write), ("all", whole)):
            metrics.batch_seconds.labels(stage).observe(seconds)
        metrics.batch_events.observe(len(outcome.events))
        metrics.events.labels("refused").inc(len(outcome.letters))
        metrics.dead_letters.inc(len(outcome.letters))
        now = self._clock()
        for record in outcome.events[:1] + outcome.events[-1:]:  # the longest and the shortest way; all would cost more
            metrics.occurred_to_stored.observe(max(0, now - micros(record.event.occurred_at)) / SECOND)
            if record.received_at:
                metrics.arrival_to_stored.observe(max(0, now - micros(record.received_at)) / SECOND)
        self._count_findings(outcome)
        self._count_open()

    def _count_findings(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            self._metrics.findings.labels(finding.rule, str(finding.severity), finding.status).inc()
        for one in outcome.not_judged:
            self._metrics.not_judged.labels(one.rule, one.reason.partition(":")[0]).inc()
            if one.reason.startswith("error"):
                self._metrics.rule_errors.labels(one.rule).inc()

    def _count_open(self) -> None:
        self._metrics.open_cases.set(sum(len(partition.docket) for partition in self.partitions.values()))


def _reported(events: Iterable[StoredEvent]) -> dict[int, dict[str, int]]:
    """{partition: {source: its latest instant}} of a batch."""
    latest: dict[tuple[int, str | None], datetime] = {}
    for record in events:
        event = record.event
        place = (record.partition, event.source)
        if place not in latest or event.occurred_at > latest[place]:
            latest[place] = event.occurred_at
    found: dict[int, dict[str, int]] = {}
    for (number, source), occurred_at in latest.items():
        found.setdefault(number, {})[source or ""] = micros(occurred_at)
    return found


def _conflict(history: History, record: StoredEvent) -> Conflict:
    event = record.event
    kept = next(one for one in history.events if one.event_id == event.event_id)
    return Conflict(
        case_id=event.case_id,
        event_id=event.event_id,
        kept=_hash(kept),
        refused="" if kept is event else _hash(event),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        line=record.line,
    )


def _hash(event: CaseEvent) -> str:
    plain = CaseEvent(**structs.asdict(event))  # one that comes from memory would be encoded as an array
    return codec.canonical_hash(codec.encode(plain))
