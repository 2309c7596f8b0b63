"""效能地图: departments as tiles, what is best and what drags down, the tree of regions, rare mistakes."""

from collections.abc import Sequence

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, join, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.saving import offer
from dashboards.components.scorecontrols import codes
from dashboards.components.standing import address, points
from dashboards.components.tilemap import apart, crumbs, legend, tilemap
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.scores import reading
from dashboards.words import Words, number
from mingjing.insight.departments import EVENTS, Bad, Place, bad_events, places
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.scoring.sums import Sums
from mingjing.store.scores import Scope, sums


class DepartmentLine(Struct, frozen=True, kw_only=True):
    """One department or region as a line of the file; the interval at 95 %."""

    level: str
    code: str
    name: str
    standing: str
    state: str
    score: float | None
    lo: float | None
    hi: float | None
    tier: int | None
    cases: float
    weighted: float
    best: str
    worst: str


class BadLine(Struct, frozen=True, kw_only=True):
    """One department's rare events of one kind as a line of the file; rates per 10,000, exact 95 % intervals."""

    department: str
    event: str
    bad: float
    n: float
    rate: float | None
    lo: float | None
    hi: float | None


def page() -> None:
    """The map of departments, the tree of regions beneath, and rare mistakes."""
    words = service.words()
    lexicon = reading.lexicon(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        download = st.empty()
    carry("region", "scheme")
    name, region = _scheme(), st.query_params.get("region", "")
    scheme, scope = reading.scheme(name), Scope(regions=(region,) if region else ())
    title.html(heading(words("departments.title"), period, words))
    where_now(region, period, lexicon)
    sheet = reading.sheet(name, "department", period, scope)
    beneath = below(name, region, period, lexicon)
    if not sheet.scores and not beneath:
        st.html(empty(words("departments.none"), words("departments.none_hint")))
        return
    shown = places(sheet.scores)
    st.html(map_of(shown, sheet, scheme, period, lexicon))
    if beneath:
        st.html(regions(beneath, scheme, period, lexicon))
    found = bad_events(_sums(period, region))
    st.html(rare_events(found, period, lexicon))
    lines = [*_lines("department", shown, lexicon), *_lines("region", beneath, lexicon)]
    file = f"mingjing-departments-{period.code}.csv"
    with download:
        offer("departments", lambda: lines, lambda rows: rows_csv(DepartmentLine, rows, words), file)
    bad = [
        BadLine(department=one.code, event=one.event, bad=one.found.bad, n=one.found.n, rate=one.found.rate,
                lo=one.found.lo, hi=one.found.hi)
        for one in found
    ]  # fmt: skip
    rare = f"mingjing-rare-{period.code}.csv"
    offer("departments:rare", lambda: bad, lambda rows: rows_csv(BadLine, rows, words), rare, key="rare_csv")


def where_now(region: str, period: Period, lexicon: Lexicon) -> None:
    """Where in the tree of regions the reader is."""
    if region:
        chain = ["", *reversed(reading.organisation().over(region))]
        st.html(crumbs(chain, lexicon, lambda code: _to_region(code, period, lexicon.words)))


def below(scheme: str, region: str, period: Period, lexicon: Lexicon) -> list[Place]:
    """The regions directly beneath one, or the topmost ones; each against those of its own depth."""
    org = reading.organisation()
    known = set(codes("region", lexicon))
    wanted = set(org.children("region", region)) if region else {code for code in known if org.depth(code) == 0}
    if not region and len(wanted) == 1:
        wanted |= set(org.children("region", next(iter(wanted))))
    sheet = reading.sheet(scheme, "region", period)
    depths = {code: org.depth(code) for code in wanted}
    return [
        place
        for depth in sorted(set(depths.values()))
        for place in places([one for one in sheet.scores if depths.get(one.code) == depth])
    ]


def map_of(shown: Sequence[Place], sheet: ScoreSheet, scheme: Scheme, period: Period, lexicon: Lexicon) -> Html:
    """What the map says in a sentence, and the map."""
    words = lexicon.words
    by = {kind: [place for place in shown if place.standing == kind] for kind in ("above", "below")}
    if not shown:
        said = words("departments.none")
    elif not by["above"] and not by["below"]:
        said = words("departments.alike", n=sum(one.standing == "among" for one in shown))
    else:
        listed = {kind: _names(those, lexicon) or words("departments.nobody") for kind, those in by.items()}
        said = words("departments.told", above=listed["above"], below=listed["below"])
    frozen = words("departments.frozen", day=sheet.frozen_on) if sheet.frozen_on else None
    return tag(
        "section",
        tag("p", said, class_="mj-advice"),
        tilemap(
            shown, "department", scheme, lexicon,
            lambda code: _to_score("department", code, period, words),
        ),
        legend(shown, lexicon),
        tag("p", frozen, class_="sub") if frozen else None,
        class_="mj-section",
    )  # fmt: skip


def regions(beneath: Sequence[Place], scheme: Scheme, period: Period, lexicon: Lexicon) -> Html:
    """The regions with all that lies in them; a name leads down, a score to what it rests on."""
    words = lexicon.words
    org = reading.organisation()
    top = min(org.depth(place.score.code) for place in beneath)
    rows = [
        _region(place, org.depth(place.score.code) - top, scheme, period, lexicon)
        for place in sorted(beneath, key=lambda one: (org.depth(one.score.code), one.score.code))
    ]
    heads = [
        tag("th", words(f"departments.region_{head}"), scope="col", class_="number" if head in _NUMBERS else None)
        for head in ("name", "score", "interval", "standing", "cases", "best", "worst")
    ]
    return tag(
        "section",
        tag("h2", words("departments.regions")),
        _table(heads, rows),
        tag("p", words("departments.regions_note"), class_="sub"),
        class_="mj-section",
    )


def _region(place: Place, deep: int, scheme: Scheme, period: Period, lexicon: Lexicon) -> Html:
    words, one = lexicon.words, place.score
    score = _to_score("region", one.code, period, words)
    name = lexicon.full("region", one.code)
    return tag(
        "tr",
        tag("td", "　" * deep, tag("a", name, href=_to_region(one.code, period, words), target="_self")),
        tag("td", tag("a", points(one.score), href=score, target="_self"), class_="number"),
        tag("td", f"{points(one.lo)}–{points(one.hi)}" if one.lo is not None else "—", class_="number"),
        tag("td", words(f"departments.is_{place.standing}")),
        tag("td", number(round(one.cases)), class_="number"),
        tag("td", apart(place.best, scheme, words) if place.best else "—"),
        tag("td", apart(place.worst, scheme, words) if place.worst else "—"),
    )


_NUMBERS = {"score", "interval", "cases"}


def rare_events(found: Sequence[Bad], period: Period, lexicon: Lexicon) -> Html:
    """Bad events per 10,000; what differs from all together by more than chance is marked in words too."""
    words = lexicon.words
    order = list(dict.fromkeys(one.code for one in found))
    cells = {(one.code, one.event): one for one in found}
    rows = [
        tag(
            "tr",
            tag("td", _department(code, period, lexicon)),
            *(tag("td", _rare(cells[code, event], words), class_="number") for event in EVENTS),
        )
        for code in order
    ]
    heads = [
        tag("th", words("filter.department"), scope="col"),
        *(tag("th", words(f"departments.event_{event}"), scope="col", class_="number") for event in EVENTS),
    ]
    return tag(
        "section",
        tag("h2", words("departments.rare")),
        tag("p", words("departments.rare_note"), class_="sub"),
        _table(heads, rows),
        class_="mj-section",
    )


def _rare(one: Bad, words: Words) -> Html | str:
    if one.found.rate is None or one.found.lo is None or one.found.hi is None:
        return "—"
    mark = {1: ("▲ ", "mj-more", "departments.more"), -1: ("▼ ", "mj-fewer", "departments.fewer")}.get(one.differs)
    rate = f"{one.found.rate:,.1f}"
    value = tag("b", mark[0] + rate, class_=mark[1], title=words(mark[2])) if mark else tag("b", rate)
    beneath = f"{one.found.lo:,.1f}–{one.found.hi:,.1f} · {number(one.found.bad)}/{number(one.found.n)}"
    return join(value, tag("br"), tag("small", beneath, class_="sub"))


def _table(heads: Sequence[Html], rows: Sequence[Html]) -> Html:
    whole = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="mj-table mj-rare")
    return tag("div", whole, class_="mj-scroll")


