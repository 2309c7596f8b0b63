"""Sections about scores: rankings, what moved, and who is not ranked. Pure."""

from collections.abc import Sequence

from mingjing.charts.score import Change, waterfall
from mingjing.reasons import told
from mingjing.reports.facts import Facts, Ranked
from mingjing.reports.model import Cell, Picture, Section, Table
from mingjing.reports.voice import Voice
from mingjing.scoring.details import Delta
from mingjing.scoring.results import Score, ScoreSheet

WHOLE = 24
"""Rankings up to this length are shown whole; of longer ones the ends, and the whole in an annex."""
ENDS = 10
MOVES = 6
LEAST = 0.05
"""Points that show as 0.1."""


def ranking(one: Ranked, voice: Voice, *, parted: bool = False) -> Section:
    """One level's ranking with its intervals drawn. `parted`: the brief is about regions, which divide subjects."""
    rows = ranked(one.now)
    heads = _heads(one.level, voice)
    title = voice("ranking.title", level=voice(f"level.{one.level}"))
    told: tuple[str, ...] = (told_difference(one.now, voice),)
    if len(rows) <= WHOLE:
        tables: tuple[Table, ...] = (_table(f"rank_{one.level}", "", heads, rows, one.level, voice),) if rows else ()
    else:
        many = len(rows) - 2 * ENDS
        first, last = voice("ranking.first", n=ENDS), voice("ranking.last", n=ENDS)
        tables = (
            _table(f"top_{one.level}", first, heads, rows[:ENDS], one.level, voice),
            _table(f"end_{one.level}", last, heads, rows[-ENDS:], one.level, voice),
        )
        told = (*told, voice("ranking.between", n=many))
    closing = [voice("ranking.read")] if rows else []
    if rows and parted and one.level != "region":
        closing.append(voice("ranking.whole"))
    return Section(title=title, paragraphs=told, tables=tables, closing=tuple(closing))


def annex(one: Ranked, voice: Voice) -> Section | None:
    """The whole of a ranking too long for its section."""
    rows = ranked(one.now)
    if len(rows) <= WHOLE:
        return None
    title = voice("ranking.annex", level=voice(f"level.{one.level}"), n=len(rows))
    table = _table(f"rank_{one.level}", "", _heads(one.level, voice), rows, one.level, voice)
    return Section(title=title, tables=(table,), annex=True)


def ranked(sheet: ScoreSheet) -> list[Score]:
    """Those with a place, best first."""
    return [one for one in sheet.scores if one.state == "ranked" and one.score is not None]


def told_difference(sheet: ScoreSheet, voice: Voice) -> str:
    """What truly differs between the subjects of a sheet, or plainly that nothing does."""
    rows, level = ranked(sheet), voice(f"level.{sheet.level}")
    if not rows:
        return voice("differs.none_ranked", level=level)
    if len(rows) == 1:
        return voice("differs.one", level=level, name=voice.name(sheet.level, rows[0].code))
    tiers = sorted({one.tier for one in rows if one.tier is not None})
    if len(tiers) < 2:
        return voice("differs.nothing", level=level, n=len(rows))

    def of(tier: int) -> str:
        return voice.many([voice.name(sheet.level, one.code) for one in rows if one.tier == tier])

    return voice(
        "differs.tiers", level=level, n=len(rows), tiers=len(tiers), best=of(tiers[0]), last=of(tiers[-1])
    )  # fmt: skip


def revised(facts: Facts, voice: Voice) -> Section | None:
    """Whose scores the last revision changed, and from what; None for a first edition."""
    changed = [one for one in facts.ranked if one.now.revision > 1]
    if not changed:
        return None
    said, tables = [], []
    for one in changed:
        seen = [delta for delta in one.revised if delta.seen]
        level = voice(f"level.{one.level}")
        counts = {"n": len(seen), "rest": len(one.revised) - len(seen)}
        reason = told(one.now.reason, voice.language) or voice("revised.no_reason")
        said.append(voice("revised.told", level=level, revision=one.now.revision, reason=reason, **counts))
        if seen:
            heads = (level, *voice("revised.heads").split("|"))
            rows = tuple(_revised(delta, one.level, voice) for delta in seen[:WHOLE])
            note = voice("revised.more", n=len(seen) - WHOLE) if len(seen) > WHOLE else ""
            tables.append(Table(id=f"revised_{one.level}", title=level, heads=heads, rows=rows, note=note))
    return Section(title=voice("revised.title"), paragraphs=tuple(said), tables=tuple(tables))


def _revised(one: Delta, level: str, voice: Voice) -> tuple[Cell, ...]:
    was, now = (each.score if each else None for each in (one.before, one.now))
    return (
        Cell(voice.name(level, one.code)),
        Cell(was, "points"),
        Cell(now, "points"),
        Cell(None if was is None or now is None else now - was, "change"),
        *(Cell(_tier(each, voice)) for each in (one.before, one.now)),
    )


def _tier(one: Score | None, voice: Voice) -> str:
    if one is None:
        return ""
    return f"{one.tier}" if one.tier else voice(f"state.{one.state}")


