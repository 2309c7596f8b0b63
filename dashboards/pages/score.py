"""评分: one subject's score, what it rests on down to the cases, what moved it, and how it comes about."""

import streamlit as st

from dashboards import service
from dashboards.components import period, scorecontrols, scoresheet
from dashboards.components.chrome import empty
from dashboards.components.markup import join, tag
from dashboards.components.saving import offer
from dashboards.lexicon import Lexicon
from dashboards.scores import files, reading
from dashboards.scores.view import View, value_of
from dashboards.words import number
from mingjing.charts import score as charts
from mingjing.charts.look import Spec
from mingjing.insight.shape import JUST, shape
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Scheme

LINES = 25
EXPORTED = 10_000
MOVES = 7


def page() -> None:
    """The subject that the address names."""
    words = service.words()
    lexicon = reading.lexicon(words)
    view, code = scorecontrols.asked(), st.query_params.get("code", "")
    with st.container(key="score_tools", horizontal=True, vertical_alignment="bottom"):
        back = {"level": view.level, "period": st.query_params.get("period", ""), "scheme": view.scheme}
        back |= _edition(view) | {"lang": words.language}
        query = {name: value for name, value in back.items() if value}
        st.page_link(st.session_state["pages"]["ranking"], label=words("onescore.back"), query_params=query)
        st.space("stretch")
        when = period.picker(words)
    period.carry("scheme")
    scheme = reading.scheme(view.scheme)
    sheet = reading.sheet(view.scheme, view.level, when, live=view.live, revision=view.revision)
    one = sheet.of(code)
    title = tag("span", lexicon.name(view.level, code), " ", tag("small", code))
    kind = words(f"scoring.level_{view.level}")
    st.html(tag("h1", title, tag("small", f"{kind} · {period.named(when, words)}"), class_="mj-title"))
    if one is None:
        st.html(empty(words("onescore.unknown", code=code), words("onescore.unknown_hint")))
    else:
        _shown(one, sheet, view, scheme, lexicon)


def _shown(one: Score, sheet: ScoreSheet, view: View, scheme: Scheme, lexicon: Lexicon) -> None:
    words = lexicon.words
    st.html(join(scoresheet.head(one, sheet, scheme, lexicon), scoresheet.why_none(one, scheme, lexicon)))
    query = {"level": view.level, "code": one.code, "period": sheet.period.code, "scheme": view.scheme}
    query |= _edition(view)
    if one.values:
        st.html(_heading(words("onescore.indicators")))
        left, right = st.columns([1, 2])
        with left:
            _chart(charts.indicators(_bars(one, scheme, lexicon), _labels(lexicon)), "indicators")
        right.html(scoresheet.indicators(one, scheme, lexicon, query))
    _behind(one, view, sheet, scheme, lexicon)
    over_time = st.container()
    _used(one, view, sheet.period, lexicon)
    if one.values:
        how = scoresheet.how(one, scheme, lexicon)
        st.html(tag("section", tag("h2", words("onescore.how")), how, class_="mj-section"))
    with over_time:  # drawn last, because it reads many periods
        _over_time(one, sheet, view, scheme, lexicon)


def _edition(view: View) -> dict[str, str]:
    """Which edition of the scores the address names: as of now, or a revision."""
    return {"live": "1" if view.live else "", "rev": str(view.revision or "")}


def _heading(text: str, anchor: str | None = None) -> str:
    return tag("section", tag("h2", text), class_="mj-section", id=anchor)


def _chart(spec: Spec, key: str) -> None:
    st.vega_lite_chart(spec, theme=None, width="stretch", key=f"chart_{key}")


def _labels(lexicon: Lexicon) -> dict[str, str]:
    return {name: lexicon.words(f"onescore.{name}") for name in ("points", "interval", "score")}


def _bars(one: Score, scheme: Scheme, lexicon: Lexicon) -> list[charts.Bar]:
    return [
        charts.Bar(
            name=lexicon.words.pick(indicator.name), points=value.points, lo=value.lo, hi=value.hi, weight=value.weight
        )
        for indicator in scheme.indicators
        if (value := value_of(one, indicator.id))
    ]


