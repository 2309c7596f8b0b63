"""The officers' desk: what it lists first, what can be done, what is refused, and what it says of it."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from msgspec.structs import replace
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards.desk import acting, entering, register, telling
from dashboards.desk.entering import Form, Wrong
from dashboards.desk.registerfile import COLUMNS, as_xlsx, register_csv
from dashboards.desk.templates import shipped
from dashboards.desk.view import Inbox, Row, awaited, from_query, to_query, urgency
from dashboards.investigation.acting import record
from dashboards.lexicon import Lexicon
from dashboards.words import LANGUAGES, Words, catalogue
from mingjing.access import WHOLE, Person, Role, Scope
from mingjing.accounts.account import Account
from mingjing.files import Refused
from mingjing.handling import desk as handling
from mingjing.handling.machine import STEPS
from mingjing.scoring.details import Organisation
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import LocalServer
from mingjing.store.record import entries
from tests.dashboards import seed
from tests.dashboards.test_leader_pages import opened
from tests.dashboards.test_pages import Shown, html
from tests.mingjing.handling.paper import finding

PUBLIC = str(Path(dashboards.__file__).parent / "public" / "main.py")
ZONE = "Asia/Shanghai"
NOW = datetime(2026, 3, 18, 2, 30, tzinfo=UTC)
ZH = Words("zh", ZONE)
EVIL = "<img src=x onerror=alert(1)>'); DROP TABLE record; --"
ROW = Row(
    finding_id="f", revision=1, rule="T2", severity=2, status="open", subject="case:C", case_id="C", item="", region="",
    department="", window="", officer="", occurred_at=NOW, detected_at=NOW, message_zh="", message_en="", lead=False,
    number=1, state="issued", since=NOW, due="acknowledge", due_at=None, holder="", late=0, acted_at=None, acted_by="",
    step="issue",
)  # fmt: skip


# --- pure -------------------------------------------------------------------------------------


def test_an_address_written_by_hand_asks_for_nothing_odd() -> None:
    view = from_query({"queue": ["'; --"], "severity": ["9", "3"], "state": ["<b>"], "page": ["-1"], "q": ["x" * 999]})
    assert view == Inbox(severity=(3,), q="x" * 200)
    assert from_query(to_query(replace(view, page=3, rule=("T2", "P3")))) == replace(view, page=3, rule=("T2", "P3"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (replace(ROW, due_at=NOW), "overdue"),
        (replace(ROW, severity=3, due_at=NOW + timedelta(days=1)), "red"),
        (replace(ROW, due_at=datetime(2026, 3, 18, 16, tzinfo=UTC)), "today"),
        (replace(ROW, due_at=NOW + timedelta(days=3)), "soon"),
        (replace(ROW, due_at=NOW + timedelta(days=4)), "later"),
        (ROW, "later"),
        (replace(ROW, state="closed", due_at=NOW), "done"),
    ],
)
def test_urgency_is_what_is_over_then_red_then_by_deadline(row: Row, expected: str) -> None:
    assert urgency(row, NOW, ZONE) == expected


def test_people_are_awaited_where_their_role_has_to_act() -> None:
    def waits(*roles: str) -> set[str]:
        person = Person(account="a", roles=frozenset(roles), scope=WHOLE)  # type: ignore[arg-type]
        return {one.split(":")[0] for one in awaited(person)}

    assert waits("panel") == {"appealed", "revoking"}
    assert waits("department") == {"issued", "acknowledged", "explained", "supervised"}
    assert {"pending", "replied", "verified"} <= waits("supervisor")
    assert waits("administrator") == set()


def test_a_deadline_at_midnight_is_told_as_the_end_of_the_last_day() -> None:
    assert telling.end(datetime(2026, 3, 17, 16, tzinfo=UTC), ZH) == "2026-03-17 24:00"


def test_templates_are_for_steps_that_there_are_and_both_languages_have_as_many() -> None:
    named = {key.split(".")[1].rpartition("_")[0] for key in catalogue("zh") if key.startswith("templates.")}
    assert named <= set(STEPS)
    assert all(len(shipped(step, ZH)) == len(shipped(step, Words("en", ZONE))) for step in STEPS)
    assert shipped("reply", ZH)


FORM = Form(kind="inspection", number="n1", at=NOW, about={"window": "W1"}, text="空岗")


@pytest.mark.parametrize(
    ("form", "word"),
    [
        (replace(FORM, text=" \n"), "no_text"),
        (replace(FORM, at=NOW + timedelta(minutes=1)), "future"),
        (replace(FORM, at=NOW - timedelta(days=400)), "old"),
        (replace(FORM, about={}), "nowhere"),
        (replace(FORM, kind="complaint"), "no_case"),
        (replace(FORM, about={"window": "W2"}), "unknown_case"),
    ],
)
def test_a_form_that_says_too_little_or_too_much_is_refused(form: Form, word: str) -> None:
    with pytest.raises(Wrong) as wrong:
        entering.as_event(form, NOW, Scope(windows=frozenset({"W1"})))
    assert wrong.value.word == word
    assert f"form.{word}" in catalogue("zh")


def test_what_an_inspector_leaves_open_is_known_from_the_organisation() -> None:
    org = Organisation([("officer", "P", "W"), ("window", "W", "D"), ("department", "D", "R"), ("officer", "Q", "D")])
    whole = {"region": "R", "department": "D", "window": "W", "officer": "P"}
    assert entering.completed({"officer": "P"}, org) == whole
    assert entering.completed({"officer": "Q"}, org) == whole | {"window": "", "officer": "Q"}
    assert entering.completed({"window": "?"}, org) == {"region": "", "department": "", "window": "?", "officer": ""}


def test_an_inspection_is_an_event_of_its_own_and_a_complaint_one_of_its_case() -> None:
    found = entering.as_event(replace(FORM, case_id="C1", details={"severity": 2}), NOW, WHOLE)
    assert (found.case_id, found.type, found.window) == ("inspection:n1", "irregularity_recorded", "W1")
    assert found.data == {"ground": "other", "text": "空岗", "severity": 2, "case": "C1"}
    told = entering.as_event(replace(FORM, kind="complaint", case_id="C1", text=EVIL), NOW, WHOLE)
    assert (told.case_id, told.type, told.data["statement"]) == ("C1", "complained", EVIL)


def test_a_card_is_handed_over_to_who_may_see_it_alone() -> None:
    """Of a neighbour's accounts not even the names are there."""
    org = Organisation([("department", "D1", "R1"), ("department", "D2", "R2")])
    known: list[tuple[str, Role, str, str]] = [
        ("all", "leader", "*", ""), ("up", "supervisor", "region:R1", ""), ("other", "supervisor", "region:R2", ""),
        ("unit", "department", "department:D2", ""), ("own", "officer", "", "O1"), ("next", "officer", "", "O2"),
        ("admin", "administrator", "", ""),
    ]  # fmt: skip
    there = [Account(account=name, roles=(role,), place=at, officer=code) for name, role, at, code in known]
    assert [one.account for one in there if acting.sees(one, [finding()], org)] == ["all", "up", "own"]


