"""Proposing, approving and rejecting changes, into the sealed record."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mingjing.access import Person, permissions
from mingjing.changes import past
from mingjing.changes.fold import Broken, Change, Proposal, Standing, fold, packed
from mingjing.changes.parts import PARTS, Files, Part, changed, digest, of, read, summary
from mingjing.errors import UsageError
from mingjing.record.check import genuine
from mingjing.record.entry import Entry
from mingjing.record.keys import trusted
from mingjing.record.recorder import LONGEST, Draft, Recorder, Taken
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import entries

Check = Callable[[Part, Files], None]
"""Whether the files of a part can be loaded at all; raises what its loader raises."""


class NotAllowed(UsageError):
    """Who asks may not do this."""


class NotApproved(UsageError):
    """What a service was about to load is not what two persons approved."""


class Office:
    """Changes of one installation. `check` refuses files that no service could load."""

    def __init__(
        self, store: Store, recorder: Recorder, settings: Settings, now: Callable[[], datetime], check: Check
    ) -> None:
        self._store, self._recorder, self._settings, self._now, self._check = store, recorder, settings, now, check

    def standing(self, part: Part) -> Standing:
        """How a part stands now. Broken where something among its changes is not as a trusted key signed it."""
        found, keys = entries(self._store, kinds=["change"], subjects=[part]), trusted(self._settings.seal_dir)
        for one in found:
            if not genuine(one, keys):
                raise Broken(
                    f"{part}: change {one.number} by {one.actor} is not as a trusted key signed it; run `mingjing seal "
                    "check` (`mingjing seal trust` where another machine wrote it)"
                )
        return fold(part, found)

    def all(self) -> list[Standing]:
        """How all parts stand."""
        return [self.standing(part) for part in PARTS]

    def adopt(self, actor: Person | str) -> list[Part]:
        """Adopts the files that the settings name, of every part in which nothing is in force yet; which these are."""
        done = []
        for part in PARTS:
            if self.standing(part).eras:
                continue
            files = read(self._settings, part)
            try:
                self._append(actor, part, 1, Change(step="adopt", part=part, after=digest(files), files=_told(files)))
            except Taken:
                continue  # another service has just done it, and its word counts
            done.append(part)
        return done

    def propose(self, person: Person, part: Part, text: str, folder: Path | None = None) -> Proposal:
        """Proposes the files of a folder (None: those that the settings name) as the part's next state.

        UsageError where nothing differs, where they cannot be loaded, or where they touch the past.
        """
        self._may(person, "propose_change")
        now = self._now()
        stands = self._adopted(part)
        files = read(self._settings, part) if folder is None else self._of(part, stands, folder)
        if digest(files) == digest(stands.files):
            raise UsageError(f"{part}: nothing differs from what is in force")
        self._fits(part, stands, files, now)
        several = changed(stands.files, files)
        told = {name: None if content is None else packed(content) for name, content in several.items()}
        change = Change(
            step="propose", part=part, before=digest(stands.files), after=digest(files), files=told, text=text
        )
        entry = self._append(person, part, stands.number + 1, change)
        return Proposal(number=entry.number, by=person.account, at=entry.at, text=text, after=change.after, files=files)

    def approve(self, person: Person, part: Part, number: int, text: str = "") -> Standing:
        """Approves a proposal of another person; it is in force for what begins from now on."""
        self._may(person, "approve_change")
        stands, asked = self._waiting(part, number)
        if asked.by == person.account:
            raise NotAllowed(f"{part} {number}: {person.account} has proposed it; a second person approves")
        self._fits(part, stands, asked.files, self._now())
        change = Change(step="approve", part=part, before=digest(stands.files), after=asked.after, of=number, text=text)
        self._append(person, part, stands.number + 1, change)
        return self.standing(part)

    def reject(self, person: Person, part: Part, number: int, text: str = "") -> Standing:
        """Rejects a proposal; who made it may take it back so."""
        stands, asked = self._waiting(part, number)
        if asked.by != person.account:
            self._may(person, "approve_change")
        self._append(person, part, stands.number + 1, Change(step="reject", part=part, of=number, text=text))
        return self.standing(part)

    def _fits(self, part: Part, stands: Standing, files: Files, now: datetime) -> None:
        self._check(part, files)
        if part == "calendars":
            past.check(stands.files, files, now.astimezone(ZoneInfo(self._settings.timezone)).date())

    def _of(self, part: Part, stands: Standing, folder: Path) -> dict[str, bytes]:
        """The files of a folder; the preset over a book stays as it is."""
        kept = {name: content for name, content in stands.files.items() if part == "rules" and "/" in name}
        return of(folder) | kept

    def _adopted(self, part: Part) -> Standing:
        stands = self.standing(part)
        if not stands.eras:
            raise UsageError(f"{part}: nothing is in force yet; `mingjing changes adopt` takes what the settings name")
        return stands

    def _waiting(self, part: Part, number: int) -> tuple[Standing, Proposal]:
        stands = self.standing(part)
        found = next((one for one in stands.pending if one.number == number), None)
        if found is None:
            waiting = ", ".join(str(one.number) for one in stands.pending) or "none"
            raise UsageError(f"{part}: no proposal {number} waits; waiting: {waiting}")
        return stands, found

    def _may(self, person: Person, action: permissions.Action) -> None:
        if not permissions.may(person, action):
            roles = " or ".join(sorted(permissions.PERMITTED[action]))
            raise NotAllowed(f"{person.account}: may not do this; it takes the role {roles}")

    def _append(self, actor: Person | str, part: Part, number: int, change: Change) -> Entry:
        if sum(len(text or "") for text in change.files.values()) > LONGEST * 9 // 10:
            raise UsageError(
                f"{part}: a change of more than {LONGEST * 9 // 10:,} bytes, deflated, does not fit into the record"
            )
        draft = Draft(kind="change", subject=part, number=number, body=change)
        return self._recorder.append(actor, self._now(), draft)


def _told(files: Files) -> dict[str, str | None]:
    return {name: packed(content) for name, content in files.items()}


def require(settings: Settings, standings: Iterable[Standing]) -> None:
    """NotApproved, in one line, for the first part whose files are not those in force."""
    for one in standings:
        files = read(settings, one.part)
        if digest(files) != digest(one.files):
            shown = f"{summary(one.files, files)}; digest {digest(files)[:12]}, approved {digest(one.files)[:12]}"
            raise NotApproved(
                f"{one.part}: the files are not what two persons approved ({shown}); put those back (`mingjing changes "
                f"restore {one.part} DIRECTORY`), or have these approved: `mingjing changes propose {one.part}`"
            )
