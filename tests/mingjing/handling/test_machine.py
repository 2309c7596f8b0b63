"""The state machine of handling: what is allowed happens, nothing else does, and two persons are two."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mingjing.handling.allowed import Refused, audit
from mingjing.handling.events import as_event, events_of, pseudo
from mingjing.handling.fold import Broken, Done, after, begun, fold, moves
from mingjing.handling.machine import MOVES, STATES, STEPS, SYSTEM, Act, Step
from mingjing.handling.policy import Policy
from mingjing.handling.ruling import ruling
from mingjing.texts import LANGUAGES, text
from tests.mingjing.handling.paper import (
    BOTH,
    CAST,
    DEPARTMENT,
    ELSEWHERE,
    INVESTIGATOR,
    LEAD,
    LEADER,
    MONDAY,
    OFFICER,
    PANEL,
    SECOND,
    SUPERVISOR,
    UNIT,
    Paper,
    finding,
    person,
)

RED_BY_HAND = Policy(issue=frozenset({1, 2}))


def issued(severity: int = 2) -> Paper:
    """A card that is out."""
    paper = Paper(finding(severity), Policy(issue=frozenset({1, 2, 3})))
    assert paper.serve() == ["issue"]
    return paper


def refused(paper: Paper, who: object, step: Step, **more: object) -> str:
    """Why an act is refused."""
    with pytest.raises(Refused) as why:
        paper.act(who, step, **more)  # type: ignore[arg-type]
    return why.value.word


def test_a_red_card_goes_its_whole_way() -> None:
    """Issued by a person, answered late, escalated, appealed against, upheld, verified, closed."""
    paper = Paper(finding(3), RED_BY_HAND)
    assert paper.serve() == []
    assert paper.act(SUPERVISOR, "issue").state == "issued"
    paper.wait(3)
    assert paper.serve() == ["escalate acknowledge"]
    paper.act(OFFICER, "acknowledge")
    assert paper.act(OFFICER, "explain").state == "explained"
    paper.wait(6)
    assert paper.serve() == ["escalate reply"]
    paper.act(LEAD, "appeal")
    assert paper.act(PANEL, "uphold").state == "explained"
    assert paper.act(DEPARTMENT, "reply").state == "replied"
    paper.act(SUPERVISOR, "verify")
    closed = paper.act(SUPERVISOR, "close")
    assert (closed.state, closed.late) == ("closed", 2)
    decided = ruling(paper.finding, paper.acts)
    assert decided is not None
    assert (decided.outcome, decided.ruled_by) == ("upheld", "panel")
    assert audit(paper.finding, paper.acts) == []


def test_two_persons_revoke_a_red_card() -> None:
    """And a red card that was lowered first is still one that was red."""
    paper = issued(3)
    assert paper.act(SUPERVISOR, "revoke").state == "revoking"
    assert refused(paper, SUPERVISOR, "agree") == "same_person"
    assert refused(paper, DEPARTMENT, "agree") == "role"
    assert ruling(paper.finding, paper.acts) is None
    assert paper.act(SECOND, "disagree").state == "issued"
    paper.act(LEAD, "appeal")
    assert paper.act(PANEL, "change", severity=1).state == "revoking"
    assert paper.act(SECOND, "disagree").state == "appealed"  # the panel has to decide anew
    paper.act(PANEL, "change", severity=1)
    lowered = paper.act(BOTH, "agree")
    assert (lowered.state, lowered.severity, lowered.gravest) == ("issued", 1, 3)
    assert paper.serve() == []  # no notice that would close or lapse by itself
    assert paper.act(BOTH, "revoke").state == "revoking"
    assert paper.act(person("third", "panel"), "agree").state == "revoked"
    decided = ruling(paper.finding, paper.acts)
    assert decided is not None
    assert decided.outcome == "revoked"


def test_nobody_judges_in_their_own_cause() -> None:
    """The issuer no appeal, the unit nothing of its own, an officer not itself (N66)."""
    paper = Paper(finding(3), RED_BY_HAND)
    paper.act(BOTH, "issue")
    paper.act(LEAD, "appeal")
    assert refused(paper, BOTH, "uphold") == "same_person"
    assert paper.act(PANEL, "uphold").state == "issued"
    of_the_unit = person("of-the-unit", "supervisor", "department", scope=UNIT)
    assert refused(paper, of_the_unit, "supervise") == "own_cause"
    assert refused(paper, person("self", "supervisor", officer="O1"), "supervise") == "own_cause"
    paper.act(DEPARTMENT, "reply")
    assert refused(paper, person("department", "supervisor"), "verify") == "same_person"
    assert refused(paper, ELSEWHERE, "appeal") == "scope"


def test_officers_act_on_their_own_cases_and_on_what_was_handed_over() -> None:
    """Not on a colleague's."""
    paper = issued()
    colleague = person("colleague", "officer", scope=UNIT, officer="O2")
    assert refused(paper, colleague, "acknowledge") == "own_cases"
    paper.act(LEAD, "hand_over", to="colleague")
    assert paper.act(colleague, "acknowledge").state == "acknowledged"
    shown = [paper.handling.holder(one.owes) for one in paper.deadlines.running(paper.handling)]
    assert shown == ["colleague", ""]  # a supervisor's list shows it as nobody's
    paper.act(colleague, "explain")
    assert paper.handling.holder(paper.deadlines.running(paper.handling)[0].owes) == ""  # the department signs


