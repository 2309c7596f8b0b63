"""`separation` 分离: one person did two duties that belong to two, or too few people did one."""

from collections.abc import Iterator, Sequence

from mingjing.types import Moment
from rules.case import Breach, Case
from rules.patterns import Slot
from rules.reader import RuleReader, show


class Separation:
    """The kind `separation`: `duties = [a, b]`, or `what` and `least`; `severity`; one finding per case."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._severity = reader.severity()
        self._duties = reader.slots("duties") if reader.has("duties") or not reader.has("what") else []
        if self._duties and len(self._duties) != 2:
            reader.wrong("duties", "duties must name two: [one, other]")
            self._duties = []
        self._what = None if self._duties else reader.slot("what", required=reader.has("what"))
        self._least = reader.whole("least", least=2, default=2)
        self._words = {"what": show(reader.get("what")), "least": str(self._least)}
        trigger = self._duties[0][0] if self._duties else self._what
        self.triggers: tuple[Slot, ...] = () if trigger is None else (trigger,)

    def judge(self, case: Case) -> list[Breach]:
        """The earliest instant by which one officer had done both duties; or the last act of too few officers."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        if self._duties:
            yield from self._both(case)
        elif self._what is not None:
            yield from self._few(case, case.hits[self._what])

    def _both(self, case: Case) -> Iterator[Breach]:
        (one, one_words), (other, other_words) = self._duties
        if other not in case.hits:
            return
        first, second = _earliest(case.hits[one]), _earliest(case.hits[other])
        both = [(max(first[o][0], second[o][0]), o) for o in first.keys() & second.keys()]
        if not both:
            return
        instant, officer = min(both)
        later = max(first[officer], second[officer], key=lambda moment: moment[0])
        yield Breach(
            occurrence="",
            instant=instant,
            severity=self._severity,
            about=later[2],
            events=(first[officer][1], second[officer][1]),
            facts={"officer": officer},
            words={"first": one_words, "then": other_words, "officer": officer},
        )

    def _few(self, case: Case, moments: Sequence[Moment]) -> Iterator[Breach]:
        officers = sorted({m[2].officer for m in moments if m[2].officer})
        if not officers:
            case.note(self._rule, "field: no event names its officer")
        elif len(officers) < self._least:
            instant, _, event = moments[-1]
            yield Breach(
                occurrence="",
                instant=instant,
                severity=self._severity,
                about=event,
                events=tuple(event_id for _, event_id, _ in moments),
                facts={"officers": officers},
                words={**self._words, "officer": "、".join(officers), "count": str(len(officers))},
                form="separation.few",
            )


def _earliest(moments: Sequence[Moment]) -> dict[str, Moment]:
    """Each officer's first act."""
    found: dict[str, Moment] = {}
    for moment in moments:
        officer = moment[2].officer
        if officer:
            found.setdefault(officer, moment)
    return found
