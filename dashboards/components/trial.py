"""试算: turn a rule's numbers and see what the last months would have looked like, before anyone saves it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import notice
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.data import RuleText
from dashboards.lexicon import Lexicon
from dashboards.rulestats import parameters
from dashboards.whatif import Changed, Knob, Outcome, Progress, Trial, knobs, within
from dashboards.words import number, severity_name
from mingjing.errors import UsageError
from mingjing.settings import Severities

DAYS = (30, 90, 180, 365)
COLUMNS = 3
LISTED = 100


def panel(text: RuleText, lexicon: Lexicon, tenant: Severities) -> None:
    """The knobs of a rule, the button that tries them, and what the last trial came to."""
    words = lexicon.words
    turnable = knobs(parameters(text))
    st.html(tag("section", tag("h2", words("trial.title")), tag("p", words("trial.about")), class_="mj-section"))
    if not turnable or text.kind == "population":
        st.html(tag("p", words("trial.none_population" if text.kind == "population" else "trial.none", rule=text.rule)))
        return
    with st.form(f"trial_{text.rule}", border=True):
        changes = _changes(turnable, lexicon)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            days = st.selectbox(words("trial.days"), DAYS, index=1, format_func=lambda n: words("trial.last_days", n=n))
            pressed = st.form_submit_button(words("trial.go"), type="primary")
    if pressed and not changes:
        st.html(notice(words("trial.unchanged")))
    elif pressed:
        _run(text, changes, days, lexicon)
    kept = st.session_state.get("trial")
    if kept and kept[0] == (text.rule, text.version):
        _shown(kept[1], kept[2], lexicon, tenant)


def _changes(turnable: Sequence[Knob], lexicon: Lexicon) -> dict[str, str]:
    """The knobs that were turned, with their new values as TOML writes them."""
    words = lexicon.words
    changes = {}
    columns = st.columns(COLUMNS)
    for place, knob in enumerate(turnable):
        with columns[place % COLUMNS]:
            label = knob_name(knob.path, lexicon)
            if knob.path.endswith("severity"):
                value: str | int | float = st.selectbox(
                    label, (1, 2, 3), index=int(knob.value) - 1, key=f"knob_{knob.path}",
                    format_func=lambda n: words(f"trial.severity_{n}"),
                )  # fmt: skip
            elif isinstance(knob.value, str):
                value = st.text_input(label, knob.value, key=f"knob_{knob.path}")
            else:
                value = st.number_input(label, value=knob.value, key=f"knob_{knob.path}", min_value=0 * knob.value)
        turned = Knob(knob.path, value)
        if turned.written != knob.written:
            changes[knob.path] = turned.written
    return changes


def knob_name(path: str, lexicon: Lexicon) -> str:
    """What a parameter is called: `ladder.0.at` is the first rung's instant."""
    words = lexicon.words
    head, *rest = path.split(".")
    name = words.name("knob", head)
    if rest and rest[0].isdigit():
        name = words("trial.nth", name=name, n=int(rest[0]) + 1)
        rest = rest[1:]
    return " · ".join([name, *(words.name("knob", part) for part in rest)])


def _run(text: RuleText, changes: Mapping[str, str], days: int, lexicon: Lexicon) -> None:
    words = lexicon.words
    bar = st.progress(0.0, words("trial.starting"))
    try:
        for said in Trial(text.rule, changes, days):
            match said:
                case Progress(done=done, total=total):
                    told = words("trial.progress", done=number(done), total=number(total))
                    bar.progress(min(1.0, done / total) if total else 0.0, told)
                case Outcome():
                    seen = within(said, who.person().scope, service.mask().json)
                    st.session_state["trial"] = ((text.rule, text.version), changes, seen)
    except UsageError as wrong:
        st.html(notice(words("trial.wrong", reason=str(wrong))))
        st.session_state.pop("trial", None)
    bar.empty()


