"""The pages of a pack, as a court reads them: what was found, how it was counted, and on what it rests."""

from collections.abc import Iterator, Sequence
from functools import partial
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import typst
from msgspec import Struct

from mingjing.evidence import days
from mingjing.evidence.dossier import Dossier
from mingjing.evidence.manifest import FileLine
from mingjing.record.entry import Entry
from mingjing.reports.fonts import known
from mingjing.reports.pdf import breakable
from mingjing.texts import Language, catalogue, text
from mingjing.types import Instant

Row = Sequence[object]
TURNS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
"""Signs that turn the direction of a text, so that it reads otherwise than it was sealed."""
MOST_DAYS, MOST_EVENTS = 1_500, 3_000
"""Rows on paper; the files beside it hold all."""


class Table(Struct, frozen=True):
    """A table; `widths` are shares of the page, 0: as wide as its cells."""

    heads: Sequence[str] = ()
    widths: Sequence[int] = ()
    rows: Sequence[Row] = ()


class Section(Struct, frozen=True, kw_only=True):
    """One part of the pages."""

    title: str
    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    code: str = ""
    table: Table = Table()


def pdf(dossier: Dossier, language: Language, families: Sequence[str], listed: Sequence[FileLine]) -> bytes:
    """The pages in a language; `listed` are the other files, so that the paper binds them by their hashes."""
    voice = _Voice(dossier, language)
    latest, made_at = dossier.latest, voice.moment(dossier.made_at)
    data: dict[str, Any] = {
        "language": language,
        "fonts": families,
        "title": voice("title"),
        "subtitle": breakable(f"{latest.rule} · {getattr(latest.message, language)}"),
        "lines": [breakable(voice("made", by=dossier.made_by, at=made_at, reason=dossier.reason or "—"))],
        "author": "Mingjing",
        "foot": voice("foot", finding=latest.finding_id, at=made_at),
        "sections": [_plain(one) for one in _sections(dossier, voice, listed)],
    }
    compiler = typst.Compiler(
        files(__package__).joinpath("paper.typ").read_bytes(),
        font_paths=known(),
        sys_inputs={"paper": msgspec.json.encode(data).decode().translate(TURNS)},
        package_path="/nonexistent",
        package_cache_path="/nonexistent",
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)
    return made


class _Voice:
    """One language and zone."""

    def __init__(self, dossier: Dossier, language: Language) -> None:
        self.language: Language = language
        self.zone = ZoneInfo(dossier.surrounds.timezone)
        self._names = {(one.field, one.code): one.zh if language == "zh" else one.en for one in dossier.names}

    def __call__(self, word: str, **places: object) -> str:
        return text(f"evidence.{word}", self.language, **places)

    def moment(self, instant: Instant | None) -> str:
        """Local time with its offset."""
        return "—" if instant is None else instant.astimezone(self.zone).isoformat(" ", "seconds")

    def name(self, field: str, code: str | None) -> str:
        """What people call a code, with the code."""
        said = self._names.get((field, code or ""))
        return f"{said} ({code})" if said else code or "—"

    def amount(self, number: float, unit: str) -> str:
        """A limit in words."""
        key = f"unit.{unit}_one" if number == 1 else f"unit.{unit}"
        return text(key, self.language, n=f"{number:g}") if key in catalogue(self.language) else f"{number:g} {unit}"

    def limit(self, said: str | None) -> str:
        """A limit as the item words it, in words of this language where it is a number and a unit."""
        number, _, unit = (said or "—").partition(" ")
        return self.amount(float(number), unit) if number.isdecimal() else said or "—"

    def known(self, section: str, word: str) -> str:
        """The word of a catalogue's section, itself where there is none."""
        return catalogue(self.language).get(f"{section}.{word}", word)


def _sections(dossier: Dossier, voice: _Voice, listed: Sequence[FileLine]) -> Iterator[Section]:
    yield _finding(dossier, voice)
    clock = dossier.latest.evidence.clock
    if clock is not None:
        lines = list(days.by_day(clock))
        rows: list[Row] = [
            (
                one.day or f"{_short(one.since, voice)} – {_short(one.until, voice)}",
                voice.known("evidence", f"kind_{one.kind}"),
                f"{one.units:g}",
                f"{one.total:g}",
                one.note,
            )
            for one in lines[:MOST_DAYS]
        ]
        facts = [
            (voice("started"), voice.moment(clock.started_at)),
            (voice("stopped"), voice.moment(clock.stopped_at)),
            (voice("limit"), voice.amount(clock.limit, clock.unit)),
            (voice("due"), str(clock.due_on) if clock.due_on else voice.moment(clock.due_at)),
        ]
        heads = [voice(word) for word in ("day", "kind", "units", "total", "note")]
        yield Section(title=voice("ledger"), facts=facts, table=Table(heads, (2, 1, 1, 1, 2), rows))
    if dossier.rule is not None:
        rule = dossier.rule
        named = [(voice("rule"), f"{rule.rule} {getattr(rule.name, voice.language)}"), (voice("version"), rule.version)]
        named.append((voice("basis"), breakable(rule.basis)))
        yield Section(
            title=voice("rule_text"), facts=named, code=breakable(rule.text.partition("\n[[example]]")[0].rstrip())
        )
    yield from _given(dossier, voice)
    yield _events(dossier, voice)
    yield _revisions(dossier, voice)
    yield _handling(dossier, voice)
    notes = [getattr(one, voice.language) for one in dossier.notes]
    if notes:
        yield Section(title=voice("missing"), lines=notes)
    files_listed: list[Row] = [(breakable(one.name), f"{one.size:,}", breakable(one.sha256)) for one in listed]
    heads = [voice(word) for word in ("file", "size", "sha256")]
    yield Section(title=voice("files"), lines=[voice("how")], table=Table(heads, (3, 1, 5), files_listed))


