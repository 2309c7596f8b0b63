"""处置台账: who did what about which finding, whether in time, and the same as a file."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty, notice
from dashboards.components.desk import finding_address
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.saving import CSV, offer
from dashboards.desk import acting, register, telling
from dashboards.desk.reading import Line
from dashboards.desk.registerfile import as_xlsx, register_csv
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from dashboards.words import Words, number, severity_name
from mingjing.handling.machine import STEPS
from mingjing.store.record import entries

DAYS = 30
READ = 20_000  # acts read at once
SHOWN = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page() -> None:
    """Which acts, and the list of them."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    st.html(tag("h1", words("register.title"), class_="mj-title"))
    today = words.local(service.now()).date()
    with st.container(key="register_tools", horizontal=True, vertical_alignment="bottom"):
        first = st.date_input(words("register.from"), today - timedelta(days=DAYS), key="r_from", width=150)
        last = st.date_input(words("register.to"), today, key="r_to", width=150)
        units = sorted(code for field, code in names if field == "department")
        unit = st.selectbox(
            words("register.unit"), ["", *units], key="r_unit", width=240,
            format_func=lambda code: lexicon.full("department", code) if code else words("filter.any"),
        )  # fmt: skip
        step = st.selectbox(
            words("register.step"), ["", *STEPS], key="r_step", width=160,
            format_func=lambda one: telling.step(one, words) if one else words("filter.any"),
        )  # fmt: skip
        account = st.text_input(words("register.account"), key="r_account", width=160, max_chars=80)
        late = st.checkbox(words("register.late_only"), key="r_late")
    if first > last:
        st.html(notice(words("register.wrong_span")))
        return
    found, cut = acts(first, last, words)
    chosen = [
        one
        for one in found
        if (not unit or one.department == unit)
        and (not step or one.step == step)
        and (not account or one.by == account.strip())
        and (not late or one.kept is False)
    ]
    if cut:
        st.html(notice(words("register.cut", n=number(READ))))
    if not chosen:
        st.html(empty(words("register.none"), words("register.none_hint")))
        return
    st.html(tag("p", summed(chosen, words), class_="sub"))
    export(chosen, f"{first}_{last}", lexicon)
    st.html(join(people(chosen, words), listed(chosen, lexicon)))


def acts(first: date, last: date, words: Words) -> tuple[list[Line], bool]:
    """The acts of these local days as far as this person may see them; whether there were too many."""
    zone = ZoneInfo(words.timezone)
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    with service.store() as store:
        read = entries(store, kinds=["act"], since=since, until=until, limit=READ, latest_first=True)
    views = acting.views(sorted({entry.subject for entry in read}))
    every = (line for view in views.values() for line in register.lines(view, acting.deadlines()))
    return register.within(every, since, until), len(read) == READ


def summed(chosen: list[Line], words: Words) -> str:
    """How many acts, by how many people, how many in time."""
    timed = [one for one in chosen if one.kept is not None]
    kept = sum(one.kept is True for one in timed)
    share = f"{100 * kept / len(timed):.1f} %" if timed else "—"
    people_ = len({one.by for one in chosen})
    return words("register.sum", n=number(len(chosen)), people=people_, timed=len(timed), kept=kept, share=share)


def export(chosen: list[Line], name: str, lexicon: Lexicon) -> None:
    """The same as a file; that it was taken is recorded first."""
    words = lexicon.words
    with st.container(key="register_export", horizontal=True):
        for kind, mime, made in (("csv", CSV, register_csv), ("xlsx", XLSX, as_xlsx)):
            offer(
                f"register.{kind}", lambda: chosen, lambda rows, made=made: made(rows, lexicon),  # type: ignore[misc]
                f"mingjing-register-{name}.{kind}", mime, label=words(f"register.{kind}"), key=f"register_{kind}",
                tip=words("register.recorded"),
            )  # fmt: skip


def people(chosen: list[Line], words: Words) -> Html:
    """How each account kept its deadlines."""
    rows = [
        tag(
            "tr",
            tag("td", telling.account(one.by, words)),
            tag("td", number(one.acts), class_="number"),
            tag("td", number(one.timed), class_="number"),
            tag("td", f"{100 * one.kept / one.timed:.0f} % ({one.kept})" if one.timed else "—", class_="number"),
        )
        for one in register.shares(chosen)
    ]
    heads = [words("register.who"), words("register.acts"), words("register.timed"), words("register.share")]
    drawn = table(heads, rows, class_="mj-table")
    return tag("details", tag("summary", words("register.people")), drawn, class_="mj-people")


def listed(chosen: list[Line], lexicon: Lexicon) -> Html:
    """The latest acts."""
    words, severities = lexicon.words, service.current().severity
    rows = [
        tag(
            "tr",
            tag("td", words.minute(one.at), class_="nowrap"),
            tag("td", telling.account(one.by, words), tag("div", telling.role(one.role, words), class_="sub")),
            tag(
                "td",
                tag("b", telling.step(one.step, words)),
                tag("div", "→ ", telling.state(one.state, words), class_="sub"),
            ),
            tag(
                "td",
                tag("span", severity_name(one.severity, words, severities), class_="badge", data_severity=one.severity),
                " ",
                tag("a", one.rule, href=finding_address(one.finding_id, words), target="_self"),
                tag("div", one.text, class_="sub mj-said") if one.text else None,
            ),
            tag("td", _about(one, lexicon)),
            tag("td", _kept(one, words)),
        )
        for one in chosen[:SHOWN]
    ]
    heads = [words(f"register.{one}") for one in ("when", "who", "what", "finding", "about", "deadline")]
    more = tag("p", words("register.more", n=SHOWN), class_="sub") if len(chosen) > SHOWN else None
    return tag("section", table(heads, rows, class_="mj-table"), more, class_="mj-section")


def _about(one: Line, lexicon: Lexicon) -> Html:
    told = [lexicon.name(field, getattr(one, field)) for field in ("department", "window", "officer")]
    return join(one.case_id or None, tag("div", " · ".join(filter(None, told)), class_="sub"))


def _kept(one: Line, words: Words) -> Html:
    if one.due_at is None or one.kept is None:
        return tag("span", words("register.untimed"), class_="sub")
    said = words("register.kept") if one.kept else words("register.late", span=words.span(one.at - one.due_at))
    head = tag("span", said, class_="mj-kept" if one.kept else "mj-late")
    return join(head, tag("div", f"{telling.due(one.due, words)} {telling.end(one.due_at, words)}", class_="sub"))


page()
