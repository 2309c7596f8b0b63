"""并联审批: projects that several units examine side by side, one project's branches, items without such a route."""

from collections.abc import Sequence

import streamlit as st
from msgspec import Struct

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.places import asked, choosers, scope
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.parallel import reading
from dashboards.parallel.drawing import branches, chart, day_of, rosters, unit_name, waiting
from dashboards.parallel.listing import (
    LISTED,
    ORDERS,
    STATES,
    ProjectLine,
    choice,
    find,
    fits,
    line,
    no_route,
    ordered,
    pace,
    section,
    summary,
    told,
)
from dashboards.parallel.reading import Shown
from dashboards.scores.reading import lexicon as named_codes
from dashboards.scores.reading import organisation
from dashboards.words import Words, number, severity_name
from mingjing.calendars import YearNotCovered
from mingjing.insight.project import Project
from mingjing.store.services import PROJECTS
from mingjing.types import Finding


class BranchLine(Struct, frozen=True, kw_only=True):
    """One branch of a project as a line of the file."""

    case: str
    unit: str
    state: str
    told_at: str
    received_at: str
    receipt_no: str
    limit: int
    due_on: str
    opinion_at: str
    opinion: str
    used: int


def page() -> None:
    """The project that the address names, or all of a period."""
    words = service.words()
    lexicon = named_codes(words)
    if who.person().scope.departments is not None:
        st.html(notice(words("parallel.partial")))
    try:
        if case := st.query_params.get("case", ""):
            detail(case, lexicon)
        else:
            overview(lexicon)
    except YearNotCovered as gap:
        st.html(empty(words("parallel.no_calendar", year=gap.first), words("parallel.no_calendar_hint")))


def overview(lexicon: Lexicon) -> None:
    """The projects of a period, who keeps others waiting, and items without a parallel route."""
    words = lexicon.words
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        choosers(lexicon, "region", "department")
        search = find("parallel", words)
        state = choice("parallel", "state", STATES, words)
        order = choice("parallel", "order", ORDERS, words)
    carry("region", "department")
    title.html(heading(words("parallel.title"), period, words))
    shown = reading.projects(period, scope(asked("region", "department"), organisation()), search)
    if shown.uncounted:
        cases = words("signin.comma").join(shown.uncounted[:LISTED])
        st.html(notice(words("parallel.uncounted", n=number(len(shown.uncounted)), cases=cases)))
    if not shown.projects:
        st.html(empty(words("parallel.none"), words("parallel.none_hint")))
    else:
        listed(shown, state, order, lexicon, period.code)
        st.html(pace(shown.projects, lexicon))
    st.html(no_route(reading.routes(), lexicon))


def listed(shown: Shown, state: str, order: str, lexicon: Lexicon, period: str) -> None:
    """What they come to together, and one line for each."""
    words = lexicon.words
    st.html(summary(shown.projects, words))
    kept = ordered([one for one in shown.projects if fits(one, state)], order, shown)
    if shown.known > PROJECTS:
        st.html(tag("p", words("parallel.cut", n=number(len(shown.projects)), all=number(shown.known)), class_="sub"))
    if not kept:
        st.html(empty(words("parallel.none_fits"), words("parallel.none_fits_hint")))
        return
    heads = [words(f"parallel.col_{name}") for name in
             ("case", "item", "lead", "opened", "branches", "serial", "elapsed", "findings")]  # fmt: skip
    st.html(table(heads, [line(one, shown, lexicon) for one in kept[:LISTED]], class_="mj-table"))
    if len(kept) > LISTED:
        st.html(tag("p", words("parallel.more", n=number(len(kept) - LISTED)), class_="sub"))
    name = f"mingjing-parallel-{period}.csv"
    offer("parallel:projects", lambda: [told(one, shown, lexicon) for one in kept],
          lambda rows: rows_csv(ProjectLine, rows, words), name, key="parallel_csv")  # fmt: skip


