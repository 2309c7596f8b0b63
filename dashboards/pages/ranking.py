"""排名: who differs from whom and who does not, by level, period and place; each score leads to what it rests on."""

from collections.abc import Mapping

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components import period, scorecontrols, standing
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, join, table, tag
from dashboards.components.saving import CSV, offer
from dashboards.lexicon import Lexicon
from dashboards.scores import files, reading
from dashboards.scores.view import Listing, View, listing
from dashboards.words import Words, number
from mingjing.reasons import told as told_reason
from mingjing.scores import Delta
from mingjing.scoring.periods import Period
from mingjing.scoring.results import ScoreSheet
from mingjing.scoring.scheme import Scheme


def page() -> None:
    """Controls, what the ranking says in one line, the ranking, and those without a place."""
    words = service.words()
    lexicon = reading.lexicon(words)
    when = scorecontrols.level_and_period(lexicon)
    scorecontrols.place(lexicon)
    view = scorecontrols.asked()
    period.carry(*scorecontrols.CARRIED)
    scheme = reading.scheme(view.scheme)
    sheet = reading.sheet(view.scheme, view.level, when, view.scope, view.live, view.revision)
    depth = reading.organisation().depth if view.level == "region" else lambda _: 0
    shown = listing(sheet, view, lambda code: lexicon.name(view.level, code), depth)
    changes = _changes(sheet, view, when)
    st.html(head(sheet, shown, view, scheme, lexicon))
    _edition(sheet, view, when, words)
    if not sheet.scores:
        st.html(empty(words("ranking.none"), words("ranking.none_hint")))
        return

    def to(code: str) -> str:
        query = {"level": view.level, "code": code, "period": when.code, "scheme": view.scheme}
        held = {"live": "1" if view.live else "", "rev": str(view.revision or "")}
        return standing.address("score", words, **query, **held)

    if shown.groups:
        st.html(standing.ranking(shown, view, scheme, lexicon, to, _moved(changes)))
    elif view.q:
        st.html(empty(words("ranking.none_found"), words("ranking.none_found_hint")))
    else:
        st.html(empty(words("ranking.none_ranked"), words("ranking.none_ranked_hint", minimum=number(scheme.minimum))))
    _foot(shown, view, sheet, scheme, lexicon)
    if more := join(standing.left_out(shown, view, scheme, lexicon, to), changed(changes, view, lexicon)):
        st.html(more)


def head(sheet: ScoreSheet, shown: Listing, view: View, scheme: Scheme, lexicon: Lexicon) -> Html:
    """What is ranked, and in one sentence whether anything differs."""
    words = lexicon.words
    level = words(f"scoring.levels_{view.level}")
    where = [lexicon.name(field, getattr(view, field)) for field in ("region", "department") if getattr(view, field)]
    title = tag(
        "h1",
        words("ranking.title", level=level, period=period.named(sheet.period, words)),
        tag("small", " · ".join([*where, words.pick(scheme.name)])),
        class_="mj-title",
    )
    verdict = None
    if shown.ranked == 1:
        verdict = tag("p", words("ranking.only_one", level=level), class_="mj-verdict")
    elif shown.ranked and not sheet.differs:
        verdict = tag("p", words("ranking.alike", level=level, n=number(shown.ranked)), class_="mj-verdict")
    elif shown.ranked:
        tiers = len({one.tier for one in sheet.scores if one.state == "ranked"})  # of a place, not of all
        told = words("ranking.differs", level=level, n=number(shown.ranked), tiers=number(tiers))
        verdict = tag("p", told, class_="mj-verdict")
    return join(title, verdict)


