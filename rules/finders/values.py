"""Finders in the values that events carry: the same where they should differ, far off, missing from a list."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from rules.finders.view import Finder, Sight, View, far
from rules.funnels import robust_z
from rules.patterns import there
from rules.rows import Row


def same_value(row: Row) -> Finder:
    """`of`, `field`, `who`, `least` (2): so many different ones carry one value, an address for example."""
    slot, field, who = row.events(), row.field("field"), row.field("who")
    least = row.whole("least", least=2, default=2)

    def find(view: View) -> list[Sight] | None:
        groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for _, event_id, event in view.hits(slot):
            value, whose = field(event), who(event)
            if there(value) and there(whose):
                groups[_plain(value)][_plain(whose)].append(event_id)
        return [
            Sight(tuple(e for events in those.values() for e in events), far(least, len(those)), len(those), 1)
            for those in groups.values()
            if len(those) >= least
        ]

    return find


def _plain(value: Any) -> str:
    return str(value).strip().casefold()


def above(row: Row) -> Finder:
    """`of`, `field`, `than`: a number at or above a threshold. One sight for all such events."""
    slot, field, than = row.events(), row.field("field"), row.number("than")

    def find(view: View) -> list[Sight]:
        found = {event_id: value for _, event_id, event in view.hits(slot) if _number(value := field(event)) >= than}
        if not found:
            return []
        highest = max(found.values())
        return [Sight(tuple(found), far(than, highest), highest, than)]

    return find


def _number(value: Any) -> float:
    return float("-inf") if isinstance(value, bool) or not isinstance(value, int | float) else float(value)


def deviation(row: Row) -> Finder:
    """`of`, `field`, `who`, `about`, `k` (3.5), `floor` (1), `least` (5): a judge's score lies more than `k` robust
    standard deviations (MAD, at least `floor` of the field's units) from those of `least` or more of the panel.

    Whoever is strict or mild with all alike deviates from none: a judge's own median distance is taken off first.
    """
    slot, field, who, about = row.events(), row.field("field"), row.field("who"), row.field("about")
    k, floor, least = row.number("k", 3.5), row.number("floor", 1.0), row.whole("least", least=3, default=5)

    def find(view: View) -> list[Sight] | None:
        scores: dict[str, dict[str, tuple[float, str]]] = defaultdict(dict)
        for _, event_id, event in view.hits(slot):
            judge, thing, value = who(event), about(event), _number(field(event))
            if there(judge) and there(thing) and value != float("-inf"):
                scores[str(thing)][str(judge)] = (value, event_id)
        if not any(len(panel) >= least for panel in scores.values()):
            return None
        usual = _habits(scores.values())
        worst: dict[str, tuple[float, list[str]]] = {}
        for panel in scores.values():
            bare = {judge: value - usual[judge] for judge, (value, _) in panel.items()}
            for judge, value in bare.items():
                others = [score for other, score in bare.items() if other != judge]
                distance = abs(robust_z(value, others, floor)) if len(panel) >= least else 0.0
                if distance > k:
                    so_far, events = worst.get(judge, (0.0, []))
                    worst[judge] = (max(so_far, distance), [*events, panel[judge][1]])
        return [Sight(tuple(events), far(k, z), round(z, 2), k) for z, events in worst.values()]

    return find


def _habits(panels: Iterable[Mapping[str, tuple[float, str]]]) -> dict[str, float]:
    """How far each judge usually lies from the panel's median; 0 for whoever scored fewer than three."""
    distances: dict[str, list[float]] = defaultdict(list)
    for panel in panels:
        middle = median(value for value, _ in panel.values())
        for judge, (value, _) in panel.items():
            distances[judge].append(value - middle)
    return {judge: median(found) if len(found) >= 3 else 0.0 for judge, found in distances.items()}


def not_among(row: Row) -> Finder:
    """`of`, `field`, `among`, `among_field`: a value that no event of `among` names; there it may stand in a list.

    It cannot look where there is no `among` event at all: a room without a door log accuses nobody.
    """
    slot, field, among, listed = row.events(), row.field("field"), row.events("among"), row.field("among_field")

    def find(view: View) -> list[Sight] | None:
        named: set[str] = set()
        for _, _, event in view.hits(among):
            value = listed(event)
            named.update(map(str, value) if isinstance(value, list) else [str(value)] if there(value) else [])
        if not named:
            return None
        strange = {e: str(v) for _, e, event in view.hits(slot) if there(v := field(event)) and str(v) not in named}
        persons = len(set(strange.values()))
        return [Sight(tuple(strange), far(1, persons + 1), persons, 0)] if strange else []

    return find


def occurs(row: Row) -> Finder:
    """`of`, `least` (1), optional `since`: so many such events, at or after the first one of `since`."""
    slot, least = row.events(), row.whole("least", least=1, default=1)
    since = row.slot("since", required=False)

    def find(view: View) -> list[Sight]:
        begin = 0 if since is None else next((instant for instant, _, _ in view.hits(since)), view.upto + 1)
        events = tuple(event_id for instant, event_id, _ in view.hits(slot) if instant >= begin)
        return [Sight(events, far(least, len(events) + 1), len(events), least - 1)] if len(events) >= least else []

    return find


def item_is(row: Row) -> Finder:
    """`field`, `values`: what the catalogue says of the case's item. Of the whole case."""
    name, values = row.get("field"), row.get("values")
    if not isinstance(name, str) or not name:
        row.wrong("field", 'field must name a field of the item, like "case_type"')
    if not isinstance(values, list) or not values:
        row.wrong("values", 'values must be a list like ["immediate"]')

    def find(view: View) -> list[Sight]:
        item = view.case.item(view.upto, view.case.moments[0][2])
        return [Sight((), 1.0)] if item.fields.get(str(name)) in values else []

    return find


def agreed_batch(_: Row) -> Finder:
    """Events of a source that has agreed to send in batches. It needs the sources register."""

    def find(view: View) -> list[Sight] | None:
        registers = view.case.registers
        if "sources" not in registers.has:
            return None
        batches = {agreement.name for agreement in registers.agreements if agreement.batch}
        events = tuple(e for _, e, event in view.moments if event.source in batches)
        return [Sight(events, 1.0)] if events else []

    return find


def outage(_: Row) -> Finder:
    """Events that occurred while their source was down, as was declared 停机. It needs the sources register."""

    def find(view: View) -> list[Sight] | None:
        registers = view.case.registers
        if "sources" not in registers.has:
            return None
        events = []
        for instant, event_id, event in view.moments:
            agreement = registers.source(event.source) if event.source else None
            outages = agreement.outages if agreement else ()
            if any(o.since <= instant <= o.until and o.declared_at <= view.upto for o in outages):
                events.append(event_id)
        return [Sight(tuple(events), 1.0)] if events else []

    return find
