"""What people do at the desk: acts, attachments, templates of their own, entered events. All of it is recorded."""

import queue
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import streamlit as st

from dashboards import service, who
from dashboards.investigation.acting import can_record, record
from dashboards.lending import lent
from mingjing import files
from mingjing.access import Person, places
from mingjing.accounts.account import Account
from mingjing.errors import UsageError
from mingjing.files import Attachment
from mingjing.handling import desk as handling
from mingjing.handling.allowed import Refused, check
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.desk import Desk, Result, View, done_of
from mingjing.handling.fold import Done, fold, standing
from mingjing.handling.machine import Act, Step
from mingjing.record.recorder import Draft
from mingjing.scoring.details import Organisation
from mingjing.store import Store
from mingjing.store.accounts import accounts as stored
from mingjing.store.handling import findings_of
from mingjing.store.record import entries
from mingjing.store.score_details import organisation
from mingjing.types import CaseEvent, Finding

TEMPLATES = "templates:"
TEMPLATES_MOST, TEMPLATE_LONGEST = 50, 4_000
FILES_MOST = 10
_INCOMPLETE = frozenset({"text", "long", "to", "days", "severity", "public"})


@st.cache_resource
def deadlines() -> Deadlines:
    """The deadlines of this installation, by its policy and calendar."""
    return handling.deadlines(service.current())


def _close(idle: "queue.LifoQueue[Store]") -> None:
    while not idle.empty():
        idle.get_nowait().close()


@st.cache_resource(on_release=_close)
def _idle() -> "queue.LifoQueue[Store]":
    return queue.LifoQueue()


@contextmanager
def desk_store() -> Iterator[Store]:
    """A connection that may append, while the block runs; UsageError where none is set up."""
    dsn = service.current().desk_dsn
    if dsn is None:
        raise UsageError("nobody can act without desk_dsn, the ClickHouse user who may append to the record")
    with lent(_idle(), lambda: Store(dsn, profile="dashboard"), Store.close) as store:
        yield store


@contextmanager
def desk() -> Iterator[Desk]:
    """The desk, while the block runs; it reads findings with the eyes of who looks."""
    with desk_store() as store, service.store() as reader:
        yield Desk(store, record(), deadlines(), service.now, reader)


def can_act() -> bool:
    """Whether anybody can do anything here at all."""
    return service.current().desk_dsn is not None and can_record()


def views(finding_ids: Sequence[str]) -> dict[str, View]:
    """Findings with their handling, as far as this person may see them. Raises Broken."""
    with service.store() as store:
        found = findings_of(store, finding_ids)
        acts = entries(store, kinds=["act"], subjects=list(found)) if found else []
    by: dict[str, list[Done]] = {}
    for entry in acts:
        by.setdefault(entry.subject, []).append(done_of(entry))
    made = {}
    for one in finding_ids:
        if one in found:
            done = standing(by.get(one, ()))
            now = fold(found[one], done)
            running = tuple(deadlines().running(now))
            made[one] = View(finding=found[one], handling=now, acts=done, deadlines=running)
    return made


def why_not(view: View, step: Step, person: Person, now: datetime) -> Refused | None:
    """Why this person cannot do this to a finding now, whatever is filled in; None if the person can."""
    act = Act(step=step, role="", text="-", to="-", days=1, severity=1)
    try:
        check(view.handling, view.finding, person, act, deadlines(), now)
    except Refused as refused:
        return None if refused.word in _INCOMPLETE else refused
    return None


def act(view: View, step: Step, seen: int, uploads: Mapping[str, bytes], given: Mapping[str, object]) -> View:
    """One act on one finding with attachments. Raises handling's Refused, Taken, and files.Refused."""
    person = who.person()
    if (refused := why_not(view, step, person, service.now())) is not None:
        raise refused  # before anything is kept
    kept = keep(uploads)
    with desk() as one:
        return one.act(
            person,
            view.finding.finding_id,
            step,
            seen=seen,
            files=[file.digest for file in kept],
            on=view.finding.revision,
            **given,  # type: ignore[arg-type]
        )


