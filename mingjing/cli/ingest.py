"""`mingjing ingest`: publishes event files to Kafka."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mingjing import inputs, settings
from mingjing.brokers import topics
from mingjing.brokers.publisher import Publisher
from mingjing.cli.parts import progress_of_bytes
from mingjing.settings import Settings
from mingjing.types import DeadLetter

SHOWN = 5  # refused records that the summary quotes


def ingest(
    files: Annotated[list[Path], typer.Argument(help="Event files: .jsonl, .csv, .xes, each also .gz.")],
    mapping: Annotated[
        Path | None, typer.Option(help="What the columns of a CSV, or names of an XES log, mean.")
    ] = None,
    single: Annotated[
        bool, typer.Option(help="One event in each message, as most source systems publish; slower to read.")
    ] = False,
) -> None:
    """Publish event files to the events topic, each case in its partition, acknowledged by the broker.

    A record that is no event goes to the dead letters with its file and line. Publishing a file twice is harmless.
    """
    chosen = settings.load()
    inputs.read(files, mapping)  # what is wrong with the files is said before anything is published
    asyncio.run(_ingest(chosen, files, mapping, 1 if single else 256))


async def _ingest(chosen: Settings, files: list[Path], mapping: Path | None, pack: int) -> None:
    await topics.ensure(
        chosen.brokers,
        {chosen.topic_events: chosen.partitions, chosen.topic_dead_letters: 1},
        config=topics.CONFIG,
    )
    console = Console(stderr=True)
    told: list[str] = []
    publisher = Publisher(chosen.brokers, chosen.topic_events, chosen.topic_dead_letters, chosen.partitions, pack=pack)
    with progress_of_bytes(console) as progress:
        task = progress.add_task("publishing", total=inputs.size(files))
        async with publisher:
            limit = chosen.line_limit_mb << 20
            for record in inputs.read(files, mapping, limit=limit, progress=lambda read: progress.advance(task, read)):
                if record.event is not None:
                    await publisher.send(record.event.case_id, record.raw)
                    continue
                told.append(f"{record.file}:{record.line}: {record.reason}") if len(told) < SHOWN else None
                await publisher.refuse(_letter(record))
    console.print(f"published {publisher.published}, refused {publisher.refused}", highlight=False)
    for line in told:
        console.print(f"refused {line}", highlight=False, markup=False, soft_wrap=True)
    if publisher.refused > len(told):
        console.print(f"… and {publisher.refused - len(told)} more refused; all are in {chosen.topic_dead_letters}")


def _letter(record: inputs.Record) -> DeadLetter:
    return DeadLetter(
        reason=record.reason or "", raw=record.raw, at=datetime.now(UTC), file=record.file, line=record.line
    )
