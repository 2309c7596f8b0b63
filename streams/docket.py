"""The docket of one partition 在办案卷: its open cases, and when silence could change what is found on each.

Pure: no Kafka, no store, no wall clock. A million open cases must fit, so a case is a few packed bytes, or
nothing but its next instant when it was restored and its history still lies in the store only.
"""

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from msgspec import Struct

from streams.watermark import Times

Sources = tuple[str, ...]

UNREAD: Sources = ()
"""The sources of a case whose history has not been read since the restart."""

_OUT = -(1 << 62)  # the wake of a case that came out of `due` and has not been put back


class OpenCase(Struct, gc=False):
    """What is kept in memory of one case.

    `history`: `History.pack()`; None: in the store only. `wake`: when silence matters next (microseconds UTC);
    None: never. `published`: its findings in their latest revision, packed; None: it has none.
    `unjudged`: what could not be judged, as last stored: (rule, key, reason).
    """

    history: bytes | None
    wake: int | None
    sources: Sources = UNREAD
    published: bytes | None = None
    unjudged: tuple[tuple[str, str, str], ...] = ()


class Docket:
    """The cases of a partition that are in memory: all open ones and the last few closed."""

    def __init__(self, keep_closed: int = 4_096) -> None:
        self._open: dict[str, OpenCase] = {}
        self._closed: OrderedDict[str, OpenCase] = OrderedDict()
        self._keep_closed = keep_closed
        self._heaps: dict[Sources, list[tuple[int, str]]] = {}
        self._interned: dict[Sources, Sources] = {}
        self._stale = 0

    def __len__(self) -> int:
        """How many cases are open."""
        return len(self._open)

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._open

    def get(self, case_id: str) -> OpenCase | None:
        """The case as it is in memory, open or lately closed; None: only the store can know it."""
        return self._open.get(case_id) or self._closed.get(case_id)

    def put(self, case_id: str, case: OpenCase) -> None:
        """Keep the case as it now is; the next instant at which silence matters decides whether it is open."""
        case.sources = self._interned.setdefault(case.sources, case.sources)
        before = self._open.get(case_id)
        if case.wake is None:
            self._close(case_id, case, before)
            return
        if self._closed:
            self._closed.pop(case_id, None)
        self._open[case_id] = case
        if before is not None and before.wake == case.wake and before.sources is case.sources:
            return  # its entry in the heap still holds
        self._stale += before is not None and before.wake != _OUT
        self._push(case.sources, case.wake, case_id)

    def restore(self, cases: Iterator[tuple[str, int]]) -> None:
        """Fill an empty docket with (case_id, wake) from the store; histories stay there until needed."""
        heap = self._heaps.setdefault(UNREAD, [])
        for case_id, wake in cases:
            self._open[case_id] = OpenCase(None, wake)
            heap.append((wake, case_id))
        heapify(heap)

    def due(self, times: Times, most: int) -> list[tuple[str, int]]:
        """Up to `most` cases for which silence matters by now, each with the time of its sources.

        A case comes out once; whoever takes it puts it back as it then is. A case whose history has not
        been read comes out when it may be due by any source, and with that time.
        """
        found: list[tuple[str, int]] = []
        for sources, heap in self._heaps.items():
            as_of = times.of(sources) if sources else times.latest
            while heap and heap[0][0] <= as_of and len(found) < most:
                wake, case_id = heappop(heap)
                case = self._open.get(case_id)
                if case is None or case.wake != wake or case.sources is not sources:
                    self._stale -= 1
                else:
                    case.wake = _OUT
                    found.append((case_id, as_of))
        return found

    def drop(self, case_id: str) -> None:
        """Forget a case that came out of `due`."""
        self._open.pop(case_id, None)

    def _close(self, case_id: str, case: OpenCase, before: OpenCase | None) -> None:
        if before is not None:
            del self._open[case_id]
            self._stale += before.wake != _OUT
        self._closed[case_id] = case
        self._closed.move_to_end(case_id)
        if len(self._closed) > self._keep_closed:
            self._closed.popitem(last=False)
        self._tidy()

    def _push(self, sources: Sources, wake: int, case_id: str) -> None:
        heap = self._heaps.get(sources)
        if heap is None:
            heap = self._heaps[self._interned.setdefault(sources, sources)] = []
        heappush(heap, (wake, case_id))
        self._tidy()

    def _tidy(self) -> None:
        """Rebuild the heaps when most of their entries speak of what is no longer so."""
        if self._stale < 1_000 or self._stale < len(self._open):
            return
        self._heaps = {}
        for case_id, case in self._open.items():
            assert case.wake is not None
            self._heaps.setdefault(case.sources, []).append((case.wake, case_id))
        for heap in self._heaps.values():
            heapify(heap)
        self._stale = 0
