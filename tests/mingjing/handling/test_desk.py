"""The desk over a real store: act, record, list and ruling; two at once; a process that died in between."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from mingjing.handling.allowed import Refused
from mingjing.handling.bulk import issue_all
from mingjing.handling.deadlines import Deadlines
from mingjing.handling.desk import Desk
from mingjing.handling.events import events_of
from mingjing.handling.machine import Told
from mingjing.handling.policy import Policy
from mingjing.opendata.exposures import cases_csv, exposed
from mingjing.record.keys import Signer, signer
from mingjing.record.recorder import Recorder, Taken
from mingjing.store import Store
from mingjing.store.exposures import ExposureRow, exposure_rows, write_exposures
from mingjing.store.handling import handled, handling_rows, to_look_at
from mingjing.store.local import LocalServer
from mingjing.store.record import doubled_numbers
from mingjing.store.rulings import rulings
from mingjing.types import Text
from mingjing.zones import Zone
from tests.clickhouse import in_database
from tests.mingjing.handling.paper import (
    CALENDAR,
    DEPARTMENT,
    ELSEWHERE,
    LEAD,
    LEADER,
    MONDAY,
    OFFICER,
    PANEL,
    SECOND,
    SUPERVISOR,
    finding,
)

pytestmark = pytest.mark.store


class Office:
    """A store with findings, and desks that write as the user who may change nothing."""

    def __init__(self, reader: Store, desk_dsn: str, key: Signer) -> None:
        self.reader, self._dsn, self._key = reader, desk_dsn, key
        self.now = MONDAY + timedelta(hours=1, microseconds=1234)
        self.store = Store(desk_dsn)
        self._stores = [self.store]

    def desk(self) -> Desk:
        """Another process's desk."""
        self._stores.append(Store(self._dsn))
        recorder = Recorder(self._stores[-1], self._key, "test")
        return Desk(self.store, recorder, Deadlines(Policy(), CALENDAR, Zone("Asia/Shanghai")), self._now, self.reader)

    def close(self) -> None:
        """Lets go of the server."""
        for one in self._stores:
            one.close()

    def _now(self) -> datetime:
        return self.now


@pytest.fixture
def office(clickhouse: LocalServer, store: Store, tmp_path: Path) -> Iterator[Office]:
    """With one red card, two notices and a lead."""
    names = {"red": 3, "notice": 1, "other": 1}
    store.write_findings([finding(grave, finding_id=name) for name, grave in names.items()])
    store.write_findings([finding(2, finding_id="lead", lead=True, case_id=None)])
    made = Office(store, in_database(clickhouse.desk_dsn, store.address.database), signer(tmp_path))
    yield made
    made.close()


def test_an_act_is_recorded_listed_and_ruled(office: Office) -> None:
    """The whole way of a red card, the scores' ruling included; and what happens to nobody's eyes stays unknown."""
    desk = office.desk()
    assert set(to_look_at(office.reader, office.now, MONDAY, 10)) == {"red", "notice", "other", "lead"}
    views = desk.attend(["red", "notice", "other", "lead"], "system:clerk")
    assert {view.finding.finding_id: view.handling.state for view in views} == {
        "red": "pending", "notice": "issued", "other": "issued", "lead": "pending",
    }  # fmt: skip
    assert to_look_at(office.reader, office.now, MONDAY, 10) == []
    office.reader.write_findings([finding(1, finding_id="other", revision=2, department="D2")])
    assert to_look_at(office.reader, office.now, MONDAY, 10) == ["other"]  # else D2 would see no handling of it
    desk.attend(["other"], "system:clerk")
    assert to_look_at(office.reader, office.now, MONDAY, 10) == []
    with pytest.raises(Refused, match="no such finding"):
        desk.view(ELSEWHERE, "red")
    with pytest.raises(Refused, match="no such finding"):
        desk.act(ELSEWHERE, "red", "comment", seen=0, text="let me see")
    assert "issue" in [move.step for move in desk.allowed(SUPERVISOR, desk.view(SUPERVISOR, "red"))]
    desk.act(SUPERVISOR, "red", "issue", seen=0)
    desk.act(LEAD, "red", "appeal", seen=1, text="'; DROP TABLE record; -- <script>alert(1)</script>")
    desk.act(PANEL, "red", "revoke", seen=2, text="申诉成立")
    assert rulings(office.reader) == []
    view = desk.act(SECOND, "red", "agree", seen=3, text="同意")
    row = handling_rows(office.reader, ["red"])["red"]
    assert (row.state, row.number, row.due, row.gravest, row.acted_by) == ("revoked", 4, "", 3, "second")
    (ruled,) = rulings(office.reader)
    assert (ruled.finding_id, ruled.case_id, ruled.outcome, ruled.ruled_by, ruled.reason) == (
        "red", "C1", "revoked", "second", "同意",
    )  # fmt: skip
    assert view.acts[1].act.text.startswith("'; DROP TABLE")
    assert [event.type for event in events_of(view.finding, view.acts)][-1] == "finding_revoked"
    assert desk.settle(["red", "notice", "other", "lead"]) == []
    assert [sorted(part) for part in handled(office.reader)] == [["lead", "notice", "other", "red"]]


