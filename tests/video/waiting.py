"""What tests of cameras wait with, and what they count."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def now() -> int:
    return time.time_ns() // 1000


def until(wanted: Callable[[], T | None], within_s: float = 15) -> T:
    """What `wanted` gives, as soon as it gives anything."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if (found := wanted()) is not None:
            return found
        time.sleep(0.01)
    raise AssertionError(f"not within {within_s} s")


def used() -> tuple[int, int]:
    """Open handles and threads of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
