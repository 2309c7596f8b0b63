"""Whether a pack is still what was signed: manifest, signature, every file, the sealed entries. Pure."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from mingjing import __version__, codec
from mingjing.evidence import days
from mingjing.evidence.dossier import CalendarDays, ItemPaper, RulePaper, Surrounds
from mingjing.evidence.manifest import (
    ENTRIES,
    EVENTS,
    FORMAT,
    ITEMS,
    KEYS,
    LEDGER,
    MANIFEST,
    PURPOSE,
    RULE,
    RULE_TEXT,
    SIGNATURE,
    SURROUNDS,
    EventLine,
    Manifest,
    Signature,
    Unreadable,
    digest,
)
from mingjing.record.entry import Entry, body_digest, entry_hash
from mingjing.record.keys import verified
from mingjing.types import CaseEvent, Finding

T = TypeVar("T")
Files = Mapping[str, bytes]


class Given(Struct, frozen=True, kw_only=True):
    """What a pack gives to judge the case again with. `events`: each with when it arrived, as `codec.decode` has it."""

    latest: Finding
    events: tuple[CaseEvent, ...]
    masked: int
    rule: RulePaper
    calendars: tuple[CalendarDays, ...]
    items: tuple[ItemPaper, ...]
    surrounds: Surrounds


class Again(Struct, frozen=True):
    """What judging again came to. `agrees`: None where it cannot be told, and `why` says so."""

    agrees: bool | None
    why: str = ""


Recompute = Callable[[Given], Again]


class Report(Struct, frozen=True, kw_only=True):
    """What a check found. `wrong`: each thing that is not as it was signed, in one line; `told`: what else to know.

    `agrees`: whether the case judged again gives the same; None where it was not judged again.
    """

    manifest: Manifest
    agrees: bool | None = None
    key: str
    trusted: bool
    wrong: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def checked(files: Files, *, key: str | None = None, recompute: Recompute | None = None) -> Report:
    """Checks the files of a pack; `key`: the public key (hex) that must have signed. Unreadable where it is no pack."""
    manifest = _read(files, MANIFEST, Manifest)
    signature = _read(files, SIGNATURE, Signature)
    if manifest.format != FORMAT:
        raise Unreadable(f"{MANIFEST}: format {manifest.format!r}; this version reads {FORMAT}")
    wrong: list[str] = []
    told: list[str] = []
    if not verified(signature.key, digest(files[MANIFEST]), signature.signature, PURPOSE):
        wrong.append(f"{MANIFEST}: the signature does not fit; it, or the list of files, was changed")
    if key is not None and key.lower() != signature.key.lower():
        wrong.append(f"{SIGNATURE}: signed with the key {signature.key}, not with {key.lower()}")
    wrong += _files(files, manifest)
    if not wrong:
        wrong += _inside(files, manifest, told)
    agrees = None if wrong else _again(files, manifest, recompute, wrong, told)
    whole = {"wrong": tuple(wrong), "told": tuple(told)}
    return Report(manifest=manifest, agrees=agrees, key=signature.key, trusted=key is not None, **whole)


def _files(files: Files, manifest: Manifest) -> list[str]:
    listed = {one.name: one for one in manifest.files}
    wrong = [f"{name}: added" for name in sorted(set(files) - set(listed) - {MANIFEST, SIGNATURE})]
    for name, one in sorted(listed.items()):
        if name not in files:
            wrong.append(f"{name}: removed")
        elif digest(files[name]) != one.sha256:
            wrong.append(f"{name}: changed")
    return wrong


def _inside(files: Files, manifest: Manifest, told: list[str]) -> list[str]:
    """Whether what the files say of each other holds."""
    wrong = []
    masked = 0
    for line in _read(files, EVENTS, tuple[EventLine, ...]):
        if line.file not in files:
            wrong.append(f"{EVENTS}: names {line.file}, which is not there")
        elif line.masked:
            masked += 1
        elif digest(files[line.file]) != line.sha256:
            wrong.append(f"{line.file}: is not what was received, and does not say that it is masked")
    if masked:
        told.append(f"{masked} events are masked: what stands for the hash of each original only the service can make")
    wrong += _entries(files, manifest, told)
    clock = _latest(files).evidence.clock
    if clock is not None and files.get(LEDGER) != days.as_csv(clock):
        wrong.append(f"{LEDGER}: is not the ledger of the finding")
    return wrong


def _entries(files: Files, manifest: Manifest, told: list[str]) -> list[str]:
    """Whether the sealed entries are genuine, and no act between the first and the last is missing."""
    entries = _read(files, ENTRIES, tuple[Entry, ...])
    keys = set(_read(files, KEYS, tuple[str, ...]))
    wrong = [
        f"{ENTRIES}: entry {entry.seq} of {entry.chain}: {why}" for entry in entries if (why := _entry(entry, keys))
    ]
    numbers = sorted({entry.number for entry in entries if entry.kind == "act" and entry.subject == manifest.finding})
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"{ENTRIES}: acts {numbers} of the finding; there is a gap")
    if not wrong:
        told.append(f"{len(entries)} entries of the sealed record: hashes and signatures hold")
    if masked := sum(bool(entry.body) and not entry.salt for entry in entries):
        told.append(f"{masked} entries are masked: their texts cannot be held against what was sealed")
    if erased := sum(not entry.body and not entry.salt for entry in entries):
        told.append(f"{erased} entries have lost their texts: they are erased after their time")
    return wrong


def _entry(entry: Entry, keys: set[str]) -> str:
    if entry.hash != entry_hash(entry):
        return "its hash does not fit"
    if entry.salt and entry.digest != body_digest(entry.salt, entry.body):
        return "its body does not fit its digest"
    if not any(verified(key, entry.hash, entry.signature) for key in keys):
        return "no key of the pack has signed it"
    return ""


def _again(
    files: Files, manifest: Manifest, recompute: Recompute | None, wrong: list[str], told: list[str]
) -> bool | None:
    if RULE not in files:
        told.append("not judged again: the pack has no text of the rule")
        return None
    if recompute is None:
        told.append("not judged again: this check has no rule engine")
        return None
    again = recompute(given(files))
    if again.agrees is False:
        by = f" (packed by Mingjing {manifest.mingjing}, this is {__version__})" * (manifest.mingjing != __version__)
        wrong.append(f"judged again from what is in the pack, the finding differs: {again.why}{by}")
    elif again.agrees:
        told.append("judged again from the packed events, rule, item and calendar: the same finding and ledger")
    else:
        told.append(f"not judged again: {again.why}")
    return again.agrees


def given(files: Files) -> Given:
    """What a pack gives to judge again with; Unreadable where that cannot be read."""
    index = _read(files, EVENTS, tuple[EventLine, ...])
    events = []
    for line in index:
        try:
            event = codec.decode(files[line.file])
        except codec.Refused as why:
            raise Unreadable(f"{line.file}: {why}") from why
        if line.arrived is not None and (event.received_at is None or line.arrived < event.received_at):
            event = msgspec.structs.replace(event, received_at=line.arrived)
        events.append(event)
    try:
        text = files[RULE_TEXT].decode()
    except (KeyError, UnicodeDecodeError) as why:
        raise Unreadable(f"{RULE_TEXT}: is not there, or no text") from why
    return Given(
        latest=_latest(files),
        events=tuple(events),
        masked=sum(line.masked for line in index),
        rule=msgspec.structs.replace(_read(files, RULE, RulePaper), text=text),
        calendars=tuple(_read(files, name, CalendarDays) for name in sorted(files) if name.startswith("calendars/")),
        items=_read(files, ITEMS, tuple[ItemPaper, ...]),
        surrounds=_read(files, SURROUNDS, Surrounds),
    )


def _latest(files: Files) -> Finding:
    names = sorted(name for name in files if name.startswith("revisions/"))
    if not names:
        raise Unreadable("no revision of the finding is in it")
    return _read(files, names[-1], Finding)


def _read(files: Files, name: str, kind: type[T]) -> T:
    if name not in files:
        raise Unreadable(f"no evidence pack: it has no {name}")
    try:
        return msgspec.json.decode(files[name], type=kind)
    except msgspec.MsgspecError as wrong:
        raise Unreadable(f"{name}: cannot be read: {wrong}") from wrong
