"""One score taken apart: its figure, its indicators, how it comes about in words with its numbers. Draws HTML."""

from collections.abc import Sequence
from math import isnan

from dashboards.components.markup import Html, facts, table, tag
from dashboards.components.standing import address, doubtful, points
from dashboards.lexicon import Lexicon
from dashboards.scores.view import value_of
from dashboards.words import Words, number, severity_name
from mingjing.charts.look import LOOK
from mingjing.scores import Behind
from mingjing.scoring.results import Score, ScoreSheet, Value
from mingjing.scoring.scheme import Indicator, Scheme
from mingjing.settings import Severities

PACES = ("pace", "legal_pace")
COUNTED = ("presence", "parallel")
FINDING, PRESENCE = "finding:", "presence:"


def head(one: Score, sheet: ScoreSheet, scheme: Scheme, lexicon: Lexicon) -> Html:
    """The total with interval, tier, and what it rests on."""
    words = lexicon.words
    tiers = max((other.tier or 0 for other in sheet.scores), default=0)
    place = words("scoring.tier_of", n=one.tier, all=tiers) if one.tier else words(f"scoring.state_{one.state}")
    between = "—" if one.lo is None else f"{points(one.lo)} – {points(one.hi)}"
    edition = words("onescore.edition_live")
    if sheet.revision:
        edition = words("onescore.edition_frozen", n=sheet.revision, day=sheet.frozen_on)
    pairs = [
        (words("onescore.interval"), between),
        (words("onescore.tier"), place),
        (words("onescore.cases"), number(round(one.cases))),
        (words("onescore.weighted"), f"{one.weighted:,.1f}"),
        (words("onescore.scheme"), f"{words.pick(scheme.name)} ({sheet.scheme} {sheet.scheme_version})"),
        (words("onescore.edition"), edition),
    ]
    if one.bonus:
        pairs.append((words("onescore.bonus"), f"{one.bonus:+.1f}"))
    figure = tag("div", tag("span", words("onescore.score")), tag("b", points(one.score)), class_="figure")
    colour = f"--tier:{LOOK.tier(one.tier, tiers)}" if one.tier else None
    told = doubtful(one, lexicon)
    mark = tag("p", "⚠ ", told, class_="sub") if told else None
    return tag("section", figure, facts(pairs, class_="mj-facts"), mark, class_="mj-score", style=colour)


def why_none(one: Score, scheme: Scheme, lexicon: Lexicon) -> Html | None:
    """Why there is no place, or no score."""
    if one.state == "ranked":
        return None
    words = lexicon.words
    told = words(f"scoring.why_{one.state}", minimum=number(scheme.minimum))
    causes = words("scoring.and").join(lexicon.cause(cause) for cause in one.doubts)
    more = words("scoring.doubt", causes=causes) if one.state == "doubt" else ""
    return tag("p", tag("b", words(f"scoring.state_{one.state}")), " ", told, " ", more, class_="mj-verdict plain")


def indicators(one: Score, scheme: Scheme, lexicon: Lexicon, query: dict[str, str]) -> Html:
    """The indicators by heading, each leading to its lines. `query`: the address of this score."""
    words = lexicon.words
    rows: list[Html] = []
    for code, heading in scheme.headings.items():
        held = [indicator for indicator in scheme.indicators if indicator.heading == code]
        known = [value for indicator in held if (value := value_of(one, indicator.id))]
        if len(held) == 1:
            rows.append(_indicator(held[0], value_of(one, held[0].id), words, query))
            continue
        total = f"{sum(value.points for value in known):.1f} / {sum(value.weight for value in known):.1f}"
        cells = [
            tag("td", words.pick(heading)),
            tag("td", total if known else "—", class_="nowrap"),
            tag("td", colspan="4"),
        ]
        rows.append(tag("tr", *cells, class_="heading"))
        rows += [_indicator(indicator, value_of(one, indicator.id), words, query) for indicator in held]
    heads = [words(f"onescore.{name}") for name in ("indicator", "points", "value", "expected", "raw", "lines")]
    return table(heads, rows, class_="mj-table mj-indicators")


