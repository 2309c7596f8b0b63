"""One tender on its page: course, thresholds, draw, room, scores, and bids that look made together."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from dashboards import who
from dashboards.components.chrome import notice
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.lexicon import Lexicon
from dashboards.tenders.drawn import room, stretches
from dashboards.tenders.listed import split_box
from dashboards.tenders.reading import Whole, owners_leads
from dashboards.tenders.telling import arithmetic, badges, took, verdict
from dashboards.trades.draws import address as draw_address
from dashboards.words import Words, number
from mingjing.access.permissions import opens
from mingjing.charts.life import life
from mingjing.charts.tender import Cell
from mingjing.charts.tender import scores as scores_chart
from mingjing.insight.tender.bids import MARKS, Pair, bids, pairs
from mingjing.insight.tender.course import Checkpoint
from mingjing.insight.tender.happened import Happened, last, of
from mingjing.insight.tender.panel import Mark, panel, ranking
from mingjing.insight.tender.rooms import scored, stays, strangers
from mingjing.insight.tender.thresholds import Split, measured
from mingjing.types import Finding

LEGEND_PX = 90
"""Streamlit fits axes and legends into a chart's height."""


def course(points: Sequence[Checkpoint], known: Whole, lexicon: Lexicon) -> None:
    """Every checkpoint with its limit, and the same drawn on one line of time."""
    words = lexicon.words
    st.html(section(words("tender.course"), tag("p", words("tender.course_note"), class_="sub")))
    drawn = stretches(points, lexicon)
    if drawn.bars:
        labels = {name: words(f"life.tip_{name}") for name in ("what", "told", "at", "until")}
        chart = life(drawn.lanes, drawn.points, drawn.bars, (), drawn.kinds, labels)
        st.vega_lite_chart(
            None,
            chart | {"height": chart["height"] + LEGEND_PX},
            key="course",
            width="stretch",
            theme=None,
            alt=words("tender.course_alt", n=len(drawn.bars)),
        )
    rows = [_checkpoint(point, known.findings, lexicon) for point in points]
    heads = [words(f"tender.head_{one}") for one in ("step", "when", "by", "took", "state", "findings")]
    st.html(table(heads, rows, class_="mj-table"))
    placed = {rule for point in points for rule in point.rules}
    others = [revisions for revisions in known.findings if revisions[0].rule not in placed]
    if others:
        st.html(join(tag("h3", words("tender.findings_other")), badges(others, lexicon)))


def _checkpoint(point: Checkpoint, findings: Sequence[list[Finding]], lexicon: Lexicon) -> Html:
    words = lexicon.words
    mine = [revisions for revisions in findings if revisions[0].rule in point.rules]
    due = tag("div", words("tender.due", day=words.day(point.due)), class_="sub") if point.due else None
    counted = words(f"tender.n_{point.code}", n=point.n) if point.code in COUNTED and point.n else ""
    return tag(
        "tr",
        tag("td", tag("b", words(f"tender.step_{point.code}")), tag("div", counted, class_="sub") if counted else None),
        tag("td", words.minute(point.at), class_="nowrap"),
        tag("td", lexicon.name("officer", point.officer)),
        tag("td", took(point, words), due),
        tag("td", verdict(point, words), class_="nowrap"),
        tag("td", badges(mine, lexicon)),
    )


COUNTED = frozenset({"enrolled", "drawn", "evaluated"})


def thresholds(head: Happened, split: Split | None, lexicon: Lexicon) -> None:
    """Whether the project had to go to the platform, and what its owner's others on the site add up to."""
    words = lexicon.words
    st.html(section(words("tender.thresholds"), tag("p", words("tender.thresholds_note"), class_="sub")))
    found = measured(head.text("kind"), head.number("amount"), head.number("area"))
    lines = [
        tag(
            "li",
            words(f"tender.head_{one.what}"), ": ", tag("b", arithmetic(one, words)), " ",
            tag("span", words("tender.reached" if one.reached else "tender.below"),
                class_="mj-late" if one.reached and head.text("place") == "elsewhere" else "sub"),
        )
        for one in found
    ]  # fmt: skip
    place = words.name("tender", f"place_{head.text('place')}")
    bound = any(one.reached for one in found)
    evaded = bound and head.text("place") == "elsewhere"
    said = words("tender.must_platform" if bound else "tender.need_not_platform", place=place)
    st.html(join(tag("ul", *lines) if lines else None, tag("p", said, class_="mj-advice bad" if evaded else None)))
    if split is None:
        st.html(tag("p", words("tender.split_alone"), class_="sub"))
        return
    st.html(split_box(split, lexicon, opened=True))
    for lead in owners_leads(split.owner):
        query = urlencode({"id": lead.finding_id, "lang": words.language})
        st.html(tag("p", tag("a", words.pick(lead.message), href=f"finding?{query}", target="_self")))


