"""One finding explained: what is said, on what ground, counted how, by which rule, and what was said before."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dashboards.components.ledger import ledger
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.timeline import anchor
from dashboards.data import EventRow
from dashboards.lexicon import Lexicon
from dashboards.rulestats import parameters
from dashboards.words import number, severity_name
from mingjing.settings import Severities
from mingjing.types import Finding, Lead

_NOT_PARAMETERS = {"id", "name", "basis", "kind", "example", "known_gaps", "responsible"}


def finding(
    revisions: Sequence[Finding],
    events: Mapping[str, EventRow],
    lexicon: Lexicon,
    severities: Severities,
    *,
    unfolded: bool,
) -> Html:
    """A finding with all its revisions, latest first; `events` are those of its evidence that the store holds."""
    latest, words = revisions[0], lexicon.words
    withdrawn = latest.status == "withdrawn"
    head = tag(
        "summary",
        tag("span", severity_name(latest.severity, words, severities), class_="badge"),
        tag("b", words.pick(latest.message)),
        tag("span", words("finding.lead"), class_="mj-lead") if latest.lead else None,
        tag("span", words(f"status.{latest.status}"), class_="state"),
        tag("span", words.minute(latest.occurred_at), class_="sub"),
    )
    reason = words.name("withdrawn", latest.reason or "")
    return tag(
        "details",
        head,
        tag("p", words("finding.withdrawn_because", reason=reason), class_="mj-notice") if withdrawn else None,
        tag("p", words("rules.lead_note"), class_="mj-notice") if latest.lead and not withdrawn else None,
        _facts(latest, lexicon),
        _part("lead_reasons", lead(latest.evidence.lead, lexicon), lexicon) if latest.evidence.lead else None,
        _part("ledger", ledger(latest.evidence.clock, latest.occurred_at, words), lexicon)
        if latest.evidence.clock
        else None,
        _part("evidence", _evidence(latest, events, lexicon), lexicon),
        _part("rule_text", _rule(latest, lexicon), lexicon),
        _part("revisions", _revisions(revisions, lexicon, severities), lexicon) if len(revisions) > 1 else None,
        class_="mj-finding",
        id=f"finding-{latest.finding_id}",
        data_severity=latest.severity,
        data_status=latest.status,
        open=unfolded,
    )


def _part(name: str, body: Html, lexicon: Lexicon) -> Html:
    return tag("section", tag("h3", lexicon.words(f"finding.{name}")), body)


def _facts(latest: Finding, lexicon: Lexicon) -> Html:
    words, evidence = lexicon.words, latest.evidence
    pairs: list[tuple[str, Html | str | None]] = [
        (words("finding.rule"), lexicon.rule(latest.rule)),
        (words("finding.breach"), words.moment(latest.occurred_at)),
        (words("finding.detected"), words.moment(latest.detected_at)),
        (words("finding.limit"), lexicon.limit(evidence.limit) if evidence.limit else None),
        (words("case.window"), lexicon.full("window", latest.window)),
        (words("case.officer"), lexicon.full("officer", latest.officer)),
        (words("finding.calendar"), evidence.calendar),
        (words("finding.catalogue"), evidence.catalogue),
        (words("finding.version"), latest.rule_version),
    ]
    pairs += [(words.name("fact", name), lexicon.limit(_value(value))) for name, value in evidence.facts.items()]
    return facts([(name, value) for name, value in pairs if value], class_="mj-facts")


def lead(why: Lead, lexicon: Lexicon) -> Html:
    """Why a finding is a lead: its signals, the explanations that were ruled out, what a person should look at."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", words.pick(one.name)),
            tag("td", tag("i", class_="mj-bar", style=f"width:{100 * one.strength:.0f}%"), class_="mj-strength"),
            tag("td", f"{one.strength:.2f}", class_="number"),
            tag("td", _measured(one.value), class_="number"),
            tag("td", _measured(one.expected), class_="number"),
        )
        for one in sorted(why.signals, key=lambda one: -one.strength)
    ]
    heads = [words("lead.signal"), words("lead.strength"), "", words("lead.value"), words("lead.expected")]
    cleared = [tag("li", words.pick(one)) for one in why.cleared]
    return join(
        tag("p", words("lead.score", score=f"{why.score:.2f}", n=len(why.signals))),
        table(heads, rows, class_="mj-table mj-leads"),
        join(tag("h4", words("lead.cleared")), tag("ul", *cleared)) if cleared else None,
        tag("h4", words("lead.sample")),
        tag("p", words.pick(why.sample)),
    )