def test_a_graver_card_supersedes_the_warning_whatever_became_of_that() -> None:
    """A warning that one person revoked is no way around the red card's two."""
    paper = issued(1)
    paper.act(SUPERVISOR, "revoke")
    paper.finding = replace(paper.finding, severity=3, revision=2)
    assert paper.handling.climbed
    paper.wait(1)
    assert paper.serve() == ["raise"]
    handling = paper.handling
    assert (handling.state, handling.severity, handling.card_at) == ("issued", 3, paper.now)
    decided = ruling(paper.finding, paper.acts)
    assert decided is not None
    assert decided.outcome == "upheld"
    assert paper.act(SUPERVISOR, "revoke").state == "revoking"


def test_a_card_that_climbs_during_an_appeal_goes_out_when_the_panel_is_done() -> None:
    """Nobody is asked to answer what is under appeal."""
    paper = issued(2)
    paper.act(DEPARTMENT, "extend", days=1)
    paper.act(LEAD, "appeal")
    paper.finding = replace(paper.finding, severity=3, revision=2)
    assert paper.serve() == ["raise"]
    assert (paper.handling.state, paper.handling.extended) == ("appealed", 0)
    assert paper.act(PANEL, "revoke").state == "revoking"
    assert paper.act(SECOND, "disagree").state == "appealed"
    assert paper.act(PANEL, "uphold").state == "issued"


def test_a_notice_closes_when_its_case_ended_in_time_and_lapses_after_twenty_days() -> None:
    """Nobody has to do anything about it."""
    ended = issued(1)
    ended.finding = replace(ended.finding, status="resolved", revision=2)
    assert ended.serve() == ["close"]
    old = issued(1)
    old.wait(28)  # the twentieth working day, a Monday
    assert old.serve() == []
    old.wait(1)
    assert old.serve() == ["lapse"]
    yellow = issued(2)
    yellow.finding = replace(yellow.finding, status="resolved", revision=2)
    assert yellow.serve() == []
    ended.act(SUPERVISOR, "reopen")  # what a supervisor takes up is not closed behind the supervisor's back
    ended.wait(40)
    assert ended.serve() == []


def test_what_the_rule_withdrew_is_withdrawn_and_comes_back() -> None:
    """Late news refutes, later news restores."""
    paper = issued(2)
    paper.finding = replace(paper.finding, status="withdrawn", revision=2)
    assert paper.serve() == ["withdraw"]
    assert paper.handling.ended
    paper.finding = replace(paper.finding, status="open", revision=3)
    assert paper.serve() == ["reopen", "issue"]
    red = Paper(finding(3), RED_BY_HAND)
    for revision, status in enumerate(("withdrawn", "open"), 2):
        red.finding = replace(red.finding, status=status, revision=revision)
        red.serve()
    assert (red.handling.state, red.handling.severity) == ("pending", 3)  # no red card goes out without a person