def draws(events: Sequence[Happened], lexicon: Lexicon) -> None:
    """The record of each draw, with the way to its replay."""
    words = lexicon.words
    st.html(section(words("tender.draws"), tag("p", words("tender.draws_note"), class_="sub")))
    several = list(of(events, "expert_drawn"))
    if not several:
        st.html(tag("p", words("tender.draws_none")))
    for event in several:
        pool = event.data.get("candidates")
        people = event.codes("excluded")
        lines = [
            (words("tender.draw_no"), event.text("draw")),
            (words("tender.head_when"), words.moment(event.at)),
            (words("tender.draw_by"), words.name("tender", f"draw_{event.text('by')}")),
            (words("tender.head_by"), lexicon.name("officer", event.officer)),
            (words("tender.draw_seed"), event.text("seed")),
            (words("tender.draw_speciality"), event.text("speciality")),
            (words("tender.draw_pool"), number(len(pool)) if isinstance(pool, list) else event.text("pool")),
            (words("tender.draw_excluded"), _listed([*people, *event.codes("excluded_units")], words)),
            (words("tender.draw_drawn"), _listed(event.codes("drawn"), words)),
            (words("tender.draw_units"), _listed(event.codes("units"), words)),
        ]
        st.html(facts([(name, value) for name, value in lines if value], class_="mj-facts"))
        if "experts" in st.session_state["pages"] and opens(who.person(), "experts"):
            where = draw_address(event.event_id, event.at, words)
            st.html(tag("p", tag("a", words("tender.draw_replay"), href=where, target="_self")))


def rooms(events: Sequence[Happened], lexicon: Lexicon) -> None:
    """Who was in the room when scores were given."""
    words = lexicon.words
    st.html(section(words("tender.rooms"), tag("p", words("tender.rooms_note"), class_="sub")))
    if not stays(events):
        st.html(tag("p", words("tender.rooms_none")))
        return
    drawn = room(events, lexicon)
    labels = {name: words(f"life.tip_{name}") for name in ("what", "told", "at", "until")}
    chart = life(drawn.lanes, drawn.points, drawn.bars, (), drawn.kinds, labels)
    st.vega_lite_chart(
        None,
        chart | {"height": chart["height"] + LEGEND_PX},
        key="rooms",
        width="stretch",
        theme=None,
        alt=words("tender.rooms_alt", n=len(drawn.bars)),
    )
    told = [
        words("tender.outside", expert=one.expert, bidder=one.bidder, at=words.moment(one.at))
        for one in scored(events)
        if not one.inside
    ]
    told += [
        words(
            "tender.stranger", person=one.person, role=words.name("tender", f"role_{one.role}"), room=one.room,
            since=words.moment(one.since), until=words.moment(one.until),
        )
        for one in strangers(events)
    ]  # fmt: skip
    if told:
        st.html(tag("ul", *(tag("li", one, class_="bad") for one in told)))
    else:
        st.html(tag("p", words("tender.rooms_fine"), class_="good"))


def scores(events: Sequence[Happened], lexicon: Lexicon) -> list[Mark]:
    """Every expert's score of every bidder, coloured by its distance from the panel's; who is first."""
    words = lexicon.words
    st.html(section(words("tender.scores"), tag("p", words("tender.scores_note"), class_="sub")))
    marks = panel(events)
    if not marks:
        st.html(tag("p", words("tender.scores_none")))
        return marks
    order = ranking(marks)
    labels = {name: words(f"tender.score_{name}") for name in ("expert", "bidder", "score", "off", "told")}
    cells = [
        Cell(expert=one.expert, bidder=one.bidder, score=one.score, off=one.off, far=one.far, told=_told(one, words))
        for one in marks
    ]
    experts = sorted({one.expert for one in marks})
    st.vega_lite_chart(
        None,
        scores_chart(cells, experts, [bidder for bidder, _ in order], labels),
        key="scores",
        width="stretch",
        theme=None,
        alt=words("tender.scores_alt", n=len(marks)),
    )
    far = [tag("li", f"{one.expert} → {one.bidder}: {_told(one, words)}", class_="bad") for one in marks if one.far]
    st.html(tag("ul", *far) if far else tag("p", words("tender.scores_fine"), class_="good"))
    st.html(tag("p", _placed(events, order, words)))
    return marks


