"""Facts become a brief in one language. Pure."""

from collections.abc import Callable

from mingjing import reasons
from mingjing.charts.brief import over_time
from mingjing.reports import risks, standings
from mingjing.reports.facts import Facts, Totals
from mingjing.reports.headline import Measured, headline, interval
from mingjing.reports.model import Brief, Cell, CellKind, Picture, Section, Table, Tone
from mingjing.reports.voice import Voice
from mingjing.scoring.results import Score

TONES: dict[str, Tone] = {"better": "good", "worse": "bad", "same": "quiet", "none": "quiet"}
CHANGES: dict[str, CellKind] = {"share": "gap", "per_1000": "change", "count": "growth"}
VALUES: dict[str, CellKind] = {"share": "share", "per_1000": "rate", "count": "count"}

STATES: dict[str, Callable[[Score], bool]] = {
    "doubt": lambda one: one.state == "doubt",
    "doubtful": lambda one: bool(one.doubts) and one.state != "doubt",
    "small": lambda one: one.state == "small",
}
"""Whom a point names of its own."""


def compose(facts: Facts, voice: Voice) -> Brief:
    """The whole brief."""
    parts: list[Section | None] = [
        _numbers(facts, voice),
        *(standings.ranking(one, voice, parted=bool(facts.order.scope.regions)) for one in facts.ranked),
        standings.revised(facts, voice),
        standings.moves(facts, voice),
        risks.risks(facts, voice),
        standings.unranked(facts, voice),
        risks.load(facts, voice),
        risks.reform(facts, voice),
        _method(facts, voice),
    ]
    if facts.now.empty:
        parts = [Section(title=voice("numbers.title"), paragraphs=(voice("numbers.none"),)), _method(facts, voice)]
    annexes = [] if facts.now.empty else [*(standings.annex(one, voice) for one in facts.ranked), _past(facts, voice)]
    return Brief(
        language=voice.language,
        title=voice("title"),
        subtitle=f"{voice.period(facts.order.period)}  {scope_told(facts, voice)}",
        about=_about(facts, voice),
        points_title=voice("points.title"),
        points=_points(facts, voice),
        sections=(*_numbered([one for one in parts if one], voice), *(one for one in annexes if one)),
        foot=voice("foot", period=voice.period(facts.order.period), version=_version(facts, voice)),
        author=voice("author"),
    )


def scope_told(facts: Facts, voice: Voice) -> str:
    """Whom the brief is about, in words."""
    scope = facts.order.scope
    fields = {"region": scope.regions, "department": scope.departments, "window": scope.windows, "item": scope.items}
    told = [voice.many([voice.name(field, code) for code in codes]) for field, codes in fields.items() if codes]
    return voice("list.comma").join(told) or voice("scope.all")


def revision_told(facts: Facts, voice: Voice) -> str:
    """Which revision the scores are, with its day and reason."""
    sheet = max((one.now for one in facts.ranked), key=lambda one: one.revision)
    told = _version(facts, voice)
    reason = reasons.told(sheet.reason, voice.language)
    return voice("revision.reason", told=told, reason=reason) if reason else told


def _version(facts: Facts, voice: Voice) -> str:
    sheet = max((one.now for one in facts.ranked), key=lambda one: one.revision)
    if not sheet.revision:
        return voice("revision.live")
    return voice("revision.frozen", n=sheet.revision, day=sheet.frozen_on or "")


def _numbered(sections: list[Section], voice: Voice) -> list[Section]:
    named = []
    for n, one in enumerate(sections, start=1):
        title = voice("section", n=voice(f"numeral.{n}"), title=one.title)
        named.append(Section(**{name: getattr(one, name) for name in Section.__struct_fields__} | {"title": title}))
    return named


def _about(facts: Facts, voice: Voice) -> tuple[tuple[str, str], ...]:
    scheme = facts.scheme
    return (
        (voice("about.scheme"), f"{voice.pick(scheme.name)} {scheme.version}"),
        (voice("about.revision"), revision_told(facts, voice)),
        (voice("about.data_until"), f"{facts.data_until}"),
        (voice("about.made_at"), voice.moment(facts.made_at)),
    )


def _points(facts: Facts, voice: Voice) -> tuple[str, ...]:
    """What a leader with half a minute reads."""
    if facts.now.empty:
        return (voice("numbers.none"),)
    found = {one.id: one for one in headline(facts.now, facts.before)}
    told = [_on_time(found, voice)]
    told += [standings.told_difference(one.now, voice) for one in facts.ranked if one.level != "officer"]
    causes = facts.now.by_cause()
    if causes:
        cause, n = next(iter(causes.items()))
        where = facts.focus.get(cause)
        level = "window" if len(facts.order.scope.departments) == 1 else "department"
        told.append(
            voice(
                "points.cards",
                n=f"{facts.now.carded:,}",
                change=voice(f"verdict.{found['cards'].verdict}"),
                cause=voice.cause(cause),
                of=f"{n:,}",
                where=voice("points.where", name=voice.name(level, where[0]), n=where[1]) if where else "",
            )
        )
    else:
        told.append(voice("risks.no_cards"))
    if facts.open_cards:
        days = (facts.made_at - facts.open_cards[0].occurred_at).days
        told.append(voice("points.open", n=facts.open_all, days=days, rule=voice.rule(facts.open_cards[0].rule)))
    told += _states(facts, voice)
    if facts.data_until < facts.order.period.until and facts.order.period.until > facts.made_at.date():
        told.append(voice("points.unfinished", day=facts.data_until))
    return tuple(told)


