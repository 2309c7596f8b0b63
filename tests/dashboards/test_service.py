"""Connections that pages borrow: given back, or closed where they may be broken, and never lost."""

import queue
from contextlib import nullcontext

import pytest

from dashboards.lending import lent
from mingjing.errors import StoreUnavailable, UsageError


@pytest.mark.parametrize(
    ("wrong", "kept"), [(None, 1), (UsageError("no such revision"), 1), (StoreUnavailable("away"), 0), (KeyError(), 0)]
)
def test_what_leaves_the_block_decides_whether_a_connection_is_used_again(wrong: Exception | None, kept: int) -> None:
    """A page that asks for what there is not would else cost the server a connection at every look."""
    idle: queue.LifoQueue[object] = queue.LifoQueue()
    closed: list[object] = []
    one = object()
    with pytest.raises(type(wrong)) if wrong else nullcontext(), lent(idle, lambda: one, closed.append) as borrowed:
        assert borrowed is one
        if wrong:
            raise wrong
    assert (idle.qsize(), len(closed)) == (kept, 1 - kept)