def _shown(changes: Mapping[str, str], outcome: Outcome, lexicon: Lexicon, tenant: Severities) -> None:
    words = lexicon.words
    turned = [(knob_name(path, lexicon), tag("code", written)) for path, written in changes.items()]
    st.html(
        tag(
            "section",
            tag("h3", words("trial.outcome")),
            facts([*turned, (words("trial.span"), _span(outcome, lexicon))], class_="mj-facts"),
            _contradicted(outcome, lexicon),
            _severities(outcome, lexicon, tenant),
            _departments(outcome, lexicon),
            class_="mj-section",
        )
    )
    if outcome.changes:
        st.html(_list(outcome.changes[:LISTED], lexicon, tenant))
    st.download_button(words("trial.download"), outcome.text, "rule.toml", "application/toml", on_click="ignore")
    st.html(tag("p", words("trial.not_saved"), class_="sub"))


def _span(outcome: Outcome, lexicon: Lexicon) -> str:
    words = lexicon.words
    cases = words("trial.cases", n=number(outcome.counted.cases))
    return f"{words.minute(outcome.since)} – {words.minute(outcome.until)} · {cases}"


def _contradicted(outcome: Outcome, lexicon: Lexicon) -> Html | None:
    words = lexicon.words
    if not outcome.contradicted:
        return None
    titles = [tag("li", title) for title in outcome.contradicted]
    told = tag("summary", words("trial.contradicted", n=len(titles)))
    return tag("details", told, tag("ul", *titles), class_="mj-notice")


def _severities(outcome: Outcome, lexicon: Lexicon, tenant: Severities) -> Html:
    words, counted = lexicon.words, outcome.counted
    rows = []
    for severity in (3, 2, 1):
        now, then = counted.before.get(severity, 0), counted.after.get(severity, 0)
        badge = tag("span", severity_name(severity, words, tenant), class_="badge")
        cells = [number(now), number(then), f"{then - now:+,}" if then != now else "0"]
        rows.append(
            tag("tr", tag("td", badge, data_severity=severity), *(tag("td", cell, class_="number") for cell in cells))
        )
    heads = ["", *(words(f"trial.{head}") for head in ("now", "then", "difference"))]
    kinds = [words(f"trial.{kind}", n=number(counted.changes.get(kind, 0))) for kind in ("comes", "goes", "changes")]
    return join(table(heads, rows, class_="mj-table mj-narrow"), tag("p", " · ".join(kinds)))


def _departments(outcome: Outcome, lexicon: Lexicon) -> Html | None:
    words = lexicon.words
    found = sorted(outcome.counted.departments.items(), key=lambda pair: -sum(pair[1].values()))[:10]
    if not found:
        return None
    kinds = ("comes", "goes", "changes")
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full("department", code) or words("rules.no_department")),
            *(tag("td", number(counts.get(kind, 0)), class_="number") for kind in kinds),
        )
        for code, counts in found
    ]
    heads = [words("case.department"), *(words(f"trial.{kind}_short") for kind in kinds)]
    return table(heads, rows, class_="mj-table mj-narrow")


def _list(changes: Sequence[Changed], lexicon: Lexicon, tenant: Severities) -> Html:
    words = lexicon.words
    rows = []
    for one in changes:
        about = one.about
        address = f"case?case={about.case_id}&lang={words.language}"
        sides = [
            tag("span", severity_name(side.severity, words, tenant), class_="badge", data_severity=side.severity)
            if side
            else "—"
            for side in (one.before, one.after)
        ]
        rows.append(
            tag(
                "tr",
                tag("td", words(f"trial.{one.kind}_short"), class_="nowrap"),
                *(tag("td", side, class_="nowrap") for side in sides),
                tag("td", tag("a", about.case_id or "", href=address, target="_self"), class_="nowrap"),
                tag("td", words.minute(about.occurred_at), class_="nowrap"),
                tag("td", words.pick(about.message)),
            )
        )
    heads = ("what", "now", "then", "case", "breach", "message")
    return table([words(f"trial.{head}") for head in heads], rows, class_="mj-table")
