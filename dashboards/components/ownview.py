"""A window's or officer's own view: the score, what was done well, what cost points, how to appeal. Draws HTML only."""

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.components.markup import Html, facts, tag
from dashboards.components.scoresheet import raw, what
from dashboards.components.standing import address, points
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.insight.mine import Cost, Gain, Range, done_well
from mingjing.scoring.details import Behind
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.settings import Severities

PRESENCE, FINDING = "presence:", "finding:"


def head(one: Score, sheet: ScoreSheet, scheme: Scheme, among: Range | None, lexicon: Lexicon) -> Html:
    """The score with its interval and tier in friendly words, and the peers' range without names."""
    words = lexicon.words
    cases = words("mine.cases", n=number(round(one.cases)))
    if one.score is None or one.lo is None or one.hi is None or one.state != "ranked":
        why = words(f"mine.why_{one.state}", cases=number(round(one.cases)), minimum=number(scheme.minimum))
        return tag("section", tag("p", why, class_="mj-advice"), class_="mj-section")
    tiers = max((other.tier or 0 for other in sheet.scores), default=0)
    tier = words("scoring.tier_of", n=one.tier, all=tiers) if one.tier else words("scoring.state_ranked")
    figures = [
        (words("mine.score"), tag("b", points(one.score), class_="mj-own")),
        (words("mine.interval"), f"{points(one.lo)} – {points(one.hi)}"),
        (words("mine.tier"), tier),
        (words("mine.counted"), cases),
    ]
    if among:
        told = words("mine.peers_value", lo=points(among.lo), hi=points(among.hi), n=among.many)
        figures.append((words("mine.peers"), told))
    alike = words("mine.tier_alike") if tiers > 1 else words("mine.tier_one")
    return tag(
        "section",
        facts(figures, class_="mj-facts"),
        _ruler(one, among, words),
        tag("p", words("mine.interval_note"), " ", alike, class_="sub"),
        class_="mj-section",
    )


def _ruler(one: Score, among: Range | None, words: Words) -> Html | None:
    """The own score on the range of the peers', from 0 to 100."""
    if among is None or one.score is None or one.lo is None or one.hi is None:
        return None
    low = max(0.0, min(among.lo, one.lo) - 5)
    span = max(among.hi, one.hi, 100.0) - low

    def place(lo: float, hi: float) -> str:
        return f"left:{100 * (lo - low) / span:.2f}%;width:{max(0.3, 100 * (hi - lo) / span):.2f}%"

    told = words("mine.ruler", score=points(one.score), lo=points(among.lo), hi=points(among.hi))
    return tag(
        "div",
        tag("i", class_="peers", style=place(among.lo, among.hi), title=words("mine.peers")),
        tag("i", class_="own", style=place(one.lo, one.hi), title=words("mine.interval")),
        tag("b", style=f"left:{100 * (one.score - low) / span:.2f}%"),
        tag("small", f"{low:.0f}", style="left:0"),
        tag("small", f"{low + span:.0f}", style="right:0"),
        class_="mj-ruler",
        role="img",
        aria_label=told,
        title=told,
    )


def well(one: Score, scheme: Scheme, lexicon: Lexicon) -> Html:
    """What kept nearly all its points."""
    words = lexicon.words
    known = {indicator.id: indicator for indicator in scheme.indicators}
    lines = [
        tag(
            "li",
            tag("b", words.pick(known[value.indicator].name)),
            " ",
            tag(
                "span",
                f"{points(value.points)} / {points(value.weight)} · {raw(known[value.indicator], value, words)}",
                class_="sub",
            ),
        )
        for value in done_well(one)
        if value.indicator in known
    ]
    return tag(
        "section",
        tag("h2", words("mine.well")),
        tag("ul", *lines, class_="mj-well") if lines else tag("p", words("mine.well_none")),
        class_="mj-section",
    )


