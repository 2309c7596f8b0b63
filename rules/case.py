"""One case 办件 as rules see it while they judge: its history in order, sorted into slots, and an as-of instant."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mingjing.clock import FOREVER
from mingjing.registers import EMPTY, Registers
from mingjing.types import CaseEvent, Clock, Lead, Moment, NotJudged, Status, Text
from mingjing.zones import Zone
from rules.catalogue import Catalogue, ItemVersion
from rules.limits import CannotJudge
from rules.patterns import Slot


class Breach(Struct, gc=False, frozen=True, kw_only=True):
    """What a kind of rule found: the engine makes it a `Finding`.

    `occurrence` tells breaches of one rule in one case apart and never changes; `instant` is that of the breach;
    `about` is the event whose department, item … the finding bears; `held` whoever last held the case at the breach
    is to bear it; `facts` and `words` are what the kind adds to the evidence and to the message, `form` which message;
    `lead` makes the finding a lead.
    """

    occurrence: str
    instant: int
    severity: int
    about: CaseEvent
    events: tuple[str, ...]
    status: Status = "open"
    held: bool = False
    clock: Clock | None = None
    limit: str | None = None
    calendar: str | None = None
    catalogue: str | None = None
    facts: dict[str, Any] = {}
    words: Mapping[str, str | Text] = {}
    lead: Lead | None = None
    form: str = ""


class Case:
    """A case under judgement. `moments` are in order of instant; `hits` are those of them that fill each slot."""

    __slots__ = (
        "_accepted", "_events", "_item", "_zone", "as_of", "case_id", "catalogue", "fees", "hits", "listing",
        "moments", "notes", "registers", "surroundings", "wake",
    )  # fmt: skip

    def __init__(
        self,
        moments: Sequence[Moment],
        hits: Mapping[Slot, Sequence[Moment]],
        as_of: int,
        catalogue: Catalogue,
        zone: Zone,
        accepted: Slot,
        registers: Registers = EMPTY,
        events: Sequence[CaseEvent] = (),
    ) -> None:
        """`events`: the whole history, those included that a correction replaced."""
        self.case_id = moments[0][2].case_id
        self.moments, self.hits, self.as_of = moments, hits, as_of
        self.catalogue, self.registers = catalogue, registers
        self._zone, self._accepted, self._events = zone, accepted, events
        self._item: ItemVersion | None = None
        self.fees: dict[tuple[int, str], Mapping[str, Any]] = {}
        """What was asked or paid 收费 by the instant and id of the event, worked out once for all rules."""
        self.listing: Mapping[str, Any] | None = None
        """How its item stood in the catalogue at acceptance, once a rule has asked."""
        self.surroundings = (registers, zone)
        self.notes: list[NotJudged] = []
        self.wake = FOREVER

    def note(self, rule: str, reason: str, key: str = "") -> None:
        """Marks the case (or one key of it) as not judged by a rule."""
        self.notes.append(NotJudged(case_id=self.case_id, rule=rule, reason=reason, key=key))

    def sleep(self, until: int | None) -> None:
        """Asks to be judged again at an instant, when silence may have become a finding."""
        if until is not None and until < self.wake:
            self.wake = until

    def day(self, instant: int) -> int:
        """The local day of an instant."""
        return self._zone.day(instant)

    def corrected(self, event: CaseEvent) -> CaseEvent | None:
        """The event that was reported first, where this one corrects it 更正, be it through other corrections."""
        by_id = {known.event_id: known for known in self._events} if event.corrects else {}
        seen = {event.event_id}
        original = None
        while event.corrects and event.corrects not in seen and event.corrects in by_id:
            original = event = by_id[event.corrects]
            seen.add(event.event_id)
        return original

    def first(self, field: str) -> str | None:
        """The case's item, region, department … : what the earliest event that has the field says."""
        for _, _, event in self.moments:
            value: str | None = getattr(event, field)
            if value is not None:
                return value
        return None

    def last(self, field: str, instant: int) -> str | None:
        """What the latest event at or before an instant says that has the field."""
        for at, _, event in reversed(self.moments):
            if at <= instant and (value := getattr(event, field)):
                found: str = value
                return found
        return None

    def acceptance(self) -> tuple[int, CaseEvent] | None:
        """The case's first acceptance 受理: its instant and its event."""
        accepted = self.hits.get(self._accepted)
        return (accepted[0][0], accepted[0][2]) if accepted else None

    def item(self, at: int, event: CaseEvent) -> ItemVersion:
        """The version of the item in force at the case's acceptance, or at the event's instant if that came before.

        Raises CannotJudge where the catalogue has none.
        """
        accepted = self.acceptance()
        if accepted and accepted[0] <= at:
            if self._item is None:
                self._item = self._version(*accepted)
            return self._item
        return self._version(at, event)

    def _version(self, at: int, event: CaseEvent) -> ItemVersion:
        code = event.item or self.first("item")
        if code is None:
            raise CannotJudge("item: the case names no item")
        found = self.catalogue.find(code, self._zone.day(at), event.item_version)
        if found is None:
            version = f" (version {event.item_version})" if event.item_version else ""
            raise CannotJudge(f"item: the catalogue has no {code}{version} at acceptance")
        return found
