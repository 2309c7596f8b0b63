"""The events of a case in order, with the three instants of each, and what marks it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dashboards.components.markup import Html, join, table, tag
from dashboards.data import EventRow
from dashboards.lexicon import Lexicon
from dashboards.words import Words

LATE = timedelta(hours=24)
TEXT_SHOWN = 240


def timeline(events: Sequence[EventRow], evidence: Collection[str], lexicon: Lexicon) -> Html:
    """The events as a table; those in `evidence` are marked, and can be jumped to by their ids."""
    words = lexicon.words
    heads = [words(f"case.{head}") for head in ("occurred", "recorded", "received", "type", "who", "details", "marks")]
    return table(
        heads, [_row(event, event.event_id in evidence, lexicon) for event in events], class_="mj-table mj-timeline"
    )


def _row(event: EventRow, is_evidence: bool, lexicon: Lexicon) -> Html:
    words = lexicon.words
    marks = []
    if is_evidence:
        marks.append(tag("span", words("case.evidence_mark"), class_="mark"))
    if event.corrects:
        marks.append(tag("span", words("case.corrects", id=event.corrects), class_="mark"))
    if event.corrected_by:
        marks.append(tag("span", words("case.corrected", id=event.corrected_by), class_="mark gone"))
    who = " · ".join(filter(None, (lexicon.name("window", event.window), lexicon.name("officer", event.officer))))
    return tag(
        "tr",
        tag("td", words.moment(event.occurred_at), class_="nowrap"),
        tag("td", _after(event.recorded_at, event.occurred_at, words)),
        tag("td", _after(event.received_at, event.recorded_at or event.occurred_at, words)),
        tag(
            "td",
            tag("b", words.name("event", event.type)),
            tag("div", event.event_id, class_="sub mono", title=event.event_id),
        ),
        tag("td", who),
        tag("td", content(event.data)),
        tag("td", *marks),
        id=anchor(event.event_id),
        class_="corrected" if event.corrected_by else None,
    )


def anchor(event_id: str) -> str:
    """The place of an event on the page."""
    return f"event-{event_id}"


def _after(instant: datetime | None, earlier: datetime, words: Words) -> Html:
    """An instant; with how late it is, where that is worth a look."""
    if instant is None:
        return join("—")
    local, before = words.local(instant), words.local(earlier)
    text = f"{local:%H:%M:%S}" if local.date() == before.date() else words.moment(instant)
    late = instant - earlier
    return join(text, tag("div", words("case.late_by", span=words.span(late)), class_="bad") if late > LATE else None)


def content(data: str) -> Html:
    """An event's own fields, name by name; what is no JSON object is shown as it is."""
    try:
        fields: Any = msgspec.json.decode(data) if data else {}
    except msgspec.DecodeError:
        fields = data
    if not isinstance(fields, dict):
        return _text(fields)
    return tag(
        "dl", [tag("div", tag("dt", name), tag("dd", _text(value))) for name, value in fields.items()], class_="mj-data"
    )


def _text(value: Any) -> Html:
    match value:
        case str():
            text = value
        case list() if all(isinstance(one, str | int | float) for one in value):
            text = "、".join(map(str, value))
        case _:
            text = msgspec.json.encode(value).decode()
    if len(text) <= TEXT_SHOWN:
        return join(text)
    return tag("details", tag("summary", text[:TEXT_SHOWN] + "…"), text, class_="long")
