"""A window's day as a strip of time and as a table of absences. Draws HTML only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from dashboards.components.board import case_query
from dashboards.components.markup import Html, table, tag
from dashboards.components.pictures import evidence
from dashboards.hall.day import Absence, axis, excused
from dashboards.hall.reading import Day
from dashboards.hall.spans import without
from dashboards.lexicon import Lexicon
from dashboards.words import Words, severity_name
from mingjing.settings import Severities

PICTURES = 3
"""Snapshots that are shown in one line of the table."""


def strip(day: Day, absent: Sequence[Absence], now: datetime, words: Words) -> Html:
    """What was seen over the day; hours in which the window is closed lie behind a veil, excuses below."""
    begin, end = axis(day.opened, day.whole, [(one.since, one.end) for one in absent])
    long = end - begin

    def place(since: datetime, until: datetime) -> str:
        left, right = max(begin, since), min(end, until)
        return f"left:{100 * ((left - begin) / long):.3f}%;width:{max(0.0, 100 * ((right - left) / long)):.3f}%"

    def piece(name: str, since: datetime, until: datetime, **attributes: str) -> Html | None:
        if min(end, until) <= max(begin, since) and since != until:
            return None
        title = f"{name} {words.local(since):%H:%M:%S}–{words.local(until):%H:%M:%S}"
        return tag("i", title=title, style=place(since, until), **attributes)

    seen = []
    for run, after in zip(day.runs, [*day.runs[1:], None], strict=True):
        near = after is not None and after.since - run.until < timedelta(minutes=5)
        until = after.since if near and after is not None else run.until
        why = " · ".join(words.name("hallreason", one) for one in run.reasons if run.state == "unknown")
        name = words.name("hall", run.state) + (f" ({why})" if why else "")
        seen.append(piece(name, run.since, until, data_state=run.state))
    shut = [piece(words("hall.closed"), *part, class_="shut") for part in without([(begin, end)], day.opened or [])]
    outs = [
        piece(_ground(kind, ground, words), *part, class_="excuse")
        for kind, parts in excused(day.events, min(now, day.whole[1]), day.handovers).items()
        if kind in ("leave", "closed", "shift")
        for part, ground in parts
    ]
    ticks = [
        tag("span", f"{words.local(tick):%H:%M}", style=f"left:{100 * ((tick - begin) / long):.2f}%")
        for tick in _ticks(begin, end, words)
    ]
    current = (
        tag("i", class_="now", style=place(now, now)[:-11], title=words.moment(now)) if begin <= now <= end else None
    )
    label = words("hall.strip", n=len(absent), day=words.day(day.day))
    return tag(
        "div",
        *seen,
        *(shut if day.opened is not None else []),
        *outs,
        current,
        *ticks,
        class_="mj-day",
        role="img",
        aria_label=label,
    )


def _ticks(begin: datetime, end: datetime, words: Words) -> list[datetime]:
    hours = (end - begin) / timedelta(hours=1)
    step = timedelta(hours=1 if hours <= 14 else 2)
    tick = words.local(begin).replace(minute=0, second=0, microsecond=0)
    found = []
    while tick <= end:
        if tick >= begin:
            found.append(tick)
        tick += step
    return found


def keys(words: Words) -> Html:
    """What the colours of the strip mean."""
    states = [
        tag("span", tag("i"), words(f"hall.{state}"), data_state=state) for state in ("staffed", "unstaffed", "unknown")
    ]
    others = [tag("span", tag("i", class_=name), words(f"hall.key_{name}")) for name in ("shut", "excuse")]
    return tag("p", *states, *others, class_="mj-hall-legend mj-day-keys")


def absence_table(absent: Sequence[Absence], lexicon: Lexicon, severities: Severities) -> Html:
    """The absences of a day with what counts of each, what excuses the rest, evidence, and what they led to."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", f"{words.local(one.since):%H:%M:%S}", class_="nowrap"),
            tag("td", f"{words.local(one.until):%H:%M:%S}" if one.until else words("hall.not_back"), class_="nowrap"),
            tag("td", words.span(one.end - one.since), class_="nowrap"),
            tag("td", minutes(one.counted, words), class_="counts"),
            tag(
                "td",
                *(tag("div", excuse_line(one, at, words)) for at in range(len(one.excuses))),
                None if one.excuses else "—",
            ),
            tag(
                "td",
                *(evidence(name, one.since, words) for name in one.pictures[:PICTURES]),
                None if one.pictures else tag("span", words("hall.no_snapshot"), class_="gone"),
            ),
            tag(
                "td",
                *(_finding(one, at, lexicon, severities) for at in range(len(one.findings))),
                None if one.findings else "—",
            ),
        )
        for one in absent
    ]
    heads = [words(f"hall.{head}") for head in ("from", "to", "lasted", "counted", "excused", "evidence", "led_to")]
    return table(heads, rows, class_="mj-table mj-absences")


def minutes(length: timedelta, words: Words) -> str:
    """A length of time in minutes, to a tenth."""
    return words("hall.minutes", n=f"{length.total_seconds() / 60:.1f}")


def excuse_line(one: Absence, at: int, words: Words) -> str:
    """Why a part of an absence does not count."""
    excuse = one.excuses[at]
    return f"{_ground(excuse.kind, excuse.ground, words)} {minutes(excuse.length, words)}"


def _ground(kind: str, ground: str, words: Words) -> str:
    name = words(f"excuse.{kind}")
    ground = words.name("hallreason", ground)
    return f"{name}（{ground}）" if ground and words.language == "zh" else f"{name} ({ground})" if ground else name


def _finding(one: Absence, at: int, lexicon: Lexicon, severities: Severities) -> Html:
    words, found = lexicon.words, one.findings[at]
    href = f"case?{urlencode(case_query(found.case_id or '', found.finding_id, words))}"
    badge = tag("span", severity_name(found.severity, words, severities), class_="badge", data_severity=found.severity)
    link = tag("a", lexicon.rule(found.rule), href=href, target="_self")
    return tag("div", badge, " ", link, " ", tag("span", words(f"status.{found.status}"), class_="sub"))


def total(absent: Sequence[Absence], words: Words) -> Html:
    """The absences in sum."""
    counted = sum((one.counted for one in absent), timedelta())
    return tag("p", words("hall.absences_sum", n=len(absent), minutes=minutes(counted, words)), class_="sub")
