"""The store: ClickHouse as Mingjing's memory, for the worker, the dashboards and the command line."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

import msgspec
from msgspec.structs import replace

from mingjing.access import WHOLE, Scope
from mingjing.instants import at
from mingjing.store import guards, migrations, queries, rows
from mingjing.store.connection import Connection, Profile
from mingjing.store.dsn import parse
from mingjing.store.masking import Veil
from mingjing.store.rows import (
    CaseState,
    Conflict,
    ItemRow,
    JudgedPeriod,
    Name,
    Progress,
    RuleText,
    SampleRow,
    StoredEvent,
)
from mingjing.types import DeadLetter, Finding, NotJudged

Record = tuple[bytes, datetime | None]
"""One stored record: its bytes as received, and when it first arrived (UTC)."""

SETTLE_S = 1.0
"""Seconds after which an insert whose answer was lost is taken to be over."""

AT_ONCE = 2_000  # case ids in one question; more are asked in turns

decode_finding = msgspec.json.Decoder(Finding).decode


class Store:
    """One connection's view of the store. For one thread; make another for another thread.

    It connects when first used. Every method may raise StoreUnavailable: wait and make the same
    call again (write_events with the same token), nothing is then lost or doubled. UsageError means
    that the DSN or the user's rights are wrong, or that the database was never migrated.

    `scope`: whose eyes it reads with. The reader's user gets no row outside it, and none at all without one
    (mingjing.store.policies); the services' users are not held back. What it names is known to the server only.
    """

    def __init__(self, dsn: str, *, profile: Profile = "worker", scope: Scope | None = None) -> None:
        self.address = parse(dsn)
        self._connection = Connection(self.address, profile)
        self.scope = scope
        self.veil: Veil | None = None
        """What masks persons in answers for people; None: nothing is masked (the services)."""

    @property
    def scope(self) -> Scope | None:
        """What may be seen through this store."""
        return self._scope

    @scope.setter
    def scope(self, scope: Scope | None) -> None:
        self._scope = scope
        self._connection.comment = None if scope is None else scope.text()

    @contextmanager
    def seeing(self, scope: Scope | None) -> Iterator[None]:
        """Reads with another scope while the block runs."""
        before, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = before

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the server; the next call would connect again."""
        self._connection.close()

    def ping(self) -> None:
        """Asks the server for an answer, whether or not the database exists."""
        self._outside("SELECT 1")

    def migrate(self) -> list[str]:
        """Makes the database if need be, runs the migrations that it lacks, and names those."""
        cluster = f" ON CLUSTER `{self.address.cluster}`" if self.address.cluster else ""
        self._outside(f"CREATE DATABASE IF NOT EXISTS `{self.address.database}`{cluster} ENGINE = Atomic")
        return [f"{m.number:04} {m.name}" for m in migrations.migrate(self._connection)]

    # Writing

    def write_events(self, records: Sequence[StoredEvent], token: str, *, again: bool = False) -> None:
        """Appends records. Written again with the same token (and `again`), the same batch is kept once.

        A server killed in the middle of an insert may remember the token of a batch that it does not have: what was
        sent more than once is therefore looked for, and what is missing is written under another token.
        """
        if self._connection.insert("events", rows.event_columns(records), token, raw=True) or again:
            missing = self._missing(records)
            if missing:
                time.sleep(SETTLE_S)  # an insert under way may still become visible
                missing = self._missing(missing)
            if missing:
                self.write_events(missing, f"{token}:{time.time_ns()}")

    def _missing(self, records: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Those of the records that the store does not have."""
        first: dict[tuple[str, int], int] = {}
        for record in records:
            place = (record.topic, record.partition)
            first[place] = min(record.offset, first.get(place, record.offset))
        held = {(*place, *at_) for place, offset in first.items() for at_ in self.held(*place, offset)}
        return [r for r in records if (r.topic, r.partition, r.offset, r.line) not in held]

    def write_findings(self, findings: Sequence[Finding]) -> None:
        """Publishes revisions. Written again, a revision replaces itself.

        The board's table first: `published` reads the other one, so a revision that `published`
        knows is on the board as well, whatever fails in between.
        """
        columns = rows.finding_columns(findings)
        self._connection.insert("findings", columns, None, raw=True)
        self._connection.insert("finding_revisions", columns, None, raw=True)

    def write_not_judged(self, not_judged: Sequence[NotJudged], cleared: Sequence[NotJudged] = ()) -> None:
        """Says what could not be judged, and what by now can be (`cleared`; their reasons do not matter)."""
        self._connection.insert("not_judged", rows.not_judged_columns(not_judged, cleared), None, raw=False)

    def write_case_state(self, states: Sequence[CaseState]) -> None:
        """How cases stand; of one case the last one written counts."""
        self._connection.insert("case_state", rows.case_state_columns(states), None, raw=False)

    def write_progress(self, progress: Sequence[Progress]) -> None:
        """How far the sources have come; the highest `as_of` counts."""
        self._connection.insert("progress", rows.progress_columns(progress), None, raw=False)

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Keeps records that could not be read; one place (topic, partition, offset, line, file) is kept once."""
        self._connection.insert("dead_letters", rows.dead_letter_columns(letters), None, raw=True)

    def write_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Reports two contents under one event_id, each pair once."""
        self._connection.insert("conflicts", rows.struct_columns(conflicts, Conflict), None, raw=False)

    def write_presence(self, samples: Sequence[SampleRow]) -> None:
        """Keeps what cameras saw; a sample written again replaces itself."""
        self._connection.insert("presence", rows.presence_columns(samples), None, raw=True)

    def write_presence_states(self, topic: str, states: Mapping[int, bytes]) -> None:
        """Where the worker stands with the samples of each partition; the one written last counts."""
        columns: rows.Columns = {
            "topic": [topic.encode()] * len(states),
            "partition": list(states),
            "state": list(states.values()),
        }
        self._connection.insert("presence_state", columns, None, raw=True)

    def presence_states(self, topic: str) -> dict[int, bytes]:
        """What was written last of each partition."""
        return dict(zip(*self._select("presence_states", as_bytes=True, topic=topic), strict=True))

    def write_rules(self, rules: Sequence[RuleText]) -> None:
        """Keeps the texts of the rule book that judges."""
        self._connection.insert("rules", rows.struct_columns(rules, RuleText), None, raw=False)

    def write_names(self, names: Sequence[Name]) -> None:
        """Keeps what people call the codes; of one code the names written last count."""
        self._connection.insert("names", rows.struct_columns(names, Name), None, raw=False)

    def write_items(self, items: Sequence[ItemRow]) -> None:
        """Keeps the item catalogue as it is now; versions that it no longer has are marked `removed`."""
        kept = {(item.item, item.version, item.valid_from) for item in items}
        gone = [
            ItemRow(**row | {"status": "removed"})
            for row in self.query("items")
            if (row["item"], row["version"], row["valid_from"]) not in kept
        ]
        self._connection.insert("items", rows.struct_columns([*items, *gone], ItemRow), None, raw=False)

    def write_judged_periods(self, periods: Sequence[JudgedPeriod]) -> None:
        """Which periods population rules have judged; of one rule and period the last one counts."""
        self._connection.insert("judged_periods", rows.struct_columns(periods, JudgedPeriod), None, raw=False)

    def judged_periods(self) -> dict[tuple[str, datetime], JudgedPeriod]:
        """The periods that population rules have judged, by rule and beginning."""
        found = [JudgedPeriod(**row) for row in self.query("judged_periods")]
        return {(one.rule, one.since): one for one in found}

    # Reading, for the worker

    def held(self, topic: str, partition: int, from_offset: int) -> set[tuple[int, int]]:
        """The (offset, line) of all records of a partition from an offset on that the store has, dead letters too."""
        return set(zip(*self._select("held", topic=topic, partition=partition, from_offset=from_offset), strict=True))

    def known(self, case_ids: Collection[str]) -> set[str]:
        """Those of the cases that have an event in the store."""
        return {case for part in _parts(case_ids) for column in self._select("known", cases=part) for case in column}

    def histories(self, case_ids: Collection[str]) -> dict[str, list[Record]]:
        """All records of each case, as received; a case without any is left out."""
        found: dict[str, list[Record]] = {}
        for part in _parts(case_ids):
            columns = self._select("histories", as_bytes=True, cases=part)
            for case, raw, received in zip(*columns, strict=True):
                found.setdefault(case.decode(), []).append((raw, None if received is None else at(received)))
        if self.veil is None:
            return found
        veiled = self.veil.record
        return {case: [(veiled(case, raw), came) for raw, came in records] for case, records in found.items()}

    def published(self, case_ids: Collection[str]) -> dict[str, dict[str, Finding]]:
        """The latest revision of every finding ever published for each case, by finding_id."""
        found: dict[str, dict[str, Finding]] = {}
        for part in _parts(case_ids):
            for case, body in zip(*self._select("published", as_bytes=True, cases=part), strict=True):
                finding = decode_finding(self.veil.record(case.decode(), body) if self.veil else body)
                found.setdefault(case.decode(), {})[finding.finding_id] = finding
        return found

    def not_judged(self, case_ids: Collection[str]) -> dict[str, set[NotJudged]]:
        """What the rules cannot judge of each case by now."""
        found: dict[str, set[NotJudged]] = {}
        for part in _parts(case_ids):
            for case, rule, key, reason in zip(*self._select("not_judged", cases=part), strict=True):
                found.setdefault(case, set()).add(NotJudged(case_id=case, rule=rule, key=key, reason=reason))
        return found

    def progress(self, topic: str, partition: int) -> list[Progress]:
        """How far each source had come in a partition."""
        columns = self._select("progress", topic=topic, partition=partition)
        return [Progress(topic, partition, *row) for row in zip(*columns, strict=True)]

    def open_cases(self, topic: str, partition: int) -> Iterator[tuple[str, int]]:
        """The cases of a partition that silence could still change, with their wake instant (microseconds)."""
        yield from self._stream("open_cases", topic=topic, partition=partition)

    def open_histories(self, topic: str, *partitions: int) -> Iterator[tuple[str, list[Record]]]:
        """The histories of those cases, one case after another, in bounded memory.

        Ask for several partitions at once: their cases lie mixed, so each call reads nearly all events.
        """
        return self._by_case("open_histories", topic=topic, partitions=partitions)

    # Reading everything, for verify and replay

    def all_cases(self, since: str = "") -> Iterator[tuple[str, list[Record]]]:
        """Every case with all its records, by case id (as bytes) from `since` on, in bounded memory."""
        return self._by_case("all_cases", since_case=since)

    def placed_cases(self, topic: str) -> Iterator[tuple[str, int, list[Record]]]:
        """Every case of a topic with its partition and all its records, in the order of case ids; bounded memory."""
        yield from self._placed("placed_cases", topic=topic)

    def cases_touched(
        self, topic: str, types: Collection[str], since: datetime, until: datetime
    ) -> Iterator[tuple[str, int, list[Record]]]:
        """The cases to which something of these types happened from `since` to before `until`, like `placed_cases`."""
        yield from self._placed("cases_touched", topic=topic, types=sorted(types), since=since, until=until)

    def _placed(self, name: str, **parameters: object) -> Iterator[tuple[str, int, list[Record]]]:
        stream = self._stream(name, as_bytes=True, **parameters)
        for case, group in groupby(stream, itemgetter(0)):
            rows = list(group)
            records = [(raw, None if received is None else at(received)) for _, _, raw, received in rows]
            yield case.decode(), rows[0][1], records

    def all_published(self, since: str = "") -> Iterator[tuple[str, dict[str, Finding]]]:
        """Every case's findings in their latest revisions, in the same order as `all_cases`."""
        stream = self._stream("all_published", as_bytes=True, since_case=since)
        for case, group in groupby(stream, itemgetter(0)):
            # Revisions ascend within a finding: the last one stays.
            latest = {finding: body for _, finding, body in group}
            yield case.decode(), {finding.decode(): decode_finding(body) for finding, body in latest.items()}

    # Reading, for people

    def query(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """The answer of a named query (mingjing/store/queries/NAME.sql); instants are aware, in UTC.

        Beyond the year 2242 the driver's instants are off by up to a microsecond.
        """
        query = queries.load(name)
        with self._asking(name, parameters) as given:
            hidden = {"hidden": self.veil.hidden if self.veil else []} if "hidden" in query.parameters else {}
            found, names = self._connection.table(query.sql, query.fill({**given, **hidden}))
        rows = [dict(zip(names, row, strict=True)) for row in found]
        return rows if self.veil is None else [self.veil.row(row, parameters) for row in rows]

    def dead_letter(self, letter_id: str) -> DeadLetter | None:
        """One dead letter with its original bytes."""
        columns = self._select("dead_letter", as_bytes=True, id=letter_id)
        for reason, raw, when, file, topic, partition, offset, line in zip(*columns, strict=True):
            return DeadLetter(
                reason=reason.decode(),
                raw=raw,
                at=at(when),
                file=file.decode() or None,
                topic=topic.decode() or None,
                partition=partition if topic else None,
                offset=offset if topic else None,
                line=line or None,
            )
        return None

    def dead_letter_retried(self, letter_id: str, when: datetime) -> None:
        """Notes that a dead letter was published again."""
        query = queries.load("dead_letter_retried")
        self._connection.select(query.sql, query.fill({"id": letter_id, "retried_at": when}))

    # For the parts of the store in modules of their own

    def add(self, table: str, name: str, **parameters: object) -> None:
        """Inserts the answer of a named query, whose columns are those of the table in order."""
        query = queries.load(name)
        insert = f"INSERT INTO {table} SETTINGS insert_deduplicate = 0 {query.sql}"
        self._connection.select(insert, query.fill(parameters))

    def columns(self, name: str, **parameters: object) -> list[tuple[Any, ...]]:
        """The columns of a named query's answer; an empty answer is []."""
        return self._select(name, False, **parameters)

    def each(self, name: str, **parameters: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a named query's answer of any size, in bounded memory, over a connection of its own."""
        return self._stream(name, False, **parameters)

    def insert(self, table: str, columns: rows.Columns, token: str | None = None) -> bool:
        """Writes columns; with a token the same block is kept once. Returns whether it was sent more than once."""
        return self._connection.insert(table, columns, token, raw=False)

    def _outside(self, statement: str) -> None:
        """Runs a statement outside the database, which may not exist yet."""
        with Connection(replace(self.address, database="system"), "offline") as connection:
            connection.command(statement)

    def _select(self, name: str, as_bytes: bool = False, **parameters: object) -> list[tuple[Any, ...]]:
        query = queries.load(name)
        with self._asking(name, parameters) as given:
            return self._connection.select(query.sql, query.fill(given), strings_as_bytes=as_bytes)

    def _stream(self, name: str, as_bytes: bool = False, **parameters: object) -> Iterator[tuple[Any, ...]]:
        query = queries.load(name)
        said = {} if self.scope is None else {"log_comment": self.scope.text()}  # as of now, not of the first row
        return self._connection.stream(query.sql, query.fill(parameters), strings_as_bytes=as_bytes, **said)

    @contextmanager
    def _asking(self, name: str, parameters: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        """The parameters of a query, and for that query the scope, as mingjing.store.guards says."""
        kinds = guards.GUARDED.get(name, {})
        named = {one: kind for one, kind in kinds.items() if parameters.get(one)}
        if self.scope is None or self.scope.whole or not (named or name in guards.SUMS):
            yield parameters
            return
        within = {one: self._within(kind, parameters[one]) for one, kind in named.items()}
        if all(within.values()):
            with self.seeing(WHOLE):
                yield {**parameters, **within}
        else:  # an empty list would mean any; "" is none
            yield {**parameters, **{one: found for one, found in within.items() if found == ""}}

    def _within(self, kind: guards.Kind, given: object) -> object:
        """Those of the given cases or findings that are within the scope; "" for a single one that is not."""
        several = isinstance(given, list | tuple | set | frozenset)
        asked = list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
        columns = (
            self._select("known", cases=asked) if kind == "case" else self._select("known_findings", findings=asked)
        )
        found = list(columns[0]) if columns else []
        return found if several else "".join(found)

    def _by_case(self, name: str, **parameters: object) -> Iterator[tuple[str, list[Record]]]:
        stream = self._stream(name, as_bytes=True, **parameters)
        for case, group in groupby(stream, itemgetter(0)):
            yield case.decode(), [(raw, None if received is None else at(received)) for _, raw, received in group]


def _parts(case_ids: Collection[str]) -> Iterator[list[str]]:
    cases = list(case_ids)
    return (cases[i : i + AT_ONCE] for i in range(0, len(cases), AT_ONCE))