def _on_time(found: dict[str, Measured], voice: Voice) -> str:
    one, closed = found["on_time"], found["closed"]
    if one.value is None:
        return voice("points.no_limits", closed=f"{closed.value:,.0f}")
    return voice(
        "points.on_time",
        closed=f"{closed.value:,.0f}",
        rate=Cell(one.value, "share").shown,
        lo=Cell(one.lo, "share").shown,
        hi=Cell(one.hi, "share").shown,
        n=f"{one.n:,.0f}",
        change=voice(f"verdict.{one.verdict}"),
        early=Cell(found["early"].value, "share").shown,
    )


def _states(facts: Facts, voice: Voice) -> list[str]:
    told = []
    for state, is_it in STATES.items():
        names = [
            voice.name(one.level, score.code)
            for one in facts.ranked
            for score in one.now.scores
            if is_it(score) and one.level != "officer"
        ]
        if names:
            told.append(voice(f"points.{state}", n=len(names), those=voice.many(names, 4)))
    return told


def _numbers(facts: Facts, voice: Voice) -> Section:
    """The headline numbers, and how the rates went over time."""
    rows = []
    for one in headline(facts.now, facts.before):
        kind = VALUES[one.kind]
        rows.append(
            (
                Cell(voice(f"measure.{one.id}")),
                Cell(one.value, kind),
                Cell(one.lo, kind),
                Cell(one.hi, kind),
                Cell(one.n if one.kind != "count" else None, "count"),
                Cell(one.before, kind),
                Cell(one.change, CHANGES[one.kind]),
                Cell(voice(f"verdict.{one.verdict}") if one.lo is not None else None, "text", TONES[one.verdict]),
            )
        )
    heads = tuple(voice("numbers.heads").split("|"))
    table = Table(id="headline", title="", heads=heads, rows=tuple(rows), wide=(0,), note=voice("numbers.note"))
    told = (voice("numbers.unjudged", n=f"{facts.now['unjudged']:,.0f}"),) if facts.now["unjudged"] else ()
    return Section(title=voice("numbers.title"), tables=(table,), pictures=_trend(facts, voice), closing=told)


def _trend(facts: Facts, voice: Voice) -> tuple[Picture, ...]:
    rows = []
    for what, good, n in (("on_time", "committed_good", "committed_n"), ("early", "early_good", "early_n")):
        for one in facts.past:
            if one[n]:
                (lo, hi), rate, label = interval(one[good], one[n]), one[good] / one[n], voice(f"measure.{what}")
                rows.append({"period": _short(one), "what": label, "rate": rate, "lo": lo, "hi": hi})
    if len({row["period"] for row in rows}) < 2:
        return ()
    spec = over_time(rows, name=voice("trend.rate"))
    return (Picture(title=voice("trend.title"), spec=spec, alt=voice("trend.alt")),)  # fmt: skip


def _short(one: Totals) -> str:
    return one.period.code.partition("..")[0].removeprefix("20")


def _past(facts: Facts, voice: Voice) -> Section | None:
    """The numbers of the periods before, as a table."""
    known = [one for one in facts.past if not one.empty]
    if len(known) < 2:
        return None

    def rate(one: Totals, good: str, n: str) -> Cell:
        return Cell(one[good] / one[n] if one[n] else None, "share")

    rows = tuple(
        (
            Cell(voice.period(one.period)),
            Cell(one["opened"], "count"),
            Cell(one["closed"], "count"),
            rate(one, "committed_good", "committed_n"),
            rate(one, "early_good", "early_n"),
            rate(one, "rating_good", "rating_n"),
            Cell(one.carded, "count"),
            Cell(one["complaint_n"], "count"),
        )
        for one in known
    )
    heads = tuple(voice("past.heads").split("|"))
    table = Table(id="past", title="", heads=heads, rows=rows, series=(0, 3, 4), series_kind="line")
    return Section(title=voice("past.title"), tables=(table,), annex=True)


def _method(facts: Facts, voice: Voice) -> Section:
    """How the scores are made, and how to appeal."""
    scheme = facts.scheme
    weights = voice("list.comma").join(
        f"{voice.pick(one.name)} {one.weight:g}" for one in scheme.indicators if one.weight
    )
    told = voice(
        "method.text",
        scheme=f"{voice.pick(scheme.name)} {scheme.version}",
        since=scheme.since,
        weights=weights,
        minimum=f"{scheme.minimum:g}",
        revision=revision_told(facts, voice),
        made_at=voice.moment(facts.made_at),
        data_until=facts.data_until,
    )
    appeal = voice("method.appeal", days=scheme.freeze_after)
    return Section(title=voice("method.title"), paragraphs=(told, appeal))
