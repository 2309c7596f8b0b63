"""The list of projects under parallel approval, who keeps others waiting, items without a parallel route."""

from collections.abc import Sequence

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.period import put
from dashboards.lexicon import Lexicon
from dashboards.parallel.drawing import unit_name
from dashboards.parallel.reading import Routes, Shown
from dashboards.words import Words, number, severity_name
from mingjing.insight.project import Project, paces
from mingjing.types import Finding

LISTED = 100
STATES = ("all", "running", "waiting", "late", "default", "ended")
ORDERS = ("newest", "slowest", "saved_least", "findings")


class ProjectLine(Struct, frozen=True, kw_only=True):
    """One project as a line of the file; days are working days."""

    case: str
    item: str
    name: str
    region: str
    lead: str
    opened_at: str
    ended_at: str
    branches: int
    answered: int
    default: int
    serial: int
    elapsed: int
    limit: int
    late: bool
    findings: int


def fits(one: Project, state: str) -> bool:
    """Whether a project is one of those that a reader asked for."""
    match state:
        case "running":
            return one.ended_at is None
        case "ended":
            return one.ended_at is not None
        case "waiting":
            return bool(one.awaited)
        case "late":
            return one.late
        case "default":
            return any(branch.state == "default" for branch in one.branches)
        case _:
            return True


def ordered(kept: list[Project], order: str, shown: Shown) -> list[Project]:
    """The projects in the order that a reader asked for."""
    newest = sorted(kept, key=lambda one: (-one.opened_at.timestamp(), one.case))
    match order:
        case "slowest":
            return sorted(newest, key=lambda one: (not one.limit, one.limit - one.elapsed))
        case "saved_least":
            return sorted(newest, key=lambda one: 2.0 if one.saved is None else one.saved)
        case "findings":
            marks = shown.marks
            return sorted(
                newest,
                key=lambda one: (-marks[one.case].severity, -marks[one.case].findings) if one.case in marks else (0, 0),
            )
        case _:
            return newest


def summary(projects: Sequence[Project], words: Words) -> Html:
    """How many, what their limits add up to, how long those took that ended, who is late or silent."""
    ended = [one for one in projects if one.saved is not None]
    late = sum(one.late for one in projects)
    default = sum(branch.state == "default" for one in projects for branch in one.branches)
    parts = [
        words(
            "parallel.sum_all", n=number(len(projects)), running=number(sum(one.ended_at is None for one in projects))
        )
    ]
    if ended:
        serial, elapsed = (sum(getattr(one, name) for one in ended) / len(ended) for name in ("serial", "elapsed"))
        parts.append(
            words(
                "parallel.sum_saved",
                n=number(len(ended)),
                serial=days(serial),
                elapsed=days(elapsed),
                saved=f"{1 - elapsed / serial:.0%}",
            )
        )
    parts.append(words("parallel.sum_late", late=number(late), default=number(default)))
    return tag("p", "".join(parts), class_="mj-advice bad" if late or default else "mj-advice")


def line(one: Project, shown: Shown, lexicon: Lexicon) -> Html:
    """One project in the list."""
    words, mark = lexicon.words, shown.marks.get(one.case)
    heard = sum(branch.opinion_at is not None for branch in one.branches)
    awaited = words("signin.comma").join(unit_name(branch.unit, lexicon) for branch in one.awaited)
    branches_told = (
        join(
            f"{heard}/{len(one.branches)}",
            tag("br"),
            tag("small", words("parallel.awaits", units=awaited), class_="sub"),
        )
        if awaited
        else f"{heard}/{len(one.branches)}"
    )
    severities = service.current().severity
    badge = (
        tag("span", f"{severity_name(mark.severity, words, severities)} {mark.findings}", class_="badge")
        if mark
        else "—"
    )
    limit = f"{one.elapsed} / {one.limit or '—'}"
    state = words(f"parallel.ended_{one.ended_by}") if one.ended_by else words("parallel.running")
    return tag(
        "tr",
        tag(
            "td",
            tag("a", one.case, href=f"parallel?case={one.case}&lang={words.language}", target="_self", class_="mono"),
        ),
        tag(
            "td",
            lexicon.name("item", one.item),
            tag("br"),
            tag("small", lexicon.name("region", one.region), class_="sub"),
        ),
        tag("td", unit_name(one.lead, lexicon)),
        tag("td", words.minute(one.opened_at), tag("br"), tag("small", state, class_="sub"), class_="nowrap"),
        tag("td", branches_told),
        tag("td", number(one.serial) if one.serial else "—", class_="number"),
        tag("td", limit, class_="number bad" if one.late else "number"),
        tag("td", badge, data_severity=mark.severity if mark else None, class_="nowrap"),
    )


