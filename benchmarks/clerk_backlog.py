"""How long the clerk's first look takes over a city's old findings: `python benchmarks/clerk_backlog.py [FINDINGS]`.

Beside it, as a peer, the same findings issued one at a time, as a person would (a sample of 200, in proportion).
"""

import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from mingjing.store import Store
from mingjing.store.local import serve
from tests.streams.test_clerk import MONDAY, Office, found

SAMPLE = 200


def main(findings: int) -> None:
    """Prints seconds and findings a second, of both."""
    with ExitStack() as stack:
        server = stack.enter_context(serve(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        with Store(server.dsn, profile="offline") as store:
            store.migrate()
            for first in range(0, findings, 10_000):
                names = range(first, min(findings, first + 10_000))
                store.write_findings([found(f"f{n}", 1 + n % 2, detected_at=MONDAY - timedelta(days=1)) for n in names])
            office = Office(store)
            began = time.monotonic()
            office.looks()
            took = time.monotonic() - began
            issued = office.metrics.clerk_acts.labels("issue")._value.get()  # noqa: SLF001 - the counter's own figure
            assert issued == findings, issued
            print(f"together:   {findings:,} findings in {took:.1f} s, {findings / took:,.0f} a second")
            store.write_findings([found(f"g{n}") for n in range(SAMPLE)])
            began = time.monotonic()
            office.desk.attend([f"g{n}" for n in range(SAMPLE)], "system:clerk")
            single = (time.monotonic() - began) / SAMPLE
            print(f"one by one: {1 / single:,.0f} a second; {findings:,} would take {single * findings:,.0f} s")
            print(f"ratio:      {single * findings / took:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