def _behind(one: Score, view: View, sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> None:
    """The lines behind the indicator that the address names, as of now."""
    words, when = lexicon.words, sheet.period
    indicator = next((each for each in scheme.indicators if each.id == st.query_params.get("ind", "")), None)
    if indicator is None:
        return
    bad = st.query_params.get("all") != "1"
    what = (view.scheme, view.level, one.code, indicator.id, when, bad)
    asked = view.page
    lines, total = reading.behind(*what, LINES, (asked - 1) * LINES)
    if not lines and total:  # beyond the last page
        asked = -(-total // LINES)
        lines, total = reading.behind(*what, LINES, (asked - 1) * LINES)
    st.html(_heading(words("onescore.behind", name=words.pick(indicator.name)), "behind"))
    with st.container(key="score_edition", horizontal=True, vertical_alignment="center"):
        for label, value in (("lines_bad", ""), ("lines_all", "1")):
            here = bad == (value == "")
            text = words(f"onescore.{label}") + (f" ({number(total)})" if here else "")
            st.button(text, key=label, type="tertiary", disabled=here, on_click=_put, kwargs={"all": value, "page": ""})
        name = f"mingjing-{view.level}-{one.code}-{indicator.id}-{when.code}.csv"
        offer(
            "score:behind",
            lambda: reading.behind(*what, EXPORTED, 0)[0],
            lambda rows: files.behind_csv(rows, lexicon),
            name,
            label=words("ranking.export_csv"),
            key="export_behind",
        )
    if not lines:
        st.html(tag("p", words("onescore.behind_none" if bad else "onescore.behind_none_all"), class_="sub"))
        return
    if sheet.revision:
        st.html(tag("p", words("onescore.behind_now"), class_="sub"))
    st.html(scoresheet.behind(lines, lexicon, service.current().severity))
    pages = -(-total // LINES)
    if pages > 1:
        turned = st.pagination(pages, default=asked, key=f"page_{asked}")
        if turned != asked:
            _put(page=str(turned) if turned > 1 else "")
            st.rerun()


def _put(**values: str) -> None:
    period.put(**values)


def _over_time(one: Score, sheet: ScoreSheet, view: View, scheme: Scheme, lexicon: Lexicon) -> None:
    words = lexicon.words
    steps = reading.trend(view.scheme, view.level, one.code, sheet.period, reading.BACK[sheet.period.kind])
    left, right = st.columns(2)
    with left:
        st.html(_heading(words("onescore.trend")))
        shown = [_step(when, had) for when, had in [*steps[:-1], (sheet.period, one)]]
        _chart(charts.trend(shown, _labels(lexicon)), "trend")
    with right:
        st.html(_heading(words("onescore.moved")))
        _moved(steps[-2], one, sheet.period, scheme, lexicon)


def _step(when: Period, had: Score | None) -> charts.Step:
    if had is None:
        return charts.Step(period=when.code, score=None)
    return charts.Step(period=when.code, score=had.score, lo=had.lo, hi=had.hi)


def _moved(before: tuple[Period, Score | None], now: Score, when: Period, scheme: Scheme, lexicon: Lexicon) -> None:
    words = lexicon.words
    earlier, was = before
    if was is None or was.score is None or now.score is None:
        st.html(tag("p", words("onescore.moved_none"), class_="sub"))
        return
    moves = changes(was, now, scheme, lexicon)
    if not moves:
        st.html(tag("p", words("onescore.moved_little"), class_="sub"))
        return
    labels = _labels(lexicon) | {
        "before": words("onescore.before", period=earlier.code),
        "now": words("onescore.now", period=when.code),
        "points": words("onescore.score"),
    }
    _chart(charts.waterfall(was.score, moves, now.score, labels), "moved")
    apart = (now.lo or 0) > (was.hi or 0) or (now.hi or 0) < (was.lo or 0)
    st.html(tag("p", words("onescore.moved_beyond" if apart else "onescore.moved_within"), class_="sub"))


def changes(was: Score, now: Score, scheme: Scheme, lexicon: Lexicon) -> list[charts.Change]:
    """What each indicator moved, the largest first; small ones, bonus and what a cap took together at the end."""
    found: list[charts.Change] = []
    for indicator in scheme.indicators:
        before, after = value_of(was, indicator.id), value_of(now, indicator.id)
        moved = (after.points if after else 0.0) - (before.points if before else 0.0)
        if abs(moved) >= reading.TOLD:
            found.append(charts.Change(lexicon.words.pick(indicator.name), moved))
    found = sorted(found, key=lambda one: -abs(one.points))[:MOVES]
    left = (now.score or 0.0) - (was.score or 0.0) - sum(one.points for one in found)
    return [*found, charts.Change(lexicon.words("onescore.other"), left)] if abs(left) >= reading.TOLD else found


def _used(one: Score, view: View, when: Period, lexicon: Lexicon) -> None:
    """How much of their limits cases used, and whether too many end just in time."""
    words = lexicon.words
    st.html(_heading(words("onescore.used")))
    paces = reading.moments(view.scheme, view.level, one.code, when).pace
    if not sum(paces.values()):
        st.html(tag("p", words("onescore.used_none"), class_="sub"))
        return
    found = shape(paces, reading.moments(view.scheme, view.level, "", when).pace)
    width = f"{100 * (1 - JUST):.0f}"
    labels = {
        "used": words("onescore.used_axis"),
        "cases": words("onescore.used_cases"),
        "early": words("onescore.used_early"),
        "just": words("onescore.used_just", n=width),
        "late": words("onescore.used_late"),
    }
    _chart(charts.used(paces, labels, just=(round(100 * JUST), 100)), "used")
    share, peers = (f"{100 * each:.0f} %" if each is not None else "—" for each in (found.share, found.peers))
    told = "onescore.used_bunched" if found.bunched else "onescore.used_plain"
    text = words(told, n=number(found.n), just=number(found.just), share=share, peers=peers, width=width)
    st.html(tag("p", text, class_="mj-verdict" if found.bunched else "mj-verdict plain"))


page()
