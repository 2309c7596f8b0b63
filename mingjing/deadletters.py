"""Dead letters 死信: records that were refused, kept with their original bytes to be looked at and sent again.

They lie in the store, or in a file of JSON lines that `audit` or `ingest` wrote (`--dead-letters FILE`).
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from mingjing.brokers.publisher import Publisher
from mingjing.codec import Refused, decode
from mingjing.errors import UsageError
from mingjing.instants import SECOND, at, micros
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.types import DeadLetter

_decode = msgspec.json.Decoder(DeadLetter).decode


class Listed(Struct, frozen=True):
    """A dead letter with the id that the command line knows it by, and when it was last sent again."""

    id: str
    letter: DeadLetter
    retried_at: datetime | None = None


class Retried(Struct, frozen=True):
    """What became of sending one again: `reason` says why it was not."""

    id: str
    reason: str | None = None


def in_file(path: Path) -> Iterator[Listed]:
    """Those of a file; their ids are their line numbers. Raises UsageError for a file that is none of ours."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield Listed(str(number), _decode(line))
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be read: {wrong.strerror}") from wrong
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise UsageError(f"{path}: not a file of dead letters ({wrong})") from wrong


def in_store(store: Store, limit: int) -> Iterator[Listed]:
    """The newest of the store, their bytes cut to 500."""
    for row in store.query("dead_letters", limit=limit):
        letter = DeadLetter(
            reason=row["reason"],
            raw=row["raw"].encode(),
            at=row["at"],
            file=row["file"] or None,
            topic=row["topic"] or None,
            partition=row["partition"] if row["topic"] else None,
            offset=row["offset"] if row["topic"] else None,
            line=row["line"] or None,
        )
        yield Listed(row["id"], letter, row["retried_at"])


def place(letter: DeadLetter) -> str:
    """Where it came from: `case-events[3]@17 line 2`, or `events.jsonl:12`."""
    if letter.file is not None:
        return f"{letter.file}:{letter.line}" if letter.line else letter.file
    where = f"{letter.topic}[{letter.partition}]@{letter.offset}"
    return f"{where} line {letter.line}" if letter.line else where


def retry(store: Store, ids: Sequence[str], settings: Settings) -> list[Retried]:
    """Publish the original bytes of those that can be read by now, and note it; the others stay as they are.

    A record that would be refused again is not sent: it would only come back as another dead letter.
    Raises ServiceError when the broker does not answer; nothing is then noted as sent.
    """
    ready: list[tuple[str, str, bytes]] = []
    held: list[Retried] = []
    for wanted in ids:
        letter = store.dead_letter(wanted)
        try:
            if letter is None:
                raise Refused("there is no such dead letter")
            ready.append((wanted, _readable(letter.raw, settings), letter.raw))
        except Refused as wrong:
            held.append(Retried(wanted, str(wrong)))
    if ready:
        asyncio.run(_publish(ready, settings))
        now = at(clock_now(settings))
        for wanted, _, _ in ready:
            store.dead_letter_retried(wanted, now)
    return [*(Retried(wanted) for wanted, _, _ in ready), *held]


def _readable(raw: bytes, settings: Settings) -> str:
    """The case of a record that the worker would take now."""
    event = decode(raw)
    ahead = micros(event.occurred_at) - clock_now(settings)
    if ahead > settings.allowed_skew_s * SECOND:
        raise Refused(f"occurred_at: still {ahead // SECOND} seconds in the future")
    return event.case_id


async def _publish(ready: Sequence[tuple[str, str, bytes]], settings: Settings) -> None:
    topics = (settings.topic_events, settings.topic_dead_letters, settings.partitions)
    async with Publisher(settings.brokers, *topics, pack=1) as publisher:
        for _, case_id, raw in ready:
            await publisher.send(case_id, raw)
