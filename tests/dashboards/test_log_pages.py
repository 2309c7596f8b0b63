"""The pages on duty and contacts, quality objectives and award shortlists, over nothing and over a small city."""

from datetime import date

import pytest

from dashboards import logbooks, who
from dashboards.words import catalogue
from mingjing.access import Person, Scope
from mingjing.insight.duty import contacts
from mingjing.store import Store
from mingjing.store.local import LocalServer
from tests.dashboards import log_seed
from tests.dashboards.test_leader_pages import opened
from tests.dashboards.test_pages import Shown, html

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def logged(city: LocalServer) -> None:
    """The small city keeps logs and has objectives."""
    with Store(city.dsn) as store:
        log_seed.fill(store)


def test_the_pages_say_why_they_are_empty(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    for page in ("duty", "quality", "awards"):
        assert catalogue("en")[f"{page}.none"] in html(opened(page, lang="en")), page


@pytest.mark.usefixtures("logged", "of_city")
def test_duty_shows_who_is_there_who_was_not_and_whose_contacts_wait() -> None:
    app = opened("duty", lang="zh")
    drawn = html(app)
    assert "今日值班（2026-03-31）" in drawn
    assert all(word in drawn for word in ("无人到岗", "迟到", "提前离岗", "12 分钟"))
    assert "case?case=ask-2" in drawn  # nobody has answered it
    assert not [one for one in ("ask-3", "ask-4") if one in drawn]  # taken back by who asked; sent back as misrouted
    assert "5 件首问登记中 4 件有首问责任人" in drawn
    app.segmented_control(key="contact_state").set_value("unowned").run()
    assert "contact%3Ac2" in html(app)
    assert "contact%3Ac1" not in html(app)


@pytest.mark.usefixtures("logged", "of_city")
@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (
            Scope(departments=frozenset({"GAJ"}), counters=frozenset({"GAJ"})),
            {"c3": "handed", "c4": "answered", "c5": "answered"},
        ),
        (Scope(departments=frozenset({"RSJ"}), counters=frozenset({"RSJ"})), {"c3": "handed", "c5": "answered"}),
        (Scope(officers=frozenset({"GAJ-P1"}), counters=frozenset({"GAJ-P1"})), {"c3": "handed", "c5": "answered"}),
    ],
    ids=["asked", "handed to", "owner"],
)
def test_whoever_has_a_contact_sees_what_became_of_it_elsewhere(
    scope: Scope, seen: dict[str, str], shown: Shown
) -> None:
    """The answer is another unit's event, and names no officer: without it the contact would seem to wait for ever."""
    shown.setattr(who, "person", lambda: Person(account="a", roles=frozenset({"officer"}), scope=scope))
    told = contacts(logbooks.contact_events(date(2026, 3, 30), date(2026, 3, 31), "Asia/Shanghai"))
    assert {one.case.removeprefix("contact:"): one.state for one in told} == seen


@pytest.mark.usefixtures("logged", "of_city")
def test_an_objective_out_of_reach_is_missed_and_one_that_is_kept_is_not() -> None:
    app = opened("quality", lang="en")
    drawn = html(app)
    assert "9 objectives" in drawn
    assert "mj-aim missed" in drawn
    assert "mj-aim reached" in drawn
    app.selectbox(key="quality_state").set_value("missed").run()
    listed = html(app)
    assert log_seed.MISSED in listed
    assert "mj-aim reached" not in listed


@pytest.mark.usefixtures("of_city")
def test_a_shortlist_shows_each_condition_and_says_that_scores_are_not_frozen() -> None:
    drawn = html(opened("awards", lang="zh", places="2"))
    assert "还没有冻结" in drawn
    assert "名额 2 个" in drawn
    assert "样本" not in drawn.partition("不符合条件（")[0]
    assert "办件太少，不参评" in drawn
    assert "不在第一档" in drawn
