"""How the tender page says sizes, limits, states and codes."""

from collections.abc import Iterable
from urllib.parse import urlencode

from dashboards import service
from dashboards.components.markup import Html, join, tag
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number, severity_name
from mingjing.insight.tender.course import Checkpoint
from mingjing.insight.tender.thresholds import Measured
from mingjing.types import Finding

WAN = 10_000
VERDICTS = {"kept": "mj-kept", "missed": "mj-late", "overdue": "mj-late", "absent": "mj-late"}


def size(what: str, value: float | None, words: Words) -> str:
    """Money, in Chinese by ten thousand yuan, or square metres; a dash for none."""
    if value is None:
        return "—"
    unit = WAN if what == "amount" and words.language == "zh" else 1
    return words(f"tender.{what}_value", n=number(round(value / unit, 4)))


def arithmetic(one: Measured, words: Words) -> str:
    """`3,000 万元 ÷ 2,000 万元 = 150 %`."""
    limit, value = size(one.what, one.limit, words), size(one.what, one.value, words)
    return f"{value} ÷ {limit} = {percent(one.share)}"


def percent(share: float) -> str:
    """A share in per cent, never rounded up to a threshold that it does not reach.

    >>> percent(0.99996), percent(1.0), percent(0.5)
    ('99.99 %', '100 %', '50 %')
    """
    return f"{int(share * 10_000 + 1e-6) / 100:g} %"


def took(point: Checkpoint, words: Words) -> str:
    """How long a checkpoint took against its limit."""
    if point.took is None:
        return ""
    told = words(f"tender.unit_{point.unit}{'_one' * (point.took == 1)}", n=number(point.took))
    if point.least is not None:
        return words("tender.at_least", took=told, limit=point.least)
    if point.most is not None:
        return words("tender.at_most", took=told, limit=point.most)
    return told


def verdict(point: Checkpoint, words: Words) -> Html:
    """Kept, missed, still to come: coloured, and in words."""
    return tag("span", words(f"tender.state_{point.state}"), class_=VERDICTS.get(point.state, "sub"))


def badges(findings: Iterable[list[Finding]], lexicon: Lexicon) -> Html:
    """Findings as links to where they are explained."""
    words, severities = lexicon.words, service.current().severity
    drawn = []
    for revisions in findings:
        one = revisions[0]
        name = severity_name(one.severity, words, severities)
        drawn.append(
            tag(
                "div",
                tag("span", name, class_="badge", data_severity=one.severity),
                tag("a", lexicon.rule(one.rule), href=case_address(one, words), target="_self"),
                tag("span", words(f"status.{one.status}"), class_="sub") if one.status != "open" else None,
                data_severity=one.severity,
                class_="mj-tender-found",
            )
        )
    return join(*drawn)


def case_address(one: Finding, words: Words) -> str:
    """The page that explains a finding."""
    return "case?" + urlencode({"case": one.case_id or "", "finding": one.finding_id, "lang": words.language})


def address(case_id: str, words: Words, page: str = "tender") -> str:
    """The page of one tender."""
    return f"{page}?" + urlencode({"tender": case_id, "lang": words.language})