def told(one: Project, shown: Shown, lexicon: Lexicon) -> ProjectLine:
    """One project for the file."""
    words, mark = lexicon.words, shown.marks.get(one.case)
    return ProjectLine(
        case=one.case, item=one.item, name=lexicon.name("item", one.item), region=one.region, lead=one.lead,
        opened_at=words.minute(one.opened_at), ended_at=words.minute(one.ended_at) if one.ended_at else "",
        branches=len(one.branches), answered=sum(branch.opinion_at is not None for branch in one.branches),
        default=sum(branch.state == "default" for branch in one.branches), serial=one.serial, elapsed=one.elapsed,
        limit=one.limit, late=one.late, findings=mark.findings if mark else 0,
    )  # fmt: skip


def pace(projects: Sequence[Project], lexicon: Lexicon) -> Html:
    """Which units keep the others waiting."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", unit_name(one.unit, lexicon)),
            tag("td", number(one.branches), class_="number"),
            tag("td", "—" if one.median is None else days(one.median), class_="number"),
            tag("td", number(one.last), class_="number"),
            tag("td", number(one.late), class_="number bad" if one.late else "number"),
            tag("td", number(one.default), class_="number bad" if one.default else "number"),
            tag("td", number(one.awaited), class_="number"),
        )
        for one in paces(projects)
    ]
    heads = [
        words(f"parallel.pace_{name}") for name in ("unit", "branches", "median", "last", "late", "default", "awaited")
    ]
    return section(
        words("parallel.pace"),
        tag("p", words("parallel.pace_note"), class_="sub"),
        table(heads, rows, class_="mj-table"),
    )


def no_route(found: Routes, lexicon: Lexicon) -> Html:
    """Items that several units examine, and nobody offers the parallel route."""
    words = lexicon.words
    note = tag("p", words("parallel.route_note", n=number(found.several), bare=number(len(found.bare))), class_="sub")
    rows = [
        *(_found(one, lexicon) for one in found.found),
        *(
            tag("tr", tag("td", lexicon.full("item", item)), tag("td", words("parallel.route_bare"), colspan="3"))
            for item in found.bare[:LISTED]
        ),
    ]
    if not rows:
        return section(words("parallel.route"), note, tag("p", words("parallel.route_none"), class_="good"))
    heads = [words(f"parallel.route_{name}") for name in ("item", "units", "cases", "finding")]
    return section(words("parallel.route"), note, table(heads, rows, class_="mj-table"))


def _found(one: Finding, lexicon: Lexicon) -> Html:
    words, said = lexicon.words, one.evidence.facts
    units = said.get("units")
    names = [unit_name(str(unit), lexicon) for unit in units] if isinstance(units, list) else []
    href = f"finding?id={one.finding_id}&lang={words.language}"
    return tag(
        "tr",
        tag("td", lexicon.full("item", one.item)),
        tag("td", words("signin.comma").join(names)),
        tag("td", words("parallel.route_of", n=said.get("several", "—"), all=said.get("decided", "—"))),
        tag("td", tag("a", words.pick(one.message), href=href, target="_self")),
    )


def find(page: str, words: Words) -> str:
    """How the case numbers begin that a reader looks for, in the address."""
    current, key = st.query_params.get("q", ""), f"{page}_q"
    if st.session_state.get(f"{key}_shown") != current or key not in st.session_state:
        st.session_state[key] = st.session_state[f"{key}_shown"] = current
    st.text_input(
        words(f"{page}.find"), key=key, placeholder=words(f"{page}.find_hint"), width=200,
        on_change=lambda: put(q=st.session_state[key].strip()),
    )  # fmt: skip
    return current


def choice(page: str, name: str, options: Sequence[str], words: Words) -> str:
    """One of some words, in the address; the first where it says none of them."""
    current = st.query_params.get(name, "")
    current = current if current in options else options[0]
    key = f"{page}_{name}"
    if st.session_state.get(f"{key}_shown") != current or key not in st.session_state:
        st.session_state[key] = st.session_state[f"{key}_shown"] = current
    st.selectbox(
        words(f"{page}.{name}"), options, key=key, width=150,
        format_func=lambda one: words(f"{page}.{name}_{one}"),
        on_change=lambda: put(**{name: st.session_state[key]}),
    )  # fmt: skip
    return current


def section(title: str, *beneath: Html) -> Html:
    """A part of the page under its heading."""
    return tag("section", tag("h2", title), *beneath, class_="mj-section")


def days(count: float) -> str:
    """Working days to one decimal."""
    return number(round(count, 1))