def detail(case: str, lexicon: Lexicon) -> None:
    """One project: 29 → 8, the branches side by side, who waits for whom, the rosters, what was found."""
    words = lexicon.words
    with st.container(key="parallel_back", horizontal=True):
        pages = st.session_state["pages"]
        st.page_link(pages["parallel"], label=words("parallel.back"), query_params=service.carried("parallel", words))
        st.page_link(
            pages["case"], label=words("parallel.to_case"), query_params={"case": case, "lang": words.language}
        )
    project, findings = reading.one(case)
    if project is None:
        st.html(empty(words("parallel.unknown", case=case), words("parallel.unknown_hint")))
        return
    item = lexicon.full("item", project.item)
    st.html(tag("h1", words("parallel.one", case=case), tag("small", item), class_="mj-title"))
    st.html(join(arithmetic(project, lexicon), head(project, lexicon)))
    st.html(section(words("parallel.sides"), tag("p", words("parallel.sides_note"), class_="sub")))
    st.vega_lite_chart(None, chart(project, reading.counting(), lexicon, service.now()), key="sides", width="stretch")
    st.html(section(words("parallel.who"), waiting(project, lexicon)))
    st.html(section(words("parallel.branches"), branches(project, lexicon)))
    lines = [branch_line(project, place, words) for place in range(len(project.branches))]
    name = f"mingjing-branches-{case}.csv"
    offer("parallel:branches", lambda: lines, lambda rows: rows_csv(BranchLine, rows, words), name, case_id=case,
          key="branches_csv")  # fmt: skip
    st.html(
        section(
            words("parallel.rosters"), rosters(project, lexicon) or tag("p", words("parallel.no_rosters"), class_="sub")
        )
    )
    st.html(section(words("parallel.found"), found_list([revisions[0] for revisions in findings], lexicon)))


def arithmetic(one: Project, lexicon: Lexicon) -> Html:
    """What the branches' limits add up to against how long it took: 5 + 8 + 6 + 10 = 29 → 8."""
    words = lexicon.words
    limits = [number(branch.limit) for branch in one.branches if branch.limit]
    total = f"{' + '.join(limits)} = {one.serial}" if len(limits) > 1 else str(one.serial or "—")
    key = "parallel.arithmetic_ended" if one.ended_at else "parallel.arithmetic_running"
    said = words(key, total=total, elapsed=one.elapsed)
    if one.saved is not None:
        said += words("parallel.arithmetic_saved", saved=f"{one.saved:.0%}")
    if one.limit:
        key = "parallel.arithmetic_late" if one.late else "parallel.arithmetic_kept"
        said += words(key, limit=one.limit, day=day_of(one.due_on))
    return tag("p", said, class_="mj-advice bad" if one.late else "mj-advice")


def head(one: Project, lexicon: Lexicon) -> Html:
    """Who leads, since when, how it stands."""
    words = lexicon.words
    state = words(f"parallel.ended_{one.ended_by}") if one.ended_by else words("parallel.running")
    return facts(
        [
            (words("parallel.col_lead"), unit_name(one.lead, lexicon)),
            (words("filter.region"), lexicon.name("region", one.region) or "—"),
            (words("parallel.col_opened"), words.minute(one.opened_at)),
            (words("parallel.consolidated"), words.minute(one.consolidated_at)),
            (words("parallel.ended"), f"{words.minute(one.ended_at)} {state}" if one.ended_at else state),
        ],
        class_="mj-facts",
    )


def branch_line(project: Project, place: int, words: Words) -> BranchLine:
    """One branch for the file."""
    one = project.branches[place]

    def when(name: str) -> str:
        instant = getattr(one, name)
        return words.minute(instant) if instant else ""

    return BranchLine(
        case=project.case, unit=one.unit, state=words(f"parallel.state_{one.state}"), told_at=when("told_at"),
        received_at=when("received_at"), receipt_no=one.receipt_no, limit=one.limit,
        due_on=day_of(one.due_on) if one.due_on else "", opinion_at=when("opinion_at"), opinion=one.opinion,
        used=one.used,
    )  # fmt: skip


def found_list(findings: Sequence[Finding], lexicon: Lexicon) -> Html:
    """What was found in the project, the gravest first, each leading to its page."""
    words, severities = lexicon.words, service.current().severity
    stands = [one for one in findings if one.status != "withdrawn"]
    if not stands:
        return tag("p", words("parallel.found_none"), class_="good")
    rows = [
        tag(
            "tr",
            tag(
                "td",
                tag("span", severity_name(one.severity, words, severities), class_="badge"),
                data_severity=one.severity,
            ),
            tag(
                "td",
                tag(
                    "a",
                    lexicon.rule(one.rule),
                    href=f"finding?id={one.finding_id}&lang={words.language}",
                    target="_self",
                ),
            ),
            tag("td", words.pick(one.message)),
            tag("td", words.minute(one.occurred_at), class_="nowrap"),
            tag("td", words(f"status.{one.status}"), class_="nowrap"),
        )
        for one in stands
    ]
    heads = [words("board.level"), words("finding.rule"), "", words("finding.breach"), words("board.state")]
    return table(heads, rows, class_="mj-table")


page()
