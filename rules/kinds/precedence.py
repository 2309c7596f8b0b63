"""`precedence` 时序: something happened before which something else should have happened.

One finding per case and key, at the first such event. The earlier event at the same instant satisfies.
"""

from collections.abc import Iterator
from typing import Any

from mingjing.clock import FOREVER
from mingjing.types import Moment
from rules.case import Breach, Case
from rules.patterns import Getter, Slot
from rules.reader import RuleReader, show

MANY = 2
"""So many patterns a message names; of more, the first."""


class Precedence:
    """The kind `precedence`: `first`, `then`, optional `key`, `severity`."""

    def __init__(self, reader: RuleReader) -> None:
        self._first = reader.slot("first")
        self._then = reader.slot("then")
        self._key = reader.path("key")
        self._severity = reader.severity()
        self._words = {"first": _few(reader.get("first")), "then": _few(reader.get("then"))}
        self.triggers: tuple[Slot, ...] = () if self._then is None else (self._then,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per key whose `then` came without a `first` at or before it."""
        assert self._first is not None
        assert self._then is not None
        if self._key is None:
            first, then = case.hits[self._first], case.hits[self._then][0]
            return [] if first and first[0][0] <= then[0] else [self._breach(then, None)]
        return list(self._by_key(case, self._key, self._first, self._then))

    def _by_key(self, case: Case, key: Getter, first: Slot, then: Slot) -> Iterator[Breach]:
        seen: dict[str, int] = {}
        whole = FOREVER  # the first `first` that speaks of the whole case
        for instant, _, event in case.hits[first]:
            value = key(event)
            if value is not None:
                seen.setdefault(str(value), instant)
            elif whole == FOREVER:
                whole = instant
        found: set[str] = set()
        for moment in case.hits[then]:
            value = key(moment[2])
            if value is None or whole <= moment[0]:
                continue
            said = str(value)
            if seen.get(said, FOREVER) > moment[0] and said not in found:
                found.add(said)
                yield self._breach(moment, value)

    def _breach(self, then: Moment, key: Any) -> Breach:
        instant, event_id, event = then
        return Breach(
            occurrence="" if key is None else str(key),
            instant=instant,
            severity=self._severity,
            about=event,
            events=(event_id,),
            facts={} if key is None else {"key": key},
            words=self._words,
        )


def _few(patterns: Any) -> str:
    """What a message names: of many patterns that would do, the first."""
    if isinstance(patterns, list) and len(patterns) > MANY:
        return f"{show(patterns[0])} / …"
    return show(patterns)
