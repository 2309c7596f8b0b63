"""值班与首问: who is on duty and was there, how soon the duty room replies, whom people asked first, who owns it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st
from msgspec import Struct

from dashboards import logbooks, service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.places import chooser, known
from dashboards.components.saving import offer
from dashboards.components.standing import address
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores.reading import lexicon as named_codes
from dashboards.words import Words, number
from mingjing.insight import duty
from mingjing.insight.duty import Contact, Question, Shift
from mingjing.insight.rates import Rate
from mingjing.scoring.periods import Period

SHOWN = 200
SHIFT_RULES, REPLY_RULES = ("N40", "N40-E"), ("N40-R", "Q1-D")
CONTACT_RULES = ("N51", "N51-H", "N51-O")
TONES = {"absent": "bad", "late": "bad", "early": "bad", "kept": "good", "on": "good"}


class ShiftLine(Struct, frozen=True, kw_only=True):
    """One shift as a line of the file."""

    room: str
    department: str
    officer: str
    starts: datetime
    ends: datetime
    came: datetime | None
    left: datetime | None
    state: str


def page() -> None:
    """Today's roster; of the period: presence, replies, contacts, each with its file and its findings."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        unit = chooser("department", known(lexicon, "department"), lexicon)
    carry("department")
    title.html(heading(words("duty.title"), period, words))
    now = service.now()
    today = words.local(now).date()
    tomorrow = today + timedelta(days=1)
    lately = _shifts(today - timedelta(days=1), tomorrow, now)  # a night's shift began yesterday
    lately = duty.during(lately, *logbooks.span(today, tomorrow, words.timezone))
    roster = [one for one in lately if not unit or one.department == unit]
    found = [one for one in _shifts(period.since, period.until, now) if not unit or one.department == unit]
    asked = logbooks.questions(period.since, period.until, words.timezone)
    asked = [one for one in asked if not unit or one.department == unit]
    told = duty.contacts(logbooks.contact_events(period.since, period.until, words.timezone))
    told = [one for one in told if logbooks.own(one.department, one.handed_to, one.window, one.owner)]
    told = [one for one in told if not unit or unit in (one.department, one.handed_to)]
    st.html(today_roster(roster, today, lexicon))
    if not (found or asked or told):
        st.html(empty(words("duty.none"), words("duty.none_hint")))
        return
    _presence(found, period, lexicon)
    st.html(answered(asked, now, lexicon))
    _contacts(told, period, lexicon)


def today_roster(roster: Sequence[Shift], today: date, lexicon: Lexicon) -> Html:
    """Who is on duty today, and whether that person is there."""
    words = lexicon.words
    body: Html
    if roster:
        body = _shift_table(sorted(roster, key=lambda one: one.starts), lexicon)
    else:
        body = tag("p", words("duty.nobody_today"), class_="sub")
    return tag("section", tag("h2", words("duty.today", day=today)), body, class_="mj-section")


def _presence(found: Sequence[Shift], period: Period, lexicon: Lexicon) -> None:
    words = lexicon.words
    whole, *units = duty.presence(found)
    amiss = [one for one in found if one.state in ("absent", "late", "early")]
    st.html(
        tag(
            "section",
            tag("h2", words("duty.presence")),
            tag("p", _told(whole, "duty.presence_told", words), class_="mj-advice bad" if amiss else "mj-advice"),
            tag("h3", words("duty.amiss", n=number(len(amiss)))) if amiss else None,
            _shift_table(amiss[:SHOWN], lexicon) if amiss else None,
            tag("details", tag("summary", words("duty.presence_by_unit")), _rate_table(units, lexicon)),
            _to_board(SHIFT_RULES, words),
            class_="mj-section",
        )
    )
    lines = [
        ShiftLine(
            room=one.room, department=one.department, officer=one.officer, starts=one.starts, ends=one.ends,
            came=one.came, left=one.left, state=words(f"duty.shift_{one.state}"),
        )
        for one in found
    ]  # fmt: skip
    name = f"mingjing-duty-{period.code}.csv"
    offer("duty:shifts", lambda: lines, lambda rows: rows_csv(ShiftLine, rows, words), name, key="duty_csv")