def _edition(sheet: ScoreSheet, view: View, when: Period, words: Words) -> None:
    """Whether the scores are frozen or as of now, and the way to the other."""
    known = reading.revisions(view.scheme, view.level, when)
    with st.container(key="score_edition", horizontal=True, vertical_alignment="center"):
        if sheet.revision:
            told = words(
                "ranking.frozen",
                n=sheet.revision,
                day=sheet.frozen_on,
                reason=told_reason(sheet.reason, words.language),
            )
            st.html(tag("span", told.rstrip(" ·：:"), class_="sub"), width="content")
        else:
            st.html(
                tag("span", words("ranking.live" if known else "ranking.not_frozen"), class_="sub"), width="content"
            )
        if known and not sheet.revision:
            _turn(words("ranking.to_frozen"), replace(view, live=False, revision=0), "to_frozen")
        if sheet.revision:
            _turn(words("ranking.to_live"), replace(view, live=True, revision=0), "to_live")
        for one in known if len(known) > 1 else ():
            if one.revision != sheet.revision:
                label = words("ranking.revision", n=one.revision)
                _turn(label, replace(view, live=False, revision=one.revision), f"revision_{one.revision}")


def _turn(label: str, view: View, key: str) -> None:
    st.button(label, key=key, type="tertiary", on_click=scorecontrols.show, args=(view,))


def _changes(sheet: ScoreSheet, view: View, when: Period) -> list[Delta]:
    """What the shown revision changed of those in the place that the reader chose."""
    if sheet.revision < 2:
        return []
    inside = {one.code for one in sheet.scores}
    everybody = not (view.region or view.department)
    found = reading.delta(view.scheme, view.level, when, sheet.revision)
    return [one for one in found if everybody or one.code in inside]


def _moved(changes: list[Delta]) -> Mapping[str, float]:
    return {
        one.code: (one.now.score or 0.0) - (one.before.score or 0.0)
        for one in changes
        if one.now and one.before and one.now.score is not None and one.before.score is not None
    }


def changed(changes: list[Delta], view: View, lexicon: Lexicon) -> Html | None:
    """Whose score the shown revision changed so that one sees it, and how many it moved by less."""
    words = lexicon.words
    if not changes:
        return None
    shown = [one for one in changes if one.seen]
    rest = len(changes) - len(shown)
    note = tag("p", words("ranking.changed_little", n=number(rest)), class_="sub") if rest else None
    rows = [
        tag(
            "tr",
            tag("td", lexicon.full(view.level, one.code)),
            *(
                tag("td", standing.points(one_.score) if one_ else "—", class_="number")
                for one_ in (one.before, one.now)
            ),
            *(
                tag(
                    "td",
                    words("scoring.tier_n", n=one_.tier)
                    if one_ and one_.tier
                    else words(f"scoring.state_{one_.state}")
                    if one_
                    else "—",
                )
                for one_ in (one.before, one.now)
            ),
        )
        for one in shown
    ]
    heads = [
        words(f"scoring.level_{view.level}"),
        *(words(f"ranking.{name}") for name in ("was", "is", "was_tier", "is_tier")),
    ]
    title = tag("h2", words("ranking.changed", n=number(len(shown))))
    listed = table(heads, rows, class_="mj-table mj-narrow") if rows else None
    return tag("section", title, listed, note, class_="mj-section")


def _foot(shown: Listing, view: View, sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> None:
    words = lexicon.words
    with st.container(key="foot", horizontal=True, vertical_alignment="center"):
        st.html(
            tag("span", words("ranking.rows", n=number(len(shown.rows)), all=number(shown.found)), class_="mj-rows"),
            width="content",
        )
        name = f"mingjing-{view.level}-{sheet.period.code}".replace("..", "_")
        for kind, mime, made in (("csv", CSV, files.as_csv), ("xlsx", files.XLSX, files.as_xlsx)):
            offer(
                "ranking",
                lambda: sheet.scores,
                lambda _, made=made: made(sheet, scheme, lexicon),  # type: ignore[misc]
                f"{name}.{kind}",
                mime,
                label=words(f"ranking.export_{kind}"),
                key=f"export_{kind}",
            )
        if shown.pages > 1:
            st.space("stretch")
            turned = st.pagination(shown.pages, default=min(view.page, shown.pages), key=f"page_{view.page}")
            if turned != view.page:
                scorecontrols.show(replace(view, page=turned))
                st.rerun()


page()
