"""Claim: the evidence pack of a case with 500 events is made in at most 10 s, PDFs in both languages included.

A peer: the same files with their SHA-256, in a compressed archive by `sha256sum` and `tar`, without any page to read.
"""

import argparse
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from mingjing.cli.parts import keep_rules
from mingjing.codec import decode, encode
from mingjing.evidence.checking import checked
from mingjing.evidence.gather import pack
from mingjing.evidence.opening import unpacked
from mingjing.instants import micros
from mingjing.record.keys import signer
from mingjing.record.recorder import Recorder
from mingjing.settings import Settings
from mingjing.store import Store, StoredEvent
from mingjing.store.local import serve
from rules import load_engine
from rules.recheck import recheck
from streams.given import item_row

BEGIN = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
CASE = "512026010500001"
ITEM = """
[[item]]
item = "A1"
name = "food licence"
matter = "permit"
case_type = "committed"
committed_limit = "5 working_days"
statutory_limit = "20 working_days"
"""


def events(number: int) -> list[bytes]:
    """A long case: accepted, hundreds of steps, never decided."""
    lines = []
    for index in range(number):
        kind = "accepted" if index == 0 else ("step_started", "step_ended")[index % 2]
        at = BEGIN + timedelta(minutes=37 * index)
        data = {"step": f"审查{index // 2}", "opinion": "同意", "applicant_name": "王某", "phone": "13800000000"}
        event = {"event_id": f"e{index:05}", "case_id": CASE, "type": kind, "occurred_at": at.isoformat(), "item": "A1",
                 "department": "D1", "window": "W1", "officer": "P1", "data": data}  # fmt: skip
        lines.append(encode(decode(msgspec.json.encode(event))))
    return lines


def main() -> None:
    """Fills a store, packs, checks, and prints seconds."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=500)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place, serve(Path(place) / "store") as server:
        (Path(place) / "items").mkdir()
        (Path(place) / "items/items.toml").write_text(ITEM, encoding="utf-8")
        chosen = Settings(
            store_dsn=server.dsn,
            desk_dsn=server.desk_dsn,
            seal_dir=f"{place}/seal",
            items_dir=f"{place}/items",
            files_dir=f"{place}/files",
        )
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            finding = fill(store, chosen, given.events)
            recorder = Recorder(store, signer(chosen.seal_dir), "benchmark")
            for turn in ("first", "second"):
                begin = time.perf_counter()
                made = pack(store, recorder, chosen, "bench", finding, BEGIN + timedelta(days=90))
                packed_s = time.perf_counter() - begin
                print(f"pack of {made.manifest.events} events, {turn}: {packed_s:.2f} s, {len(made.content):,} bytes")
            begin = time.perf_counter()
            report = checked(unpacked(made.content, made.name), recompute=recheck)
            print(f"check: {time.perf_counter() - begin:.2f} s, whole: {report.whole}, {'; '.join(report.told)}")
            assert report.whole, report.wrong
            print(f"peer, sha256sum and tar of the same files: {peer(made.content):.2f} s")


def fill(store: Store, chosen: Settings, number: int) -> str:
    """Stores the case, its findings and its rules; the gravest finding's id."""
    engine = load_engine(chosen)
    raws = events(number)
    decoded = [decode(raw) for raw in raws]
    rows = [
        StoredEvent(event, raw, "case-events", 0, offset, 1, event.occurred_at)
        for offset, (event, raw) in enumerate(zip(decoded, raws, strict=True))
    ]
    store.write_events(rows, "benchmark")
    received = [msgspec.structs.replace(one, received_at=one.occurred_at) for one in decoded]
    findings = engine.judge(received, micros(BEGIN + timedelta(days=80))).findings
    store.write_findings(findings)
    keep_rules(store, engine)
    store.write_items([item_row(version) for version in engine.catalogue])
    late = [one for one in findings if one.evidence.clock is not None]
    return max(late, key=lambda one: one.severity).finding_id


def peer(content: bytes) -> float:
    """Seconds that the system's own tools need for the same files."""
    with tempfile.TemporaryDirectory() as place:
        for name, inside in unpacked(content, "pack").items():
            (Path(place) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / name).write_bytes(inside)
        begin = time.perf_counter()
        script = "find . -type f | xargs sha256sum > ../sums && tar czf ../peer.tgz ."
        subprocess.run(["/bin/sh", "-c", script], cwd=place, check=True)
        return time.perf_counter() - begin


main()