def answered(asked: Sequence[Question], now: datetime, lexicon: Lexicon) -> Html:
    """Questions to the duty room: how many, how soon the first reply came, which ones wait."""
    words = lexicon.words
    parts: list[Html] = []
    for kind in (True, False):
        those = [one for one in asked if one.live is kind]
        found = duty.replies(those, now)
        pairs = [
            (words("duty.asked"), number(found.asked)),
            (words("duty.waiting"), number(found.waiting)),
            (words("duty.median"), words.span(found.median) if found.median is not None else "—"),
        ]
        if kind:
            pairs.append((words("duty.at_once"), _share(found.at_once)))
        parts += [tag("h3", words("duty.live" if kind else "duty.offline")), facts(pairs, class_="mj-facts")]
    waiting = [one for one in asked if one.replied_at is None]
    rows = [
        tag(
            "tr",
            tag("td", _case(one.case, words)),
            tag("td", lexicon.full("department", one.department)),
            tag("td", words.minute(one.asked_at), class_="nowrap"),
            tag("td", words.span(now - one.asked_at)),
        )
        for one in waiting[:SHOWN]
    ]
    heads = [words("duty.question"), words("filter.department"), words("duty.asked_at"), words("duty.waits")]
    return tag(
        "section",
        tag("h2", words("duty.replies")),
        parts,
        table(heads, rows, class_="mj-table") if rows else tag("p", words("duty.nobody_waits"), class_="good"),
        _to_board(REPLY_RULES, words),
        class_="mj-section",
    )


def _contacts(told: Sequence[Contact], period: Period, lexicon: Lexicon) -> None:
    words = lexicon.words
    whole, *units = duty.owned(told)
    st.html(
        tag(
            "section",
            tag("h2", words("duty.contacts")),
            tag("p", words("duty.contacts_note"), class_="sub"),
            tag("p", _told(whole, "duty.owned_told", words), class_="mj-advice"),
            class_="mj-section",
        )
    )
    with st.container(key="contact_tools", horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            words("duty.state"), ["open", "handed", "answered", "unowned"], key="contact_state",
            format_func=lambda one: words(f"duty.contact_{one}"),
        )  # fmt: skip
        q = st.text_input(words("duty.search"), key="contact_q", width=240, max_chars=80).strip().casefold()
    shown = [one for one in told if _wanted(one, chosen, q, lexicon)]
    if shown:
        st.html(contact_table(shown[:SHOWN], lexicon))
        if len(shown) > SHOWN:
            st.html(tag("p", words("duty.more", n=SHOWN, all=number(len(shown))), class_="sub"))
    else:
        st.html(tag("p", words("duty.no_contact"), class_="sub"))
    with st.expander(words("duty.by_unit")):
        st.html(_rate_table(units, lexicon) if units else tag("p", words("duty.no_contact"), class_="sub"))
    st.html(_to_board(CONTACT_RULES, words))
    name = f"mingjing-contacts-{period.code}.csv"
    offer("duty:contacts", lambda: shown, lambda rows: rows_csv(Contact, rows, words), name, key="contacts_csv")


