"""How fast the sealed record takes entries in and is checked, beside the same rows unsealed.

    python -m benchmarks.seal [--entries N] [--acts N]

A ClickHouse of its own. Acts are appended one at a time as the pages do (look, insert, look), then entries in bulk as
the clerk does, then everything is checked. The peer is the same store without a seal: rows of the same size inserted
one at a time and in bulk, and read back. CPU is that of this process (sealing, checking) and of the server; memory is
this process's peak. Elapsed times mean something on an idle machine only.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from mingjing.record.audit import audit
from mingjing.record.keys import signer
from mingjing.record.recorder import Draft, Recorder
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from mingjing.store.record import by_chain, entries, write_entries

NOW = datetime(2026, 3, 31, tzinfo=UTC)
BODY = {"step": "explain", "role": "officer", "text": "材料已于当日补齐，系统登记延迟，附送达回证。" * 4}


def main() -> None:
    """Runs it and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--acts", type=int, default=200)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "store") as server,
        Store(server.dsn, profile="offline") as store,
        Store(server.desk_dsn, profile="dashboard") as desk,
    ):
        store.migrate()
        seal_dir = Path(folder) / "seal"
        measure(server, store, Recorder(desk, signer(seal_dir), "benchmark"), seal_dir, given.acts, given.entries)


def measure(server: LocalServer, store: Store, recorder: Recorder, seal_dir: Path, acts: int, many: int) -> None:
    """Appends, checks, and then does the same without a seal."""

    def act(n: int) -> None:
        draft = Draft(kind="act", subject=f"finding-{n}", number=1, case_id=f"C{n}", body=BODY)
        recorder.append("zhang", NOW, draft)

    def bare(n: int) -> None:
        write_entries(store, [replace(sample, chain="one", seq=n)], f"one-{n}")

    one = timed(server, "act, one at a time", acts, lambda: [act(n) for n in range(acts)])
    drafts = [Draft(kind="view", subject=f"C{n}", case_id=f"C{n}", body=BODY) for n in range(many)]
    bulk = timed(server, "entry, in bulk", many, lambda: len(recorder.append_all("system:clerk", NOW, drafts)))
    drafts.clear()
    checked = timed(server, "entry, checked", many, lambda: sound(store, seal_dir))
    read = timed(server, "row, read, not checked", many, lambda: sum(1 for _ in by_chain(store)))
    print(f"    ratio checked / read: {checked / read:.1f}")
    sample = entries(store, kinds=["act"], limit=1)[0]
    peer = timed(server, "row, one at a time, no seal", acts, lambda: [bare(n) for n in range(acts)])
    print(f"    ratio sealed / bare, one at a time: {one / peer:.1f}")
    rows = [replace(sample, chain="bulk", seq=n) for n in range(many)]
    peer = timed(server, "row, in bulk, no seal", many, lambda: write_entries(store, rows, "bulk"))
    print(f"    ratio sealed / bare, in bulk: {bulk / peer:.1f}")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def sound(store: Store, seal_dir: Path) -> None:
    """The check, which must find nothing."""
    breaks = list(audit(store, seal_dir))
    assert not breaks, breaks[:3]


def timed(server: LocalServer, what: str, count: int, run: Callable[[], object]) -> float:
    """Seconds that it takes; printed with CPU time each."""
    wall, ours, theirs = time.perf_counter(), time.process_time(), cpu(server)
    run()
    wall, ours, theirs = time.perf_counter() - wall, time.process_time() - ours, cpu(server) - theirs
    each = 1000 / count
    print(
        f"{what}: {count / wall:,.0f}/s ({wall * each:.3f} ms each); CPU here {ours * each:.3f} ms, "
        f"server {theirs * each:.3f} ms each"
    )
    return wall


def cpu(server: LocalServer) -> float:
    """CPU seconds of the server so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
