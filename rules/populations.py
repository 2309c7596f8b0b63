"""Findings of population rules: the rows of a rule's query for one period in, findings out. Pure.

A row speaks of one subject (column `subject`); a subject may have several rows, one per peer group. Findings bear what
their row has of `item`, `region`, `department`, `window`, `officer`, `source`; `events` are the ids of events to look
at; all other columns become facts.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from mingjing.instants import at
from mingjing.types import Evidence, Finding, Lead, Signal, Text
from mingjing.zones import Zone
from rules.book import Book, Rule
from rules.kinds.population import Population
from rules.leads import lead
from rules.periods import Period
from rules.signals import Hit, Row, Sign, hits
from rules.wording import message

BORNE = ("item", "region", "department", "window", "officer", "source")
AS_FIELD = {"account": "officer", **{name: name for name in BORNE}}
"""The field of a finding in which its subject stands as well."""
_encode = msgspec.json.Encoder(order="deterministic").encode


class PopulationRule(NamedTuple):
    """A rule of the kind `population`, with its kind's parameters at hand."""

    rule: Rule
    kind: Population


def population_rules(book: Book) -> list[PopulationRule]:
    """The population rules of a book, in order of id."""
    return [PopulationRule(rule, rule.judge) for rule in book.rules if isinstance(rule.judge, Population)]


def findings(of: PopulationRule, rows: Sequence[Row], period: Period, as_of: int, zone: Zone) -> list[Finding]:
    """One finding per subject with enough signals and no innocent explanation, in order of subject.

    The order of the rows does not matter. Raises KeyError for a column that a test asks for and no row has.
    """
    ordered = sorted(map(_rounded, rows), key=_encode)
    found = [(sign, hits(sign.test, ordered)) for sign in of.kind.signals]
    excuses = [(sign.name, hits(sign.test, ordered)) for sign in of.kind.counters]
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(ordered):
        if row["subject"]:
            places[row["subject"]].append(place)
    made = []
    for subject, own in sorted(places.items()):
        strongest, weighed = _signals(found, own)
        if len(weighed) < of.kind.least or any(place in held for _, held in excuses for place in own):
            continue
        reasons = lead(weighed, tuple(name for name, _ in excuses), of.kind.sample, of.kind.least)
        if reasons is not None:
            made.append(_finding(of, ordered[strongest], subject, period, as_of, zone, reasons))
    return made


def _signals(found: Sequence[tuple[Sign, Mapping[int, Hit]]], own: Sequence[int]) -> tuple[int, list[Signal]]:
    """A subject's signals, each from the row where it is strongest, and the row of the first of them."""
    weighed: list[Signal] = []
    strongest = own[0]
    for sign, held in found:
        best = max((place for place in own if place in held), key=lambda place: held[place].far, default=None)
        if best is not None:
            hit = held[best]
            if not weighed:
                strongest = best
            strength = round(sign.weight * (0.5 + 0.5 * hit.far), 4)
            usual, value = float(round(hit.expected, 4)), float(round(hit.value, 4))
            weighed.append(Signal(name=sign.name, strength=strength, value=value, expected=usual))
    return strongest, weighed


def _rounded(row: Row) -> dict[str, Any]:
    """Sums of fractions may differ in their last digits from run to run; what is judged and shown does not."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def _finding(
    of: PopulationRule, row: Row, subject: str, period: Period, as_of: int, zone: Zone, reasons: Lead
) -> Finding:
    rule, kind = of
    whose = f"{kind.subject}:{subject}"
    identity = f"{rule.id}\x1f{whose}\x1f{period.first.isoformat()}"
    last = zone_date(zone, period.until - 1)
    borne = {name: row[name] for name in BORNE if row.get(name)}
    if kind.subject in AS_FIELD:
        borne[AS_FIELD[kind.subject]] = subject
    # As JSON has them: what is stored and read again must equal what is computed anew.
    facts = msgspec.to_builtins({k: v for k, v in row.items() if k not in (*BORNE, "subject", "events")})
    words = {"subject": subject, "first": period.first.isoformat(), "last": last, "count": str(len(reasons.signals))}
    return Finding(
        finding_id=hashlib.blake2b(identity.encode(), digest_size=12).hexdigest(),
        revision=1,
        rule=rule.id,
        rule_version=rule.version,
        subject=whose,
        severity=kind.severity,
        status="open",
        occurred_at=at(period.until),
        detected_at=at(as_of),
        message=_said(rule, words),
        evidence=Evidence(
            events=tuple(row.get("events", ())),
            lead=reasons,
            facts={"since": period.first.isoformat(), "until": last, **facts},
        ),
        lead=kind.lead,
        **borne,
    )


def _said(rule: Rule, words: Mapping[str, str]) -> Text:
    return message("population", rule.name, tuple(words.items()))


def zone_date(zone: Zone, instant: int) -> str:
    """The local day of an instant, like 2026-03-31."""
    return at(instant).astimezone(zone.info).date().isoformat()