def _indicator(one: Indicator, value: Value | None, words: Words, query: dict[str, str]) -> Html:
    if value is None:
        gone = tag("td", words("scoring.unknown"), colspan="5", class_="sub")
        return tag("tr", tag("td", words.pick(one.name)), gone)
    between = tag("span", f" {value.lo:.1f}–{value.hi:.1f}", class_="sub")
    fair = tag("span", f" {form(one, value.value_lo)} – {form(one, value.value_hi)}", class_="sub")
    link = address("score", words, **query, ind=one.id)
    return tag(
        "tr",
        tag("td", words.pick(one.name)),
        tag("td", f"{value.points:.1f} / {value.weight:.1f}", between, class_="nowrap"),
        tag("td", form(one, value.value), fair if one.kind != "deduct" else None),
        tag("td", form(one, value.expected) if one.kind != "deduct" else "—"),
        tag("td", raw(one, value, words)),
        tag("td", tag("a", words("onescore.lines_bad"), href=f"{link}#behind", target="_self"), class_="nowrap"),
    )


def form(one: Indicator, value: float | None) -> str:
    """A figure in an indicator's own unit."""
    if value is None or isnan(value):
        return "—"
    if one.kind in ("rate", "speed"):
        return f"{100 * value:.2f}\u00a0%" if one.kind == "rate" else f"{100 * value:.1f}\u00a0%"
    return f"{value:.2f}" if one.kind == "cards" else f"{value:g}"


def _apart(one: Indicator, value: float | None, base: float | None) -> str:
    """A difference of two figures as `form` shows them, so that what is read adds up."""
    if value is None or base is None:
        return "—"
    scale, digits, unit = {"rate": (100, 2, "\u00a0%"), "speed": (100, 1, "\u00a0%")}.get(one.kind, (1, 2, ""))
    return f"{round(scale * value, digits) - round(scale * base, digits):+.{digits}f}{unit}"


def raw(one: Indicator, value: Value, words: Words) -> str:
    """The plain numbers: what was counted, without anything fair about it."""
    if value.n <= 0 and one.kind != "deduct":
        return "—"
    good, n = number(round(value.good, 2)), number(round(value.n, 1))
    told = form(one, value.raw)
    return words(f"onescore.raw_{one.kind}", good=good, n=n, raw=told, off=f"{value.value or 0:g}")


def how(one: Score, scheme: Scheme, lexicon: Lexicon) -> Html:
    """How the score comes about: each formula with its numbers filled in, so that it can be checked by hand."""
    words = lexicon.words
    lines: list[Html] = []
    parts: list[str] = []
    for indicator in scheme.indicators:
        value = value_of(one, indicator.id)
        if value is None:
            continue
        parts.append(f"{value.points:.2f}")
        lines.append(
            tag(
                "li",
                tag("b", words.pick(indicator.name)),
                "　" if words.language == "zh" else ": ",
                formula(indicator, value, words),
            )
        )
    if one.bonus:
        parts.append(words("onescore.how_bonus", points=f"{one.bonus:.2f}"))
    names = [words.pick(indicator.name) for indicator in scheme.indicators if indicator.id in one.without]
    without = tag("p", words("onescore.how_without", names=words("scoring.and").join(names))) if names else None
    total = None
    if one.score is not None:
        total = tag("p", tag("b", words("onescore.how_sum", parts=" + ".join(parts), total=f"{one.score:.2f}")))
    return tag(
        "div", tag("p", words("onescore.how_note"), class_="sub"), tag("ol", *lines, class_="mj-how"), without, total
    )


