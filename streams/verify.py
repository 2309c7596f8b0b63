"""Whether what is stored is what the rules say: every case judged again from its stored events, and compared.

Time is the worker's own: of each source in each partition, as far as it had come. Memory is bounded: the
store hands cases, findings and open cases out in the order of case ids, and they are merged.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

import msgspec
from msgspec import Struct

from mingjing import codec
from mingjing.store import Record, Store
from mingjing.types import Finding
from rules.history import History
from streams.intake import received
from streams.judging import Judge, sources_of
from streams.watermark import Times


class Difference(Struct, frozen=True):
    """One thing that is stored otherwise than the rules say.

    `missing`: the rules find it, the store lacks it. `invented`: the other way round. `different`: they
    disagree on severity, status, instant or evidence. `state`: on when silence matters next to an open case.
    """

    kind: Literal["missing", "invented", "different", "state"]
    case_id: str
    rule: str
    finding_id: str
    what: str


class Placed(Struct):
    """One case as the store has it."""

    case_id: str
    partition: int
    records: list[Record]
    published: dict[str, Finding]
    wake: int | None


class Recomputed(Struct):
    """One case with what the rules say of it."""

    case_id: str
    events: int
    findings: list[Finding]
    not_judged: int
    differences: list[Difference]


def verify(store: Store, judge: Judge, topic: str, partitions: int, *, states: bool = True) -> Iterator[Recomputed]:
    """Every case in turn, recomputed and compared.

    `states`: compare too when silence matters next (of no use with other rules than the worker's).
    """
    times = times_of(store, topic, partitions)
    for placed in _placed(store, topic, partitions):
        yield recompute(judge, placed, times.get(placed.partition, Times()), states=states)


def again(store: Store, judge: Judge, topic: str, partitions: int, case_id: str, *, states: bool = True) -> Recomputed:
    """One case once more, from what the store holds now: a worker may have written while all were read."""
    times = times_of(store, topic, partitions)
    records = store.histories([case_id]).get(case_id, [])
    published = store.published([case_id]).get(case_id, {})
    row = store.query("case_place", case=case_id, topic=topic)
    partition = row[0]["partition"] if row else 0
    placed = Placed(case_id, partition, records, published, row[0]["wake_micros"] if row else None)
    return recompute(judge, placed, times.get(partition, Times()), states=states)


def times_of(store: Store, topic: str, partitions: int) -> dict[int, Times]:
    """How far time has come in each partition."""
    return {
        number: Times({row.source: row.as_of for row in store.progress(topic, number)}) for number in range(partitions)
    }


def recompute(judge: Judge, placed: Placed, times: Times, *, states: bool) -> Recomputed:
    """Judge one case again and compare."""
    history = History(received(codec.decode(raw), arrived) for raw, arrived in placed.records)
    findings, unjudged, wake = judged(judge, history, times)
    differences = list(compare(placed.case_id, findings, placed.published))
    if states and wake != placed.wake:
        what = f"silence matters next at {wake}, stored is {placed.wake} (microseconds)"
        differences.append(Difference("state", placed.case_id, "", "", what))
    return Recomputed(placed.case_id, len(history), findings, unjudged, differences)


def judged(judge: Judge, history: History, times: Times) -> tuple[list[Finding], int, int | None]:
    """The findings, the number of rules that could not judge, and the next instant; of no events nothing."""
    if not len(history):
        return [], 0, None
    judgement = judge.judge(history.events, times.of(sources_of(history)))
    return judgement.findings, len(judgement.not_judged), judgement.wake


def compare(case_id: str, judged: Iterable[Finding], published: Mapping[str, Finding]) -> Iterator[Difference]:
    """Where the findings of the rules and the latest published revisions differ; withdrawn ones stand for nothing."""
    found = {finding.finding_id: finding for finding in judged}
    stored = {key: finding for key, finding in published.items() if finding.status != "withdrawn"}
    for finding_id, finding in found.items():
        if finding_id not in stored:
            yield Difference("missing", case_id, finding.rule, finding_id, _summary(finding))
        elif what := _unlike(stored[finding_id], finding):
            yield Difference("different", case_id, finding.rule, finding_id, what)
    for finding_id, finding in stored.items():
        if finding_id not in found:
            yield Difference("invented", case_id, finding.rule, finding_id, _summary(finding))


_COMPARED = ("severity", "status", "occurred_at", "evidence")
_plain = msgspec.json.Encoder(order="sorted").encode


def _unlike(stored: Finding, found: Finding) -> str:
    """In which fields they differ, with both values; empty: in none."""
    unlike = [name for name in _COMPARED if getattr(stored, name) != getattr(found, name)]
    unlike = [name for name in unlike if _plain(getattr(stored, name)) != _plain(getattr(found, name))]
    return "; ".join(
        f"{name}: stored {_shown(getattr(stored, name))}, the rules say {_shown(getattr(found, name))}"
        for name in unlike
    )


def _shown(value: object) -> str:
    text = _plain(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"


def _summary(finding: Finding) -> str:
    return f"severity {finding.severity}, {finding.status}, {finding.occurred_at.isoformat()}"


def _placed(store: Store, topic: str, partitions: int) -> Iterator[Placed]:
    """Cases with their findings and their state, merged in the order of case ids; also those without any event."""
    stored = store.placed_cases(topic)
    wakes = heapq.merge(*(store.open_cases(topic, number) for number in range(partitions)))
    tagged: Iterator[tuple[str, int, Any]] = heapq.merge(
        ((case_id, 0, (partition, records)) for case_id, partition, records in stored),
        ((case_id, 1, findings) for case_id, findings in store.all_published() if case_id),  # others: population
        ((case_id, 2, wake) for case_id, wake in wakes),
        key=itemgetter(0, 1),
    )
    for case_id, parts in groupby(tagged, itemgetter(0)):
        placed = Placed(case_id, -1, [], {}, None)
        for _, tag, value in parts:
            match tag:
                case 0:
                    placed.partition, placed.records = value
                case 1:
                    placed.published = value
                case _:
                    placed.wake = value
        yield placed