def test_of_two_who_act_at_once_the_second_is_told(office: Office) -> None:
    """No update is lost; a form that comes twice is one act; of many, one that is refused holds up no other."""
    one, two = office.desk(), office.desk()
    one.attend(["notice", "other"], "system:clerk")
    seen = one.view(SUPERVISOR, "notice")
    one.act(OFFICER, "notice", "acknowledge", seen=1)
    with pytest.raises(Taken, match="acknowledge by officer"):
        two.act(SUPERVISOR, "notice", "supervise", seen=1, text="at once")
    with pytest.raises(Taken):  # it looked before the other act was there, and both write number 2
        two._record(SUPERVISOR, seen, replace(seen.acts[0].act, step="comment", role="supervisor", text="x"))
    again = two.act(OFFICER, "notice", "acknowledge", seen=1)
    assert again.handling.number == 2
    results = one.act_many(OFFICER, {"notice": 2, "other": 7, "lead": 0, "none": 0}, "explain", text="已整改")
    assert [(one.finding_id, one.view is not None, type(one.refused).__name__) for one in results] == [
        ("notice", True, "NoneType"), ("other", False, "Taken"), ("lead", False, "Refused"), ("none", False, "Refused"),
    ]  # fmt: skip


def test_who_acts_while_many_go_out_at_once_is_heard(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked before the other wrote: the person's act counts, the card goes out behind it, no seal is broken."""
    desk, recorder = office.desk(), Recorder(office.store, Signer.fresh(), "clerk")
    office.reader.write_findings([finding(1, finding_id="raced"), finding(1, finding_id="quiet")])
    with monkeypatch.context() as racing:
        racing.setattr(recorder, "_refuse_taken", lambda _: desk.act(LEADER, "raced", "comment", seen=0, text="先不发"))
        assert issue_all(office.desk(), recorder, ["raced", "quiet"], "system:clerk", office.now) == 2
    raced, quiet = (desk.views([name])[name].acts for name in ("raced", "quiet"))
    assert [(done.act.step, done.by) for done in raced] == [("comment", "leader")]
    assert [(done.act.step, done.by) for done in quiet] == [("issue", "system:clerk")]
    assert "raced" in to_look_at(office.reader, office.now, MONDAY, 10, {1, 2})
    assert "raced" not in to_look_at(office.reader, office.now, MONDAY, 10, {3})
    (seen,) = desk.attend(["raced"], "system:clerk")
    assert [done.act.step for done in seen.acts] == ["comment", "issue"]
    assert doubled_numbers(office.reader) == []


def test_what_a_process_left_undone_is_put_right_from_the_record(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the record and the list, and between the list and the ruling; by the next act, or by `settle`."""
    desk = office.desk()
    desk.attend(["notice", "other"], "system:clerk")
    with monkeypatch.context() as killed:
        killed.setattr("mingjing.handling.desk.write_handling", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.act(SUPERVISOR, "notice", "revoke", seen=1, text="误报")
    assert handling_rows(office.reader, ["notice"])["notice"].state == "issued"
    assert rulings(office.reader) == []
    other = office.desk()
    assert other.unsettled(["notice", "other"]) == ["notice"]
    assert other.settle(["notice", "other"]) == ["notice"]
    assert other.settle(["notice", "other"]) == []
    assert handling_rows(office.reader, ["notice"])["notice"].state == "revoked"
    assert [one.outcome for one in rulings(office.reader)] == ["revoked"]
    # A later act mends it as well.
    with monkeypatch.context() as killed:
        killed.setattr("mingjing.handling.desk.write_handling", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.act(PANEL, "notice", "reopen", seen=2, text="重新办理")
    desk.act(SUPERVISOR, "notice", "comment", seen=3, text="看过")
    assert [one.outcome for one in rulings(office.reader)] == ["revoked", "upheld"]
    assert handling_rows(office.reader, ["notice"])["notice"].state == "supervised"


def test_time_and_news_wake_the_service(office: Office) -> None:
    """A climbed finding, one that was withdrawn, a case that ended, a deadline that was missed."""
    desk = office.desk()
    desk.attend(["notice", "other", "red", "lead"], "system:clerk")
    office.reader.write_findings([
        finding(2, finding_id="notice", revision=2), finding(1, finding_id="other", revision=2, status="resolved"),
        finding(3, finding_id="red", revision=2, status="withdrawn"),
    ])  # fmt: skip
    assert set(to_look_at(office.reader, office.now, MONDAY, 10)) == {"notice", "other", "red"}
    states = {one.finding.finding_id: one.handling.state for one in desk.attend(["notice", "other", "red"], "system:c")}
    assert states == {"notice": "issued", "other": "closed", "red": "withdrawn"}
    assert to_look_at(office.reader, office.now, MONDAY, 10) == []
    office.now += timedelta(days=2)
    assert to_look_at(office.reader, office.now, MONDAY, 10) == ["notice"]
    (escalated,) = desk.attend(["notice"], "system:clerk")
    assert [(done.act.step, done.act.to) for done in escalated.acts][-1] == ("escalate", "acknowledge")
    desk.act(DEPARTMENT, "notice", "reply", seen=escalated.handling.number, text="已整改")


def test_what_the_public_is_told_follows_the_acts(office: Office) -> None:
    """Proposed: no text yet; approved: the text; appealed against: none again, and a forged row is put right."""
    public = Told(rule=Text(zh="承诺超期", en="Late"), text=Text(zh="三月，某单位……", en="In March a unit …"))
    desk = office.desk()
    desk.act(SUPERVISOR, "red", "issue", seen=0)
    desk.act(DEPARTMENT, "red", "reply", seen=1, text="已整改")
    desk.act(SUPERVISOR, "red", "verify", seen=2, text="属实")
    desk.act(SUPERVISOR, "red", "expose", seen=3, text="典型", public=public)
    (row,) = exposure_rows(office.reader, ["red"]).values()
    assert (row.state, row.zh) == ("proposed", "")
    assert exposed(office.reader, "Asia/Shanghai") == []
    desk.act(LEADER, "red", "publish", seen=4)
    (told,) = exposed(office.reader, "Asia/Shanghai")
    assert (told.day.isoformat(), told.rule, told.text) == ("2025-03-03", public.rule, public.text)
    assert cases_csv([told], "zh").decode("utf-8-sig").splitlines() == [
        "公布日期,规则,内容",
        "2025-03-03,承诺超期,三月，某单位……",
    ]
    desk.act(LEAD, "red", "appeal", seen=5, text="不服")
    assert exposed(office.reader, "Asia/Shanghai") == []
    write_exposures(office.store, [ExposureRow(finding_id="red", state="shown", at=office.now, zh="张三")])
    assert desk.unsettled(["red"]) == ["red"]
    assert desk.settle(["red"]) == ["red"]
    assert exposed(office.reader, "Asia/Shanghai") == []
