"""The kind `interval`, and what rules of tenders, windows and parallel cases ask of deadlines and conditions."""

import pytest

from tests.rules.judging import event, judge, one, reasons, said

LATER = "2026-06-01T00:00"
SALE = 'kind = "interval"\nfirst = ["issued"]\nthen = ["ended"]\nleast = "5 days"\nseverity = 3\n'


@pytest.mark.parametrize(
    ("ended", "found"), [("2026-03-06T23:59", 1), ("2026-03-07T00:00", 0), ("2026-03-09T00:00", 0)]
)
def test_the_day_of_the_first_does_not_count_and_the_day_of_the_then_does(ended: str, found: int) -> None:
    """Issued on the 2nd, the 7th is the fifth day: an hour of either day must not decide."""
    events = [event("issued", "2026-03-02T23:00"), event("ended", ended)]
    assert len(judge(SALE, events, LATER).findings) == found


def test_a_finding_says_how_far_apart_they_were_and_when() -> None:
    finding = one(judge(SALE, [event("issued", "2026-03-02T09:00"), event("ended", "2026-03-04T09:00")], LATER))
    assert (finding.severity, finding.evidence.limit) == (3, "5 days")
    assert finding.evidence.facts["between"] == "2 days"
    assert finding.evidence.events == ("issued@2026-03-02T09:00", "ended@2026-03-04T09:00")
    assert "2 天" in finding.message.zh
    assert "2 days" in finding.message.en


def test_of_several_firsts_the_earliest_is_believed_and_each_round_is_measured_by_itself() -> None:
    """Documents that are issued again shorten nothing; a second tender cannot rest on the days of the first."""
    once_more = [
        event("issued", "2026-03-02T09:00"), event("issued", "2026-03-06T09:00"), event("ended", "2026-03-08T09:00"),
    ]  # fmt: skip
    assert judge(SALE, once_more, LATER).findings == []
    second = [*once_more, event("issued", "2026-03-10T09:00"), event("ended", "2026-03-12T09:00")]
    assert said(judge(SALE, second, LATER)) == [(3, "2026-03-12T09:00:00", "open")]
    assert judge(SALE, [event("ended", "2026-03-12T09:00")], LATER).findings == []


def test_too_late_is_measured_from_the_latest_first() -> None:
    text = 'kind = "interval"\nfirst = ["drawn"]\nthen = ["begun"]\nmost = "2 working_days"\nseverity = 2\n'
    events = [event("drawn", "2026-03-02T09:00"), event("begun", "2026-03-05T09:00")]
    assert one(judge(text, events, LATER)).evidence.facts["between"] == "3 working_days"
    assert judge(text, [*events, event("drawn", "2026-03-04T09:00")], LATER).findings == []


def test_both_limits_hold_at_once() -> None:
    text = (
        'kind = "interval"\nfirst = ["a"]\nthen = ["b"]\nleast = "2 hours"\nmost = "3 days"\n'
        'precision = "second"\nseverity = 2\n'
    )
    for then, found in (("T10:59", 1), ("T11:00", 0), ("T12:00", 0)):
        assert (
            len(judge(text, [event("a", "2026-03-02T09:00"), event("b", f"2026-03-02{then}")], LATER).findings) == found
        )
    late = [event("a", "2026-03-02T09:00"), event("b", "2026-03-05T09:00:01")]
    assert "at most 3 days" in one(judge(text, late, LATER)).message.en


def test_a_first_that_names_no_limit_asks_for_no_distance() -> None:
    text = SALE.replace("issued", "a").replace("ended", "b").replace("5 days", "start.data.days days")
    text += 'key = "data.step"\n'
    events = [
        event("a", "2026-03-02T09:00", step="x"), event("b", "2026-03-03T09:00", step="x"),
        event("a", "2026-03-02T09:00", step="y", days=3), event("b", "2026-03-03T09:00", step="y"),
        event("b", "2026-03-03T10:00"),
    ]  # fmt: skip
    assert one(judge(text, events, LATER)).evidence.events[1] == "b@2026-03-03T09:00/y"
    soon = [event("a", "2026-03-02T09:00", step="z", days="soon"), event("b", "2026-03-03T09:00", step="z")]
    assert reasons(judge(text, soon, LATER)) == [("R1", "field: data.days is not a number of at least 0")]


def test_a_year_that_the_calendar_lacks_leaves_the_distance_unjudged() -> None:
    text = SALE.replace("5 days", "5 working_days")
    events = [event("issued", "2026-12-30T09:00"), event("ended", "2027-01-12T09:00")]
    assert reasons(judge(text, events, "2027-06-01T00:00")) == [("R1", "calendar 2027")]


GIVEN = 'given = [{ type = "registered", data = { compulsory = true } }]\n'


def test_a_rule_looks_only_at_cases_in_which_what_it_is_given_had_occurred() -> None:
    events = [event("issued", "2026-03-02T09:00"), event("ended", "2026-03-04T09:00")]
    assert judge(GIVEN + SALE, events, LATER).findings == []
    for when, compulsory, found in (
        ("2026-03-01T09:00", True, 1), ("2026-03-04T09:00", True, 1),
        ("2026-03-04T09:01", True, 0), ("2026-03-01T09:00", False, 0),
    ):  # fmt: skip
        judgement = judge(GIVEN + SALE, [*events, event("registered", when, compulsory=compulsory)], LATER)
        assert len(judgement.findings) == found
        assert judgement.not_judged == []


