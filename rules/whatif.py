"""What would change if one rule said something else: its text edited, and both texts asked about the same history.

Pure: texts and events in, changes out. Nothing is saved by it.
"""

import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import tomlkit
from msgspec import Struct, field
from msgspec.structs import replace
from tomlkit.exceptions import TOMLKitError

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.types import CaseEvent, Finding
from rules.book import Book, Rule, load_book
from rules.engine import Engine
from rules.examples import disagreement
from rules.reader import Surroundings
from rules.revisions import same

DRAFT = "the changed rule"
"""What mistakes in an edited text name as their file."""


class Change(Struct, frozen=True):
    """One finding that would come, go, or read otherwise."""

    kind: Literal["comes", "goes", "changes"]
    before: Finding | None
    after: Finding | None

    @property
    def about(self) -> Finding:
        """The finding as it would be, or as it was where it would go."""
        found = self.after or self.before
        assert found is not None
        return found


class Tally(Struct):
    """What a what-if counted.

    `before`, `after`: findings by severity. `changes`: by what happens to them. `departments`: the same by department.
    """

    cases: int = 0
    before: Counter[int] = field(default_factory=Counter)
    after: Counter[int] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    departments: dict[str, Counter[str]] = field(default_factory=dict)
    not_judged: int = 0

    def add(self, findings: tuple[Sequence[Finding], Sequence[Finding]], changed: Sequence[Change]) -> None:
        """Counts one case."""
        self.cases += 1
        self.before.update(f.severity for f in findings[0])
        self.after.update(f.severity for f in findings[1])
        for one in changed:
            self.changes[one.kind] += 1
            self.departments.setdefault(one.about.department or "", Counter())[one.kind] += 1


def edited(source: str, changes: Mapping[str, str]) -> str:
    """A rule's text with parameters changed, comments and examples as they were.

    `changes`: path (`limit`, `ladder.0.at`, `extend.most`) → value as TOML writes it (`"7 working_days"`, `3`). A value
    that is no TOML is taken as a text; an empty one takes the parameter out. Raises UsageError for a path into nothing.
    """
    document = tomlkit.parse(source)
    for path, written in changes.items():
        place: Any = document
        *above, last = path.split(".")
        try:
            for name in above:
                place = place[int(name) if isinstance(place, list) else name]
            key = int(last) if isinstance(place, list) else last
            if not written.strip():
                del place[key]
            else:
                place[key] = _value(written)
        except (KeyError, IndexError, ValueError, TypeError, TOMLKitError) as wrong:
            raise UsageError(
                f"{path}: the rule has nothing there; name a parameter like limit or ladder.0.at"
            ) from wrong
    return tomlkit.dumps(document)


def _value(written: str) -> Any:
    try:
        return tomlkit.value(written)
    except (TOMLKitError, ValueError):
        return written


def draft(text: str, around: Surroundings, beside: Path | None = None) -> tuple[Book, Rule]:
    """The book that holds only the rule of this text. Raises BookError with all mistakes, by the text's own lines.

    `beside`: the file that the text was before; the queries that stand beside it are found there.
    """
    try:
        name = str(tomllib.loads(text).get("id", ""))
    except tomllib.TOMLDecodeError as wrong:
        raise BookError([Mistake(DRAFT, 0, f"not TOML: {wrong}")]) from wrong
    with tempfile.TemporaryDirectory(prefix="mingjing-") as folder:
        path = Path(folder) / "draft.toml"
        path.write_text(text, encoding="utf-8")
        for query in [] if beside is None else beside.parent.glob("*.sql"):
            shutil.copy(query, folder)
        try:
            book = load_book(Path(folder), around)
        except BookError as wrong:
            raise BookError([replace(mistake, file=DRAFT) for mistake in wrong.mistakes]) from wrong
    rule = next(rule for rule in book.rules if rule.id == name)
    return book, rule


def contradicted(book: Book, rule: Rule, timezone: str) -> list[str]:
    """The titles of the rule's own examples that the changed rule no longer fulfils."""
    return [
        str(example.get("title", f"number {index}"))
        for index, example in enumerate(rule.examples, 1)
        if disagreement(book, rule, example, timezone) is not None
    ]


def compare(before: Engine, after: Engine, events: Sequence[CaseEvent], as_of: int, into: Tally) -> list[Change]:
    """What would change in one case, gravest first."""
    was, would = before.judge(events, as_of), after.judge(events, as_of)
    into.not_judged += bool(would.not_judged)
    return told(was.findings, would.findings, into)


def told(was: Sequence[Finding], would: Sequence[Finding], into: Tally) -> list[Change]:
    """What would change between two judgements, gravest first."""
    changed = list(_changes(was, would))
    into.add((was, would), changed)
    return sorted(changed, key=lambda one: (-one.about.severity, one.about.finding_id))


def _changes(was: Sequence[Finding], would: Sequence[Finding]) -> Iterator[Change]:
    old = {finding.finding_id: finding for finding in was}
    new = {finding.finding_id: finding for finding in would}
    for finding_id, finding in new.items():
        if finding_id not in old:
            yield Change("comes", None, finding)
        elif not _alike(old[finding_id], finding):
            yield Change("changes", old[finding_id], finding)
    for finding_id, finding in old.items():
        if finding_id not in new:
            yield Change("goes", finding, None)


def _alike(one: Finding, other: Finding) -> bool:
    """Whether a reader would see no difference: severity, status and instant."""
    return (one.severity, one.status, one.occurred_at) == (other.severity, other.status, other.occurred_at) or same(
        one, other
    )