def _finding(dossier: Dossier, voice: _Voice) -> Section:
    one = dossier.latest
    facts = [
        (voice("finding"), one.finding_id),
        (voice("severity"), voice(f"severity_{one.severity}")),
        (voice("status"), voice(f"status_{one.status}")),
        (voice("occurred"), voice.moment(one.occurred_at)),
        (voice("detected"), voice.moment(one.detected_at)),
        (voice("subject"), breakable(one.subject)),
        *(
            (voice(field), breakable(voice.name(field, getattr(one, field))))
            for field in ("item", "region", "department", "window", "officer")
        ),
        (voice("limit_said"), voice.limit(one.evidence.limit)),
    ]
    return Section(title=voice("found"), lines=[breakable(getattr(one.message, voice.language))], facts=facts)


def _given(dossier: Dossier, voice: _Voice) -> Iterator[Section]:
    if dossier.items:
        lines = [f"{one.item} @ {one.version or '—'}: {one.valid_from} – {one.valid_to}" for one in dossier.items]
        code = "\n".join(
            f"{name} = {breakable(str(value))}"
            for one in dossier.items[:1]
            for name, value in sorted(one.fields.items())
        )
        yield Section(title=voice("items"), lines=lines, code=code)
    lines = [f"{one.name}: {one.version} ({', '.join(map(str, one.years))})" for one in dossier.calendars]
    yield Section(title=voice("calendars"), lines=[*lines, voice("calendar_days")])


def _events(dossier: Dossier, voice: _Voice) -> Section:
    rows = [
        (
            voice.moment(one.event.occurred_at),
            voice.moment(one.event.recorded_at),
            voice.moment(one.arrived),
            breakable(voice.known("type", one.event.type)),
            breakable(" ".join(filter(None, (one.event.window, one.event.officer)))),
            breakable(one.event.event_id),
            breakable(one.sha256) + (f" {voice('masked')}" if one.masked else ""),
        )
        for one in sorted(dossier.events, key=lambda one: (one.event.occurred_at, one.event.event_id))[:MOST_EVENTS]
    ]
    heads = [voice(word) for word in ("occurred", "recorded", "arrived", "type", "who", "event", "sha256")]
    masked = sum(one.masked for one in dossier.events)
    lines = [voice("events_all", n=len(dossier.events))]
    if masked:
        lines.append(voice("events_masked", n=masked))
    return Section(title=voice("events"), lines=lines, table=Table(heads, (4, 4, 4, 4, 3, 5, 6), rows))


def _revisions(dossier: Dossier, voice: _Voice) -> Section:
    rows = [
        (
            str(one.revision),
            voice.moment(one.detected_at),
            voice(f"severity_{one.severity}"),
            voice(f"status_{one.status}"),
            breakable(getattr(one.message, voice.language)),
        )
        for one in dossier.revisions
    ]
    heads = [voice(word) for word in ("revision", "detected", "severity", "status", "message")]
    return Section(title=voice("revisions"), table=Table(heads, (1, 3, 2, 2, 8), rows))


def _handling(dossier: Dossier, voice: _Voice) -> Section:
    shown = partial(_entry, voice=voice)
    heads = [voice(word) for word in ("number", "at", "actor", "step", "said", "chain", "hash")]
    lines = [] if dossier.entries else [voice("no_handling")]
    rows = list(map(shown, dossier.entries))
    return Section(title=voice("handling"), lines=lines, table=Table(heads, (1, 4, 3, 3, 5, 3, 5), rows))


def _entry(entry: Entry, voice: _Voice) -> Row:
    try:
        body = msgspec.json.decode(entry.body, type=dict[str, Any]) if entry.body else {}
    except msgspec.DecodeError:  # it was altered, and the check of the pack says so
        body = {"text": entry.body}
    role, severity = body.get("role"), body.get("severity")
    said = [str(body.get("text", ""))]
    said += [f"→ {voice(f'severity_{severity}')}"] if severity in (1, 2, 3) else []
    said += [f"→ {catalogue(voice.language).get(f'handling.due.{to}', to)}"] if (to := body.get("to")) else []
    said += [f"+ {voice.amount(body['days'], 'working_days')}"] if body.get("days") else []
    said += [f"{voice('file')}: {str(name)[:16]}…" for name in body.get("files", ())]
    said += [] if entry.salt else [voice("masked") if entry.body else voice("erased")]
    return (
        str(entry.number or "—"),
        voice.moment(entry.at),
        breakable(entry.actor + (f" ({voice.known('handling', f'role.{role}')})" if role else "")),
        voice.known("handling", f"step.{body['step']}") if "step" in body else entry.kind,
        breakable("\n".join(filter(None, said))),
        breakable(f"{entry.chain} {entry.seq}"),
        breakable(entry.hash),
    )


def _short(iso: str, voice: _Voice) -> str:
    return voice.moment(msgspec.convert(iso, Instant)) if iso else "…"


def _plain(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "lines": section.lines,
        "facts": section.facts,
        "code": section.code,
        "table": {
            "heads": section.table.heads,
            "widths": section.table.widths,
            "rows": [[str(cell) for cell in row] for row in section.table.rows],
        },
    }
