"""Who was in the rooms of a tender and when, by the door's log, against when scores were given. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from mingjing.insight.tender.happened import Happened, first, of
from mingjing.privacy.mask import MARK

ROLES = ("expert", "supervisor", "staff", "outsider")


class Stay(Struct, frozen=True, kw_only=True):
    """Somebody in a room, from an entry to the next leaving; `until` None: no leaving is on record."""

    person: str
    role: str
    room: str
    since: datetime
    until: datetime | None


class Scored(Struct, frozen=True, kw_only=True):
    """A score at the instant at which it was given, and whether the door knows the expert to be in a room then."""

    expert: str
    bidder: str
    score: float | None
    at: datetime
    inside: bool


def stays(events: Sequence[Happened]) -> list[Stay]:
    """All stays in order of entry; another entry of the same person into the same room ends the one before it."""
    found: list[Stay] = []
    open_at: dict[tuple[str, str], Happened] = {}

    def close(person: str, room: str, until: datetime | None) -> None:
        entry = open_at.pop((person, room))
        found.append(Stay(person=person, role=entry.text("role"), room=room, since=entry.at, until=until))

    for event in of(events, "room_entered", "room_left"):
        person, room = event.text("person"), event.text("room")
        if (person, room) in open_at:
            close(person, room, event.at)
        if event.type == "room_entered" and person:
            open_at[person, room] = event
    for person, room in list(open_at):
        close(person, room, None)
    return sorted(found, key=lambda stay: (stay.since, stay.person))


def scored(events: Sequence[Happened]) -> list[Scored]:
    """All scores in order; as long as no door has let an expert in, everybody counts as inside.

    So does who is masked where the door's log is not, or the other way round: the two cannot be held together.
    """
    kept = stays(events)
    veiled = {stay.person.startswith(MARK) for stay in kept}
    begun = min((stay.since for stay in kept if stay.role in ("", "expert")), default=None)
    return [
        Scored(
            expert=event.text("expert"),
            bidder=event.text("bidder"),
            score=event.number("score"),
            at=event.at,
            inside=begun is None
            or event.at < begun
            or not event.text("expert")
            or event.text("expert").startswith(MARK) not in veiled
            or any(_there(stay, event) for stay in kept),
        )
        for event in of(events, "expert_scored")
    ]


def _there(stay: Stay, event: Happened) -> bool:
    within = stay.since <= event.at and (stay.until is None or event.at <= stay.until)
    return within and stay.person == event.text("expert")


def strangers(events: Sequence[Happened]) -> list[Stay]:
    """Outsiders who were in the experts' rooms while bids were evaluated, and experts there who were not drawn.

    The opening is public: an outsider who came before, and whose leaving the door missed, is not taken to have stayed.
    """
    begun, ended = first(events, "evaluation_started"), first(events, "evaluation_ended")
    drawn = {code for event in of(events, "expert_drawn") for code in event.codes("drawn")}
    if begun is None:
        return []
    kept = stays(events)
    where = {stay.room for stay in kept if stay.role == "expert"}
    return [
        stay
        for stay in kept
        if stay.room in where
        and _stayed(stay, begun.at)
        and (ended is None or stay.since < ended.at)
        and (stay.role == "outsider" or (stay.role == "expert" and _unknown(stay.person, drawn)))
    ]


def _stayed(stay: Stay, since: datetime) -> bool:
    if stay.until is None:
        return stay.since >= since or stay.role == "expert"
    return stay.until > since


def _unknown(person: str, known: Collection[str]) -> bool:
    """Whether somebody is not among those known; who is masked is not held against codes that are not."""
    alike = {code.startswith(MARK) for code in known}
    return person.startswith(MARK) in alike and person not in known
