"""What the store knows of each rule: its newest words, what became of its findings, when it last found something."""

import tomllib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from dashboards.data import RuleText
from dashboards.lexicon import Lexicon
from dashboards.words import utc
from mingjing.store import Store

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class RuleLine(Struct, frozen=True, kw_only=True):
    """One rule as a line of the list.

    `revoked`: findings that a person took back; `blank`: cases that it could not judge; `last`: its latest breach.
    """

    rule: str
    name: str
    kind: str
    group: str
    lead: bool
    severities: tuple[int, ...]
    open: int = 0
    resolved: int = 0
    withdrawn: int = 0
    revoked: int = 0
    blank: int = 0
    last: datetime | None = None

    @property
    def total(self) -> int:
        """Findings that stand, open or resolved."""
        return self.open + self.resolved


class Week(Struct, frozen=True):
    """One rule's breaches in the week that begins on a Monday."""

    week: date
    red: int
    yellow: int
    notice: int


class Place(Struct, frozen=True):
    """What one rule found in one department."""

    department: str
    open: int
    resolved: int
    withdrawn: int


class Version(Struct, frozen=True):
    """One version of a rule, since when it judges, and how many findings stand as it decided them."""

    version: str
    since: datetime
    findings: int


def lines(store: Store, lexicon: Lexicon) -> list[RuleLine]:
    """All rules whose text the store holds, in order of id."""
    counted = {row.pop("rule"): row for row in store.query("rule_counts")}
    found = []
    for rule in sorted({text.rule for text in lexicon.rules.values()}):
        text, row = lexicon.rules[rule], counted.get(rule, {})
        said = parameters(text)
        last = row.get("last")
        found.append(
            RuleLine(
                rule=rule,
                name=lexicon.words.pick(text.name),
                kind=text.kind,
                group=rule[:1],
                lead=said.get("lead") is True,
                severities=severities(said),
                last=utc(last) if last and last.year > 1970 else None,
                **{name: row.get(name, 0) for name in ("open", "resolved", "withdrawn", "revoked", "blank")},
            )
        )
    return found


def matching(known: Sequence[RuleLine], sought: str, groups: Collection[str]) -> list[RuleLine]:
    """The rules of these groups (none named: all) whose id or name has the text."""
    wanted = sought.strip().casefold()
    return [
        line
        for line in known
        if (not groups or line.group in groups) and wanted in f"{line.rule} {line.name}".casefold()
    ]


def ordered(found: Sequence[RuleLine], sort: str) -> list[RuleLine]:
    """By id, or the most (open, total, withdrawn) or latest (last) first."""
    if sort == "id":
        return sorted(found, key=lambda line: natural(line.rule))
    if sort == "last":
        return sorted(found, key=lambda line: line.last or _NEVER, reverse=True)
    return sorted(found, key=lambda line: (-getattr(line, sort), natural(line.rule)))


def natural(rule: str) -> tuple[str, int, str]:
    """T2 before T10."""
    head, _, suffix = rule.partition("-")
    digits = head.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return head[: len(head) - len(digits)], int(digits) if digits.isdigit() else 0, suffix


def parameters(text: RuleText) -> dict[str, Any]:
    """What the rule's TOML says; nothing where it cannot be read as TOML."""
    try:
        return tomllib.loads(text.text)
    except tomllib.TOMLDecodeError:
        return {}


def severities(said: dict[str, Any]) -> tuple[int, ...]:
    """The severities that a rule can reach, lowest first."""
    steps = [*said.get("ladder", ()), said]
    return tuple(sorted({step["severity"] for step in steps if step.get("severity") in (1, 2, 3)}))


def weeks(store: Store, rule: str, since: datetime, timezone: str) -> list[Week]:
    """A rule's breaches by local weeks; weeks without any are left out."""
    rows = store.query("rule_trend", rule=rule, since=since, timezone=timezone)
    return [msgspec.convert(row, Week) for row in rows]


def places(store: Store, rule: str, limit: int) -> list[Place]:
    """The departments in which a rule found most."""
    return [msgspec.convert(row, Place) for row in store.query("rule_places", rule=rule, limit=limit)]


def versions(store: Store, rule: str) -> list[Version]:
    """The versions of a rule, newest first."""
    return [
        Version(row["version"], utc(row["since"]), row["findings"]) for row in store.query("rule_versions", rule=rule)
    ]
