"""What the stream needs of the engine, and one case's way through it."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing.instants import at, micros
from mingjing.types import CaseEvent, Finding, NotJudged
from rules.history import History
from rules.revisions import revise
from streams.docket import OpenCase, Sources
from streams.watermark import BEGINNING, Times


class Judged(Protocol):
    """What the rules say of one case; see `rules.engine.Judgement`."""

    findings: list[Finding]
    not_judged: list[NotJudged]
    wake: int | None


class Judge(Protocol):
    """`rules.engine.Engine`, or a smaller one in a test."""

    def judge(self, events: Sequence[CaseEvent], as_of: int) -> Judged:
        """The findings of one case's whole history; silence counts only up to `as_of`."""


class Verdict(Struct):
    """What changes with one case: to be written, and then to be kept in memory."""

    case_id: str
    case: OpenCase
    findings: list[Finding]
    not_judged: list[NotJudged]
    cleared: list[NotJudged]
    last_event_at: int


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(dict[str, Finding]).decode


def pack_findings(published: dict[str, Finding]) -> bytes | None:
    """A case's latest revisions as they are kept in memory; None for none."""
    return _pack(published) if published else None


def sources_of(history: History) -> Sources:
    """The sources that have reported on a case, "" for those without a name."""
    return tuple(sorted({event.source or "" for event in history.events}))


def judge_case(
    judge: Judge, case_id: str, history: History, before: OpenCase | None, times: Times, now: int
) -> Verdict:
    """Judge one case at the time of its sources, and say what is new against what was published.

    `now` is the wall's instant: what was found at an event before the first tick was detected then.
    """
    events = history.events
    sources = sources_of(history)
    as_of = times.of(sources)
    try:
        judgement = judge.judge(events, as_of)
        findings, unjudged, wake = judgement.findings, judgement.not_judged, judgement.wake
    except Exception as wrong:  # noqa: BLE001  one case that breaks the engine must not stop the others
        findings, wake = [], None
        unjudged = [NotJudged(case_id=case_id, rule="*", reason=f"error: {type(wrong).__name__}: {wrong}")]
    published = _unpack(before.published) if before and before.published else {}
    revisions = [_dated(finding, as_of, now) for finding in revise(published, findings, as_of)]
    published.update((finding.finding_id, finding) for finding in revisions)
    case = OpenCase(
        history=history.pack(),
        wake=wake,
        sources=sources,
        published=pack_findings(published),
        unjudged=tuple(sorted((one.rule, one.key, one.reason) for one in unjudged)),
    )
    told = before.unjudged if before else ()
    return Verdict(
        case_id,
        case,
        revisions,
        [one for one in unjudged if (one.rule, one.key, one.reason) not in told],
        _cleared(case_id, told, case.unjudged),
        micros(max(event.occurred_at for event in events)),
    )


def _dated(finding: Finding, as_of: int, now: int) -> Finding:
    """A breach that an event shows after the last tick was detected now."""
    if as_of > BEGINNING and micros(finding.occurred_at) <= as_of:
        return finding
    return replace(finding, detected_at=at(now))


def _cleared(
    case_id: str, told: tuple[tuple[str, str, str], ...], current: tuple[tuple[str, str, str], ...]
) -> list[NotJudged]:
    still = {(rule, key) for rule, key, _ in current}
    return [
        NotJudged(case_id=case_id, rule=rule, reason=reason, key=key)
        for rule, key, reason in told
        if (rule, key) not in still
    ]
