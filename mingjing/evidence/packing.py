"""One ZIP file of a dossier. Pure but for the typesetter; the same dossier gives the same bytes, its PDFs aside."""

import io
import zipfile
from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from mingjing import __version__
from mingjing.evidence import days, paper
from mingjing.evidence.dossier import Dossier, EventFile
from mingjing.evidence.manifest import (
    ENTRIES,
    EVENTS,
    FORMAT,
    ITEMS,
    KEYS,
    LEDGER,
    MANIFEST,
    NAMES,
    NOTES,
    PURPOSE,
    RULE,
    RULE_TEXT,
    SIGNATURE,
    SURROUNDS,
    EventLine,
    Manifest,
    Signature,
    digest,
    encode,
    lines,
)
from mingjing.instants import micros
from mingjing.record.keys import Signer
from mingjing.reports.fonts import NoFont, fonts
from mingjing.texts import LANGUAGES, both, text
from mingjing.types import Text

WHEN = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP, which says nothing; `made_at` of the manifest does."""

Told = Callable[[float], None]


class Pack(Struct, frozen=True, kw_only=True):
    """A pack: what the file is called, its bytes, its manifest, and what is not in it."""

    name: str
    content: bytes
    manifest: Manifest
    notes: tuple[Text, ...] = ()


def packed(dossier: Dossier, signer: Signer, told: Told = lambda done: None) -> Pack:
    """The pack of a dossier; `told` hears how much is done, from 0 to 1."""
    files, notes = plain_files(dossier), list(dossier.notes)
    told(0.3)
    known = lines(files)
    for number, language in enumerate(LANGUAGES, 1):
        try:
            families = fonts(language).families
        except NoFont as why:
            notes.append(both("evidence.no_paper", language=language, why=str(why)))
        else:
            files[f"evidence.{language}.pdf"] = paper.pdf(dossier, language, families, known)
        told(0.3 + 0.3 * number)
    files[NOTES] = _json(notes)
    manifest = _manifest(dossier, files)
    content = encode(manifest)
    files[MANIFEST] = content
    files[SIGNATURE] = encode(Signature(key=signer.public, signature=signer.sign(digest(content), PURPOSE)))
    name = f"evidence-{dossier.latest.rule}-{dossier.latest.finding_id}-{dossier.made_at:%Y%m%dT%H%M%SZ}.zip"
    pack = Pack(name=name, content=_zipped(files), manifest=manifest, notes=tuple(notes))
    told(1.0)
    return pack


def _manifest(dossier: Dossier, files: dict[str, bytes]) -> Manifest:
    latest = dossier.latest
    return Manifest(
        format=FORMAT,
        mingjing=__version__,
        finding=latest.finding_id,
        rule=latest.rule,
        rule_version=latest.rule_version,
        made_at=dossier.made_at,
        made_by=dossier.made_by,
        reason=dossier.reason,
        events=len(dossier.events),
        masked=sum(one.masked for one in dossier.events),
        entries=len(dossier.entries),
        files=lines(files),
    )


def plain_files(dossier: Dossier) -> dict[str, bytes]:
    """All files but the PDFs and the manifest."""
    files = {"README.txt": "\n\n".join(text("evidence.readme", one) for one in LANGUAGES).encode()}
    files |= {f"revisions/{one.revision:04}.json": _json(one) for one in dossier.revisions}
    files |= dict(_events(dossier.events))
    files |= {f"calendars/{one.name}.json": _json(one) for one in dossier.calendars}
    files |= {ITEMS: _json(dossier.items), SURROUNDS: _json(dossier.surrounds), NAMES: _json(dossier.names)}
    files |= {ENTRIES: _json(dossier.entries), KEYS: _json(dossier.keys)}
    if dossier.rule is not None:
        files[RULE] = _json({name: value for name, value in asdict(dossier.rule).items() if name != "text"})
        files[RULE_TEXT] = dossier.rule.text.encode()
    if dossier.latest.evidence.clock is not None:
        files[LEDGER] = days.as_csv(dossier.latest.evidence.clock)
    for folder, several in (("snapshots", dossier.snapshots), ("attachments", dossier.attachments)):
        files |= {f"{folder}/{one.name}": one.content for one in several if one.content is not None}
    return files


def _events(events: tuple[EventFile, ...]) -> Iterator[tuple[str, bytes]]:
    index = []
    for number, one in enumerate(sorted(events, key=_order), 1):
        name = f"events/{number:05}.json"
        yield name, one.raw
        line = EventLine(
            file=name,
            event_id=one.event.event_id,
            sha256=one.sha256,
            arrived=one.arrived,
            place=one.place,
            masked=one.masked,
        )
        index.append(line)
    yield EVENTS, _json(index)


def _order(one: EventFile) -> tuple[int, str, str]:
    return micros(one.event.occurred_at), one.event.event_id, one.place


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(files, key=lambda name: (name not in (MANIFEST, SIGNATURE), name)):
            pack.writestr(zipfile.ZipInfo(name, WHEN), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
