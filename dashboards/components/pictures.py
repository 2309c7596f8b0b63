"""Pictures on the pages: cameras as they are now, and snapshots that are evidence. Missing ones are told as such."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboards import service
from dashboards.components.hall import address
from dashboards.components.markup import Html, facts, join, tag
from dashboards.hall import files, reading
from dashboards.hall.data import Evidence
from dashboards.hall.files import CameraNow, Shot
from dashboards.lexicon import Lexicon
from dashboards.words import Words

CARD_PX, THUMB_PX, WHOLE_PX = 640, 200, 1280
GALLERY = 12


def camera_card(one: CameraNow, now: datetime, lexicon: Lexicon) -> None:
    """One camera: its latest picture, how old it is, and how it is."""
    words = lexicon.words
    frame(one, CARD_PX, words)
    link = tag("a", one.name, href=address(words, camera=one.id), target="_self")
    st.html(
        tag(
            "div",
            tag("div", tag("span", link), condition(one, words), class_="head"),
            tag(
                "span",
                " · ".join(lexicon.name("window", window) for window in one.windows) or words("hall.no_windows"),
                class_="sub",
            ),
            tag("span", age(one, now, words), class_="sub"),
            tag("span", one.told.trouble, class_="trouble") if one.told and one.told.trouble else None,
            class_="mj-camera",
        )
    )


def frame(one: CameraNow, width: int, words: Words) -> None:
    """A camera's latest picture, or why there is none."""
    shot = files.newest(reading.pictures_dir(), one.id)
    picture = _read(shot, width)
    if picture is not None:
        alt = words("hall.frame_of", camera=one.name)
        st.image(picture, width="stretch", output_format="JPEG", alt=alt)
        return
    why = "no_frame" if shot is None else "bad_frame"
    st.html(
        tag(
            "div",
            tag("b", words(f"hall.{why}")),
            tag("small", words(f"hall.{why}_hint")),
            class_="mj-noframe",
            role="img",
        )
    )


def condition(one: CameraNow, words: Words) -> Html:
    """How a camera is, in a word."""
    bad = one.condition if one.condition != "ok" else None
    return tag("span", words(f"condition.{one.condition}"), class_="mj-condition", data_bad=bad)


def age(one: CameraNow, now: datetime, words: Words) -> str:
    """How long ago its picture was taken, by the wall clock, or when it last reported."""
    taken = one.told.picture_at if one.told else None
    if taken is not None:
        return words("hall.picture_age", span=words.span((now - taken) / reading.speed()))
    if one.seen_at is not None:
        return words("hall.seen_age", span=words.span((now - one.seen_at) / reading.speed()))
    return words("condition.never")


def camera_facts(one: CameraNow, now: datetime, lexicon: Lexicon) -> Html:
    """What is known of a camera."""
    words, told = lexicon.words, one.told
    period = told.period_s if told else one.camera.period_s if one.camera else None
    pairs: list[tuple[str, Html | str | None]] = [
        (words("hall.condition"), condition(one, words)),
        (words("hall.picture"), age(one, now, words)),
        (words("hall.trouble"), told.trouble if told else None),
        (words("filter.hall"), one.camera.hall if one.camera else None),
        (words("hall.size"), " × ".join(map(str, told.size)) if told and told.size else None),
        (words("hall.period"), words("span.seconds", n=f"{period:g}") if period else None),
        (words("hall.waited"), words("span.seconds", n=f"{told.late_s:.1f}") if told and told.late_s >= 1 else None),
        (words("hall.detector"), told.detector if told else next((s.detector for s in one.samples), None)),
    ]
    return facts([(name, value) for name, value in pairs if value], class_="mj-facts")


def evidence(name: str, taken: datetime, words: Words) -> Html:
    """A snapshot as a small picture, or that it was deleted, or that it is not there."""
    shot = files.snapshot(reading.pictures_dir(), name)
    picture = _read(shot, THUMB_PX)
    if picture is None:
        return tag("span", missing(taken, words) if shot is None else words("hall.bad_frame"), class_="gone")
    data = base64.b64encode(picture).decode()
    return tag("img", src=f"data:image/jpeg;base64,{data}", alt=words("hall.snapshot_of", moment=words.moment(taken)))


def missing(taken: datetime, words: Words) -> str:
    """Why a snapshot is not there."""
    days = service.current().snapshot_days
    if service.now() - taken > timedelta(days=days):
        return words("hall.snapshot_deleted", days=f"{days:g}")
    return words("hall.snapshot_missing")


def gallery(kept: Sequence[Evidence], words: Words) -> None:
    """Snapshots one beside the other, each of which opens in full; those that are gone are counted."""
    shots = [(one, shot) for one in kept if (shot := files.snapshot(reading.pictures_dir(), one.path)) is not None]
    pictures = [(one, picture) for one, shot in shots[:GALLERY] if (picture := _read(shot, CARD_PX)) is not None]
    gone = [one for one in kept if files.snapshot(reading.pictures_dir(), one.path) is None]
    columns = st.columns(4)
    for at, (one, picture) in enumerate(pictures):
        told = words("hall.snapshot_of", moment=words.moment(one.at))
        columns[at % 4].image(picture, caption=words.moment(one.at), width="stretch", output_format="JPEG", alt=told)
    lines = [words("hall.snapshots_gone", n=len(gone), why=missing(gone[0].at, words))] if gone else []
    lines += [words("hall.snapshots_more", n=len(shots) - GALLERY)] if len(shots) > GALLERY else []
    if lines:
        st.html(join(*(tag("p", line, class_="sub") for line in lines)))


def _read(shot: Shot | None, width: int) -> bytes | None:
    return reading.small(str(shot.path), shot.changed, width) if shot else None