def _department(code: str, period: Period, lexicon: Lexicon) -> Html:
    if not code:
        return tag("b", lexicon.words("reform.everybody"))
    to = _to_score("department", code, period, lexicon.words)
    return tag("a", lexicon.full("department", code), href=to, target="_self")


def _names(those: Sequence[Place], lexicon: Lexicon) -> str:
    joint = "、" if lexicon.words.language == "zh" else ", "
    told = [lexicon.name("department", place.score.code) for place in those[:5]]
    return joint.join(told) + (" …" if len(those) > 5 else "")


def _to_region(code: str, period: Period, words: Words) -> str:
    return address("departments", words, region=code, period=period.code, scheme=_scheme())


def _to_score(level: str, code: str, period: Period, words: Words) -> str:
    return address("score", words, level=level, code=code, period=period.code, scheme=_scheme())


def _scheme() -> str:
    return reading.known(st.query_params.get("scheme", ""))


def _lines(level: str, shown: Sequence[Place], lexicon: Lexicon) -> list[DepartmentLine]:
    return [
        DepartmentLine(
            level=level,
            code=place.score.code,
            name=lexicon.name(level, place.score.code),
            standing=place.standing,
            state=place.score.state,
            score=place.score.score,
            lo=place.score.lo,
            hi=place.score.hi,
            tier=place.score.tier,
            cases=place.score.cases,
            weighted=round(place.score.weighted, 2),
            best=place.best.indicator if place.best else "",
            worst=place.worst.indicator if place.worst else "",
        )
        for place in shown
    ]


def _sums(period: Period, region: str) -> Sums:
    within = reading.organisation().under(region) if region else ()
    with service.store() as store:
        return sums(store, "department", period, Scope(regions=within))


page()