def _told(one: Mark, words: Words) -> str:
    z = "—" if one.z is None else f"{one.z:+.1f}"
    return words("tender.score_line", score=f"{one.score:.1f}", middle=f"{one.middle:.1f}", strict=f"{one.strict:+.1f}",
                 off=f"{one.off:+.1f}", z=z)  # fmt: skip


def _placed(events: Sequence[Happened], order: Sequence[tuple[str, float]], words: Words) -> str:
    """Where the winner stands by mean score."""
    award = last(events, "award_published", "award_notified", "contract_signed")
    winner = award.text("winner") if award else ""
    place = next((place for place, (bidder, _) in enumerate(order, 1) if bidder == winner), 0)
    if not place:
        return words("tender.winner_none")
    return words("tender.winner", winner=winner, place=place, n=len(order), score=f"{order[place - 1][1]:.2f}")


def collusion(events: Sequence[Happened], lexicon: Lexicon) -> list[Pair]:
    """Pairs of bidders that share something, the weightiest first."""
    words = lexicon.words
    st.html(section(words("tender.pairs"), tag("p", words("tender.pairs_note"), class_="sub")))
    several = bids(events)
    found = pairs(several)
    if not several:
        st.html(tag("p", words("tender.bids_none")))
    elif not found:
        st.html(tag("p", words("tender.pairs_none", n=len(several)), class_="good"))
    else:
        rows = [
            tag(
                "tr",
                tag("td", number(place), class_="number"),
                tag("td", f"{pair.one} — {pair.other}"),
                tag("td", _marks(pair.shared, words)),
                tag("td", _marks(pair.explained, words), class_="sub"),
                tag("td", f"{pair.weight:.3f}", class_="number"),
                tag("td", words("tender.pair_lead" if pair.lead else "tender.pair_weak"),
                    class_="mj-late" if pair.lead else "sub"),
            )
            for place, pair in enumerate(found, 1)
        ]  # fmt: skip
        heads = [words(f"tender.pair_{one}") for one in ("place", "who", "shared", "explained", "weight", "said")]
        st.html(table(heads, rows, class_="mj-table"))
    return found


def _marks(marks: Sequence[str], words: Words) -> str:
    known = [*MARKS, "similarity"]
    return words("signin.comma").join(words(f"tender.mark_{mark}") for mark in sorted(marks, key=known.index)) or "—"


def _listed(codes: Sequence[object], words: Words) -> str:
    return words("signin.comma").join(map(str, codes))


def header(case_id: str, head: Happened, known: Whole, stage: str, lexicon: Lexicon) -> Html:
    """Which tender it is, and how far it has come."""
    words = lexicon.words
    award = last(known.events, "award_published", "award_notified", "contract_signed")
    lines = [
        (words("tender.head_project"), head.text("project")),
        (words("tender.head_kind"), words.name("tender", f"kind_{head.text('kind')}")),
        (words("tender.head_amount"), arithmetic_of(head, words)),
        (words("tender.head_owner"), head.text("owner")),
        (words("tender.head_site"), head.text("site")),
        (words("tender.head_place"), words.name("tender", f"place_{head.text('place')}")),
        (words("tender.head_compulsory"), words("tender.yes" if head.data.get("compulsory") is True else "tender.no")),
        (words("tender.head_bidders"), number(len(bids(known.events)))),
        (words("tender.head_winner"), award.text("winner") if award else ""),
    ]
    query = urlencode({"case": case_id, "lang": words.language})
    ways = tag(
        "p",
        tag("a", words("tender.all"), href=f"tender?lang={words.language}", target="_self"), " · ",
        tag("a", words("tender.as_case"), href=f"case?{query}", target="_self"),
    )  # fmt: skip
    mark = tag("span", words(f"tender.step_{stage}") if stage else "—", class_="going")
    shown = facts([(name, value) for name, value in lines if value], class_="mj-facts")
    cut = notice(words("tender.cut", n=number(len(known.events)))) if known.cut else None
    return tag("header", tag("h1", case_id, mark), ways, cut, shown, class_="mj-case")


def arithmetic_of(head: Happened, words: Words) -> str:
    """The project's size against its first threshold."""
    found = measured(head.text("kind"), head.number("amount"), None)
    return arithmetic(found[0], words) if found else ""


def section(title: str, *beneath: Html) -> Html:
    """A part of the page."""
    return tag("section", tag("h2", title), *beneath, class_="mj-section")


def local(instant: datetime, words: Words) -> datetime:
    """Local time without a zone, as charts take it."""
    return words.local(instant).replace(tzinfo=None)
