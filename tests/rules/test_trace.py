"""The kind `trace`: what it combines, what it lets itself be explained, and what each finder sees and leaves alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mingjing.registers import EMPTY as NO_REGISTERS
from mingjing.registers import Agreement, Entry, Outage, Registers
from mingjing.types import CaseEvent, Lead
from rules.catalogue import EMPTY, OneItem
from rules.engine import Engine, Judgement
from tests.rules.judging import at, book, event, judge, one, reasons

LATER = "2026-06-01T00:00"
HEAD = 'kind = "trace"\nat = ["decided"]\nseverity = 2\nlead = true\nsample = { zh = "看", en = "look" }\n'
OTHER = '[[signal]]\nname = { zh = "乙", en = "B" }\nfind = "occurs"\nof = ["returned"]\n'


def sign(words: str, *, name: str = "A", key: str = "signal") -> str:
    return f'[[{key}]]\nname = {{ zh = "{name}", en = "{name}" }}\n{words}\n'


def seen(words: str, *events: CaseEvent, registers: Registers = NO_REGISTERS, **item: Any) -> list[dict[str, Any]]:
    """What one signal says of a case, alone: value, expected and events of its clearest sight."""
    catalogue = OneItem(item) if item else EMPTY
    made = Engine(book(f"{HEAD}least = 1\n{sign(words)}"), catalogue, "Asia/Shanghai", registers)
    judgement = made.judge([*events, event("decided", "2026-03-31T17:00:30")], at(LATER))
    return [
        {"value": each.value, "expected": each.expected, "events": each.events}
        for finding in judgement.findings
        for each in (finding.evidence.lead or pytest.fail("no lead")).signals
    ]


def why(judgement: Judgement) -> Lead:
    """The reasons of the only finding."""
    reason = one(judgement).evidence.lead
    assert reason is not None
    return reason


def nodes(*times: str, day: str = "2026-03-02", **fields: Any) -> list[CaseEvent]:
    return [event("step_ended", f"{day}T{time}", step=str(place), **fields) for place, time in enumerate(times)]


TWO = HEAD + sign('find = "equal_times"\nof = ["step_ended"]\nleast = 2') + OTHER
SAME = nodes("10:00:07", "10:00:07")
RETURNED = event("returned", "2026-03-02T11:00")
DECIDED = event("decided", "2026-03-02T12:00")


def test_two_signs_make_a_lead_at_the_decision() -> None:
    finding = one(judge(TWO, [*SAME, RETURNED, DECIDED], LATER))
    assert (finding.severity, finding.lead, finding.occurred_at) == (2, True, DECIDED.occurred_at)
    assert finding.message.en == "Rule: B, A."
    assert len(finding.evidence.events) == 4


@pytest.mark.parametrize("left_out", [0, 2, 3])
def test_one_sign_or_no_decision_makes_none(left_out: int) -> None:
    events = [*SAME, RETURNED, DECIDED]
    assert judge(TWO, events[:left_out] + events[left_out + 1 :], LATER).findings == []


def test_what_comes_after_the_decision_is_no_sign() -> None:
    """A finding at an instant depends only on what occurred by then."""
    late = event("returned", "2026-03-02T12:00:01")
    assert judge(TWO, [*SAME, late, DECIDED], LATER).findings == []


def test_with_a_wait_the_case_is_looked_at_later_and_not_before() -> None:
    """A paper that is handed in within the grace must not come too late to excuse."""
    text = TWO.replace('at = ["decided"]', 'at = ["decided"]\nwait = "7 days"')
    late = event("returned", "2026-03-09T12:00")
    early = judge(text, [*SAME, late, DECIDED], "2026-03-09T11:59")
    assert (early.findings, early.wake) == ([], at("2026-03-09T12:00"))
    assert one(judge(text, [*SAME, late, DECIDED], "2026-03-09T12:00")).occurred_at == late.occurred_at


def test_an_explanation_strikes_out_what_it_covers_and_only_that() -> None:
    """An agent who uploaded for two bidders says nothing of a third one."""
    counter = sign('find = "same_value"\nof = ["step_ended"]\nfield = "data.agent"\nwho = "data.step"', key="counter")
    covered = nodes("10:00:07", "10:00:07", agent="g")
    assert judge(TWO + counter, [*covered, RETURNED, DECIDED], LATER).findings == []
    third = event("step_ended", "2026-03-02T10:00:07", step="third")
    assert why(judge(TWO + counter, [*covered, third, RETURNED, DECIDED], LATER)).cleared[0].en == "A"


def test_an_explanation_may_be_of_some_signals_only() -> None:
    counter = sign('find = "item_is"\nfield = "matter"\nvalues = ["permit"]\nexplains = ["B"]', key="counter")
    events, item = [*SAME, RETURNED, DECIDED], {"matter": "permit"}
    three = TWO + sign('find = "occurs"\nof = ["accepted"]', name="C") + counter
    assert judge(three, events, LATER, item).findings == []
    more = why(judge(three, [*events, event("accepted", "2026-03-02T09:00")], LATER, item))
    assert sorted(signal.name.en for signal in more.signals) == ["A", "C"]


def test_an_explanation_that_could_not_be_checked_is_not_called_ruled_out() -> None:
    """Without the register of sources nobody knows whether a batch was agreed."""
    counter = sign('find = "agreed_batch"', name="batch", key="counter")
    assert why(judge(TWO + counter, [*SAME, RETURNED, DECIDED], LATER)).cleared == ()


def test_together_counts_only_signs_of_one_event() -> None:
    text = HEAD + "together = true\n"
    text += sign('find = "above"\nof = ["bid"]\nfield = "data.like"\nthan = 0.8')
    text += sign('find = "same_value"\nof = ["bid"]\nfield = "data.ip"\nwho = "data.bidder"', name="B")

    def bid(bidder: str, **fields: Any) -> CaseEvent:
        return event("bid", "2026-03-02T10:00", event_id=bidder, bidder=bidder, **fields)

    apart = [bid("a", ip="1"), bid("b", ip="1"), bid("c", like=0.9)]
    assert judge(text, [*apart, DECIDED], LATER).findings == []
    assert why(judge(text, [*apart, bid("d", ip="1", like=0.9), DECIDED], LATER)).score > 0.4


def test_a_sign_that_cannot_be_measured_and_might_have_made_the_lead_leaves_the_case_not_judged() -> None:
    pause = 'find = "tail_pause"\nfrom = ["a"]\nto = ["b"]\nstart = ["accepted"]\nlimit = "item.committed_limit"'
    text = HEAD + sign(pause) + OTHER
    accepted = event("accepted", "2026-03-02T09:00")
    lacking = "item: the catalogue has no i at acceptance"
    assert reasons(judge(text, [accepted, RETURNED, DECIDED], LATER)) == [("R1", lacking)]
    assert reasons(judge(text, [accepted, DECIDED], LATER)) == []


NODES = 'of = ["step_ended"]'


@pytest.mark.parametrize(
    ("words", "times", "value"),
    [
        ('find = "equal_times"', ("10:00:07", "10:00:07", "10:00:07.900"), 3),
        ('find = "equal_times"', ("10:00:07", "10:00:07", "10:00:08"), None),  # an end and the next start may be one
        ('find = "constant_gaps"', ("10:00:07", "10:05:07", "10:10:07", "10:15:07"), 3),
        ('find = "constant_gaps"', ("10:00:07", "10:05:07", "10:10:07", "10:15:08"), None),
        ('find = "constant_gaps"\ntolerance = 1', ("10:00:07", "10:05:07", "10:10:07", "10:15:08"), 3),
        ('find = "constant_gaps"', ("10:00:07",) * 4, None),  # no gap is no equal gap
        ('find = "round_minutes"', ("10:00", "10:07", "10:31"), 3),
        ('find = "round_minutes"', ("10:00", "10:07:11", "10:31:40", "10:44"), None),  # 2 of 4: by chance in 1 of 600
        ('find = "round_minutes"', ("10:00",) * 5, None),  # one instant, however many nodes
    ],
)
def test_signs_of_time(words: str, times: tuple[str, ...], value: int | None) -> None:
    found = seen(f"{words}\n{NODES}", *nodes(*times))
    assert [sight["value"] for sight in found] == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("words", "opinions", "value"),
    [
        ('same_as = "data.step"', ("0", "1。"), 2),
        ('same_as = "data.step"', ("0", "同意"), None),
        ("", ("同意", " 同意"), 2),  # only a rule that wants it: everybody writes 同意
        ("", ("同意", "情况属实"), None),
        ("", ("", ""), None),
    ],
)
def test_signs_of_words(words: str, opinions: tuple[str, str], value: int | None) -> None:
    first, second = nodes("10:00:07", opinion=opinions[0])[0], nodes("09:00", "11:00", opinion=opinions[1])[1]
    found = seen(f'find = "repeated_text"\nfield = "data.opinion"\n{words}\n{NODES}', first, second)
    assert [sight["value"] for sight in found] == ([] if value is None else [value])


def test_an_officer_whom_the_register_does_not_know() -> None:
    """Without the register everybody would be unknown; and one who starts next week is only early in the books."""
    day = at("2026-03-02T00:00") // 86_400_000_000 + 719_163
    entries = {
        "o1": [Entry("o1", 1, 3_000_000, {})],
        "o2": [Entry("o2", day + 20, 3_000_000, {})],
        "o3": [Entry("o3", day + 90, 3_000_000, {})],
    }
    known = Registers({"officers": entries})
    words = f'find = "unknown_officer"\n{NODES}'
    for officer, strange in (("o1", False), ("o2", False), ("o3", True), ("admin", True)):
        node = nodes("10:00:07", officer=officer)
        assert bool(seen(words, *node, registers=known)) is strange, officer
        assert seen(words, *node) == []


def test_less_time_than_it_takes() -> None:
    words = 'find = "too_quick"\nfirst = ["begun"]\nthen = ["ended"]\nleast = "5 minutes"\neach = ["bid"]'
    bids = [event("bid", "2026-03-01T10:00", event_id=f"b{n}") for n in range(3)]
    begun = event("begun", "2026-03-02T10:00")
    assert seen(words, *bids, begun, event("ended", "2026-03-02T10:15")) == []
    ((sight,)) = seen(words, *bids, begun, event("ended", "2026-03-02T10:14:59"))
    assert sight["expected"] == 15


PAUSE = 'from = ["suspended"]\nto = ["resumed"]'
ACCEPTED = event("accepted", "2026-03-02T09:00")  # a Monday; ten working days end on the 16th


@pytest.mark.parametrize(("day", "left"), [("12", None), ("13", 1), ("16", 0), ("17", None)])
def test_a_pause_at_the_end_of_the_limit(day: str, left: int | None) -> None:
    """One opened after the due day stops nothing any more."""
    words = f'find = "tail_pause"\n{PAUSE}\nstart = ["accepted"]\nlimit = "item.committed_limit"\nshare = 0.1'
    found = seen(words, ACCEPTED, event("suspended", f"2026-03-{day}T16:00"), committed_limit="10 working_days")
    assert [sight["value"] for sight in found] == ([] if left is None else [left])


def test_an_earlier_pause_does_not_use_up_the_limit() -> None:
    words = f'find = "tail_pause"\n{PAUSE}\nstart = ["accepted"]\nlimit = "item.committed_limit"\nshare = 0.1'
    first = [event("suspended", "2026-03-03T09:00"), event("resumed", "2026-03-10T09:00")]
    second = event("suspended", "2026-03-13T16:00")
    assert seen(words, ACCEPTED, *first, second, committed_limit="10 working_days") == []


def test_a_pause_as_long_as_declared() -> None:
    words = f'find = "full_length"\n{PAUSE}\nlimit = "start.data.declared_days working_days"'
    opened = event("suspended", "2026-03-03T09:00", declared_days=5)
    assert seen(words, opened, event("resumed", "2026-03-09T17:00")) == []
    assert seen(words, opened, event("resumed", "2026-03-10T09:00"))[0]["value"] == 5
    assert seen(words, opened) == []


def test_a_pause_that_ends_on_the_day_of_the_decision() -> None:
    words = f'find = "same_day_resume"\n{PAUSE}\nthen = ["decided"]'
    opened = event("suspended", "2026-03-03T09:00")
    assert seen(words, opened, event("resumed", "2026-03-31T09:00"))
    assert seen(words, opened, event("resumed", "2026-03-30T23:59")) == []


def test_a_pause_without_its_papers() -> None:
    """They may be in the opening, in the closing, or be handed in afterwards for that very pause."""
    lacks = f'find = "pause_lacks"\n{PAUSE}\nfields = ["data.paper"]\nsupplied = ["evidence_supplied"]'
    has = lacks.replace("pause_lacks", "pause_has")
    bare = [event("suspended", "2026-03-03T09:00", event_id="p"), event("resumed", "2026-03-05T09:00")]
    closed = [bare[0], event("resumed", "2026-03-05T09:00", paper="a")]
    for_it = [*bare, event("evidence_supplied", "2026-03-06T09:00", of="p", paper="a")]
    for_another = [*bare, event("evidence_supplied", "2026-03-06T09:00", of="q", paper="a")]
    assert [bool(seen(lacks, *events)) for events in (bare, closed, for_it, for_another)] == [True, False, False, True]
    assert [bool(seen(has, *events)) for events in (bare, closed, for_it, for_another)] == [False, True, True, False]


def scores(table: Mapping[str, Sequence[float]]) -> list[CaseEvent]:
    return [
        event("scored", "2026-03-02T10:00", event_id=f"{bidder}{judge}", bidder=bidder, expert=str(judge), score=score)
        for bidder, panel in table.items()
        for judge, score in enumerate(panel)
    ]


DEVIATION = 'find = "deviation"\nof = ["scored"]\nfield = "data.score"\nwho = "data.expert"\nabout = "data.bidder"'


def test_who_lifts_one_bidder_deviates_and_who_is_strict_with_all_does_not() -> None:
    fair = {"a": (85, 87, 84, 86, 86), "b": (78, 80, 77, 79, 79), "c": (90, 89, 91, 90, 90)}
    bent = {"a": (85, 87, 84, 86, 66), "b": (78, 80, 77, 79, 98), "c": (90, 89, 91, 90, 90)}
    strict = {bidder: (*panel[:4], panel[4] - 20) for bidder, panel in fair.items()}
    assert seen(DEVIATION, *scores(fair)) == seen(DEVIATION, *scores(strict)) == []
    assert seen(DEVIATION, *scores(bent))[0]["events"] == ("a4", "b4")


def test_a_panel_of_three_is_too_small_to_compare_with() -> None:
    assert seen(DEVIATION, *scores({"a": (85, 87, 30)})) == []


def test_who_is_not_on_the_list_and_a_list_that_is_not_there() -> None:
    words = 'find = "not_among"\nof = ["entered"]\nfield = "data.person"\namong = ["drawn"]\namong_field = "data.drawn"'
    entered = event("entered", "2026-03-02T10:00", person="x")
    assert seen(words, entered) == []
    assert seen(words, entered, event("drawn", "2026-03-01T10:00", drawn=["x", "y"])) == []
    assert seen(words, entered, event("drawn", "2026-03-01T10:00", drawn=["y"]))[0]["value"] == 1


def test_events_since_something_began() -> None:
    words = 'find = "occurs"\nof = ["entered"]\nsince = ["begun"]'
    before, after = event("entered", "2026-03-02T09:00"), event("entered", "2026-03-02T11:00")
    begun = event("begun", "2026-03-02T10:00")
    assert seen(words, before, begun) == seen(words, before, after) == []
    assert seen(words, before, begun, after)[0]["events"] == (after.event_id,)


@pytest.mark.parametrize(
    ("source", "explained"),
    [("batch", True), ("down", True), ("prompt", False), ("declared too late", False), (None, False)],
)
def test_agreed_batches_and_declared_outages_explain_what_came_through_them(
    source: str | None, *, explained: bool
) -> None:
    """An outage that is declared only after the case was looked at excuses nothing."""
    since, until = at("2026-03-02T08:00"), at("2026-03-02T18:00")
    agreed = {
        "batch": Agreement("batch", 0, batch=True),
        "prompt": Agreement("prompt", 0, batch=False),
        "down": Agreement("down", 0, batch=False, outages=(Outage(since, until, since),)),
        "declared too late": Agreement("", 0, batch=False, outages=(Outage(since, until, at("2026-03-02T12:01")),)),
    }
    text = TWO + "".join(
        sign(f'find = "{find}"\nexplains = ["A"]', name=find, key="counter") for find in ("agreed_batch", "outage")
    )
    engine = Engine(book(text), EMPTY, "Asia/Shanghai", Registers(sources=agreed))
    events = [*nodes("10:00:07", "10:00:07", source=source), RETURNED, DECIDED]
    assert bool(engine.judge(events, at(LATER)).findings) is not explained


def test_a_source_that_knows_no_seconds() -> None:
    counter = sign('find = "coarse_clock"\nof = ["submitted", "accepted"]\nleast = 2', name="coarse", key="counter")
    text = HEAD + sign(f'find = "round_minutes"\n{NODES}') + OTHER + counter
    full = [*nodes("10:00", "10:07", "10:31"), RETURNED, DECIDED]
    minute, second = event("submitted", "2026-03-01T20:14"), event("submitted", "2026-03-01T20:14:09")
    assert judge(text, [*full, minute, ACCEPTED], LATER).findings == []
    assert why(judge(text, [*full, second, ACCEPTED], LATER)).cleared[0].en == "coarse"
    assert why(judge(text, [*full, minute], LATER)).cleared == ()
