"""The rule pages: every rule can be found, read and tried with other numbers before anyone saves it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.rulestats import RuleLine, matching, ordered
from dashboards.whatif import Knob, Outcome, Progress, Trial, knobs
from mingjing.errors import UsageError
from mingjing.store.local import LocalServer
from tests.dashboards.test_pages import APP, html

pytestmark = pytest.mark.store
Shown = pytest.MonkeyPatch


def opened(**query: str) -> AppTest:
    """The rule pages as a reader with that address finds them."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    app.switch_page("../pages/rules.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("language", "said"), [("zh", "承诺时限"), ("en", "Committed limit")])
def test_the_list_names_every_rule_that_judged(language: str, said: str, shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    page = html(opened(lang=language))
    assert said in page
    assert page.index(">T2 ") < page.index(">T10 ")


def test_an_empty_store_says_that_no_rule_has_judged(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert "还没有规则参加过监察" in html(opened())


def test_a_rule_shows_its_law_its_findings_and_its_examples(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    page = html(opened(rule="T2"))
    for told in ("《行政许可法》第四十二条", "住房和城乡建设局", "item.committed_limit", "示例（21 个）"):
        assert told in page


def test_an_unknown_rule_is_told_of(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    assert "没有规则 &lt;b&gt;T99" in html(opened(rule="<b>T99"))


def test_a_trial_from_the_page_says_what_would_come_and_go(
    shown: Shown, few_server: LocalServer, items_dir: str
) -> None:
    """Before anyone saves a number they see what it would have done to the last months."""
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    shown.setenv("MINGJING_ITEMS_DIR", items_dir)
    app = opened(rule="P7", lang="en")
    app.number_input(key="knob_most").set_value(0)
    next(button for button in app.button if button.label == "Try it").click()
    app.run()
    page = html(app)
    assert "would come" in page
    assert "of the rule" in page  # P7's own examples say that one notice is quiet


def test_a_trial_of_nonsense_says_what_would_be_right(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    with pytest.raises(UsageError, match="write it like 20 working_days"):
        list(Trial("T4", {"limit": '"soon"'}, 30))


def test_a_trial_tells_how_far_it_is_and_what_it_came_to(shown: Shown, few_server: LocalServer, items_dir: str) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    shown.setenv("MINGJING_ITEMS_DIR", items_dir)
    said = list(Trial("T2", {"ladder.1.severity": "3"}, 365))
    assert all(isinstance(one, Progress) for one in said[:-1])
    outcome = said[-1]
    assert isinstance(outcome, Outcome)
    assert outcome.counted.after.get(2, 0) == 0
    assert outcome.counted.before[2] > 0
    assert {one.kind for one in outcome.changes} == {"changes"}
    assert outcome.contradicted
    assert 'at = "due", severity = 3' in outcome.text


def test_numbers_of_a_rule_can_be_turned_and_patterns_cannot() -> None:
    said: dict[str, Any] = {
        "limit": "5 working_days",
        "start": ["accepted"],
        "ladder": [{"at": "due", "severity": 2}],
        "pause": [{"from": "suspended", "to": "resumed", "cap": "data.days"}],
        "extend": {"by": "extension_approved", "most": 10},
    }
    paths = [knob.path for knob in knobs(said)]
    assert paths == [
        "limit",
        "ladder.0.at",
        "ladder.0.severity",
        "pause.0.cap",
        "extend.most",
    ]
    assert Knob("limit", "5 working_days").written == '"5 working_days"'


def test_rules_are_found_by_name_and_sorted_by_what_they_found() -> None:
    many = [
        RuleLine(rule=rule, name=name, kind="deadline", group=rule[0], lead=False, severities=(2,), open=n)
        for rule, name, n in (("T10", "预审", 1), ("T2", "承诺", 5), ("P4", "退回", 9))
    ]
    assert [line.rule for line in ordered(many, "id")] == ["P4", "T2", "T10"]
    assert [line.rule for line in ordered(many, "open")] == ["P4", "T2", "T10"]
    assert [line.rule for line in matching(many, " 承 ", ())] == ["T2"]
    assert [line.rule for line in matching(many, "t1", ("T",))] == ["T10"]
