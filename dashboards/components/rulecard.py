"""One rule on a page: its words and law, what it found by week and department, its versions and examples."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from dashboards import rulestats
from dashboards.components.findings import parameter_facts
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.data import RuleText
from dashboards.lexicon import Lexicon
from dashboards.rulestats import Place, Version, Week, parameters, severities
from dashboards.words import number, severity_name
from mingjing.settings import Severities
from mingjing.store import Store

WEEKS = 26
PLACES = 12


class Card(Struct, frozen=True):
    """What the store knows of one rule."""

    weeks: list[Week]
    until: datetime
    places: list[Place]
    versions: list[Version]


def read(store: Store, text: RuleText, now: datetime, timezone: str) -> Card:
    """What the store knows of a rule by now."""
    since = now - timedelta(weeks=WEEKS)
    return Card(
        weeks=rulestats.weeks(store, text.rule, since, timezone),
        until=now,
        places=rulestats.places(store, text.rule, PLACES),
        versions=rulestats.versions(store, text.rule),
    )


def graveness(found: Sequence[int]) -> Html:
    """The severities that a rule can reach, as badges."""
    return join(*(tag("span", str(n), class_="badge", data_severity=n, aria_label=f"severity {n}") for n in found))


def head(text: RuleText, card: Card, lexicon: Lexicon) -> Html:
    """Which rule it is, and since when its newest version judges."""
    words, said = lexicon.words, parameters(text)
    newest = card.versions[0] if card.versions else None
    parties = [words.name("party", str(one)) for one in said.get("responsible", ())]
    pairs = [
        (words("rules.kind"), words.name("kind", text.kind)),
        (words("rules.graveness"), graveness(severities(said))),
        (words("finding.responsible"), "、".join(parties) if words.language == "zh" else ", ".join(parties)),
        (words("finding.version"), text.version),
        (words("rules.since"), words.minute(newest.since) if newest else "—"),
    ]
    lead = tag("span", words("finding.lead"), class_="mj-lead") if said.get("lead") else None
    return tag(
        "header",
        tag("h1", f"{text.rule} {words.pick(text.name)}", lead),
        tag("p", words("rules.lead_note"), class_="mj-notice") if lead else None,
        facts([(name, value) for name, value in pairs if value], class_="mj-facts"),
        class_="mj-case",
    )


def numbers(card: Card, lexicon: Lexicon, tenant: Severities) -> Html:
    """What the rule found: by week, and by department."""
    words = lexicon.words
    body = join(trend(card, lexicon, tenant), _places(card.places, lexicon)) if card.places else None
    return tag(
        "section",
        tag("h2", words("rules.found")),
        body or tag("p", words("rules.found_none")),
        class_="mj-section",
    )


def trend(card: Card, lexicon: Lexicon, tenant: Severities) -> Html:
    """Stacked bars by week, the oldest to the left."""
    words = lexicon.words
    found = {one.week: one for one in card.weeks}
    today = words.local(card.until).date()
    monday = today - timedelta(days=today.weekday())
    shown = [monday - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    top = max((one.red + one.yellow + one.notice for one in card.weeks), default=0)
    bars = []
    for week in shown:
        one = found.get(week, Week(week, 0, 0, 0))
        counts = ((3, one.red), (2, one.yellow), (1, one.notice))
        told = " · ".join(f"{severity_name(n, words, tenant)} {number(count)}" for n, count in counts)
        parts = [tag("i", data_severity=n, style=f"height:{100 * count / top:.2f}%") for n, count in counts if count]
        bars.append(tag("div", *parts, title=f"{week.isoformat()} · {told}"))
    title = tag(
        "div", words("board.trend"), tag("small", words("rules.by_week", n=WEEKS, top=number(top))), class_="title"
    )
    picture = tag("div", *bars, class_="bars", role="img", aria_label=words("board.trend"))
    axis = tag("div", tag("span", shown[0].isoformat()), tag("span", shown[-1].isoformat()), class_="axis")
    return tag("div", title, picture if top else tag("p", words("board.trend_none")), axis, class_="mj-trend mj-weeks")


def _places(found: Sequence[Place], lexicon: Lexicon) -> Html:
    words = lexicon.words
    top = max((one.open + one.resolved for one in found), default=0) or 1
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full("department", one.department) or words("rules.no_department"), class_="nowrap"),
            tag("td", tag("i", class_="mj-bar", style=f"width:{100 * (one.open + one.resolved) / top:.1f}%")),
            *(tag("td", number(n) if n else "–", class_="number") for n in (one.open, one.resolved, one.withdrawn)),
        )
        for one in found
    ]
    heads = [words("case.department"), "", *(words(f"rules.{head}") for head in ("open", "resolved", "withdrawn"))]
    return table(heads, rows, class_="mj-table mj-places")


def meaning(text: RuleText, lexicon: Lexicon) -> Html:
    """What the rule says: its ground, its numbers, its gaps, its examples, its file."""
    words, said = lexicon.words, parameters(text)
    examples = [_example(one, lexicon) for one in said.get("example", ())]
    gaps = " ".join(str(said.get("known_gaps", "—")).split())
    return tag(
        "section",
        tag("h2", words("rules.meaning")),
        facts([(words("finding.basis"), text.basis), (words("finding.known_gaps"), gaps)], class_="mj-facts wide"),
        tag("h3", words("finding.parameters")),
        parameter_facts(said),
        tag("details", tag("summary", words("rules.examples", n=len(examples))), tag("ul", *examples)),
        tag("details", tag("summary", words("finding.source_text")), tag("pre", text.text)),
        class_="mj-section",
    )


def _example(example: Mapping[str, Any], lexicon: Lexicon) -> Html:
    flagged = bool(example.get("expect"))
    outcome = lexicon.words("rules.flagged" if flagged else "rules.quiet")
    return tag("li", tag("span", outcome, class_="bad" if flagged else "good"), " ", str(example.get("title", "")))
