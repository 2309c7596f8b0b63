"""`precedence` 时序: something happened before which something else should have happened.

One finding per case and key, at the first such event. The earlier event at the same instant satisfies.
"""

from collections.abc import Iterator

from rules.case import Breach, Case
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Precedence:
    """The kind `precedence`: `first`, `then`, optional `key`, `severity`."""

    def __init__(self, reader: RuleReader) -> None:
        self._first = reader.slot("first")
        self._then = reader.slot("then")
        self._key = reader.path("key")
        self._severity = reader.severity()
        self._words = {"first": show(reader.get("first")), "then": show(reader.get("then"))}
        self.triggers: tuple[Slot, ...] = () if self._then is None else (self._then,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per key whose `then` came without a `first` at or before it."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._first is not None
        assert self._then is not None
        key = self._key
        seen: dict[str, int] = {}
        whole = None  # the first `first` that speaks of the whole case
        for instant, _, event in case.hits.get(self._first, ()):
            value = None if key is None else key(event)
            if value is None:
                whole = instant if whole is None else whole
            else:
                seen.setdefault(str(value), instant)
        found: set[str] = set()
        for instant, event_id, event in case.hits[self._then]:
            value = None if key is None else key(event)
            if key is not None and value is None:
                continue
            name = "" if value is None else str(value)
            before = [at for at in (whole, seen.get(name)) if at is not None]
            if name in found or (before and min(before) <= instant):
                continue
            found.add(name)
            yield Breach(
                occurrence=name,
                instant=instant,
                severity=self._severity,
                about=event,
                events=(event_id,),
                facts={} if value is None else {"key": value},
                words={**self._words, "key": name},
            )
