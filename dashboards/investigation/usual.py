"""The view of an item's normal course, with this case's path drawn over it."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, table, tag
from dashboards.investigation.reading import Life, own_path, usual
from dashboards.lexicon import Lexicon
from dashboards.sharing import shared
from dashboards.words import Words, number
from mingjing.charts.course import FLOWS, dot
from mingjing.insight.course import END, ENOUGH, RARE, START, Course, Leg, legs, path

FEWEST, MOST = 8, 60
KEPT_S = 900


def usual_course(case_id: str, known: Life, lexicon: Lexicon) -> None:
    """The process map and, line by line, how each step of the case compares."""
    words, item = lexicon.words, known.head.item
    if not item:
        st.html(empty(words("course.no_item"), words("course.no_item_hint")))
        return
    midnight = service.now().replace(hour=0, minute=0, second=0, microsecond=0)
    course = _read(item, case_id, midnight)
    own = legs(path(own_path(known.events)), course)
    st.html(tag("h2", words("course.title", item=lexicon.name("item", item)), class_="mj-course-title"))
    compared = tag("section", tag("h2", words("course.legs")), leg_table(own, course, words), class_="mj-section")
    if not course.cases:
        st.html(empty(words("course.none"), words("course.none_hint")))
        st.html(compared)
    else:
        told = words("course.sample", n=number(course.cases), all=number(course.known))
        few = (
            words("course.few", n=ENOUGH) if course.cases < ENOUGH else words("course.rare_means", share=f"{RARE:.0%}")
        )
        st.html(tag("p", f"{told} {few}", class_="sub"))
        most = st.slider(words("course.detail"), FEWEST, MOST, FLOWS, key="course_most", width=320)
        labels = {
            "cases": words("course.cases", n="{n}"),
            "own": words("course.own", span="{span}"),
            "rare": words("course.rare"),
        }
        drawn = dot(course, own, lambda place: place_name(place, words), lambda s: length(s, words), labels, most=most)
        left, right = st.columns(2)
        left.graphviz_chart(drawn, width="content", alt=words("course.alt", n=len(own)))
        right.html(compared)


@shared(ttl=KEPT_S, max_entries=200)
def _read(item: str, but: str, until: datetime) -> Course:
    with service.store() as store:
        return usual(store, item, but, until)


def place_name(place: str, words: Words) -> str:
    """`step_ended:审查` as a reader knows it."""
    if place in (START, END):
        return words(f"course.{place}")
    kind, _, step = place.partition(":")
    name = words.name("event", kind)
    return f"{name}（{step}）" if step and words.language == "zh" else f"{name} ({step})" if step else name


def length(seconds: float, words: Words) -> str:
    """A length of time in a word or two."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= size:
            return words(f"span.{unit}", n=f"{seconds / size:.1f}".removesuffix(".0"))
    return words("span.seconds", n=f"{seconds:.0f}")


def leg_table(own: Sequence[Leg], course: Course, words: Words) -> Html:
    """The case step by step: when, how long, how long usually, in how many cases, and what is unusual."""
    rows = []
    for leg in own:
        inner = START not in (leg.before, leg.after) and END not in (leg.before, leg.after)
        marks = [words(f"course.{name}") for name in ("rare", "slow") if getattr(leg, name)]
        rows.append(
            tag(
                "tr",
                tag("td", words.minute(leg.at), class_="nowrap"),
                tag("td", f"{place_name(leg.before, words)} → {place_name(leg.after, words)}"),
                tag("td", length(leg.seconds, words) if inner else "—", class_="number"),
                tag("td", length(leg.usual, words) if inner and leg.usual is not None else "—", class_="number"),
                tag("td", f"{number(leg.cases)} / {number(course.cases)}", class_="number"),
                tag("td", *(tag("span", f"⚠ {mark}", class_="mark gone") for mark in marks)),
            )
        )
    heads = [words(f"course.head_{name}") for name in ("at", "step", "took", "usual", "cases", "marks")]
    return table(heads, rows, class_="mj-table mj-legs")