EACH = 'kind = "deadline"\nstart = ["lost"]\nstop = ["back"]\nlimit = "15 working_minutes"\neach = true\nseverity = 2\n'


def test_each_start_opens_a_clock_but_not_while_one_is_running() -> None:
    events = [
        event("lost", "2026-03-02T09:00"), event("lost", "2026-03-02T09:10"), event("back", "2026-03-02T09:30"),
        event("lost", "2026-03-02T11:50"), event("back", "2026-03-02T13:36"),
    ]  # fmt: skip
    assert said(judge(EACH, events, LATER)) == [
        (2, "2026-03-02T09:15:00", "resolved"), (2, "2026-03-02T13:35:00", "resolved"),
    ]  # fmt: skip


def test_a_clock_counts_from_the_earlier_instant_that_its_start_carries() -> None:
    """Nobody may be accused for a time at which the report was not there yet, nor by a sighting yet to come."""
    text = EACH + 'since = "data.seen"\n'
    lost = event("lost", "2026-03-02T09:20", seen="2026-03-02T09:00:00+08:00")
    assert said(judge(text, [lost], LATER)) == [(2, "2026-03-02T09:20:00", "open")]
    before = event("back", "2026-03-02T09:00")  # the end of an earlier absence, at the last sighting
    assert said(judge(text, [before, lost], LATER)) == [(2, "2026-03-02T09:20:00", "open")]
    ahead = event("lost", "2026-03-02T09:20", seen="2026-03-02T10:00:00+08:00")
    assert said(judge(text, [ahead], LATER)) == [(2, "2026-03-02T09:35:00", "open")]
    assert reasons(judge(text, [event("lost", "2026-03-02T09:20", seen="nine")], LATER)) == [
        ("R1", "field: since is not an instant with its offset")
    ]


RECORD = (
    'kind = "deadline"\nstart = ["told"]\nstop = ["answered"]\nlimit = ["start.data.days days", "item.limit"]\n'
    'ladder = [{ at = "50%", severity = 1 }, { at = "due", severity = 2 }]\n'
    'record = { outcome = "默认", proof = "start.data.receipt", told_at = "start.occurred_at" }\n'
)


def test_a_default_is_recorded_with_its_proof_only_once_the_limit_has_passed() -> None:
    """A default on record before the time is over would settle an opinion that may still come."""
    told = event("told", "2026-03-02T09:00", days=4, receipt="C-1")
    assert "outcome" not in one(judge(RECORD, [told], "2026-03-05T09:00")).evidence.facts
    facts = one(judge(RECORD, [told], "2026-03-07T09:00")).evidence.facts
    assert (facts["outcome"], facts["proof"], facts["told_at"]) == ("默认", "C-1", told.occurred_at)


def test_the_first_limit_that_the_start_or_the_item_gives_counts() -> None:
    own, without = event("told", "2026-03-02T09:00", days=4), event("told", "2026-03-02T09:00")
    item = {"limit": "2 days"}
    assert one(judge(RECORD, [own], LATER, item)).evidence.limit == "4 days"
    assert one(judge(RECORD, [without], LATER, item)).evidence.limit == "2 days"
    assert one(judge(RECORD, [own], LATER, {})).evidence.limit == "4 days"
    assert reasons(judge(RECORD, [without], LATER, {}))[0][1].startswith("limit: item i has no limit")
    malformed = event("told", "2026-03-02T09:00", days="soon")
    assert reasons(judge(RECORD, [malformed], LATER, item))[0][1].startswith("field:")


def test_a_condition_records_what_its_expressions_come_to() -> None:
    text = (
        'kind = "condition"\non = ["held"]\nwhen = "true"\nseverity = 2\n[record]\n'
        'absent = \'case.events.filter(e, e.type == "told").map(e, {"unit": e.data.unit, "by": e.event_id})\'\n'
        'lacking = "event.data.nothing"\n'
    )
    facts = one(
        judge(text, [event("told", "2026-03-02T09:00", unit="u1"), event("held", "2026-03-03T09:00")], LATER)
    ).evidence.facts
    assert facts["absent"] == [{"by": "told@2026-03-02T09:00", "unit": "u1"}]
    assert list(facts["absent"][0]) == ["by", "unit"]
    assert facts["lacking"].startswith("expression:")


def test_a_hall_is_open_throughout_only_without_lunch_night_and_rest_days() -> None:
    text = (
        'kind = "condition"\non = ["shut"]\nseverity = 1\n'
        "when = 'open_throughout(event.occurred_at, event.occurred_at + duration(\"10m\"))'\n"
    )
    found = judge(
        text,
        [event("shut", f"2026-03-{day}") for day in ("02T11:50", "02T11:51", "02T16:55", "02T20:00", "07T10:00")],
        LATER,
    )
    assert [instant for _, instant, _ in said(found)] == ["2026-03-02T11:50:00"]