def moves(facts: Facts, voice: Voice) -> Section:
    """The largest changes of scores, and which indicators made them."""
    by_level = {one.level: sorted(_both(one), key=_by_size) for one in facts.ranked}
    moved = {level: [pair for pair in both[:MOVES] if abs(_gain(*pair)) >= LEAST] for level, both in by_level.items()}
    tables = [
        Table(
            id=f"moves_{level}",
            title=voice(f"level.{level}"),
            heads=(voice(f"level.{level}"), *voice("moves.heads").split("|")),
            rows=tuple(_move(was, now, level, facts, voice) for was, now in both),
            wide=(0, 5),
        )
        for level, both in moved.items()
        if both
    ]
    real = sum(_apart(*pair) for both in by_level.values() for pair in both)
    told = (
        voice("moves.real", n=real)
        if real
        else voice("moves.nothing" if any(by_level.values()) else "moves.incomparable")
    )
    pictures: tuple[Picture, ...] = ()
    if real:
        firsts = [(both[0], level) for level, both in by_level.items() if both]
        (was, now), level = min(firsts, key=lambda pair: _by_size(pair[0]))
        pictures = (_fall(was, now, level, facts, voice),)
    return Section(title=voice("moves.title"), paragraphs=(told,), tables=tuple(tables), pictures=pictures)


def _fall(was: Score, now: Score, level: str, facts: Facts, voice: Voice) -> Picture:
    """The largest move, step by step."""
    shifts = [one for one in _shifts(was, now) if abs(one[0]) >= LEAST]
    changes = [Change(voice.indicator(facts.scheme, code), shift) for shift, code in shifts]
    rest = _gain(was, now) - sum(one.points for one in changes)
    if abs(rest) >= LEAST:
        changes.append(Change(voice("moves.rest"), rest))
    labels = {"before": voice("moves.before"), "now": voice("moves.after"), "points": voice("moves.points")}
    title = voice("moves.chart", name=voice.name(level, now.code))
    spec = waterfall(was.score or 0.0, changes, now.score or 0.0, labels)
    alt = voice("list.comma").join(f"{one.name} {one.points:+.1f}" for one in changes)
    return Picture(title=title, spec=spec, alt=f"{title}: {alt}")


def unranked(facts: Facts, voice: Voice) -> Section | None:
    """Scores withheld because the data are in doubt, and those with too few cases."""
    tables = []
    for state in ("doubt", "small"):
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                Cell(voice.name(one.level, score.code)),
                Cell(voice(f"level.{one.level}")),
                Cell(score.cases, "count"),
                Cell(voice.many([voice.word(word) for word in score.doubts])),
            )
            for one in facts.ranked
            for score in one.now.scores
            if score.state == state
        )
        heads = tuple(voice("unranked.heads").split("|"))
        if state == "small":
            rows, heads = tuple(row[:3] for row in rows), heads[:3]
        if rows:
            note = voice(f"unranked.{state}_note", least=f"{facts.scheme.minimum:g}")
            title = voice(f"unranked.{state}", n=len(rows))
            tables.append(Table(id=state, title=title, heads=heads, rows=rows, note=note))
    return Section(title=voice("unranked.title"), tables=tuple(tables)) if tables else None


def _heads(level: str, voice: Voice) -> tuple[str, ...]:
    return (voice(f"level.{level}"), *voice("ranking.heads").split("|"))


def _table(name: str, title: str, heads: tuple[str, ...], rows: Sequence[Score], level: str, voice: Voice) -> Table:
    return Table(
        id=name,
        title=title,
        heads=heads,
        rows=tuple(
            (
                Cell(voice.name(level, one.code)),
                Cell(one.tier, "count"),
                Cell(one.score, "points"),
                Cell(one.lo, "points"),
                Cell(one.hi, "points"),
                Cell(one.cases, "count"),
            )
            for one in rows
        ),
        bar=(3, 2, 4),
        bar_head=voice("ranking.bar"),
        series=(0, 2, 3, 4),
    )  # fmt: skip


def _both(one: Ranked) -> list[tuple[Score, Score]]:
    before = {score.code: score for score in ranked(one.before)}
    return [(before[score.code], score) for score in ranked(one.now) if score.code in before]


def _gain(was: Score, now: Score) -> float:
    return (now.score or 0.0) - (was.score or 0.0)


def _apart(was: Score, now: Score) -> bool:
    """Whether two scores differ by more than both intervals allow."""
    if was.lo is None or was.hi is None or now.lo is None or now.hi is None:
        return False
    return now.lo > was.hi or now.hi < was.lo


def _move(was: Score, now: Score, level: str, facts: Facts, voice: Voice) -> tuple[Cell, ...]:
    gain, real = _gain(was, now), _apart(was, now)
    return (
        Cell(voice.name(level, now.code)),
        Cell(was.score, "points"),
        Cell(now.score, "points"),
        Cell(gain, "change", ("good" if gain > 0 else "bad") if real else "quiet"),
        Cell(voice("moves.beyond" if real else "moves.within"), tone="" if real else "quiet"),
        Cell(_why(was, now, gain, facts, voice)),
    )


def _by_size(pair: tuple[Score, Score]) -> tuple[bool, float, str]:
    """Moves beyond chance first, the largest first."""
    return not _apart(*pair), -abs(_gain(*pair)), pair[1].code


def _shifts(was: Score, now: Score) -> list[tuple[float, str]]:
    """By how many points each indicator moved, the largest first."""
    before = {value.indicator: value.points for value in was.values}
    shifts = [(value.points - before.get(value.indicator, 0.0), value.indicator) for value in now.values]
    return sorted(shifts, key=lambda one: -abs(one[0]))


def _why(was: Score, now: Score, gain: float, facts: Facts, voice: Voice) -> str:
    """The two indicators that moved most in the score's own direction, in points."""
    mine = [one for one in _shifts(was, now) if one[0] * gain > 0 and abs(one[0]) >= LEAST]
    told = [f"{voice.indicator(facts.scheme, code)} {Cell(shift, 'change').shown}" for shift, code in mine[:2]]
    return voice("list.comma").join(told)