def act_many(seen: Mapping[str, int], step: Step, given: Mapping[str, object]) -> list[Result]:
    """The same on many findings; each is done or refused by itself."""
    with desk() as one:
        return one.act_many(who.person(), seen, step, **given)  # type: ignore[arg-type]


def keep(uploads: Mapping[str, bytes]) -> list[Attachment]:
    """Keeps attachments by name and content; raises files.Refused at the first that is not let in."""
    settings = service.current()
    if len(uploads) > FILES_MOST:
        raise files.Refused("many", name=str(len(uploads)), limit=FILES_MOST)
    return [
        files.keep(Path(settings.files_dir), content, name, settings.file_limit_mb) for name, content in uploads.items()
    ]


def attachment(digest: str) -> Attachment | None:
    """What is kept under a digest."""
    return files.about(Path(service.current().files_dir), digest)


def content(digest: str, subject: str) -> bytes:
    """An attachment to be taken out of the service, which is recorded. Raises files.Refused, also for one that belongs
    to no act that this person may see of the finding.
    """
    seen = views([subject]).get(subject)
    if seen is None or all(digest not in done.act.files for done in seen.acts):
        raise files.Refused("missing", name=digest)
    found = files.read(Path(service.current().files_dir), digest)
    draft = Draft(kind="export", subject=subject, body={"what": "attachment", "digest": digest, "bytes": len(found)})
    record().append(who.person(), service.now(), draft)
    return found


def own_templates() -> tuple[int, list[str]]:
    """This person's own reply templates, and the number of the entry that holds them (0: none yet)."""
    with desk_store() as store:
        found = entries(store, kinds=["note"], subjects=[TEMPLATES + who.person().account])
    if not found:
        return 0, []
    last = max(found, key=lambda entry: entry.number)
    return last.number, msgspec.json.decode(last.body or "[]", type=list[str])


def keep_templates(number: int, texts: Sequence[str]) -> None:
    """Keeps this person's own templates as the version after `number`. Taken: they were changed elsewhere meanwhile."""
    kept = [text.strip()[:TEMPLATE_LONGEST] for text in dict.fromkeys(texts) if text.strip()][-TEMPLATES_MOST:]
    person = who.person()
    draft = Draft(kind="note", subject=TEMPLATES + person.account, number=number + 1, body=kept)
    record().append(person, service.now(), draft)


def enter(event: CaseEvent, form: str) -> bool:
    """Records an event that a person entered; it goes on to Kafka from there. False: the form was recorded before."""
    event_id = f"entered:{form}"
    draft = Draft(
        kind="event", subject=event_id, number=1, body=msgspec.structs.replace(event, event_id=event_id),
        case_id=event.case_id, region=event.region or "", department=event.department or "",
        window=event.window or "", officer=event.officer or "",
    )  # fmt: skip
    person = who.person()
    with desk_store() as store:
        if entries(store, kinds=["event"], subjects=[event_id]):
            return False
    record().append(person, service.now(), draft)
    return True


def new_form() -> str:
    """What a form is called: recorded under it, it is recorded once."""
    return uuid.uuid4().hex


def accounts(findings: Sequence[Finding]) -> dict[str, str]:
    """Names of the open accounts that may see all of these findings, by account: to whom they may be handed over."""
    with desk_store() as store:
        tree, known = organisation(store), [one for one in stored(store) if not one.closed]
    return {one.account: one.name or one.account for one in known if sees(one, findings, tree)}


def sees(one: Account, findings: Sequence[Finding], tree: Organisation) -> bool:
    """Whether an account may see all of these findings."""
    scope = places.scope(frozenset(one.roles), one.place, one.officer, tree)
    return all(handling.within(scope, finding) for finding in findings)
