"""示范窗口: a shortlist from frozen scores with every condition, those at its edge who cannot be told apart, why."""

from collections.abc import Mapping, Sequence

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.period import carry, heading, picker, put
from dashboards.components.saving import offer
from dashboards.components.standing import address, points
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores import reading
from dashboards.words import Words, number
from mingjing.insight.awards import VERDICTS, Candidate, Condition, Marks, shortlist
from mingjing.insight.departments import RED, bad_events
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.store.scores import sums

LEVELS = ("window", "department", "officer")
PLACES, MOST = 10, 200
SHOWN = 100


class AwardLine(Struct, frozen=True, kw_only=True):
    """One candidate as a line of the file; conditions as ✓ or ✗ in order."""

    code: str
    name: str
    verdict: str
    score: float | None
    lo: float | None
    hi: float | None
    tier: int | None
    missed: str
    tied_with: str


def page() -> None:
    """Level, period and number of places; the list, its edge, and everybody else with the reason."""
    words = service.words()
    lexicon = reading.lexicon(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        level = _level(words)
        period = picker(words)
        places = _places(words)
    carry("scheme")
    name = reading.known(st.query_params.get("scheme", ""))
    title.html(heading(words("awards.title"), period, words))
    sheet = reading.sheet(name, level, period)
    if not sheet.scores:
        st.html(empty(words("awards.none"), words("awards.none_hint")))
        return
    if not sheet.revision:
        st.html(notice(words("awards.not_frozen")))
    found = shortlist(sheet.scores, _marks(level, period), places)
    st.html(summary(found, places, sheet, words))
    for verdict in VERDICTS:
        those = [one for one in found if one.verdict == verdict]
        if those:
            st.html(listed(verdict, those, level, period, lexicon))
    lines = [_line(one, level, lexicon) for one in found]
    file = f"mingjing-awards-{level}-{period.code}.csv"
    offer("awards", lambda: lines, lambda rows: rows_csv(AwardLine, rows, words), file, key="awards_csv")


def summary(found: Sequence[Candidate], places: int, sheet: ScoreSheet, words: Words) -> Html:
    """In a sentence: how many are on the list, and whether its edge is a matter of chance."""
    many = {verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS}
    told = words("awards.told", places=number(places), listed=number(many["listed"]), met=number(
        sum(one.eligible for one in found)), all=number(len(found)))  # fmt: skip
    tied = words("awards.tied_told", n=number(many["tied"]), left=number(max(0, places - many["listed"])))
    frozen = words("awards.frozen", n=sheet.revision, day=sheet.frozen_on) if sheet.revision else ""
    return join(
        tag("p", told + (tied if many["tied"] else ""), class_="mj-verdict"),
        tag("p", frozen, class_="sub") if frozen else None,
    )


def listed(verdict: str, those: Sequence[Candidate], level: str, period: Period, lexicon: Lexicon) -> Html:
    """Everybody of one verdict, with all conditions."""
    words = lexicon.words
    ids = [one.id for one in those[0].conditions]
    rows = [
        tag(
            "tr",
            tag("td", _who(one, level, period, lexicon)),
            tag("td", points(one.score.score), class_="number nowrap"),
            tag("td", f"{points(one.score.lo)}–{points(one.score.hi)}" if one.score.lo is not None else "—",
                class_="number nowrap"),
            *(tag("td", _condition(each, words)) for each in one.conditions),
            tag("td", _why(one, level, lexicon)),
        )
        for one in those[:SHOWN]
    ]  # fmt: skip
    heads = [
        words(f"scoring.level_{level}"), words("ranking.score"), words("awards.interval"),
        *(words(f"awards.if_{one}") for one in ids), words("awards.why"),
    ]  # fmt: skip
    body = table(heads, rows, class_="mj-table")
    more = tag("p", words("awards.more", n=SHOWN, all=number(len(those))), class_="sub") if len(those) > SHOWN else None
    head = tag("h2", words(f"awards.is_{verdict}", n=number(len(those))))
    return tag(
        "section", head, tag("p", words(f"awards.says_{verdict}"), class_="sub"), body, more, class_="mj-section"
    )


def _who(one: Candidate, level: str, period: Period, lexicon: Lexicon) -> Html:
    to = address("score", lexicon.words, level=level, code=one.score.code, period=period.code)
    return tag("a", lexicon.full(level, one.score.code), href=to, target="_self")


def _condition(one: Condition, words: Words) -> Html:
    told = one.figure is not None and (one.id == "cases" or not one.met)
    figure = f" {number(round(one.figure or 0))}" if told else ""
    said = words("awards.met" if one.met else "awards.unmet")
    return tag("span", ("✓" if one.met else "✗") + figure, class_="good" if one.met else "bad", title=said)


def _why(one: Candidate, level: str, lexicon: Lexicon) -> str:
    words = lexicon.words
    if one.verdict == "not_met":
        joint = "、" if words.language == "zh" else "; "
        return joint.join(words(f"awards.not_{each}") for each in one.missed)
    if one.verdict == "tied":
        names = [lexicon.name(level, code) for code in one.tied_with[:3]]
        more = " …" if len(one.tied_with) > len(names) else ""
        return words("awards.tied_with", names=("、" if words.language == "zh" else ", ").join(names) + more)
    return words(f"awards.why_{one.verdict}")


def _line(one: Candidate, level: str, lexicon: Lexicon) -> AwardLine:
    words = lexicon.words
    return AwardLine(
        code=one.score.code,
        name=lexicon.name(level, one.score.code),
        verdict=words(f"awards.in_{one.verdict}"),
        score=one.score.score,
        lo=one.score.lo,
        hi=one.score.hi,
        tier=one.score.tier,
        missed=" | ".join(words(f"awards.if_{each}") for each in one.missed),
        tied_with=" | ".join(one.tied_with),
    )


def _marks(level: str, period: Period) -> Mapping[str, Marks]:
    """Red cards, and whether complaints and bad ratings are more than chance, of every subject."""
    with service.store() as store:
        counted = sums(store, level, period)
    red: dict[str, float] = {}
    for code, cards in zip(counted.codes, counted.cards, strict=True):
        red[code] = red.get(code, 0.0) + sum(n for word, n in cards.items() if word.endswith(RED))
    differs = {(one.code, one.event): one.differs for one in bad_events(counted)}
    return {
        code: Marks(
            red=int(n), complaints=differs.get((code, "complaint"), 0), bad_ratings=differs.get((code, "bad_rating"), 0)
        )
        for code, n in red.items()
    }


def _level(words: Words) -> str:
    asked = st.query_params.get("level", LEVELS[0])
    current = asked if asked in LEVELS else LEVELS[0]
    chosen = st.segmented_control(
        words("awards.level"), LEVELS, default=current, key="awards_level",
        format_func=lambda one: words(f"scoring.level_{one}"),
    )  # fmt: skip
    if chosen and chosen != current:
        put(level=chosen)
        st.rerun()
    return current


def _places(words: Words) -> int:
    asked = st.query_params.get("places", "")
    current = min(max(int(asked), 1), MOST) if asked.isdecimal() and len(asked) < 6 else PLACES
    chosen = int(st.number_input(words("awards.places"), 1, MOST, current, key="awards_places", width=120))
    if chosen != current:
        put(places=str(chosen))
    return chosen


page()