# --- over a store -----------------------------------------------------------------------------


@pytest.fixture
def desk(shown: Shown, few_server: LocalServer, tmp_path: Path) -> Iterator[Store]:
    """Pages that may act, over the hall of some weeks."""
    for name, value in {
        "STORE_DSN": few_server.reader_dsn,
        "DESK_DSN": few_server.desk_dsn,
        "SEAL_DIR": str(tmp_path / "seal"),
        "FILES_DIR": str(tmp_path / "files"),
    }.items():
        shown.setenv(f"MINGJING_{name}", value)
    with Store(few_server.dsn) as store:
        yield store


def a_finding(store: Store, nth: int, severity: int = 2) -> str:
    """The nth open finding of a severity that is no lead: each test takes another one."""
    found: str = store.query("board_rows", severities=[severity], statuses=["open"], nature="verdict", limit=50)[nth][
        "finding_id"
    ]
    return found


def attend(store: Store, finding_id: str) -> int:
    """What the service does by itself; the number of its last act."""
    settings = Settings()
    one = handling.Desk(store, record(), handling.deadlines(settings), lambda: seed.NOW, store)
    return one.attend([finding_id], "system:clerk")[0].handling.number


def said_by(store: Store, finding_id: str) -> list[str]:
    return [entry.actor for entry in entries(store, kinds=["act"], subjects=[finding_id])]