def contact_table(shown: Sequence[Contact], lexicon: Lexicon) -> Html:
    """Contacts with their owners, and who has them now."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", _case(one.case, words)),
            tag("td", words.minute(one.asked_at), class_="nowrap"),
            tag("td", lexicon.full("department", one.department), *_at(one, lexicon)),
            tag(
                "td", lexicon.full("officer", one.owner) if one.owner else tag("b", words("duty.nobody"), class_="bad")
            ),
            tag("td", lexicon.full("department", one.handed_to) if one.handed_to else "—"),
            tag("td", words.minute(one.answered_at) if one.answered_at else "—", class_="nowrap"),
            tag("td", _state(one.state, "contact", words)),
        )
        for one in shown
    ]
    heads = ("contact", "asked_at", "first_asked", "owner", "handed_to", "answered_at", "state")
    return table([words(f"duty.{head}") for head in heads], rows, class_="mj-table")


def _at(one: Contact, lexicon: Lexicon) -> list[Html]:
    where = [lexicon.name("window", one.window) if one.window else ""]
    where.append(lexicon.words(f"duty.way_{one.way}") if one.way else "")
    said = " · ".join(filter(None, where))
    return [tag("br"), tag("small", said, class_="sub")] if said else []


def _wanted(one: Contact, state: str | None, q: str, lexicon: Lexicon) -> bool:
    if state == "unowned" and (one.owner or one.asked_at is None):
        return False
    if state and state not in ("unowned", one.state):
        return False
    codes = [("department", one.department), ("department", one.handed_to), ("officer", one.owner)]
    told = " ".join([one.case, *(f"{code} {lexicon.name(field, code)}" for field, code in codes)])
    return q in told.casefold()


def _shift_table(several: Sequence[Shift], lexicon: Lexicon) -> Html:
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", _case(one.case, words, one.room)),
            tag("td", f"{words.minute(one.starts)}–{words.local(one.ends):%H:%M}", class_="nowrap"),
            tag("td", lexicon.full("department", one.department)),
            tag("td", lexicon.full("officer", one.officer)),
            tag("td", _clock(one.came, words)),
            tag("td", _clock(one.left, words)),
            tag("td", _state(one.state, "shift", words)),
        )
        for one in several
    ]
    heads = ("room", "hours", "unit", "officer", "came", "left", "state")
    return table([words(f"duty.{head}") for head in heads], rows, class_="mj-table")


def _rate_table(units: Sequence[Rate], lexicon: Lexicon) -> Html:
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full("department", one.code)),
            tag("td", _share(one), class_="number"),
            tag(
                "td",
                f"{one.lo:.0%}–{one.hi:.0%}" if one.lo is not None and one.hi is not None else "—",
                class_="number",
            ),
        )
        for one in sorted(units, key=lambda each: (each.rate or 0.0, each.code))
    ]
    heads = [words("filter.department"), words("duty.share"), words("duty.interval")]
    return table(heads, rows, class_="mj-table mj-narrow")


def _told(whole: Rate, key: str, words: Words) -> str:
    if whole.rate is None or whole.lo is None or whole.hi is None:
        return words("duty.nothing_over")
    return words(key, good=number(whole.good), n=number(whole.n), share=f"{whole.rate:.1%}",
                 lo=f"{whole.lo:.0%}", hi=f"{whole.hi:.0%}")  # fmt: skip


def _share(one: Rate) -> str:
    return f"{one.rate:.1%} ({number(one.good)}/{number(one.n)})" if one.rate is not None else "—"


def _state(state: str, kind: str, words: Words) -> Html:
    return tag("span", words(f"duty.{kind}_{state}"), class_=TONES.get(state) or None)


def _clock(instant: datetime | None, words: Words) -> str:
    return "—" if instant is None else f"{words.local(instant):%H:%M}"


def _case(case: str, words: Words, text: str = "") -> Html:
    return tag("a", text or case.partition(":")[2] or case, href=address("case", words, case=case), target="_self")


def _to_board(rules: Sequence[str], words: Words) -> Html:
    links = [tag("a", rule, href=address("board", words, rule=rule), target="_self") for rule in rules]
    return tag("p", words("duty.findings"), join(*(join(" ", link) for link in links)), class_="sub")


def _shifts(first: date, last: date, now: datetime) -> list[Shift]:
    """The shifts that begin on local days; a roster may have been posted up to a month before."""
    words = service.words()
    events = logbooks.shift_events(first - timedelta(days=31), last, words.timezone)
    found = [one for one in duty.shifts(events, now) if first <= words.local(one.starts).date() < last]
    return [one for one in found if logbooks.own(one.department, one.officer)]


page()
