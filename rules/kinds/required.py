"""`required` 必经: at some point, something that must have happened by then never did."""

from collections.abc import Iterator

from mingjing.types import CaseEvent
from rules.case import Breach, Case
from rules.limits import CannotJudge
from rules.patterns import Pattern, Slot
from rules.reader import RuleReader, show

STEP_OF_ITEM = "item.steps"


class Required:
    """The kind `required`: `need` (patterns, or `"item.steps"`), `at`, `severity`; once per case."""

    def __init__(self, reader: RuleReader) -> None:
        self._rule: str = reader.file.data.get("id", "")
        self._at = reader.slot("at")
        self._severity = reader.severity()
        self._of_item = reader.get("need") == STEP_OF_ITEM
        self._need = [] if self._of_item else reader.slots("need")
        # A step is done when it ended; the catalogue says which steps an item has.
        self._ended = reader.table.slot([Pattern("step_ended", ())])
        self._words = {"at": show(reader.get("at"))}
        self.triggers: tuple[Slot, ...] = () if self._at is None else (self._at,)

    def judge(self, case: Case) -> list[Breach]:
        """A breach at the first `at` by whose instant, itself included, an entry had not occurred."""
        return list(self._breaches(case))

    def _breaches(self, case: Case) -> Iterator[Breach]:
        assert self._at is not None
        instant, event_id, event = case.hits[self._at][0]
        try:
            missing = self._missing_steps(case, instant, event) if self._of_item else self._missing(case, instant)
        except CannotJudge as why:
            case.note(self._rule, str(why))
            return
        if missing:
            yield Breach(
                occurrence="",
                instant=instant,
                severity=self._severity,
                about=event,
                events=(event_id,),
                catalogue=case.item(instant, event).label if self._of_item else None,
                facts={"missing": missing},
                words={**self._words, "missing": "、".join(missing)},
            )

    def _missing(self, case: Case, instant: int) -> list[str]:
        return [words for slot, words in self._need if not ((hits := case.hits[slot]) and hits[0][0] <= instant)]

    def _missing_steps(self, case: Case, instant: int, event: CaseEvent) -> list[str]:
        item = case.item(instant, event)
        steps = item.fields.get("steps")
        if not isinstance(steps, list):
            raise CannotJudge(f"item: item {item.label} has no steps")
        done = [e.data.get("step") for at, _, e in case.hits[self._ended] if at <= instant]
        merged = item.fields.get("merged_steps") or ()  # may lawfully be left out
        return [step for step in steps if step not in done and step not in merged]
