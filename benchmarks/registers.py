"""How long 100,000 rows of each register and log take to be examined, kept, and put into the store.

    python -m benchmarks.registers [--rows 100000]

Prints for each form the seconds of CPU to import, and at the end those of the largest into a store of its own.
"""

import argparse
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from mingjing.instants import at
from mingjing.registers import forms, load_registers
from mingjing.registers.importing import arrivals, keep
from mingjing.store import Store
from mingjing.store.local import serve
from mingjing.store.registers import keep_registers
from tests.mingjing.registers.rows import row, write


def main() -> None:
    """Times each form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as aside:
        for name, form in forms().items():
            file = write(Path(aside), form, (row(form, n) for n in range(min(rows, _most(name)))))
            began = time.process_time()
            several = arrivals(file, Path(aside) / name, ZoneInfo("Asia/Shanghai"))
            keep(several, Path(aside) / name, at(0))
            print(f"{name:14} {len(several[0].entries):9,} rows {time.process_time() - began:7.1f} s")
        with serve(Path(aside) / "store") as server, Store(server.dsn, profile="offline") as store:
            store.migrate()
            registers = load_registers(Path(aside) / "integrity")
            for what in ("into the store", "unchanged"):
                began = time.monotonic()
                keep_registers(store, registers)
                print(f"{what:14} {rows:9,} rows {time.monotonic() - began:7.1f} s")


def _most(name: str) -> int:
    """So many rows a form can have: a region code has room for a thousand townships in one county."""
    return 1_000 if name == "regions" else 1 << 30


if __name__ == "__main__":
    main()