def cheapest(found: Sequence[Gain], scheme: Scheme, lexicon: Lexicon) -> Html:
    """Where the fewest cases gain most."""
    words = lexicon.words
    named = {indicator.id: words.pick(indicator.name) for indicator in scheme.indicators}
    lines = [
        tag(
            "li",
            words(
                "mine.gain", name=named.get(one.indicator, one.indicator), lost=_points(one.lost), n=number(one.bad),
                each=_points(one.each),
            ),
        )
        for one in found[:3]
    ]  # fmt: skip
    return tag(
        "section",
        tag("h2", words("mine.gains")),
        tag("ol", *lines, class_="mj-well") if lines else tag("p", words("mine.gains_none"), class_="good"),
        tag("p", words("mine.gains_note"), class_="sub"),
        class_="mj-section",
    )


def listed(
    found: Sequence[Cost],
    until: Mapping[str, date | None],
    today: date,
    scheme: Scheme,
    lexicon: Lexicon,
    severities: Severities,
) -> Html:
    """The cases that cost points. `until`: by the line's ref, the last day of appeal."""
    words = lexicon.words
    named = {indicator.id: words.pick(indicator.name) for indicator in scheme.indicators}
    rows = [
        tag(
            "tr",
            tag("td", words.local(one.line.at).date().isoformat(), class_="nowrap"),
            tag("td", _case(one.line, words)),
            tag("td", lexicon.name("item", one.line.item)),
            tag("td", what(one.line, lexicon, severities), *_finding(one.line, words)),
            tag("td", named.get(one.indicator, one.indicator)),
            tag("td", f"−{_points(one.points)}", class_="number"),
            tag("td", _appeal(until.get(one.line.ref), today, words), class_="nowrap"),
        )
        for one in found
    ]
    heads = [
        tag("th", words(f"mine.list_{name}"), scope="col", class_="number" if name == "points" else None)
        for name in ("day", "case", "item", "what", "indicator", "points", "appeal")
    ]
    whole = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="mj-table")
    return tag("div", whole, class_="mj-scroll")


def how_to_appeal(lexicon: Lexicon) -> Html:
    """Whom to turn to, by when, with what."""
    words = lexicon.words
    steps = [words(f"mine.appeal_{name}") for name in ("when", "who", "whom", "bring", "then")]
    return tag(
        "section",
        tag("h2", words("mine.appeal")),
        tag("ol", [tag("li", step) for step in steps], class_="mj-well"),
        class_="mj-section",
    )


def form(one: Cost | None, who: str, until: date | None, lexicon: Lexicon, severities: Severities) -> str:
    """The text of an appeal, filled with what is known of the chosen line, to be copied or printed."""
    words = lexicon.words
    line = one.line if one else None
    return words(
        "mine.form",
        who=who,
        case=line.subject if line else words("mine.form_blank"),
        item=lexicon.full("item", line.item) if line else words("mine.form_blank"),
        what=what(line, lexicon, severities) if line else words("mine.form_blank"),
        finding=line.ref if line and line.about == "card" else words("mine.form_blank"),
        day=words.local(line.at).date().isoformat() if line else words("mine.form_blank"),
        until=until.isoformat() if until else words("mine.form_blank"),
    )


def _points(value: float) -> str:
    return f"{value:.2f}" if value < 0.095 else f"{value:.1f}"


def _case(one: Behind, words: Words) -> Html:
    if one.subject.startswith(PRESENCE):
        window, _, day = one.subject.removeprefix(PRESENCE).rpartition(":")
        return tag("a", day, href=address("hall", words, window=window, day=day), target="_self")
    if one.subject.startswith(FINDING):
        return tag("span", "—")
    return tag("a", one.subject, href=address("case", words, case=one.subject), target="_self")


def _finding(one: Behind, words: Words) -> tuple[Html | str, ...]:
    if one.about not in ("card", "confirmed"):
        return ()
    return " ", tag("a", words("mine.finding"), href=address("finding", words, id=one.ref), target="_self")


def _appeal(until: date | None, today: date, words: Words) -> Html:
    if until is None:
        return tag("span", words("mine.appeal_unknown"), class_="sub")
    if until < today:
        return tag("span", words("mine.appeal_over", day=until), class_="sub")
    return tag("b", words("mine.appeal_until", day=until), class_="good")
