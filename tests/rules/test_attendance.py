"""Absences from a window are counted as anybody would with a clock in hand: second by second."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.errors import BookError
from mingjing.instants import SECOND, micros
from mingjing.types import CaseEvent, Finding
from rules.engine import Engine
from rules.staging import registers_of
from tests.rules.histories import BOOK, CATALOGUE
from tests.rules.judging import at, book, event, judge, one, reasons, said

RULE = """
kind = "attendance"
lost = ["presence_lost"]
back = ["presence_regained"]
since = "data.seen_at"
hidden = "data.hidden"
limit = "15 minutes"
excuse = [
    { from = "leave_started", to = "leave_ended", why = "data.ground" },
    { from = "presence_unknown", to = ["presence_regained", "presence_lost"] },
    { from = "shift_ended", to = "shift_started", cap = "10 minutes" },
]
handover = "5 minutes"
"""
S1 = RULE + 'ladder = [{ at = "due", severity = 1 }, { at = "due + 30 minutes", severity = 2 }]\n'
OPENING, CLOSING = (RULE + f'edge = "{edge}"\nseverity = 1\n' for edge in ("opening", "closing"))
DAY = "2018-10-15T"  # a Monday
MIDNIGHT = at(f"{DAY}00:00")
FIRST, LAST = 30_000, 64_000
"""Seconds of the day between which everything happens."""
WINDOWS: tuple[dict[str, str], ...] = (
    {},
    {"code": "A12", "hours": "09:00-12:00 12:30-16:00", "shifts": "10:30"},
    {"code": "A12", "shifts": "11:00 14:00"},
)
EXCUSES = (("leave_started", "leave_ended", 0), ("presence_unknown", "presence_regained presence_lost", 0),
           ("shift_ended", "shift_started", 600))  # fmt: skip


def lost(when: str, seen: str | None = None, **data: Any) -> CaseEvent:
    """Nobody is there any more, since `seen` of the day."""
    return event(
        "presence_lost", DAY + when, window="A12", **({"seen_at": f"{DAY}{seen}+08:00"} if seen else {}), **data
    )


def back(when: str) -> CaseEvent:
    return event("presence_regained", DAY + when, window="A12")


def engine(text: str, window: Mapping[str, Any]) -> Engine:
    made = book(text)
    return Engine(made, CATALOGUE, "Asia/Shanghai", registers_of({"windows": [window] if window else []}))


# --- by hand -----------------------------------------------------------------------------------------------------


def clock(minutes: str) -> int:
    hours, rest = minutes.split(":")
    return int(hours) * 3600 + int(rest) * 60


def second(event: CaseEvent) -> int:
    return (micros(event.occurred_at) - MIDNIGHT) // SECOND


def seen(event: CaseEvent) -> int:
    return (micros(datetime.fromisoformat(event.data["seen_at"])) - MIDNIGHT) // SECOND


def excused(events: Sequence[CaseEvent], window: Mapping[str, Any]) -> set[int]:
    """Every second of the day that is excused, by walking through it."""
    happens: dict[int, list[str]] = {}
    for each in events:
        happens.setdefault(second(each), []).append(each.type)
    found: set[int] = set()
    for opens, closes, cap in EXCUSES:
        opened: int | None = None
        for now in range(FIRST, LAST):
            if now in happens:
                opening = opens in happens[now]
                closing = any(name in closes.split() for name in happens[now])
                if opened is None:
                    opened = now if opening and not closing else None
                elif closing:
                    opened = now if opening else None
            if opened is not None and (not cap or now < opened + cap):
                found.add(now)
    for change in window.get("shifts", "").split():
        found |= set(range(clock(change) - 300, clock(change) + 300))
    return found


def absences(events: Sequence[CaseEvent]) -> Iterator[tuple[CaseEvent, int, CaseEvent | None]]:
    """Each loss, the second from which it counts, and what ended it."""
    until = -1
    returns = [each for each in events if each.type == "presence_regained"]
    for loss in (each for each in events if each.type == "presence_lost"):
        if second(loss) >= until:
            ended = next((each for each in returns if second(each) >= second(loss)), None)
            until = 86_400 if ended is None else second(ended)
            earlier = [second(each) for each in returns if second(each) < second(loss)]
            yield loss, max([min(seen(loss), second(loss)), *earlier]), ended


def hidden(event: CaseEvent) -> set[int]:
    spans = [[(micros(datetime.fromisoformat(end)) - MIDNIGHT) // SECOND for end in ends]
             for ends in event.data.get("hidden", [])]  # fmt: skip
    return {now for first, last in spans for now in range(first, min(last, second(event)))}


def by_hand(
    events: Sequence[CaseEvent], window: Mapping[str, Any], free: set[int], as_of: int, edge: str
) -> list[tuple[str, int, int]]:
    """The findings as (event, severity, second): count the seconds, and stop when there are too many."""
    hours = [tuple(map(clock, span.split("-"))) for span in window.get("hours", "09:00-12:00 13:30-17:00").split()]
    found = []
    for loss, seen_at, ended in absences(events):
        back = 86_400 if ended is None else second(ended)
        since, until = seen_at, hours[-1][1]
        if edge == "opening":
            since = next((opens for opens, _ in hours if seen_at <= opens < back), LAST)
        elif edge == "closing":
            until = next((closes for opens, closes in hours if opens < seen_at < closes < back), 0)
        part = Part(loss, since, until, hours, edge == "closing")
        later = [each for each in events if second(loss) <= second(each) <= back and each not in (loss, ended)]
        news = [each for each in (*later, *([ended] if ended else [])) if "hidden" in each.data]
        reached = []
        for severity, limit in ((1, 900), (2, 2_700))[: 1 if edge else 2]:
            instant = told(part, news, free, limit)
            if instant is not None and instant < min(back, as_of):
                reached.append((loss.event_id, severity, max(instant, second(loss))))
        found += reached[-1:]
    return sorted(found)


class Part(NamedTuple):
    """What is looked at of an absence, in seconds of the day; `closes`: it is known when the window closes."""

    loss: CaseEvent
    since: int
    until: int
    hours: Sequence[tuple[int, ...]]
    closes: bool


def told(part: Part, news: Sequence[CaseEvent], free: set[int], limit: int) -> int | None:
    """The second of the breach: news of what hid the window counts only while it comes before that."""
    known = free | hidden(part.loss)
    for each in news:
        instant = walk(part, known, limit)
        if instant is not None and second(each) <= max(instant, second(part.loss)):
            known = known | hidden(each)
    return walk(part, known, limit)


def walk(part: Part, known: set[int], limit: int) -> int | None:
    """The second in which more than so many are counted."""
    count = 0
    for now in range(part.since, part.until):
        if any(opens <= now < closes for opens, closes in part.hours) and now not in known:
            if count == limit:
                return part.until if part.closes else now
            count += 1
    return None


def stamp(now: int) -> str:
    return f"{datetime.fromtimestamp(MIDNIGHT / SECOND + now, UTC):%FT%TZ}"


def days_events(rng: Random, most: int = 9) -> list[CaseEvent]:
    """What may happen at a window in a day, on half minutes, so that much of it meets."""
    made = []
    for number in range(rng.randint(1, most)):
        kind = rng.choice(("presence_lost", "presence_lost", "presence_regained", "leave_started", "leave_ended",
                           "presence_unknown", "shift_ended", "shift_started"))  # fmt: skip
        now = 30 * rng.randint(1040, 2060) if rng.random() < 0.8 else 300 * rng.randint(104, 206)
        data: dict[str, Any] = {}
        if kind == "presence_lost":
            data["seen_at"] = stamp(now - rng.choice((0, 30, 60, 600, 1800)))
        if kind.startswith("presence_") and kind != "presence_unknown" and rng.random() < 0.4:
            ends = sorted(now + 30 * rng.randint(-60, 4) for _ in range(4))
            data["hidden"] = [[stamp(ends[0]), stamp(ends[1])], [stamp(ends[2]), stamp(ends[3])]]
        made.append(event(kind, stamp(now), event_id=f"e{number}", window="A12", data=data))
    return sorted(made, key=lambda e: (e.occurred_at, e.event_id))


ENGINES = {
    (edge, place): engine(text, window)
    for edge, text in (("", S1), ("opening", OPENING), ("closing", CLOSING))
    for place, window in enumerate(WINDOWS)
}
seeds = st.integers(0, 2**32)
counting = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@counting
@given(seed=seeds)
def test_absences_are_those_that_a_walk_through_every_second_finds(seed: int) -> None:
    """A clerk who is accused takes a watch and counts; the rule must come to the same second."""
    rng = Random(seed)  # noqa: S311  (nothing is kept secret with it)
    events, place = days_events(rng), rng.randrange(len(WINDOWS))
    as_of, free = 30 * rng.randint(1040, 2400), excused(events, WINDOWS[place])
    for edge in ("", "opening", "closing"):
        judged = ENGINES[edge, place].judge(events, MIDNIGHT + as_of * SECOND)
        found = sorted(
            (f.evidence.events[0], f.severity, (micros(f.occurred_at) - MIDNIGHT) // SECOND) for f in judged.findings
        )
        assert found == by_hand(events, WINDOWS[place], free, as_of, edge), edge
        assert not judged.not_judged


def local(finding: Finding) -> int:
    """The second of the day at which it lies."""
    return (micros(finding.occurred_at) - MIDNIGHT) // SECOND


def breach(finding: Finding) -> tuple[Any, ...]:
    """What of a finding never depends on what comes later."""
    assert finding.evidence.clock is not None
    return finding.finding_id, finding.severity, finding.occurred_at, finding.evidence.clock.ledger


@counting
@given(seed=seeds)
def test_within_the_day_time_and_news_rewrite_nothing_that_was_found(seed: int) -> None:
    """Until its wake nothing changes by silence; what occurs later neither refutes nor moves what was reached."""
    rng = Random(seed)  # noqa: S311
    events, now = days_events(rng, 12), 30 * rng.randint(1040, 2060) + rng.choice((0, 1))
    past = [e for e in events if second(e) <= now]
    as_of = MIDNIGHT + now * SECOND
    for judges in ENGINES.values():
        known = judges.judge(past, as_of)
        asleep = as_of + 30 * 3600 * SECOND if known.wake is None else known.wake - 1
        for instant in (rng.randint(as_of, asleep), asleep):
            assert [replaced(f) for f in judges.judge(past, instant).findings] == [replaced(f) for f in known.findings]
        later = {f.finding_id: f for f in judges.judge(events, MIDNIGHT + 86_000 * SECOND).findings}
        for finding in known.findings:
            assert later[finding.finding_id].severity >= finding.severity
            if later[finding.finding_id].severity == finding.severity and micros(finding.occurred_at) < as_of:
                assert breach(later[finding.finding_id]) == breach(finding)
        assert {f.finding_id for f in later.values() if micros(f.occurred_at) < as_of} <= {
            f.finding_id for f in known.findings
        }


def replaced(finding: Finding) -> Any:
    return breach(finding), finding.status, finding.evidence, finding.message


# --- what the parameters mean --------------------------------------------------------------------------------------


def test_a_finding_shows_what_was_counted_and_what_was_excused() -> None:
    """Anybody can add up the ledger by hand, and the message says it in both languages."""
    events = [
        event("leave_started", f"{DAY}11:55", window="A12", ground="会议"),
        lost("11:51", "11:50", camera="c1", snapshot="2018-10-15/a.jpg"),
        event("leave_ended", f"{DAY}13:40", window="A12"),
        back("14:00"),
    ]
    text = RULE + 'record = { camera = "start.data.camera", snapshot = "start.data.snapshot" }\nseverity = 2\n'
    finding = one(judge(text, events, f"{DAY}18:00"))
    assert finding.evidence.clock is not None
    lines = [(line.kind, line.units, line.total, line.note) for line in finding.evidence.clock.ledger]
    assert lines == [
        ("counted", 5, 5, None),
        ("paused", 0, 5, "leave_started (会议)"),
        ("rest", 0, 5, None),
        ("paused", 0, 5, "leave_started (会议)"),
        ("counted", 10, 15, None),
    ]
    assert micros(finding.occurred_at) == at(f"{DAY}13:50")
    assert finding.evidence.facts == {
        "rung": "due", "hours": "09:00-12:00 13:30-17:00", "away_minutes": 25.0, "camera": "c1",
        "snapshot": "2018-10-15/a.jpg",
    }  # fmt: skip
    assert finding.evidence.events == (events[1].event_id, events[0].event_id, events[2].event_id, events[3].event_id)
    assert "11:50:00 至 14:00:00" in finding.message.zh
    assert "25 分钟" in finding.message.zh
    assert "25 minutes of its opening hours without an excuse; 15 minutes are allowed" in finding.message.en


def test_a_finding_is_open_until_somebody_is_back_or_the_hours_end() -> None:
    """Silence settles it at closing time, and the worker is woken for that."""
    open_ = judge(S1, [lost("16:05", "16:00")], f"{DAY}16:20")
    assert said(open_) == [(1, f"{DAY}16:15:00", "open")]
    assert open_.wake == at(f"{DAY}16:45") + 1  # the next rung
    longer = judge(S1, [lost("16:05", "16:00")], f"{DAY}16:50")
    assert (said(longer), longer.wake) == ([(2, f"{DAY}16:45:00", "open")], at(f"{DAY}17:00"))
    closed = judge(S1, [lost("16:05", "16:00")], f"{DAY}17:00")
    assert (said(closed), closed.wake) == ([(2, f"{DAY}16:45:00", "resolved")], None)
    returned = judge(S1, [lost("16:05", "16:00"), back("16:30")], f"{DAY}16:30")
    assert (said(returned), returned.wake) == ([(1, f"{DAY}16:15:00", "resolved")], None)


def test_late_news_that_somebody_was_there_takes_the_finding_back() -> None:
    """It occurred before the minutes were used up, and was only reported late."""
    events = [lost("10:05", "10:00")]
    assert said(judge(S1, events, f"{DAY}10:30")) == [(1, f"{DAY}10:15:00", "open")]
    for news in (back("10:14"), event("leave_started", f"{DAY}10:01"), event("presence_unknown", f"{DAY}10:14:59")):
        assert said(judge(S1, [*events, news], f"{DAY}10:30")) == []


def test_what_hides_the_window_during_an_absence_counts_as_far_as_it_was_told_in_time() -> None:
    """A finding that stands is not refuted by what an event tells of the time before it."""
    span = [[f"{DAY}10:05+08:00", f"{DAY}10:12+08:00"]]
    told = event("presence_lost", f"{DAY}10:13", window="A12", hidden=span)
    assert said(judge(S1, [lost("10:01", "10:00"), told], f"{DAY}10:30")) == [(1, f"{DAY}10:22:00", "open")]
    late = event("presence_lost", f"{DAY}10:16", window="A12", hidden=span)
    assert said(judge(S1, [lost("10:01", "10:00"), late], f"{DAY}10:30")) == [(1, f"{DAY}10:15:00", "open")]
    unclear = event("presence_unknown", f"{DAY}10:13", window="A12", hidden=span), lost("10:20", "10:00")
    assert said(judge(S1, [lost("10:01", "10:00"), *unclear], f"{DAY}10:30")) == [(1, f"{DAY}10:29:00", "open")]


def test_how_long_nobody_was_there_leaves_out_what_was_told_later() -> None:
    """What was hidden after the breach is told after it; the page counts it out too."""
    later = event("presence_lost", f"{DAY}10:40", window="A12", hidden=[[f"{DAY}10:25+08:00", f"{DAY}10:35+08:00"]])
    found = one(judge(S1, [lost("10:01", "10:00"), later, back("10:45")], f"{DAY}18:00"))
    assert found.evidence.facts["away_minutes"] == 35


def test_a_loss_on_the_next_day_is_one_of_its_own() -> None:
    """A case that goes on over midnight carries no absence along."""
    tomorrow = event("presence_lost", "2018-10-16T10:00", window="A12")
    found = judge(S1, [lost("16:30", "16:30"), tomorrow], "2018-10-16T10:20")
    assert said(found) == [(1, f"{DAY}16:45:00", "resolved"), (1, "2018-10-16T10:15:00", "open")]


def test_an_absence_that_was_seen_over_is_not_counted_again() -> None:
    """A sighting before the last return says less than the return."""
    events = [lost("10:00", "10:00"), back("10:10"), lost("10:20", "10:02")]
    assert said(judge(S1, events, f"{DAY}10:26")) == [(1, f"{DAY}10:25:00", "open")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"seen_at": "soon"}, "field: since is not an instant with its offset"),
        ({"hidden": "10:00"}, "field: hidden is not a list of [from, until]"),
        ({"hidden": [["10:00", "10:10"]]}, "field: hidden is not a list of [from, until]"),
        ({"hidden": [[f"{DAY}10:10+08:00", f"{DAY}10:00+08:00"]]}, "field: hidden is not a list of [from, until]"),
    ],
)
def test_an_absence_that_cannot_be_read_is_not_judged_and_costs_itself_alone(data: dict[str, Any], reason: str) -> None:
    """Nobody is accused by what nobody can read; the next absence of the day is judged all the same."""
    broken = event("presence_lost", f"{DAY}10:00", window="A12", data=data)
    judged = judge(S1, [broken, back("10:50"), lost("14:00", "14:00"), back("14:20")], f"{DAY}18:00")
    assert said(judged) == [(1, f"{DAY}14:15:00", "resolved")]
    assert reasons(judged) == [("R1", reason)]


def test_hours_of_a_window_that_cannot_be_read_leave_it_not_judged() -> None:
    """A register in the making (an example, a store) may hold what the file check would refuse."""
    judged = engine(S1, {"code": "A12", "hours": "nine to five"}).judge([lost("10:00", "10:00")], at(f"{DAY}18:00"))
    assert judged.findings == []
    assert [note.reason.startswith("field: hours of the window") for note in judged.not_judged] == [True]


def test_a_year_without_a_calendar_is_not_judged() -> None:
    """Whether the window was to be open at all is not known."""
    there = event("presence_lost", "2027-03-01T10:00", window="A12")
    judged = judge(S1, [there], "2027-03-01T18:00")
    assert (said(judged), reasons(judged)) == ([], [("R1", "calendar 2027")])


def test_a_windows_hours_are_those_of_its_day() -> None:
    """A window that changed its hours is judged by those in force on the day."""
    rows = [
        {"code": "A12", "hours": "09:00-12:00", "valid_to": "2018-10-15"},
        {"code": "A12", "hours": "13:30-17:00", "valid_from": "2018-10-16"},
    ]
    judges = Engine(book(S1), CATALOGUE, "Asia/Shanghai", registers_of({"windows": rows}))
    tomorrow = event("presence_lost", "2018-10-16T10:00", window="A12")
    assert len(judges.judge([lost("10:00", "10:00")], at(f"{DAY}18:00")).findings) == 1
    (finding,) = judges.judge([tomorrow], at("2018-10-16T18:00")).findings
    assert micros(finding.occurred_at) == at("2018-10-16T14:15")  # the second rung


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ('edge = "lunch"', 'edge \'lunch\' must be "opening" or "closing"'),
        ('excuse = [{ from = "leave_started" }]', "excuse: to is missing"),
        ('excuse = [{ from = "a", to = "b", cap = "soon" }]', "cap 'soon' must be a span of natural time"),
        ('handover = "5 working_days"', "handover '5 working_days' must be a span of natural time"),
        ('limit = "2 working_days"', "limit '2 working_days' must be a span of natural time"),
        ('ladder = [{ at = "due + 3 working_days", severity = 3 }]', "must be in minutes or hours"),
        ('grace = "5 minutes"', "unknown key 'grace'"),
    ],
)
def test_mistakes_in_a_rule_are_told(change: str, mistake: str) -> None:
    """A parameter that says nothing would excuse nobody."""
    key = change.partition(" =")[0]
    kept = [line for line in ('kind = "attendance"', 'lost = ["presence_lost"]', 'back = ["presence_regained"]',
                              'limit = "15 minutes"', 'ladder = [{ at = "due", severity = 2 }]')
            if not line.startswith(key)]  # fmt: skip
    with pytest.raises(BookError) as wrong:
        book("\n".join([*kept, change, ""]))
    assert mistake in str(wrong.value)


def test_the_shipped_rules_agree_on_what_excuses() -> None:
    """S2 must not accuse of what S1 forgives."""
    first, *others = [rule.file.data for rule in BOOK.rules if rule.kind == "attendance"]
    assert [rule["id"] for rule in others] == ["S2-L", "S2-O"]
    for rule in others:
        assert all(
            rule[key] == first[key] for key in ("excuse", "handover", "since", "hidden", "lost", "back", "record")
        )


def test_a_limit_may_be_a_part_of_a_minute() -> None:
    """Half a minute is thirty seconds."""
    text = RULE.replace("15 minutes", "0.5 minutes") + "severity = 1\n"
    assert said(judge(text, [lost("10:00", "10:00")], f"{DAY}10:05")) == [(1, f"{DAY}10:00:30", "open")]
