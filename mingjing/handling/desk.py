"""The desk 处置台: acts of people and of the service, from the state machine into the sealed record and the lists."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing.access import Person, Scope
from mingjing.calendars import Calendar, Calendars
from mingjing.errors import UsageError
from mingjing.handling import policy
from mingjing.handling.allowed import Refused, allowed, check
from mingjing.handling.automatic import next_act, wake
from mingjing.handling.deadlines import Deadline, Deadlines
from mingjing.handling.fold import Broken, Done, Handling, after, fold, standing
from mingjing.handling.machine import EXPOSING, Act, Move, Step, Told
from mingjing.handling.ruling import ruling
from mingjing.instants import at_once
from mingjing.record.entry import Entry
from mingjing.record.recorder import Draft, Recorder, Taken
from mingjing.rulings import FOLLOWS
from mingjing.scoring.rulings import Ruling, last_of_each
from mingjing.settings import Settings, clock_now
from mingjing.store import Store
from mingjing.store.exposures import ExposureRow, exposure_rows, write_exposures
from mingjing.store.handling import HandlingRow, findings_of, handling_rows, write_handling
from mingjing.store.record import entries
from mingjing.store.rulings import rulings, write_rulings
from mingjing.types import Finding
from mingjing.zones import Zone

log = logging.getLogger(__name__)
decode = msgspec.json.Decoder(Act).decode
AT_ONCE = 500  # findings whose acts are asked for in one question
MOMENT = timedelta(milliseconds=1)
"""Acts about one finding are told apart by their instants too, be the clock a frozen one."""
ROUNDS = 8  # of acts of the service on one finding, one after another


class View(Struct, frozen=True, kw_only=True):
    """A finding with how its handling stands, its acts in order, and the deadlines that run (the state's first)."""

    finding: Finding
    handling: Handling
    acts: tuple[Done, ...]
    deadlines: tuple[Deadline, ...]


class Result(Struct, frozen=True, kw_only=True):
    """What became of an act on one of many findings: the view afterwards, or why not."""

    finding_id: str
    view: View | None = None
    refused: Refused | Taken | None = None


class Desk:
    """Acts on findings. `store` is the desk's (it appends to record, handling and rulings); `reader` reads findings.

    Not for several threads at once. Every method may raise StoreUnavailable: an act that was not seen to succeed may
    be made again with the same `seen`, and is then done once.
    """

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        deadlines: Deadlines,
        now: Callable[[], datetime],
        reader: Store | None = None,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._reader = reader or store
        self._now = now
        self.deadlines = deadlines

    # Reading

    def view(self, person: Person, finding_id: str) -> View:
        """A finding as this person may see it; Refused where it is not there, or not within the person's scope."""
        found = self.views([finding_id]).get(finding_id)
        if found is None or not within(person.scope, found.finding):
            raise Refused("unknown")
        return found

    def views(self, finding_ids: Collection[str]) -> dict[str, View]:
        """Findings with their handling, whoever asks; one that was never published is left out.

        So is one whose acts do not fit together: that is logged, and `mingjing handling check` names it.
        """
        findings = findings_of(self._reader, finding_ids)
        recorded = self.recorded(findings)
        found = {}
        for one, finding in findings.items():
            try:
                found[one] = self._view(finding, map(done_of, recorded.get(one, ())))
            except Broken as why:
                log.warning("handling is broken", extra={"finding": one, "why": str(why)})
        return found

    def recorded(self, finding_ids: Collection[str]) -> dict[str, list[Entry]]:
        """The sealed entries of the acts about these findings, in their order."""
        found: dict[str, list[Entry]] = {}
        wanted = list(finding_ids)
        for first in range(0, len(wanted), AT_ONCE):
            for entry in entries(self._store, kinds=["act"], subjects=wanted[first : first + AT_ONCE]):
                found.setdefault(entry.subject, []).append(entry)
        return found

    def allowed(self, person: Person, view: View) -> list[Move]:
        """The moves that this person may make now, one of each step."""
        return allowed(view.handling, view.finding, person, self.deadlines, self._now())

    # Acting

    def act(
        self,
        person: Person,
        finding_id: str,
        step: Step,
        *,
        seen: int,
        text: str = "",
        severity: int = 0,
        to: str = "",
        days: int = 0,
        files: Sequence[str] = (),
        on: int = 0,
        public: Told | None = None,
    ) -> View:
        """What a person does about a finding, of which the person saw the acts up to number `seen`.

        Raises Refused (it is not allowed, incomplete, or the finding is not within the person's scope), Taken (somebody
        has acted since; nothing is done).
        """
        act = Act(
            step=step, role="", text=text, severity=severity, to=to, days=days, files=tuple(files), on=on, public=public
        )  # fmt: skip
        return self._act(person, self.view(person, finding_id), act, seen)

    def act_many(
        self, person: Person, seen: Mapping[str, int], step: Step, *, text: str = "", to: str = "", days: int = 0
    ) -> list[Result]:
        """The same about many findings, each by itself: one that is refused does not hold up the others."""
        act, results = Act(step=step, role="", text=text, to=to, days=days), []
        views = self.views(seen)
        for finding_id, number in seen.items():
            view = views.get(finding_id)
            try:
                if view is None or not within(person.scope, view.finding):
                    raise Refused("unknown")
                results.append(Result(finding_id=finding_id, view=self._act(person, view, act, number)))
            except (Refused, Taken) as why:
                results.append(Result(finding_id=finding_id, refused=why))
        return results

    def attend(self, finding_ids: Collection[str], actor: str) -> list[View]:
        """Does what the service itself has to do about these findings by now, and puts their rows right.

        `actor` is `system:` and who. A finding on which somebody acts at the same moment is left for the next time.
        """
        done = {}
        for one, view in self.views(finding_ids).items():
            with suppress(Taken):
                done[one] = self._attend(view, actor)
        self._settle(done)
        return list(done.values())

    def settle(self, finding_ids: Collection[str]) -> list[str]:
        """Puts rows and rulings of these findings right by the record; which of them were wrong.

        For a process that died between the record and the rest, and after a calendar or the policy changed.
        """
        return self._settle(self.views(finding_ids))

    def unsettled(self, finding_ids: Collection[str]) -> list[str]:
        """Which of these findings `settle` would put right."""
        views = self.views(finding_ids)
        rows, missing = self._unsettled(views)
        return sorted({*rows, *missing, *self._untold(views)})

    def _settle(self, views: Mapping[str, View]) -> list[str]:
        untold = self._untold(views)
        write_exposures(self._store, list(untold.values()))
        rows, missing = self._unsettled(views)
        if rows:
            write_handling(self._store, list(rows.values()))
        if missing:
            write_rulings(self._store, list(missing.values()))
        return sorted({*rows, *missing, *untold})

    def _untold(self, views: Mapping[str, View]) -> dict[str, ExposureRow]:
        """What the public is told, where the store says something else."""
        wanted = {one: _exposure(view) for one, view in views.items()}
        stored = exposure_rows(self._store, [one for one, row in wanted.items() if row is not None])
        return {one: row for one, row in wanted.items() if row is not None and row != stored.get(one)}

    def _unsettled(self, views: Mapping[str, View]) -> tuple[dict[str, HandlingRow], dict[str, Ruling]]:
        stored = handling_rows(self._store, views)
        rows = {one: row for one, view in views.items() if (row := self._row(view)) != stored.get(one)}
        missing = {one: ruled for one, view in views.items() if (ruled := self._unruled(view))}
        return rows, missing

    def _attend(self, view: View, actor: str) -> View:
        for _ in range(ROUNDS):
            act = next_act(view.handling, view.finding, self.deadlines, self._now())
            if act is None:
                break
            view = self._append(actor, view, act)
        return view

    def _act(self, person: Person, view: View, act: Act, seen: int) -> View:
        if view.handling.number != seen:
            if again := _same(view, person, act, seen):
                return again
            raise Taken(f"{view.finding.finding_id}: somebody has acted since ({_last(view)}); look again")
        _, act = check(view.handling, view.finding, person, act, self.deadlines, self._now())
        if view.handling.number:
            self._settle({view.finding.finding_id: view})  # what the act before left undone comes first
        return self._record(person, view, act)

    def _record(self, actor: Person | str, view: View, act: Act) -> View:
        """Appends an act that is allowed, and lets row and ruling follow."""
        made = self._append(actor, view, act)
        write_exposures(self._store, list(self._untold({made.finding.finding_id: made}).values()))
        write_handling(self._store, [self._row(made)])
        if unruled := self._unruled(made):
            write_rulings(self._store, [unruled])
        return made

    def _append(self, actor: Person | str, view: View, act: Act) -> View:
        finding, number = view.finding, view.handling.number + 1
        at = max(self._now(), view.handling.last.at + MOMENT) if view.handling.last else self._now()
        by = actor if isinstance(actor, str) else actor.account
        after(view.handling, Done(number=number, at=at, by=by, act=act))  # raises before anything is written
        draft = Draft(
            kind="act", subject=finding.finding_id, number=number, body=act, case_id=finding.case_id or "",
            region=finding.region or "", department=finding.department or "", window=finding.window or "",
            officer=finding.officer or "",
        )  # fmt: skip
        done = done_of(self._recorder.append(actor, at, draft))
        return self._view(finding, (*view.acts, done))

    def _unruled(self, view: View) -> Ruling | None:
        """The ruling 认定 that the last deciding act amounts to, where it is not there yet and says anything new."""
        decided = ruling(view.finding, view.acts)
        if decided is None:
            return None
        stored = rulings(self._store, findings=[view.finding.finding_id])
        last = last_of_each(stored).get(view.finding.finding_id)
        if last is not None and last.ruled_at >= decided.ruled_at:
            return None
        says_more = (last.outcome if last else "") in FOLLOWS[decided.outcome] and not _alike(decided, last)
        return decided if says_more else None

    def _view(self, finding: Finding, acts: Iterable[Done]) -> View:
        done = standing(acts)
        handling = fold(finding, done)
        return View(finding=finding, handling=handling, acts=done, deadlines=tuple(self.deadlines.running(handling)))

    def _row(self, view: View) -> HandlingRow:
        finding, handling = view.finding, view.handling
        first, last = self.deadlines.first(handling), handling.last
        return HandlingRow(
            finding_id=finding.finding_id,
            number=handling.number,
            state=handling.state,
            since=_milliseconds(handling.since),
            due=first.key if first else "",
            due_at=first.due_at if first else None,
            holder=handling.holder(first.owes) if first else "",
            late=min(handling.late, 255),
            severity=handling.severity,
            gravest=handling.gravest,
            lead=handling.lead,
            wake=wake(handling, self.deadlines),
            rule=finding.rule,
            case_id=finding.case_id or "",
            region=finding.region or "",
            department=finding.department or "",
            window=finding.window or "",
            officer=finding.officer or "",
            acted_at=last.at if last else finding.detected_at,
            acted_by=last.by if last else "",
            step=last.act.step if last else "",
        )


def made(settings: Settings, store: Store, recorder: Recorder, reader: Store | None = None) -> Desk:
    """The desk of an installation, by its policy, calendar and clock. Raises BookError, UsageError."""
    return Desk(store, recorder, deadlines(settings), lambda: at_once(clock_now(settings)), reader)


def deadlines(settings: Settings) -> Deadlines:
    """The deadlines of an installation. Raises BookError, UsageError."""
    numbers = policy.load(Path(settings.handling_file) if settings.handling_file else None)
    return Deadlines(numbers, _calendar(settings.calendars_dir, settings.calendar), Zone(settings.timezone))


@lru_cache(maxsize=4)  # a calendar takes half a second; calendars_dir is read when a service starts
def _calendar(directory: str | None, name: str) -> Calendar:
    calendars = Calendars(Path(directory) if directory else None)
    if name not in calendars.names():
        raise UsageError(f"no calendar {name!r}; there are {', '.join(calendars.names())}")
    return calendars.get(name)


def done_of(entry: Entry) -> Done:
    """The act of an entry of the sealed record; Broken where its body was erased after its time, or is none."""
    try:
        return Done(number=entry.number, at=entry.at, by=entry.actor, act=decode(entry.body))
    except msgspec.DecodeError as wrong:
        raise Broken(f"finding {entry.subject}: act {entry.number} cannot be read ({wrong})") from wrong


def within(scope: Scope, finding: Finding) -> bool:
    """Whether a finding is within a scope."""
    return scope.sees(
        region=finding.region or "", department=finding.department or "", window=finding.window or "",
        officer=finding.officer or "",
    )  # fmt: skip


def _exposure(view: View) -> ExposureRow | None:
    """What the public is told; None where nobody ever proposed to tell it anything."""
    finding, now = view.finding, view.handling
    last = next((done for done in reversed(view.acts) if done.act.step in EXPOSING), None)
    if last is None:
        return None
    public = now.exposed.act.public if now.exposed is not None and now.exposure == "shown" else None
    texts = {} if public is None else {
        "rule_zh": public.rule.zh, "rule_en": public.rule.en, "zh": public.text.zh, "en": public.text.en,
    }  # fmt: skip
    return ExposureRow(
        finding_id=finding.finding_id, state=now.exposure, at=_milliseconds(last.at),
        region=finding.region or "", department=finding.department or "", window=finding.window or "",
        officer=finding.officer or "", **texts,
    )  # fmt: skip


def _same(view: View, person: Person, act: Act, seen: int) -> View | None:
    """The view, where the act was done already by this person as the next after `seen`: a form that came twice."""
    last = view.handling.last
    if last is None or last.number != seen + 1 or last.by != person.account:
        return None
    return view if replace(act, role=last.act.role, on=last.act.on, found=last.act.found) == last.act else None


def _last(view: View) -> str:
    last = view.handling.last
    return f"{last.act.step} by {last.by}" if last else "nobody"


def _alike(decided: Ruling, last: Ruling | None) -> bool:
    return last is not None and (decided.outcome, decided.severity) == (last.outcome, last.severity)


def _milliseconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
