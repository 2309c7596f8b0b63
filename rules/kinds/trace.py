"""`trace` 痕迹: several signs in one case that its record is not what happened. A lead for a human, no verdict.

At its trigger every signal's finder looks at what had occurred by then. Innocent explanations strike out what they
cover; what is left makes a lead, if it is enough.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mingjing.calendars import YearNotCovered
from mingjing.types import Lead, Signal, Text
from rules.case import Breach, Case
from rules.finders import FINDERS, Finder, Sight, View
from rules.leads import Named, lead, outline, strength
from rules.limits import CannotJudge
from rules.patterns import Slot
from rules.reader import RuleReader
from rules.rows import span


class Sought(NamedTuple):
    """A signal, or an explanation, with its finder. `explains`: the names of the signals that it can strike out."""

    name: Text
    weight: float
    find: Finder
    explains: frozenset[str]


Seen = tuple[Sought, Sight]


class Trace:
    """The kind `trace`: `at`, `severity`, `[[signal]]`, `[[counter]]`, `sample`, `least`, `together`, `wait`."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._at = reader.slot("at")
        self._severity = reader.severity()
        self._wait = span(reader, "wait") if reader.has("wait") else 0
        self._together = reader.flag("together")
        if reader.get("lead") is not True:
            reader.wrong("lead", "what a trace finds is a lead and no verdict; write lead = true")
        said = outline(reader)
        self._least, self._sample = said.least, said.sample
        names = frozenset(signal.name.en for signal in said.signals)
        self._signals = [_sought(named, names) for named in said.signals]
        self._counters = [_sought(named, names, counter=True) for named in said.counters]
        self.triggers: tuple[Slot, ...] = () if self._at is None else (self._at,)

    def judge(self, case: Case) -> list[Breach]:
        """One breach per case: the lead at its first `at`, or `wait` later, if there is one."""
        assert self._at is not None
        at, event_id, event = case.hits[self._at][0]
        instant = at + self._wait
        if self._wait and case.as_of < instant:
            case.sleep(instant)
            return []
        view = View(case, instant)
        seen, unseen = self._look(view)
        found, cleared = self._explained(view, seen)
        made = self._lead(found, cleared)
        if made is None:
            if unseen and len({sought.name for sought, _ in found}) + len(unseen) >= self._least:
                case.note(self._rule, unseen[0])
            return []
        signs = {each for signal in made.signals for each in signal.events}
        return [
            Breach(
                occurrence="",
                instant=instant,
                severity=self._severity,
                about=event,
                events=tuple(e for _, e, _ in view.moments if e in signs or e == event_id),
                words={"signals": _names(made)},
                lead=made,
            )
        ]

    def _look(self, view: View) -> tuple[list[Seen], list[str]]:
        """What the signals' finders see, and why some could not judge. Ends early where too little can come of it."""
        seen: list[Seen] = []
        unseen: list[str] = []
        hopeless = self._least - len(self._signals)
        for sought in self._signals:
            try:
                sights = sought.find(view) or ()
            except (CannotJudge, YearNotCovered) as why:
                unseen.append(str(why))
                continue
            seen += [(sought, sight) for sight in sights]
            hopeless += not sights
            if hopeless > 0:
                break
        return seen, unseen

    def _explained(self, view: View, seen: list[Seen]) -> tuple[list[Seen], list[Text]]:
        """What no explanation strikes out, and the explanations that were checked and strike out nothing."""
        cleared: list[Text] = []
        if len({sought.name for sought, _ in seen}) < self._least:
            return seen, cleared
        for counter in self._counters:
            try:
                excuses = counter.find(view)
            except (CannotJudge, YearNotCovered):
                continue
            if excuses is None:
                continue
            left = [
                (sought, sight)
                for sought, sight in seen
                if sought.name.en not in counter.explains or not any(excuse.covers(sight) for excuse in excuses)
            ]
            if len(left) == len(seen):
                cleared.append(counter.name)
            seen = left
        return seen, cleared

    def _lead(self, seen: list[Seen], cleared: list[Text]) -> Lead | None:
        """The highest lead; with `together` of the signals that share an event."""
        groups: Iterable[list[Seen]] = [seen]
        if self._together:
            events = sorted({event for _, sight in seen for event in sight.events})
            groups = ([one for one in seen if not one[1].events or event in one[1].events] for event in events)
        leads = [made for group in groups if (made := lead(_signals(group), cleared, self._sample, self._least))]
        return max(leads, key=lambda made: made.score, default=None)


def _signals(seen: Iterable[Seen]) -> Iterator[Signal]:
    """One signal per name: where it was seen most clearly."""
    clearest: dict[Text, Seen] = {}
    for one in seen:
        known = clearest.get(one[0].name)
        if known is None or (one[1].far, one[1].events) > (known[1].far, known[1].events):
            clearest[one[0].name] = one
    for sought, sight in clearest.values():
        yield Signal(
            name=sought.name,
            strength=strength(sought.weight, sight.far),
            value=sight.value,
            expected=sight.expected,
            events=sight.events,
        )


def _names(made: Lead) -> Text:
    """The signals in words, the strongest first."""
    return Text(zh="、".join(s.name.zh for s in made.signals), en=", ".join(s.name.en for s in made.signals))


def _sought(named: Named, names: frozenset[str], *, counter: bool = False) -> Sought:
    """The finder that a row's `find` names, with the row's parameters."""
    row = named.row
    find = row.get("find")
    explains = row.get("explains") if counter else None
    if explains is not None and not (isinstance(explains, list) and set(map(str, explains)) <= names):
        row.wrong("explains", f"explains must list names (en) of signals of this rule: {', '.join(sorted(names))}")
        explains = None
    known = frozenset(names if explains is None else map(str, explains))
    maker = FINDERS.get(find) if isinstance(find, str) else None
    if maker is None:
        row.wrong("find", f"find {find!r} must be one of {', '.join(FINDERS)}")
        return Sought(named.name, named.weight, lambda view: None, known)
    made = maker(row)
    row.check()
    return Sought(named.name, named.weight, made, known)