def test_a_lead_waits_for_a_person_and_counts_once_verified() -> None:
    """The service issues no lead; to dismiss one is to revoke it."""
    paper = Paper(finding(1, lead=True))
    assert paper.serve() == []
    paper.act(SUPERVISOR, "issue")
    paper.act(OFFICER, "explain")
    assert ruling(paper.finding, paper.acts) is None
    paper.act(SUPERVISOR, "verify")
    decided = ruling(paper.finding, paper.acts)
    assert decided is not None
    assert decided.outcome == "confirmed"
    paper.act(LEAD, "appeal")
    paper.act(PANEL, "uphold")
    upheld = ruling(paper.finding, paper.acts)
    assert upheld is not None
    assert upheld.outcome == "confirmed"  # "upheld" alone would take it out of the score
    dismissed = Paper(finding(2, lead=True))
    assert dismissed.act(SUPERVISOR, "revoke").state == "revoked"


def test_an_act_needs_what_it_needs() -> None:
    """A reason, a receiver, days within bounds, a lower severity; once only where it is once."""
    paper = issued()
    assert refused(paper, OFFICER, "explain", text=" \n") == "text"
    assert refused(paper, OFFICER, "explain", text="x" * 20_001) == "long"
    assert refused(paper, LEAD, "hand_over") == "to"
    assert refused(paper, DEPARTMENT, "extend", days=6) == "days"
    paper.act(DEPARTMENT, "extend", days=5)
    assert refused(paper, DEPARTMENT, "extend", days=1) == "extended"
    late = issued()
    late.wait(8)
    assert refused(late, DEPARTMENT, "extend", days=1) == "extend_late"
    assert refused(paper, INVESTIGATOR, "transfer") == "to"
    paper.act(LEAD, "appeal")
    assert refused(paper, PANEL, "change", severity=2) == "severity"
    assert refused(paper, PANEL, "change", severity=3) == "severity"
    paper.act(PANEL, "uphold")
    assert refused(paper, LEAD, "appeal") == "appealed"
    assert refused(paper, LEADER, "close") == "state"
    for language in LANGUAGES:
        assert Refused("state", step="close", state="issued").say(language)


@settings(max_examples=80, deadline=None)
@given(
    severity=st.integers(1, 3),
    lead=st.booleans(),
    plan=st.lists(
        st.tuples(
            st.sampled_from(CAST), st.sampled_from(STEPS), st.integers(1, 3), st.sampled_from((0.0, 0.5, 3.0, 25.0))
        ),
        max_size=40,
    ),
)
def test_no_sequence_of_allowed_acts_breaks_the_rules(
    severity: int, lead: bool, plan: list[tuple[object, Step, int, float]]
) -> None:
    """Whatever people, time and the rule itself do: two persons for red, no judge in one's own cause, no dead end."""
    paper = Paper(finding(severity, lead=lead))
    for who, step, number, days in plan:
        paper.wait(days)
        if number == 3 and days == 25.0:  # the rule has news
            climbed = min(3, paper.finding.severity + 1)
            paper.finding = replace(paper.finding, severity=climbed, revision=paper.finding.revision + 1)
        elif number == 2 and days == 25.0:  # it was wrong, or it was not
            status = "withdrawn" if paper.finding.status == "open" else "open"
            paper.finding = replace(paper.finding, status=status, revision=paper.finding.revision + 1)
        paper.serve()
        for one in (step, *(move.step for move in moves(paper.handling))):
            try:
                paper.act(who, one, severity=number, to="x", days=number)  # type: ignore[arg-type]
            except Refused:
                continue
            break
    _holds(paper)