def formula(one: Indicator, value: Value, words: Words) -> str:
    """An indicator's formula with the numbers of one subject in it."""
    fair = value.value or 0.0
    by_hand = {
        "rate": lambda: (fair - one.floor) / (one.target - one.floor),
        "speed": lambda: (fair - one.floor) / (one.target - one.floor),
        "cards": lambda: 1 - fair / one.zero_at,
        "deduct": lambda: 1 - fair / value.weight,
    }[one.kind]()
    weight = f"{value.weight:.2f}"
    if abs(value.weight - one.weight) >= 0.005:
        weight += words("onescore.weight_moved", plain=f"{one.weight:g}", weight=f"{value.weight:.2f}")
    percent = one.kind in ("rate", "speed")
    return words(
        f"onescore.how_{'rate' if percent else one.kind}",
        raw=raw(one, value, words),
        expected=form(one, value.expected),
        usual=form(one, value.usual),
        apart=_apart(one, value.raw, value.expected),
        kept=_apart(one, value.value, value.usual),
        own="—" if value.own is None else f"{100 * value.own:.0f}\u00a0%",
        value=form(one, value.value),
        lo=form(one, value.value_lo),
        hi=form(one, value.value_hi),
        weight=weight,
        full=f"{value.weight:.2f}",
        floor=f"{100 * one.floor:g} %",
        target=f"{100 * one.target:g} %",
        zero=f"{one.zero_at:g}",
        off=f"{fair:g}",
        hand=f"{value.weight * by_hand:.2f}",
        points=f"{value.points:.2f}",
    )


def behind(lines: Sequence[Behind], lexicon: Lexicon, severities: Severities) -> Html:
    """The lines behind an indicator, each with the way to its case or finding."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", _subject(one, words)),
            tag("td", what(one, lexicon, severities), *_finding(one, words)),
            tag("td", words.minute(one.at), class_="nowrap"),
            tag("td", lexicon.name("item", one.item)),
            tag(
                "td", lexicon.name("window", one.window), tag("div", lexicon.name("officer", one.officer), class_="sub")
            ),
        )
        for one in lines
    ]
    heads = [words(f"onescore.{name}") for name in ("case", "what", "when", "item", "who")]
    return table(heads, rows, class_="mj-table mj-behind")


def what(one: Behind, lexicon: Lexicon, severities: Severities) -> str:
    """What a line says, in words."""
    words = lexicon.words
    about = words.name("about", one.about)
    if one.about == "card":
        cause, _, severity = one.word.rpartition(":")
        named = severity_name(int(severity), words, severities) if severity in "123" else severity
        return words("onescore.what_card", rule=lexicon.cause(cause), severity=named)
    if one.about in PACES:
        limit, used = divmod(one.key, 1000)
        return f"{about} · {words('onescore.what_pace', limit=limit, used=used)}"
    if one.about == "rating":
        return words("onescore.what_stars", stars=one.key)
    if one.about in COUNTED:
        return f"{about} · {words('onescore.what_share', good=number(one.good), n=number(one.n))}"
    if one.about in ("complaint", "confirmed", "unjudged", "opened"):
        return about
    return f"{about} · {words('onescore.what_good' if one.good >= one.n else 'onescore.what_bad')}"


def _subject(one: Behind, words: Words) -> Html | str:
    if one.subject.startswith(PRESENCE):
        window, _, day = one.subject.removeprefix(PRESENCE).rpartition(":")
        return tag("a", f"{window} {day}", href=address("hall", words, window=window, day=day), target="_self")
    if one.subject.startswith(FINDING):
        link = address("finding", words, id=one.subject.removeprefix(FINDING))
        return tag("a", words("onescore.finding"), href=link, target="_self")
    finding = one.ref if one.about == "card" else ""
    return tag(
        "a", one.subject, href=address("case", words, case=one.subject, finding=finding), target="_self", class_="mono"
    )


def _finding(one: Behind, words: Words) -> tuple[Html | str, ...]:
    if one.about not in ("card", "confirmed") or one.subject.startswith(FINDING):
        return ()
    return " ", tag("a", words("onescore.finding"), href=address("finding", words, id=one.ref), target="_self")
