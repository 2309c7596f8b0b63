"""`separation` 分离: one person did duties that belong to several, or too few people did one."""

from collections.abc import Iterator, Sequence

from mingjing.types import Moment
from rules.case import Breach, Case
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Separation:
    """The kind `separation`: `duties = [a, b, …]`, or `what` and `least`; `severity`; one finding per case.

    With `each` every event of `what` is examined by itself. Without it, a later act by another officer refutes what was
    found before.
    """

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._severity = reader.severity()
        self._duties = reader.slots("duties") if reader.has("duties") or not reader.has("what") else []
        if self._duties and len(self._duties) < 2:
            reader.wrong("duties", "duties must name two or more: [one, other]")
            self._duties = []
        self._what = None if self._duties else reader.slot("what", required=reader.has("what"))
        self._least = reader.whole("least", least=2, default=2)
        self._each = reader.flag("each")
        self._words = {"what": show(reader.get("what")), "least": str(self._least)}
        trigger = self._duties[0][0] if self._duties else self._what
        self.triggers: tuple[Slot, ...] = () if trigger is None else (trigger,)

    def judge(self, case: Case) -> list[Breach]:
        """The earliest instant by which one officer had done all duties; or the last act of too few officers."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        if self._duties:
            yield from self._all(case)
        elif self._what is not None:
            acts = case.hits[self._what]
            for together in [[act] for act in acts] if self._each else [acts]:
                yield from self._few(case, together)

    def _all(self, case: Case) -> Iterator[Breach]:
        if not all(duty in case.hits for duty, _ in self._duties):
            return
        done = [_earliest(case.hits[duty]) for duty, _ in self._duties]
        everything = [(max(acts[o][0] for acts in done), o) for o in set.intersection(*map(set, done))]
        if not everything:
            return
        instant, officer = min(everything)
        acts = [acts[officer] for acts in done]
        *_, last_words = words = [words for _, words in self._duties]
        yield Breach(
            occurrence="",
            instant=instant,
            severity=self._severity,
            about=max(acts, key=lambda moment: moment[0])[2],
            events=tuple(event_id for _, event_id, _ in acts),
            facts={"officer": officer},
            words={"first": " / ".join(words[:-1]), "then": last_words, "officer": officer},
        )

    def _few(self, case: Case, moments: Sequence[Moment]) -> Iterator[Breach]:
        officers = sorted({person for moment in moments for person in _persons(moment)})
        if not officers:
            case.note(self._rule, "field: no event names its officer", moments[0][1] if self._each else "")
        elif len(officers) < self._least:
            instant, _, event = moments[-1]
            yield Breach(
                occurrence=event.event_id if self._each else "",
                instant=instant,
                severity=self._severity,
                about=event,
                events=tuple(event_id for _, event_id, _ in moments),
                facts={"officers": officers},
                words={**self._words, "officer": "、".join(officers), "count": str(len(officers))},
                form="separation.few",
            )


def _persons(moment: Moment) -> Iterator[str]:
    """Who did it: the event's officer, and those whom `data.officers` names beside."""
    event = moment[2]
    named = event.data.get("officers")
    for person in (event.officer, *(named if isinstance(named, list) else ())):
        if isinstance(person, str) and person:
            yield person


def _earliest(moments: Sequence[Moment]) -> dict[str, Moment]:
    """Each officer's first act."""
    found: dict[str, Moment] = {}
    for moment in moments:
        officer = moment[2].officer
        if officer:
            found.setdefault(officer, moment)
    return found
