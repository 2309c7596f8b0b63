"""How the handling of a finding stands and what was done: state, deadlines, the acts with their attachments."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboards import who
from dashboards.components.markup import Html, join, table, tag
from dashboards.desk import acting, reading, telling
from dashboards.words import Words, number, severity_name
from mingjing.files import Attachment
from mingjing.handling.desk import View
from mingjing.handling.fold import Done
from mingjing.handling.machine import SYSTEM, Told
from mingjing.settings import Severities

OCTETS = "application/octet-stream"
"""What every attachment is handed out as: nothing that a browser would show or run."""


def standing(view: View, now: datetime, words: Words, severities: Severities) -> Html:
    """State, card and running deadlines of one finding."""
    one = view.handling
    holder = one.holder(view.deadlines[0].owes) if view.deadlines else ""
    late = [
        tag("li", telling.running(due, now, words), class_="missed" if due.missed(now) else None)
        for due in view.deadlines
    ]
    return tag(
        "div",
        tag("span", severity_name(one.severity, words, severities), class_="badge", data_severity=one.severity),
        tag("b", telling.state(one.state, words)),
        tag("span", words("desk.since", moment=words.minute(one.since)), class_="sub"),
        tag("span", words("desk.handed_to", who=holder), class_="sub") if holder else None,
        tag("span", words(f"desk.exposure_{one.exposure}"), class_="mj-exposure") if one.exposure else None,
        tag("ul", late, class_="mj-dues") if late else None,
        class_="mj-standing",
        data_severity=one.severity,
    )


def beside(view: View, now: datetime, words: Words) -> Html | None:
    """How citizens rated the window lately, and how often they complained; None where the finding names no window."""
    window = view.finding.window
    if not window:
        return None
    rated, complaints = reading.beside(window, who.person().scope.text(), now.date())
    told = [f"{'★' * stars} × {number(many)}" for stars, many in rated.items()]
    told += [words("desk.complaints", n=number(complaints))] if complaints else []
    said = " · ".join(told) or words("desk.ratings_none")
    return tag("p", tag("b", words("desk.ratings")), " ", said, class_="sub")


def history(acts: Sequence[Done], words: Words, severities: Severities) -> Html:
    """Who did what, the latest first; the words people wrote as they wrote them."""
    rows = [
        tag(
            "tr",
            tag(
                "td",
                tag("div", words.minute(done.at), class_="nowrap"),
                tag("div", telling.account(done.by, words), class_="who"),
                tag("div", telling.role(done.act.role, words), class_="sub") if done.act.role != SYSTEM else None,
            ),
            tag(
                "td",
                tag("b", telling.step(done.act.step, words)),
                _more(done, words, severities),
                tag("p", done.act.text, class_="mj-said") if done.act.text else None,
            ),
        )
        for done in reversed(acts)
    ]
    heads = [words("desk.history_who"), words("desk.history_step")]
    return table(heads, rows, class_="mj-table mj-history")


def public_text(told: Told, title: str) -> Html:
    """What the public is, or would be, told, in both languages."""
    return tag(
        "div", tag("small", title), tag("p", told.text.zh, lang="zh"), tag("p", told.text.en, lang="en"),
        class_="mj-publictext",
    )  # fmt: skip


def attachments(view: View, words: Words, key: str) -> None:
    """A download for each attachment; taking one out is recorded. A file that is gone or was altered is named."""
    several = {digest: done for done in view.acts for digest in done.act.files}
    if not several:
        return
    st.html(tag("h4", words("desk.attachments"), class_="mj-files"))
    with st.container(key=f"{key}_files", horizontal=True):
        for digest, done in several.items():
            _attachment(acting.attachment(digest), digest, done, view.finding.finding_id, words, key)


def _attachment(kept: Attachment | None, digest: str, done: Done, finding_id: str, words: Words, key: str) -> None:
    if kept is None:
        st.html(tag("span", words("desk.file_gone", digest=digest[:12]), class_="sub"))
        return
    st.download_button(
        f"⬇ {kept.name} · {max(1, kept.size >> 10):,} KiB",
        who.bound(lambda: acting.content(digest, finding_id)),
        kept.name,
        OCTETS,
        key=f"{key}_f_{digest[:16]}",
        help=words.minute(done.at),
        on_click="ignore",
        type="tertiary",
    )


def _more(done: Done, words: Words, severities: Severities) -> Html | None:
    act = done.act
    told: list[str] = []
    if act.step == "change" and act.severity:
        told.append(words("desk.changed_to", severity=severity_name(act.severity, words, severities)))
    if act.days:
        told.append(words("desk.days_more", n=act.days))
    if act.public is not None:
        told.append(public_text(act.public, words("desk.public_text")))
    if act.to:
        to = telling.due(act.to, words) if act.step in ("remind", "escalate") else act.to
        told.append(words("desk.to", to=to))
    return join(*(tag("div", one, class_="sub") for one in told)) if told else None
