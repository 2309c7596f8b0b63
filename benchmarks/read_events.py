"""Reading event files: what the codec and each format cost on top of msgspec's own decoding.

    python benchmarks/read_events.py EVENTS.jsonl[.gz]

Claim: at most 4 microseconds an event on top of msgspec for JSON Lines. The same events are written as CSV and XES
to a temporary directory and read back. Best of five rounds, one core.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.sax.saxutils import quoteattr

import msgspec

from mingjing import inputs
from mingjing.types import CaseEvent

COLUMNS = ("event_id", "case_id", "type", "occurred_at", "officer")


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the fastest round."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def read(path: Path) -> int:
    """How many events the file holds."""
    return sum(record.event is not None for record in inputs.read([path]))


def as_csv(events: list[dict[str, object]], path: Path) -> Path:
    """The events with their codes and instants, a row each."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows([event.get(name, "") for name in COLUMNS] for event in events)
    return path


def as_xes(events: list[dict[str, object]], path: Path) -> Path:
    """The events as traces of one event each (a log's order is by case; ours is by time)."""
    with path.open("w", encoding="utf-8") as file:
        file.write("<log>")
        for event in events:
            own = "".join(
                f'<string key="mingjing:{name}" value={quoteattr(str(event[name]))}/>'
                for name in COLUMNS
                if name in event
            )
            case = quoteattr(str(event["case_id"]))
            file.write(f'<trace><string key="concept:name" value={case}/><event>{own}</event></trace>\n')
        file.write("</log>")
    return path


def main(path: Path) -> None:
    """Print one line per format."""
    raws = [record.raw for record in inputs.read([path])]
    events = [msgspec.json.decode(raw) for raw in raws]
    decode = msgspec.json.Decoder(CaseEvent).decode
    bare = best(lambda: [decode(raw) for raw in raws]) / len(raws) * 1e6
    print(f"{len(raws):,} events\nmsgspec alone    {bare:6.2f} µs/event")
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "JSON Lines": path,
            "CSV": as_csv(events, Path(folder) / "events.csv"),
            "XES": as_xes(events, Path(folder) / "events.xes"),
        }
        for name, file in files.items():
            assert read(file) == len(raws)
            cost = best(partial(read, file)) / len(raws) * 1e6
            print(f"{name:<16} {cost:6.2f} µs/event, {cost - bare:+.2f} on top, {cost / bare:.1f} times")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
