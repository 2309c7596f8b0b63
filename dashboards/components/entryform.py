"""The form with which a complaint or what an inspection found is entered, and the list of what was."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from msgspec.structs import replace

from dashboards import data, service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, tag
from dashboards.components.markup import table as drawn_table
from dashboards.desk import acting, entering, reading, telling
from dashboards.desk.entering import CHANNELS, GROUNDS, MANNERS, PLACES, TYPES, Form, Kind, Wrong
from dashboards.desk.reading import Entered
from dashboards.lexicon import Lexicon
from dashboards.scores.reading import organisation
from dashboards.words import Words, number, severity_name
from mingjing import files
from mingjing.access.permissions import Action
from mingjing.handling.events import SOURCE
from mingjing.settings import Severities

DAYS = 90
SHOWN = 200
PLACE_LONGEST = 200
AHEAD = timedelta(minutes=10)  # clocks of sources may be a little fast
MAY: dict[Kind, Action] = {"complaint": "complain", "inspection": "inspect"}


def page(kind: Kind, lexicon: Lexicon, severities: Severities) -> None:
    """Title, form and list of one kind."""
    words = lexicon.words
    st.html(tag("h1", words(f"{kind}.title"), class_="mj-title"))
    if not acting.can_act():
        st.html(notice(words("form.not_here")))
    elif not who.may(MAY[kind]):
        st.html(notice(words("form.not_you")))
    else:
        st.html(tag("p", words(f"{kind}.hint"), class_="sub"))
        _form(kind, lexicon, severities)
    types = [TYPES[kind], *(["rated"] if kind == "complaint" else [])]
    now = service.now()
    st.html(listed(reading.entered(types, now - timedelta(days=DAYS), now + AHEAD), kind, lexicon, severities))


def _form(kind: Kind, lexicon: Lexicon, severities: Severities) -> None:
    words = lexicon.words
    told, fine = st.session_state.pop(f"{kind}_told", ("", False))
    if told:
        st.html(tag("p", told, class_="mj-done", role="status") if fine else notice(told))
    form = st.session_state.setdefault(f"{kind}_form", acting.new_form())
    with st.container(key=f"entry_{kind}", border=True):
        case, about, item = _about(kind, form, lexicon)
        at = _when(form, words)
        ground = st.pills(
            words(f"{kind}.ground"), GROUNDS[kind], key=f"e_ground_{form}", required=True, default=GROUNDS[kind][0],
            format_func=lambda one: words(f"{kind}.{one}"),
        )  # fmt: skip
        details = _details(kind, form, words, severities)
        text = st.text_area(words(f"{kind}.text"), key=f"e_text_{form}", max_chars=entering.LONGEST, height=110)
        photos = _photos(form, words) if kind == "inspection" else {}
        if st.button(words("form.send"), key=f"e_send_{kind}", type="primary"):
            filled = Form(
                kind=kind, number=form, at=at, case_id=case, about=about, item=item, text=text or "",
                ground=ground or "other", details=details,
            )  # fmt: skip
            _send(filled, photos, words)


def _about(kind: Kind, form: str, lexicon: Lexicon) -> tuple[str, dict[str, str], str]:
    """The case and whom it is about: taken from the case, or chosen."""
    words = lexicon.words
    asked = st.query_params.get("case", "")
    case = (st.text_input(words("form.place_case"), asked, key=f"e_case_{form}", max_chars=512) or "").strip()
    head = None
    if case:
        with service.store() as store:
            head = data.case_head(store, case)
        if not head.events:
            st.html(notice(words("form.unknown_case", case=case)))
            return "", {}, ""
        st.html(tag("p", words("form.about_case", case=case, item=lexicon.name("item", head.item)), class_="sub"))
    if kind == "complaint":
        if head is None:
            return "", {}, ""
        return case, {name: getattr(head, name) for name in PLACES}, head.item
    chosen: dict[str, str] = {}
    for column, field in zip(st.columns(4), PLACES, strict=True):
        given: str = getattr(head, field) if head else ""
        with column:
            chosen[field] = _code(field, given, f"e_{field}_{form}_{case}", lexicon)
    return case, entering.completed(chosen, organisation()), ""


def _code(field: str, given: str, key: str, lexicon: Lexicon) -> str:
    known = {code for named, code in lexicon.names if named == field}
    options = ["", *sorted((known | {given}) - {""})]

    def told(code: str) -> str:
        return lexicon.full(field, code) if code else lexicon.words("form.any")

    return st.selectbox(lexicon.words(f"form.{field}"), options, index=options.index(given), key=key, format_func=told)


def _when(form: str, words: Words) -> datetime:
    local = words.local(service.now())
    day, clock, _ = st.columns([1, 1, 2])
    on = day.date_input(words("form.day"), local.date(), key=f"e_day_{form}")
    at = clock.time_input(words("form.time"), local.time().replace(second=0, microsecond=0), key=f"e_time_{form}")
    return datetime.combine(on, at, ZoneInfo(words.timezone))


def _details(kind: Kind, form: str, words: Words, severities: Severities) -> dict[str, Any]:
    if kind == "complaint":
        channel = st.pills(
            words("complaint.channel"), CHANNELS, key=f"e_channel_{form}", required=True, default=CHANNELS[0],
            format_func=lambda one: words(f"complaint.{one}"),
        )  # fmt: skip
        return {"by": channel.removeprefix("by_")}
    severity = st.pills(
        words("inspection.severity"), (1, 2, 3), key=f"e_severity_{form}", required=True, default=1,
        format_func=lambda n: severity_name(n, words, severities),
    )  # fmt: skip
    manner = st.pills(
        words("inspection.manner"), MANNERS, key=f"e_manner_{form}", required=True, default=MANNERS[0],
        format_func=lambda one: words(f"inspection.{one}"),
    )  # fmt: skip
    place = st.text_input(words("inspection.place"), key=f"e_place_{form}", max_chars=PLACE_LONGEST)
    return {"severity": int(severity), "manner": manner, **({"place": place.strip()[:PLACE_LONGEST]} if place else {})}


def _photos(form: str, words: Words) -> dict[str, bytes]:
    limit = service.current().file_limit_mb
    taken = st.file_uploader(
        words("form.photos"), accept_multiple_files=True, key=f"e_photos_{form}", max_upload_size=limit
    )
    return {one.name: one.getvalue() for one in taken}


def _send(form: Form, photos: Mapping[str, bytes], words: Words) -> None:
    """Keeps the photos and records the event; what is wrong is said, and the form stays as it is filled in."""
    try:
        entering.as_event(form, service.now(), who.person().scope)  # before anything is kept
        for name, content in photos.items():
            if files.recognise(content, name) not in files.PICTURES:
                raise Wrong("not_picture", name=name)
        kept = acting.keep(photos)
        filled = replace(form, photos=tuple(one.digest for one in kept))
        fresh = acting.enter(entering.as_event(filled, service.now(), who.person().scope), form.number)
    except Wrong as wrong:
        places = {k: words.minute(v) if isinstance(v, datetime) else v for k, v in wrong.places.items()}
        st.html(notice(words(f"form.{wrong.word}", **places)))
        return
    except files.Refused as refused:
        st.html(notice(telling.refusal(refused, words)))
        return
    told = words("form.kept", id=form.number[:8]) if fresh else words("form.twice")
    st.session_state[f"{form.kind}_told"] = (told, fresh)
    del st.session_state[f"{form.kind}_form"]
    st.rerun()


def listed(rows: Sequence[Entered], kind: Kind, lexicon: Lexicon, severities: Severities) -> Html:
    """What was entered or came from source systems, linked to case, window and officer; ratings beside complaints."""
    words = lexicon.words
    if not rows:
        return empty(words("form.none", days=DAYS), words("form.none_hint"))
    heads = [words(f"form.{one}") for one in ("when", "what", "who", "where")]
    head = tag("h2", words("form.list", days=DAYS, n=number(len(rows))))
    lines = [_line(one, kind, lexicon, severities) for one in rows[:SHOWN]]
    return tag("section", head, drawn_table(heads, lines, class_="mj-table"), class_="mj-section")


def _line(one: Entered, kind: Kind, lexicon: Lexicon, severities: Severities) -> Html:
    words, details = lexicon.words, one.details
    about = [
        tag("a", lexicon.name(field, code), href=f"mine?{field}={code}&lang={words.language}", target="_self")
        if field in ("window", "officer")
        else lexicon.name(field, code)
        for field in ("department", "window", "officer")
        if (code := getattr(one, field))
    ]
    case = details.get("case", "") if one.case_id.startswith("inspection:") else one.case_id
    if isinstance(case, str) and case:
        address = f"case?case={case}&lang={words.language}"
        about.insert(0, tag("a", case, href=address, target="_self"))
    told: list[Html | str | None] = [tag("b", _what(one, kind, words))]
    severity = details.get("severity")
    if kind == "inspection" and severity in (1, 2, 3):
        told.insert(0, tag("span", severity_name(severity, words, severities), class_="badge", data_severity=severity))
    for word in ("place", "text", "statement"):
        if isinstance(details.get(word), str):
            told.append(tag("p", details[word], class_="mj-said"))
    photos = details.get("photos")
    if isinstance(photos, list) and photos:
        told.append(tag("span", words("form.photo_n", n=len(photos)), class_="sub"))
    return tag(
        "tr",
        tag("td", words.minute(one.occurred_at), class_="nowrap"),
        tag("td", *(part for bit in told for part in (bit, " "))),
        tag("td", *(part for bit in about for part in (bit, tag("br")))),
        tag("td", words("form.own") if one.source == SOURCE else one.source),
    )


def _what(one: Entered, kind: Kind, words: Words) -> str:
    if one.type == "rated":
        stars = one.details.get("stars")
        return f"{words('form.rating')} {'★' * stars if isinstance(stars, int) and 0 < stars < 6 else ''}"
    ground = str(one.details.get("ground", one.details.get("reason", "")))
    return words.name(kind, ground) if ground else words.name("event", one.type)
