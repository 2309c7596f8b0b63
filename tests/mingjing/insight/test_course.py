"""The normal course of an item, and how one case differs from it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.charts.course import OWN_FLOWS, dot
from mingjing.insight.course import END, ENOUGH, START, Told, Visit, course, legs, main_flows, over, path

T0 = datetime(2026, 3, 2, 1, tzinfo=UTC)
LABELS = {"cases": "{n} cases", "own": "this {span}", "rare": "rare"}


def told(hour: float, kind: str, step: str = "", event_id: str = "", corrects: str = "") -> Told:
    return Told(event_id or f"{kind}{step}{hour}", kind, step, T0 + timedelta(hours=hour), corrects)


def plain(hours: float = 10.0) -> list[Visit]:
    """A case as it usually goes: accepted, reviewed for some hours, decided."""
    steps = [told(0, "accepted"), told(1, "step_started", "审查"), told(1 + hours, "step_ended", "审查")]
    return path([*steps, told(2 + hours, "decided")])


def test_an_event_that_came_twice_or_was_corrected_is_one_visit() -> None:
    """A redelivery is no loop, and a corrected decision was not made twice."""
    first = told(5, "decided", event_id="e1")
    events = [told(0, "accepted"), first, first, told(6, "decided", event_id="e2", corrects="e1")]
    assert [visit.place for visit in path(events)] == ["accepted", "decided"]


def test_equal_cases_have_equal_paths_whatever_order_their_events_came_in() -> None:
    """Events at the same instant have no order; the map must not show two flows for one."""
    events = [told(0, "accepted"), told(0, "submitted"), told(0, "material_received")]
    assert len({tuple(v.place for v in path(order)) for order in permutations(events)}) == 1


def test_frequencies_and_medians_are_those_of_the_sample() -> None:
    """The figures on the map can be counted by hand."""
    usual = course([plain(10), plain(20), plain(60), []], known=40)
    flow = usual.flows["step_started:审查", "step_ended:审查"]
    assert (usual.cases, usual.known, usual.visits["accepted"]) == (3, 40, 3)
    assert (flow.cases, flow.times, flow.usual) == (3, 3, 20 * 3600)
    assert usual.share(START, "accepted") == usual.share("decided", END) == 1.0


def test_a_step_that_hardly_anybody_takes_is_rare_and_a_long_one_slow() -> None:
    """What an investigator looks at first."""
    usual = course([plain(10 + n / 10) for n in range(ENOUGH)], known=ENOUGH)
    odd = path([told(0, "accepted"), told(1, "suspended"), told(2, "decided")])
    assert [leg.rare for leg in legs(odd, usual)] == [False, True, True, False]
    assert legs(odd, usual)[1].usual is None
    by_place = {(leg.before, leg.after): leg for leg in legs(plain(300), usual)}
    assert by_place["step_started:审查", "step_ended:审查"].slow is True
    assert by_place["accepted", "step_started:审查"].slow is False


def test_too_few_cases_call_nothing_rare() -> None:
    """Three cases are no norm that anybody could be measured by."""
    usual = course([plain()] * (ENOUGH - 1), known=ENOUGH - 1)
    assert {leg.rare for leg in legs(path([told(0, "terminated")]), usual)} == {None}


def test_a_case_that_goes_on_has_no_end_yet() -> None:
    """An open case is not told to have skipped what may still come."""
    open_case = plain()[:-1]
    assert not over(open_case)
    assert END not in {leg.after for leg in legs(open_case, course([plain()] * ENOUGH, ENOUGH))}


visits = st.lists(st.sampled_from("abcde"), max_size=12).map(
    lambda places: [Visit(place, T0 + timedelta(minutes=n)) for n, place in enumerate(places)]
)


@settings(max_examples=40)
@given(st.lists(visits, max_size=20))
def test_what_comes_into_a_place_goes_out_of_it(paths: list[list[Visit]]) -> None:
    """The flows are whole: each visit is entered once and left once."""
    usual = course(paths, known=len(paths))
    for place in usual.visits:
        into = sum(flow.times for both, flow in usual.flows.items() if both[1] == place)
        out = sum(flow.times for both, flow in usual.flows.items() if both[0] == place)
        assert into == out >= usual.visits[place]


@settings(max_examples=40)
@given(visits, st.lists(visits, max_size=10), st.integers(0, 5))
def test_all_of_the_case_is_on_the_map_and_of_the_rest_no_more_than_asked_for(
    own: list[Visit], paths: list[list[Visit]], many: int
) -> None:
    """A map that hides the accused case's step is of no use; one with everything cannot be read."""
    usual = course(paths, known=len(paths))
    steps = legs(own, usual)
    drawn = {(flow.before, flow.after) for flow in main_flows(usual, steps, many)}
    taken = {(leg.before, leg.after) for leg in steps}
    assert taken & set(usual.flows) <= drawn
    assert len(drawn - taken) <= many


@pytest.mark.parametrize("hostile", ['"]; evil [label="', "<b>x</b>", "\\", "a\nb", "\x00\u202e", "end \\"])
def test_no_name_gets_out_of_its_quotes(hostile: str) -> None:
    """Steps are named by source systems: what stands in them must not become part of the drawing's language."""
    own = path([told(0, "step_ended", hostile), told(1, "decided")])
    drawn = dot(course([own], 1), legs(own, course([own], 1)), lambda place: place, str, LABELS)
    inside = False
    outside = []
    escaped = False
    for one in drawn:
        if inside and one == "\\" and not escaped:
            escaped = True
            continue
        if one == '"' and not escaped:
            inside = not inside
        elif not inside:
            outside.append(one)
        escaped = False
    assert not inside
    assert "evil" not in "".join(outside)
    assert "\x00" not in drawn


def test_a_case_of_countless_steps_is_drawn_as_far_as_it_can_be_read() -> None:
    """The rest is in the table beside it."""
    own = path([told(n, f"kind{n}") for n in range(5 * OWN_FLOWS)])
    usual = course([plain()] * ENOUGH, ENOUGH)
    assert dot(usual, legs(own, usual), str, str, LABELS).count(" -> ") <= OWN_FLOWS + len(usual.flows)