def _measured(value: float | None) -> str:
    return "—" if value is None else number(round(value, 3))


def _evidence(latest: Finding, events: Mapping[str, EventRow], lexicon: Lexicon) -> Html:
    words = lexicon.words
    rows = []
    for event_id in latest.evidence.events:
        event = events.get(event_id)
        told = words.name("event", event.type) if event else words("finding.evidence_missing")
        rows.append(
            tag(
                "tr",
                tag("td", words.moment(event.occurred_at) if event else "—", class_="nowrap"),
                tag("td", tag("b", told)),
                tag("td", lexicon.name("officer", event.officer) if event else ""),
                tag("td", tag("a", event_id, href=f"#{anchor(event_id)}", class_="mono")),
            )
        )
    heads = [words(f"case.{head}") for head in ("occurred", "type", "officer", "event_id")]
    return table(heads, rows, class_="mj-table")


def _rule(latest: Finding, lexicon: Lexicon) -> Html:
    words = lexicon.words
    text = lexicon.rules.get(f"{latest.rule} {latest.rule_version}")
    if text is None:
        return tag("p", words("finding.rule_unknown", rule=latest.rule, version=latest.rule_version))
    table_ = parameters(text)
    parties = "、".join(words.name("party", str(one)) for one in table_.get("responsible", ()))
    return join(
        facts(
            [
                (words("finding.rule"), f"{text.rule} {words.pick(text.name)}"),
                (words("finding.basis"), text.basis),
                (words("finding.responsible"), parties or "—"),
                (words("finding.known_gaps"), str(table_.get("known_gaps", "—")).strip()),
            ],
            class_="mj-facts wide",
        ),
        tag("h4", words("finding.parameters")),
        parameter_facts(table_),
        tag("details", tag("summary", words("finding.source_text")), tag("pre", text.text)),
    )


def parameter_facts(said: Mapping[str, Any]) -> Html:
    """A rule's parameters with the names that its file gives them."""
    shown = [(name, _parameter(value)) for name, value in said.items() if name not in _NOT_PARAMETERS]
    return facts(shown, class_="mj-facts wide")


def _parameter(value: Any) -> Html:
    """A parameter as code; of several tables each on a line of its own."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value):
        return join(*(tag("div", tag("code", _value(one))) for one in value))
    return tag("code", _value(value))


def _revisions(revisions: Sequence[Finding], lexicon: Lexicon, severities: Severities) -> Html:
    words = lexicon.words
    rows = []
    for at, one in enumerate(revisions):
        before = revisions[at + 1] if at + 1 < len(revisions) else None
        told = changes(before, one, lexicon, severities) if before else [words("finding.first_published")]
        rows.append(
            tag(
                "tr",
                tag("td", words("finding.revision", n=one.revision), class_="nowrap"),
                tag("td", words.moment(one.detected_at), class_="nowrap"),
                tag(
                    "td",
                    tag("span", severity_name(one.severity, words, severities), class_="badge"),
                    data_severity=one.severity,
                ),
                tag("td", words(f"status.{one.status}"), class_="nowrap"),
                tag("td", [tag("div", line) for line in told]),
            )
        )
    heads = [
        words("finding.revisions"),
        words("finding.detected"),
        words("board.level"),
        words("board.state"),
        words("finding.changed"),
    ]
    return table(heads, rows, class_="mj-table")


def changes(before: Finding, after: Finding, lexicon: Lexicon, severities: Severities) -> list[str]:
    """What a revision says differently from the one before."""
    words, told = lexicon.words, []
    if after.severity != before.severity:
        names = [severity_name(one.severity, words, severities) for one in (before, after)]
        told.append(words("changed.severity", before=names[0], after=names[1]))
    if after.status != before.status:
        names = [words(f"status.{one.status}") for one in (before, after)]
        told.append(words("changed.status", before=names[0], after=names[1]))
    if after.status == "withdrawn" and after.reason:
        told.append(words("finding.withdrawn_because", reason=words.name("withdrawn", after.reason)))
    if after.occurred_at != before.occurred_at:
        moments = [words.minute(one.occurred_at) for one in (before, after)]
        told.append(words("changed.occurred_at", before=moments[0], after=moments[1]))
    if after.message != before.message:
        told.append(words("changed.message", after=words.pick(after.message)))
    return told or [words("changed.evidence")]


def _value(value: Any) -> str:
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return "、".join(value)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "; ".join(map(_value, value))
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return f"{value['zh']} / {value['en']}"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_value(one)}" for name, one in value.items())
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
