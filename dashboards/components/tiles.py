"""The strip above the board: open findings by severity, the trend, and how fresh the data are. Draws HTML only."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dashboards.components.markup import Html, facts, join, tag
from dashboards.data import Bucket, Counts, Pulse
from dashboards.words import Words, number, severity_name
from mingjing.settings import Severities

LONG = 9_999
"""A count that needs smaller figures to fit its card."""


def cards(counts: Counts, words: Words, severities: Severities) -> Html:
    """One card per severity, gravest first, with its open findings in the view; red ones are solid."""
    return join(*(_card(severity, counts, words, severities) for severity in (3, 2, 1)))


def _card(severity: int, counts: Counts, words: Words, severities: Severities) -> Html:
    shown, everywhere = counts.open(severity), counts.open(severity, everywhere=True)
    beneath = words("board.shown_of", shown=number(shown), all=number(everywhere)) if shown != everywhere else None
    return tag(
        "div",
        tag("span", severity_name(severity, words, severities), class_="name"),
        tag("b", number(shown), class_="long" if shown > LONG else None),
        tag("span", beneath or words("board.open_now"), class_="beneath"),
        class_=f"mj-card{' none' if not shown else ''}",
        data_severity=severity,
    )


def trend(
    buckets: Sequence[Bucket],
    many: int,
    when: Callable[[int], str],
    heading: str,
    words: Words,
    severities: Severities,
) -> Html:
    """Stacked bars, oldest to the left; `when` names the n-th stretch."""
    found = {bucket.at: bucket for bucket in buckets}
    top = max((b.red + b.yellow + b.notice for b in buckets), default=0)
    bars = [_bar(found.get(at, Bucket(at, 0, 0, 0)), top, when(at), words, severities) for at in range(many)]
    picture = tag("div", *bars, class_="bars", role="img", aria_label=f"{words('board.trend')} {heading}")
    axis = tag("div", tag("span", when(0)), tag("span", when(many - 1)), class_="axis")
    title = tag("div", words("board.trend"), tag("small", heading), class_="title")
    return tag("div", title, picture if top else tag("p", words("board.trend_none")), axis, class_="mj-trend")


def _bar(bucket: Bucket, top: int, when: str, words: Words, severities: Severities) -> Html:
    parts, told = [], []
    for severity, count in ((3, bucket.red), (2, bucket.yellow), (1, bucket.notice)):
        told.append(f"{severity_name(severity, words, severities)} {number(count)}")
        if count:
            parts.append(tag("i", data_severity=severity, style=f"height:{100 * count / top:.2f}%"))
    return tag("div", *parts, title=f"{when} · " + " · ".join(told))


def freshness(pulse: Pulse, as_of: datetime | None, late: Sequence[str], wall_now: datetime, words: Words) -> Html:
    """How far judging has come, how long events take to the screen, which sources are late."""
    lag = words("board.screen_lag_none")
    if pulse.recent:
        typical, worst = (words.span(timedelta(seconds=s)) for s in (pulse.lag_typical, pulse.lag_worst))
        lag = words("board.screen_lag_value", typical=typical, worst=worst)
    stored = words.ago(pulse.last_stored, wall_now) if pulse.last_stored else words("health.never")
    names = "、".join(late[:3]) if words.language == "zh" else ", ".join(late[:3])
    sources = words("board.late_some", n=len(late), names=names) if late else words("board.late_none")
    return facts(
        [
            (words("board.as_of"), words.moment(as_of)),
            (words("board.screen_lag"), lag),
            (words("board.last_event"), stored),
            (words("board.late_sources"), tag("span", sources, class_="bad" if late else "good")),
        ],
        class_="mj-fresh",
    )
