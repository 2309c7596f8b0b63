"""Reads all that a pack needs from the store and from the files of an installation."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from mingjing import codec, files
from mingjing.access import Person
from mingjing.calendars import Calendar, Calendars
from mingjing.errors import UsageError
from mingjing.evidence.dossier import (
    Attached,
    CalendarDays,
    Dossier,
    EventFile,
    ItemPaper,
    Named,
    RulePaper,
    Surrounds,
)
from mingjing.evidence.manifest import digest
from mingjing.evidence.packing import Pack, Told, packed
from mingjing.handling.machine import Act
from mingjing.record.entry import Entry, Kind, body_digest
from mingjing.record.keys import signer, trusted
from mingjing.record.recorder import Draft, Recorder
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import entries
from mingjing.texts import both
from mingjing.types import CaseEvent, Finding, Text

MOST_EVENTS = 40_000
NAMED = ("item", "region", "department", "window", "officer")
KINDS: tuple[Kind, ...] = ("act", "event", "note")
"""Entries about a finding that belong into its pack; who looked at it does not."""


class Unknown(UsageError):
    """No such finding, or none that this person may see."""


def pack(
    store: Store,
    recorder: Recorder,
    settings: Settings,
    person: Person | str,
    finding_id: str,
    at: datetime,
    *,
    reason: str = "",
    told: Told = lambda done: None,
) -> Pack:
    """The evidence pack of a finding; that it was made is recorded, as an `export`, before it is handed out.

    `store` reads with the person's eyes: what it masks stays masked. `told` hears how much is done (0 to 1). Unknown
    where the person may see no such finding.
    """
    actor = person.account if isinstance(person, Person) else person
    dossier = gather(store, settings, finding_id, actor, at, reason=reason)
    told(0.2)
    made = packed(dossier, signer(settings.seal_dir), lambda done: told(0.2 + 0.7 * done))
    latest = dossier.latest
    body = {
        "what": "evidence",
        "file": made.name,
        "sha256": digest(made.content),
        "events": made.manifest.events,
        "masked": made.manifest.masked,
        "reason": reason,
    }
    draft = Draft(
        kind="export",
        body=body,
        subject=finding_id,
        case_id=latest.case_id or "",
        region=latest.region or "",
        department=latest.department or "",
        window=latest.window or "",
        officer=latest.officer or "",
    )
    recorder.append(person, at, draft)
    told(1.0)
    return made


def gather(
    store: Store,
    settings: Settings,
    finding_id: str,
    actor: str,
    at: datetime,
    *,
    reason: str = "",
) -> Dossier:
    """Everything about a finding. Unknown where there is no such finding for these eyes."""
    revisions = tuple(
        msgspec.json.decode(row["body"], type=Finding)
        for row in store.query("finding_revisions", finding_id=finding_id)
    )
    if not revisions:
        raise Unknown(f"no finding {finding_id!r}; the board and `mingjing handling show` name them")
    latest = revisions[0]
    notes: list[Text] = []
    events = tuple(_events(store, latest))
    sealed = tuple(_sealed(store, finding_id))
    return Dossier(
        made_at=at,
        made_by=actor,
        reason=reason,
        revisions=revisions,
        events=events,
        rule=_rule(store, latest, notes),
        calendars=tuple(_calendars(settings, latest, events, notes)),
        items=tuple(_items(store, latest, events, notes)),
        surrounds=_surrounds(settings),
        entries=sealed,
        keys=tuple(trusted(settings.seal_dir)),
        snapshots=tuple(_snapshots(settings, events, notes)),
        attachments=tuple(_attachments(settings, sealed, notes)),
        names=tuple(_names(store, latest, events)),
        notes=tuple(notes),
    )


def _sealed(store: Store, finding_id: str) -> Iterator[Entry]:
    """The entries as these eyes see them. One that was altered in the store keeps its salt though it is masked, so that
    the check finds it."""
    veil, store.veil = store.veil, None
    try:
        found = entries(store, kinds=KINDS, subjects=[finding_id])
    finally:
        store.veil = veil
    for one in found:
        row = {"case_id": one.case_id, "body": one.body, "salt": one.salt}
        seen = row if veil is None else veil.row(row, {})
        sound = one.digest == body_digest(one.salt, one.body)
        yield msgspec.structs.replace(one, body=seen["body"], salt=seen["salt"] if sound else one.salt)


def _events(store: Store, latest: Finding) -> Iterator[EventFile]:
    if latest.case_id:
        rows = store.query("evidence_events", case_id=latest.case_id, limit=MOST_EVENTS + 1)
    else:
        rows = store.query("evidence_named", event_ids=list(latest.evidence.events), limit=MOST_EVENTS + 1)
    if len(rows) > MOST_EVENTS:
        raise UsageError(f"{latest.finding_id}: more than {MOST_EVENTS:,} events; a pack of so many is not made")
    for row in rows:
        raw = row["raw"].encode()
        yield EventFile(
            event=codec.decode(raw),
            raw=raw,
            sha256=row["sha256"],
            arrived=row["received_at"],
            place=f"{row['topic']}/{row['partition']}/{row['offset']}/{row['line']}",
            masked=digest(raw) != row["sha256"],
        )


def _rule(store: Store, latest: Finding, notes: list[Text]) -> RulePaper | None:
    for row in store.query("rule_texts"):
        if (row["rule"], row["version"]) == (latest.rule, latest.rule_version):
            return RulePaper(
                rule=latest.rule,
                version=latest.rule_version,
                kind=row["kind"],
                name=Text(zh=row["name_zh"], en=row["name_en"]),
                basis=row["basis"],
                text=row["text"],
            )
    notes.append(both("evidence.no_rule", rule=latest.rule, version=latest.rule_version))
    return None


def _calendars(
    settings: Settings, latest: Finding, events: Iterable[EventFile], notes: list[Text]
) -> Iterator[CalendarDays]:
    """The calendars of the installation in the years around the case: a limit may end in the year after the next."""
    known = Calendars(Path(settings.calendars_dir) if settings.calendars_dir else None)
    years = {latest.occurred_at.year, latest.detected_at.year, *(one.event.occurred_at.year for one in events)}
    span = range(min(years) - 1, max(years) + 3)
    for name in known.names():
        calendar = known.get(name)
        there = tuple(sorted(calendar.years & set(span)))
        if there:
            yield CalendarDays(
                name=name, version=calendar.version, years=there, working=tuple(working_days(calendar, there))
            )
        else:
            notes.append(both("evidence.no_calendar", name=name))


def working_days(calendar: Calendar, years: Iterable[int]) -> Iterator[str]:
    """The working days of a calendar in some years, all of which it covers, as ISO dates."""
    for year in years:
        for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            if calendar.counts(day):
                yield date.fromordinal(day).isoformat()


def _items(store: Store, latest: Finding, events: Iterable[EventFile], notes: list[Text]) -> Iterator[ItemPaper]:
    wanted = sorted({code for code in (latest.item, *(one.event.item for one in events)) if code})
    found = store.query("items", items=wanted) if wanted else []
    for code in wanted:
        if all(row["item"] != code for row in found):
            notes.append(both("evidence.no_item", item=code))
    for row in found:
        if row["status"] != "removed":
            yield ItemPaper(
                item=row["item"],
                version=row["version"],
                valid_from=row["valid_from"].isoformat(),
                valid_to=row["valid_to"].isoformat(),
                fields=msgspec.json.decode(row["fields"] or "{}"),
            )


def _surrounds(settings: Settings) -> Surrounds:
    timetable = Path(settings.calendars_dir or "") / "timetable.toml"
    text = timetable.read_text(encoding="utf-8") if settings.calendars_dir and timetable.exists() else ""
    return Surrounds(timezone=settings.timezone, calendar=settings.calendar, timetable=text)


def _snapshots(settings: Settings, events: Iterable[EventFile], notes: list[Text]) -> Iterator[Attached]:
    folder = Path(settings.pictures_dir).resolve()
    wanted = {text for one in events for text in _pictures(one.event)}
    for number, name in enumerate(sorted(wanted), 1):
        path = (folder / name).resolve()
        if path.is_relative_to(folder) and path.is_file() and path.suffix in (".jpg", ".jpeg", ".png"):
            yield Attached(f"{number:03}-{path.name}", path.read_bytes())
        else:
            notes.append(both("evidence.no_snapshot", name=name))


def _pictures(event: CaseEvent) -> Iterator[str]:
    named = event.data.get("snapshot"), *_listed(event.data.get("snapshots"))
    yield from (name for name in named if isinstance(name, str) and name)


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _attachments(settings: Settings, sealed: Iterable[Entry], notes: list[Text]) -> Iterator[Attached]:
    folder = Path(settings.files_dir)
    for wanted in dict.fromkeys(one for entry in sealed for one in _files(entry)):
        about = files.about(folder, wanted)
        try:
            content = files.read(folder, wanted)
        except (files.Refused, OSError):
            notes.append(both("evidence.no_attachment", name=wanted))
        else:
            yield Attached(f"{wanted[:16]}-{about.name if about else 'file'}", content, wanted)


def _files(entry: Entry) -> tuple[str, ...]:
    if entry.kind != "act" or not entry.body:
        return ()
    try:
        return msgspec.json.decode(entry.body, type=Act).files
    except msgspec.DecodeError:  # it was altered, and the check of the pack says so
        return ()


def _names(store: Store, latest: Finding, events: Iterable[EventFile]) -> Iterator[Named]:
    used = {(field, getattr(one, field)) for one in (latest, *(each.event for each in events)) for field in NAMED}
    for row in store.query("names"):
        if (row["field"], row["code"]) in used:
            yield Named(**row)
