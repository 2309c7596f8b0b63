"""Lending what only one may use at a time."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from mingjing.errors import UsageError

T = TypeVar("T")


@contextmanager
def lent(idle: "queue.LifoQueue[T]", make: Callable[[], T], close: Callable[[T], None]) -> Iterator[T]:
    """One out of a queue, else a new one. It goes back, unless what left the block may have broken it: then it closes.

    UsageError breaks nothing; a store that is away, or a page that Streamlit stops in the middle of a query, does.
    """
    try:
        one = idle.get_nowait()
    except queue.Empty:
        one = make()
    try:
        yield one
    except UsageError:
        idle.put(one)
        raise
    except BaseException:
        close(one)
        raise
    idle.put(one)
