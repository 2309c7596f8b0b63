"""The store's part for whoever keeps the score lines: what was touched, how far it has come, who belongs to whom."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from mingjing.instants import at
from mingjing.store.client import Store, decode_finding
from mingjing.store.rows import struct_columns
from mingjing.types import Finding

Work = Literal["live", "again", "lease", "clerk", "clerk_lease"]
"""Works of the scorer, and of the clerk: how far it has looked at findings, and its lease."""
FINDING, PRESENCE = "finding:", "presence:"
"""What subjects that are no cases begin with."""


class Touch(Struct, frozen=True):
    """Something was stored about a case, or (as `finding:ID`) about a finding of no case, at an instant in UTC."""

    subject: str
    stored_at: datetime


class ScoreProgress(Struct, frozen=True, kw_only=True):
    """How far the scorer has come with a work; see migration 0007 for the columns. `until` in UTC.

    `place` of `live`: of what was touched at `until` itself, everything up to that subject.
    """

    name: Work
    until: datetime = at(0)
    given: str = ""
    place: str = ""
    owner: str = ""
    cases: int = 0
    total: int = 0
    lines: int = 0


class Aged(Struct, frozen=True):
    """A progress with its age in seconds, by the store's own clock."""

    progress: ScoreProgress
    age: float


class Belonging(Struct, frozen=True, kw_only=True):
    """A region, department, window or officer, and to whom it belongs ("" for nobody)."""

    field: str
    code: str
    parent: str
    level: str = ""
    hall: str = ""
    gone: int = 0


class PresenceHour(Struct, frozen=True):
    """An hour (UTC) of a window: bit n of `staffed` and of `known` is minute n."""

    window: str
    hour: datetime
    staffed: int
    known: int


def store_time(store: Store) -> datetime:
    """What the store's clock shows, in UTC."""
    now: datetime = store.query("server_time")[0]["now"]
    return now


def touches(store: Store, since: datetime, until: datetime, limit: int, after: str = "") -> list[Touch]:
    """What was touched from an instant (at it only subjects after one) to before another, in order, at most so many."""
    columns = store.columns("score_touched", since=since, after=after, until=until, limit=limit)
    return [Touch(*row) for row in zip(*columns, strict=True)]


def stored_since(store: Store, since: datetime) -> list[str]:
    """The subjects about which anything was stored since an instant; reads all events' instants of storing."""
    return [row["case_id"] for row in store.query("score_stored", since=since)]


def write_score_progress(store: Store, *progress: ScoreProgress) -> None:
    """Says how far the scorer has come; of one work the last one counts."""
    store.insert("score_progress", struct_columns(progress, ScoreProgress))


def score_progress(store: Store, *names: Work) -> dict[str, Aged]:
    """How far the scorer has come, by work; of no names all."""
    rows = store.query("score_progress", names=names)
    return {
        row["name"]: Aged(ScoreProgress(**{k: v for k, v in row.items() if k != "age"}), row["age"]) for row in rows
    }


def caseless(store: Store, findings: Collection[str] = ()) -> dict[str, Finding]:
    """The latest revisions of findings that belong to no case, by id; of no ids all of them."""
    columns = store.columns("score_findings", findings=list(findings))
    return {finding_id: decode_finding(body) for finding_id, body in zip(*columns, strict=True)}


def cases_from(store: Store, case: str) -> int:
    """About how many cases there are from one on."""
    return int(store.query("score_cases", since_case=case)[0]["cases"])


def cases_page(store: Store, after: str, limit: int) -> list[str]:
    """The next cases after one, in the order of their ids."""
    return [row["case_id"] for row in store.query("score_page", after=after, limit=limit)]


def strays(store: Store) -> Iterator[str]:
    """Subjects with lines that nothing stored explains."""
    known = {f"{FINDING}{one}" for one in caseless(store)}
    for (subject,) in store.each("score_strays"):
        if subject not in known:
            yield subject


def presence_hours(store: Store, since: datetime, until: datetime) -> Iterator[PresenceHour]:
    """What cameras saw of windows in some hours, window by window, in order."""
    for window, hour, staffed, known in store.each("score_presence", since=since, until=until):
        yield PresenceHour(window, hour.replace(tzinfo=UTC), staffed, known)


def belongings(store: Store) -> list[Belonging]:
    """Who belongs to whom, as it was last kept."""
    return [Belonging(**row) for row in store.query("org")]


def belongings_seen(store: Store) -> list[Belonging]:
    """Who belongs to whom by the lines that were written."""
    return [Belonging(**row) for row in store.query("score_belonging")]


def keep_belongings(store: Store, now: Sequence[Belonging], before: Iterable[Belonging]) -> int:
    """Makes these what is kept; how many had to be written."""
    kept = {(one.field, one.code, one.parent) for one in now}
    gone = [one for one in before if (one.field, one.code, one.parent) not in kept]
    known = set(before)
    rows = [one for one in now if one not in known]
    rows += [Belonging(field=one.field, code=one.code, parent=one.parent, gone=1) for one in gone]
    store.insert("org", struct_columns(rows, Belonging))
    return len(rows)
