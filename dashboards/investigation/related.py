"""What is related to a case: other cases of its officers and of its applicant, and leads connected with it."""

from collections.abc import Collection, Sequence

import streamlit as st

from dashboards import service
from dashboards.components.found import case_table, workspace
from dashboards.components.markup import Html, table, tag
from dashboards.investigation.reading import LISTED, FoundCase, Life, leads, same_applicant, same_officer
from dashboards.lexicon import Lexicon
from dashboards.words import number, severity_name
from mingjing.investigation.ties import Tie, tied

SIGNALS = 3


def related(case_id: str, known: Life, lexicon: Lexicon) -> None:
    """Leads first, for they are what an investigator follows; then the applicant's and the officers' cases."""
    words = lexicon.words
    part = st.session_state.get("officer_page", 1)
    with service.store() as store:
        of_applicant = same_applicant(store, case_id)
        of_officer = same_officer(store, known, case_id, part)
        found = leads(store, known, [one.case_id for one in of_applicant])
    own = [revisions[0] for revisions in known.findings]
    ties = tied(
        found, own, officers=known.officers, windows=known.windows, item=known.head.item,
        cases=[one.case_id for one in of_applicant],
    )  # fmt: skip
    title = tag("h2", words("related.leads", n=number(len(ties))))
    st.html(tag("section", title, _leads(ties, lexicon) if ties else _none("leads", lexicon), class_="mj-section"))
    _cases("applicant", of_applicant, lexicon)
    _cases("officer", of_officer, lexicon)
    if of_officer and (pages := -(-of_officer[0].total // LISTED)) > 1:
        st.pagination(pages, default=min(part, pages), key="officer_page")


def _none(name: str, lexicon: Lexicon) -> Html:
    return tag("p", lexicon.words(f"related.{name}_none"), class_="sub")


def _cases(name: str, cases: Sequence[FoundCase], lexicon: Lexicon) -> None:
    words = lexicon.words
    total = cases[0].total if cases else 0
    drawn = case_table(cases, lexicon) if cases else _none(name, lexicon)
    hint = tag("p", words("related.applicant_hint"), class_="sub") if name == "applicant" and cases else None
    st.html(tag("section", tag("h2", words(f"related.{name}", n=number(total))), hint, drawn, class_="mj-section"))


def _leads(ties: Collection[Tie], lexicon: Lexicon) -> Html:
    words, severities = lexicon.words, service.current().severity
    rows = []
    for tie in ties:
        one = tie.finding
        where = f"finding?id={one.finding_id}&lang={words.language}"
        href = workspace(one.case_id, words, finding=one.finding_id) if one.case_id else where
        signals = [tag("div", words.pick(name)) for name in tie.signals[:SIGNALS]]
        rows.append(
            tag(
                "tr",
                tag(
                    "td",
                    tag("span", severity_name(one.severity, words, severities), class_="badge"),
                    data_severity=one.severity,
                ),
                tag("td", tag("a", words.pick(one.message) or one.rule, href=href, target="_self")),
                tag("td", lexicon.rule(one.rule)),
                tag("td", "、".join(words(f"related.by_{name}") for name in tie.by)),
                tag("td", *signals, None if signals else "—"),
                tag("td", words.minute(one.occurred_at), class_="nowrap"),
            )
        )
    heads = [
        words("board.level"), words("board.what"), words("finding.rule"), words("related.by"), words("related.signals"),
        words("board.when"),
    ]  # fmt: skip
    return table(heads, rows, class_="mj-table")