def _holds(paper: Paper) -> None:
    assert audit(paper.finding, paper.acts) == []
    now = begun(paper.finding)
    for done in paper.acts:
        before, now = now, after(now, done)
        if now.state == "revoked" and before.state != "revoked" and now.gravest == 3:
            assert done.act.step == "agree"
            assert before.proposer not in ("", done.by)
        if done.act.step in ("uphold", "change", "agree") or (before.state == "appealed" and now.state == "revoked"):
            assert not before.did(done.by, ("issue", "supervise", "explain", "reply", "appeal"))
        if before.gravest > 1 and now.state == "closed":
            assert done.by != "system:clerk"
            assert before.state == "verified"
        assert now.severity <= now.gravest
        assert (now.state == "revoking") == (now.proposal is not None)
    decided = ruling(paper.finding, paper.acts)
    if now.state == "revoked":
        assert decided is not None
        assert decided.outcome == "revoked"
    elif now.state in ("closed", "verified") or (now.state == "issued" and not now.lead):  # a lead still waits
        assert decided is None or decided.outcome != "revoked"
    told = events_of(paper.finding, paper.acts)
    assert len({event.event_id for event in told}) == len(paper.acts)
    assert all(pseudo(event.case_id) and event.department is None and "because" not in str(event) for event in told)


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_a_forged_move_does_not_fold(severity: int) -> None:
    """Every step by every role from every state that the machine does not have is refused, whoever wrote it."""
    tried = 0
    for state, step, role in product(STATES, STEPS, ("officer", "department", "supervisor", "panel", "leader", SYSTEM)):
        handling = replace(begun(finding(severity)), state=state, proposal=Act(step="revoke", role="panel"))
        there = any(
            move.step == step and state in move.states and role in move.roles and severity in move.severities
            and move.leads is not True and not move.exposure
            for move in MOVES
        )  # fmt: skip
        done = Done(number=1, at=MONDAY, by="x", act=Act(step=step, role=role, text="x"))
        if there:
            after(handling, done)
        else:
            tried += 1
            with pytest.raises(Broken, match="cannot follow"):
                after(handling, done)
    assert tried > 1_000


def test_a_missing_or_doubled_act_does_not_fold() -> None:
    """The numbers of acts have no gaps."""
    paper = issued()
    paper.act(OFFICER, "acknowledge")
    paper.act(DEPARTMENT, "reply")
    for acts in (paper.acts[1:], paper.acts[:1] + paper.acts[2:], [*paper.acts, paper.acts[-1]]):
        with pytest.raises(Broken, match="one is missing or stands twice"):
            fold(paper.finding, acts)
    forged = [*paper.acts[:2], replace(paper.acts[2], act=replace(paper.acts[2].act, text=""), by="system:x")]
    assert audit(paper.finding, forged) == [
        "act 3: 'reply' lacks text", "act 3: system:x acted in the role 'department'",
    ]  # fmt: skip


def test_every_state_but_an_end_has_a_deadline_and_a_way_out() -> None:
    """Nothing lies where nobody owes anything; and every word has its texts."""
    for state in STATES:
        leaving = [move for move in MOVES if state in move.states and move.to]
        assert leaving, state
        for language in LANGUAGES:
            assert text(f"handling.state.{state}", language)
    for step, language in product(STEPS, LANGUAGES):
        assert text(f"handling.step.{step}", language)


def test_what_happened_is_told_by_its_event() -> None:
    """A proposal is no revocation; what is done about a finding about a handling is of types that no rule hears."""
    paper = issued(3)
    paper.act(SUPERVISOR, "revoke")
    paper.act(SECOND, "agree")
    told = events_of(paper.finding, paper.acts)
    assert [event.type for event in told] == ["finding_issued", "finding_revocation_proposed", "finding_revoked"]
    assert [event.officer for event in told] == [None, "supervisor", "second"]
    assert told[-1].data["reviewer"] == "supervisor"
    assert told[-1].data["unit"] == "D1"
    mirror = replace(paper.finding, case_id="finding:f0")
    assert as_event(mirror, begun(mirror), paper.acts[0]).type == "oversight_issued"
