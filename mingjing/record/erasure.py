"""Erasure of bodies whose time is over: the chain stays whole, and says what was erased and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from mingjing.errors import MingjingError, UsageError
from mingjing.record.entry import Entry
from mingjing.record.recorder import Draft, Recorder
from mingjing.store import Store
from mingjing.store.record import blank, expired

ACTOR = "system:retention"
CHAINS = 500  # chains that are erased in one go
RUNS = 20_000  # that one entry names: what it says has its limit


class Erased(Struct, frozen=True, kw_only=True):
    """The body of an entry of kind `erased`, whose subject is a chain: which entries lost their bodies, and why."""

    keep: str  # the retention class
    before: datetime  # what happened before this instant
    places: tuple[tuple[int, int], ...]  # first and last


def ranges(entry: Entry) -> Sequence[tuple[int, int]]:
    """The places that an entry of kind `erased` names; none if it cannot be read."""
    try:
        return msgspec.json.decode(entry.body, type=Erased).places
    except msgspec.DecodeError:
        return ()


def erase(recorder: Recorder, store: Store, now: datetime, before: Mapping[str, datetime]) -> dict[str, int]:
    """Erases the bodies of the classes in `before` that are older than its instants; how many of each class.

    `store`: as a user who may ALTER. What is to go is recorded first: whoever dies in between does it again next time.
    """
    if store.address.cluster:
        raise UsageError("erasing on a cluster is not supported yet: nothing was erased")
    gone = dict.fromkeys(before, 0)
    for keep, instant in before.items():
        before_that: dict[str, list[int]] = {}
        while found := expired(store, keep, instant, CHAINS):
            if found == before_that:
                raise MingjingError(f"the store keeps what is to be erased: {keep}, before {instant.isoformat()}")
            before_that = found
            drafts = [
                Draft(kind="erased", subject=chain, body=Erased(keep=keep, before=instant, places=named))
                for chain, places in found.items()
                for named in _parts(runs(places))
            ]
            recorder.append_all(ACTOR, now, drafts)
            blank(store, keep, instant, {chain: max(places) for chain, places in found.items()})
            gone[keep] += sum(map(len, found.values()))
    return gone


def _parts(found: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    for first in range(0, len(found), RUNS):
        yield tuple(found[first : first + RUNS])


def runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Places as runs of neighbours, each with its first and last."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