@pytest.mark.store
@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_pages_say_why(language: str, shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    shown.setenv("MINGJING_DESK_DSN", empty_server.desk_dsn)
    shown.setenv("MINGJING_SEAL_DIR", "seal")
    for page, key in (("desk", "desk.none"), ("register", "register.none"), ("complaint", "form.none_hint")):
        assert catalogue(language)[key] in html(opened(page, lang=language))


@pytest.mark.store
def test_without_a_user_who_may_write_the_desk_is_for_reading(shown: Shown, few_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", few_server.reader_dsn)
    app = opened("desk", lang="zh")
    app.session_state["desk_open"] = [_listed(app)[0]]
    app.run()
    assert catalogue("zh")["desk.cannot_act"] in html(app)
    assert "desk_go" not in {button.key for button in app.button}


@pytest.mark.store
def test_who_acts_second_is_told_first_and_keeps_what_was_typed(desk: Store) -> None:
    finding = a_finding(desk, 0)
    attend(desk, finding)
    one, two = (_chosen(finding) for _ in range(2))
    for app, text in ((one, EVIL), (two, "我的说明")):
        app.button_group(key="desk_step").set_value("reply").run()
        app.text_area(key="desk_text_0").set_value(text).run()
    one.button(key="desk_go").click().run()
    assert not one.exception
    assert said_by(desk, finding)[-1] == "local"
    assert "&lt;img src=x" in html(one)
    assert "<img src=x" not in html(one)

    two.button(key="desk_go").click().run()  # the form was drawn before
    assert catalogue("zh")["desk.meanwhile"].format(n=1) in html(two) or catalogue("zh")["desk.taken"] in html(two)
    assert two.text_area(key="desk_text_0").value == "我的说明"
    assert said_by(desk, finding).count("local") == 1
    assert two.button(key="desk_go").disabled
    two.button(key="desk_noted").click().run()
    assert two.session_state["desk_seen"][finding] == len(said_by(desk, finding))


@pytest.mark.store
def test_many_are_acted_on_at_once_and_the_preview_says_which_not(desk: Store) -> None:
    issued, pending = a_finding(desk, 1), a_finding(desk, 0, severity=3)
    attend(desk, issued)
    app = opened("desk", lang="zh")
    app.session_state["desk_open"] = [issued, pending]
    app.run()
    app.button_group(key="desk_step").set_value("acknowledge").run()
    drawn = html(app)
    assert catalogue("zh")["desk.can_n"].format(n=1, all=2, step="签收") in drawn
    assert "目前状态为“待发”，不能“签收”" in drawn
    app.button(key="desk_go").click().run()
    assert not app.exception
    assert [said_by(desk, one).count("local") for one in (issued, pending)] == [1, 0]


@pytest.mark.store
def test_nothing_is_done_without_a_reason_or_with_a_disguised_file(desk: Store) -> None:
    finding = a_finding(desk, 2)
    attend(desk, finding)
    app = _chosen(finding)
    app.button_group(key="desk_step").set_value("reply").run()
    app.button(key="desk_go").click().run()
    assert "请写明理由或说明" in html(app)
    view = acting.views([finding])[finding]
    with pytest.raises(Refused, match="disguised"):
        acting.act(view, "reply", view.handling.number, {"a.pdf": b"just words"}, {"text": "见附件"})
    assert "local" not in said_by(desk, finding)
    made = acting.act(view, "reply", view.handling.number, {"说明.txt": b"just words"}, {"text": "见附件"})
    again = acting.act(view, "comment", made.handling.number, {}, {"text": "x"})
    (digest,) = made.acts[-1].act.files
    assert acting.content(digest, finding) == b"just words"
    for digest_, of in (
        (digest, a_finding(desk, 3)),
        (digest, "no such"),
        (acting.keep({"b.txt": b"b"})[0].digest, finding),
    ):
        with pytest.raises(Refused, match="missing"):
            acting.content(digest_, of)
    assert again.handling.number == made.handling.number + 1
    assert entries(desk, kinds=["export"], subjects=[finding])


@pytest.mark.store
def test_a_form_sent_twice_is_recorded_once(desk: Store) -> None:
    event = entering.as_event(FORM, NOW, WHOLE)
    number = acting.new_form()
    assert [acting.enter(event, number) for _ in range(2)] == [True, False]
    assert len(entries(desk, kinds=["event"], subjects=[f"entered:{number}"])) == 1
    assert "空岗" in html(opened("inspection", lang="zh"))


@pytest.mark.store
def test_a_complaint_is_entered_about_a_case_with_its_window(desk: Store) -> None:
    app = opened("complaint", lang="zh", case=seed.LONG_CASE)
    form = app.session_state["complaint_form"]
    app.button(key="e_send_complaint").click().run()
    assert catalogue("zh")["form.no_text"] in html(app)
    app.text_area(key=f"e_text_{form}").set_value(EVIL).run()
    app.button(key="e_send_complaint").click().run()
    assert not app.exception
    (entry,) = entries(desk, kinds=["event"], cases=[seed.LONG_CASE])
    assert (entry.window, entry.officer, entry.actor) == ("ZJJ-W03", "ZJJ-05", "local")
    assert json.loads(entry.body)["data"]["statement"] == EVIL
    assert "img src=x" not in html(app)  # nor in any other way, before the case is unsealed


@pytest.mark.store
@pytest.mark.usefixtures("desk")
def test_own_templates_are_kept_by_account() -> None:
    assert acting.own_templates() == (0, [])
    acting.keep_templates(0, ["一", " ", "一", "二"])
    assert acting.own_templates() == (1, ["一", "二"])


@pytest.mark.store
def test_the_register_says_who_did_what_and_whether_in_time(desk: Store) -> None:
    finding = a_finding(desk, 3)
    settings, at = Settings(), [seed.NOW - timedelta(days=8)]
    one = handling.Desk(desk, record(), handling.deadlines(settings), lambda: at[0], desk)
    number = one.attend([finding], "system:clerk")[0].handling.number
    at[0] = seed.NOW
    unit = Person(account="=cmd", roles=frozenset({"lead"}), scope=WHOLE)
    view = one.act(unit, finding, "acknowledge", seen=number)
    lines = register.lines(view, one.deadlines)
    assert [(line.by, line.kept) for line in lines] == [("system:clerk", None), ("=cmd", False)]
    assert [share.by for share in register.shares(lines)] == ["=cmd", "system:clerk"]
    lexicon = Lexicon(ZH, {}, {})
    head, *rows = csv.reader(io.StringIO(register_csv(lines, lexicon).decode("utf-8-sig")))
    assert tuple(head) == COLUMNS
    assert rows[1][1] == "'=cmd"  # no formula
    assert as_xlsx([replace(lines[0], text="\x0b坏")], lexicon)[:2] == b"PK"
    drawn = html(opened("register", lang="zh"))
    assert "=cmd" in drawn
    assert "逾期" in drawn


@pytest.mark.store
def test_what_is_exposed_takes_two_and_names_nobody(desk: Store) -> None:
    """Proposed on the page, approved by another person, then on the public page; taken down, nowhere."""
    finding = a_finding(desk, 4)
    number = attend(desk, finding)
    one = handling.Desk(desk, record(), handling.deadlines(Settings()), lambda: seed.NOW, desk)
    unit, check, leader = (
        Person(account=role, roles=frozenset({role}), scope=WHOLE) for role in ("department", "supervisor", "leader")
    )
    one.act(unit, finding, "reply", seen=number, text="已整改")
    one.act(check, finding, "verify", seen=number + 1, text="属实")
    app = opened("finding", lang="zh", id=finding)
    app.button_group(key="finding_step").set_value("expose").run()
    app.text_area(key="finding_text_0").set_value("有代表性").run()
    app.button(key="finding_go").click().run()
    assert not app.exception
    assert catalogue("zh")["desk.exposure_proposed"] in html(app)
    assert "publish" not in app.button_group(key="finding_step").options  # not by whoever proposed it
    view = one.act(leader, finding, "publish", seen=number + 3)
    assert view.handling.exposed is not None
    told = view.handling.exposed.act.public
    assert told is not None
    assert finding in _listed(opened("desk", lang="en", queue="exposed"))
    for words, said in (("zh", told.text.zh), ("en", told.text.en)):
        public = _public(words)
        assert said in public
        known = (finding, view.finding.case_id, view.finding.window, view.finding.officer)
        assert not [code for code in known if code and code in public]
    one.act(leader, finding, "take_down", seen=number + 4, text="公示期满")
    st.cache_data.clear()
    assert told.text.zh not in _public("zh")


def _public(language: str) -> str:
    app = AppTest.from_file(PUBLIC, default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    return html(app)


def _listed(app: AppTest) -> list[str]:

    (drawn,) = (one for one in app.get("bidi_component") if one.key == "desk")
    return [row["id"] for row in json.loads(drawn.proto.json)["rows"]]


def _chosen(finding: str) -> AppTest:
    app = opened("desk", lang="zh")
    app.session_state["desk_open"] = [finding]
    app.run()
    assert not app.exception
    return app
