"""What a search found: cases and findings in lines, each leading to where an investigator looks closer."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dashboards import service, who
from dashboards.components.markup import Html, table, tag
from dashboards.investigation.reading import FoundCase, FoundFinding
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number, severity_name
from mingjing.access.permissions import opens


def case_table(cases: Sequence[FoundCase], lexicon: Lexicon) -> Html:
    """Cases in lines, each leading to its workspace."""
    words, severities, page = lexicon.words, service.current().severity, _page()
    rows = [
        tag(
            "tr",
            tag("td", tag("a", one.case_id, href=workspace(one.case_id, words, page), target="_self")),
            tag("td", lexicon.name("item", one.item)),
            tag("td", _post(one, lexicon)),
            tag("td", words.minute(one.first_at), class_="nowrap"),
            tag("td", words.minute(one.last_at), class_="nowrap"),
            tag("td", words.name("event", one.finished_by) if one.finished_by else words("case.open"), class_="nowrap"),
            tag("td", number(one.events), class_="number"),
            tag(
                "td",
                tag("span", severity_name(one.severity, words, severities), class_="badge") if one.severity else None,
                f" {one.findings}" if one.findings else "—",
                data_severity=one.severity or None,
            ),
        )
        for one in cases
    ]
    heads = [
        words("app.case"), words("case.item"), words("case.who"), words("case.first"), words("case.last"),
        words("board.state"), words("case.events"), words("case.findings"),
    ]  # fmt: skip
    return table(heads, rows, class_="mj-table")


def finding_table(findings: Sequence[FoundFinding], lexicon: Lexicon) -> Html:
    """Findings in lines, each leading to the workspace of its case, or to its own page where it spans cases."""
    words, severities, page = lexicon.words, service.current().severity, _page()
    rows = [
        tag(
            "tr",
            tag(
                "td",
                tag("span", severity_name(one.severity, words, severities), class_="badge"),
                tag("span", words("finding.lead"), class_="mj-lead") if one.lead else None,
                data_severity=one.severity,
                class_="nowrap",
            ),
            tag(
                "td", tag("a", words.pick(one.message) or one.rule, href=_of_finding(one, words, page), target="_self")
            ),
            tag("td", lexicon.rule(one.rule)),
            tag("td", one.case_id or lexicon.subject(one.subject)),
            tag("td", _post(one, lexicon)),
            tag("td", words.minute(one.occurred_at), class_="nowrap"),
            tag("td", words(f"status.{one.status}"), class_="nowrap"),
        )
        for one in findings
    ]
    heads = [
        words("board.level"), words("board.what"), words("finding.rule"), words("app.case"), words("case.who"),
        words("board.when"), words("board.state"),
    ]  # fmt: skip
    return table(heads, rows, class_="mj-table")


def _post(one: FoundCase | FoundFinding, lexicon: Lexicon) -> str:
    return " · ".join(filter(None, (lexicon.name("window", one.window), lexicon.name("officer", one.officer))))


def workspace(case_id: str, words: Words, page: str = "workspace", **more: str) -> str:
    """The address of a case's workspace, or of its page for who may not open the workspace."""
    return f"{page}?" + urlencode({"case": case_id, "lang": words.language, **more})


def _page() -> str:
    return "workspace" if opens(who.person(), "workspace") else "case"


def _of_finding(one: FoundFinding, words: Words, page: str) -> str:
    if one.case_id:
        return workspace(one.case_id, words, page, finding=one.finding_id)
    return "finding?" + urlencode({"id": one.finding_id, "lang": words.language})
