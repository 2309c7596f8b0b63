"""Changes: two persons, forward only, and no service loads what they did not approve."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from mingjing import settings
from mingjing.access import Person
from mingjing.changes import past
from mingjing.changes.fold import Broken, Change, fold
from mingjing.changes.office import NotAllowed, NotApproved, Office, require
from mingjing.changes.parts import PARTS, difference, digest, read
from mingjing.cli.approved import approved_engine, loads
from mingjing.errors import BookError, UsageError
from mingjing.instants import micros, parse
from mingjing.record.keys import signer
from mingjing.record.recorder import Draft, Recorder, Taken
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import entries
from mingjing.types import CaseEvent
from rules import Engine
from rules.eras import Eras

NOW = datetime(2026, 3, 31, 1, tzinfo=UTC)
TODAY = date(2026, 3, 31)
ANNA = Person(account="anna", roles=frozenset({"supervisor"}))
BERT = Person(account="bert", roles=frozenset({"leader"}))
CARL = Person(account="carl", roles=frozenset({"officer"}))
RULE = """
id = "T9"
kind = "required"
name = { zh = "无", en = "None" }
basis = "示例"
at = ["decided"]
need = ["noticed"]
severity = SEVERITY
"""


def rule(severity: int) -> str:
    return RULE.replace("SEVERITY", str(severity))


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    """An installation with a rule and a calendar of its own."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "calendars").mkdir()
    (tmp_path / "rules/T9.toml").write_text(rule(2), encoding="utf-8")
    (tmp_path / "calendars/cn.toml").write_text('version = "1"\n', encoding="utf-8")
    return Settings(
        rules_dir=str(tmp_path / "rules"), calendars_dir=str(tmp_path / "calendars"), seal_dir=str(tmp_path / "seal")
    )


def office_of(store: Store, city: Settings, now: datetime = NOW) -> Office:
    recorder = Recorder(store, signer(city.seal_dir), "test")
    return Office(store, recorder, city, lambda: now, lambda *of: loads(city, *of))


def edit(city: Settings, severity: int) -> None:
    (Path(city.rules_dir or "") / "T9.toml").write_text(rule(severity), encoding="utf-8")


def test_a_change_takes_two_persons_and_is_in_the_record(store: Store, city: Settings) -> None:
    """The whole way: adopted, edited, refused to load, proposed, approved by another, loaded."""
    office = office_of(store, city)
    assert office.adopt("system:worker") == list(PARTS)
    assert office.adopt("system:worker") == []
    require(city, office.all())

    edit(city, 3)
    with pytest.raises(NotApproved, match=r"^rules: the files are not what two persons approved \(0 new, 1 changed"):
        require(city, office.all())
    with pytest.raises(NotAllowed):
        office.propose(CARL, "rules", "graver")
    asked = office.propose(ANNA, "rules", "graver")
    assert office.standing("rules").pending == (asked,)
    with pytest.raises(NotApproved):
        require(city, office.all())
    with pytest.raises(NotAllowed, match="a second person approves"):
        office.approve(ANNA, "rules", asked.number)
    with pytest.raises(NotAllowed):
        office.approve(CARL, "rules", asked.number)
    with pytest.raises(UsageError, match="no proposal 9 waits"):
        office.approve(BERT, "rules", 9)
    stands = office.approve(BERT, "rules", asked.number)
    assert stands.eras[-1].by == ("anna", "bert")
    require(city, office.all())
    assert list(difference(stands.eras[0].files, stands.files))[-2:] == ["-severity = 2", "+severity = 3"]

    kept = entries(store, kinds=["change"], subjects=["rules"])
    assert [(one.number, one.actor) for one in kept] == [(1, "system:worker"), (2, "anna"), (3, "bert")]
    with pytest.raises(Broken, match="who had made it"):
        fold("rules", [*kept[:2], msgspec.structs.replace(kept[2], actor="anna")])
    with pytest.raises(Broken, match="is missing"):
        fold("rules", [kept[0], kept[2]])
    other = msgspec.json.decode(kept[1].body) | {"after": "0" * 64}
    with pytest.raises(Broken, match="not those of its digest"):
        fold("rules", [kept[0], msgspec.structs.replace(kept[1], body=msgspec.json.encode(other).decode())])


def test_of_two_who_decide_at_once_the_second_is_told(store: Store, city: Settings) -> None:
    office = office_of(store, city)
    office.adopt("system:worker")
    edit(city, 3)
    asked = office.propose(ANNA, "rules", "graver")
    before = office.standing("rules")
    late = office_of(store, city)
    late.standing = lambda part: before  # type: ignore[method-assign]  # saw it before the other decided
    office.reject(BERT, "rules", asked.number)
    with pytest.raises(Taken):
        late.approve(BERT, "rules", asked.number)
    assert len(office.standing("rules").eras) == 1


def test_an_approval_that_was_put_into_the_database_lets_nothing_be_loaded(store: Store, city: Settings) -> None:
    """By somebody who may append to the record there, and has no key of the installation's."""
    office = office_of(store, city)
    office.adopt("system:worker")
    edit(city, 3)
    asked = office.propose(ANNA, "rules", "graver")
    stranger = Recorder(store, signer(f"{city.seal_dir}2"), "x")
    body = Change(step="approve", part="rules", after=asked.after, of=asked.number)
    stranger.append(BERT, NOW, Draft(kind="change", subject="rules", number=asked.number + 1, body=body))
    with pytest.raises(Broken, match="change 3 by bert is not as a trusted key signed it"):
        office.standing("rules")


def test_what_cannot_be_loaded_or_changes_nothing_is_not_proposed(store: Store, city: Settings) -> None:
    office = office_of(store, city)
    with pytest.raises(UsageError, match="nothing is in force yet"):
        office.propose(ANNA, "rules", "x")
    office.adopt("system:worker")
    with pytest.raises(UsageError, match="nothing differs"):
        office.propose(ANNA, "rules", "x")
    (Path(city.rules_dir or "") / "T9.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(BookError):
        office.propose(ANNA, "rules", "x")
    (Path(city.calendars_dir or "") / "cn.toml").write_text(
        'version = "2"\n[[day]]\non = 2026-03-20\nkind = "holiday"\n', encoding="utf-8"
    )
    edit(city, 2)
    with pytest.raises(past.TouchesThePast, match="2026-03-20 would count otherwise"):
        office.propose(ANNA, "calendars", "a holiday, afterwards")


def test_a_service_with_two_persons_adopts_once_and_then_refuses(store_dsn: str, city: Settings) -> None:
    """What the worker, the scorer, the population runner and verify load."""
    chosen = msgspec.structs.replace(city, two_persons=True, store_dsn=store_dsn, desk_dsn=store_dsn)
    assert not isinstance(approved_engine(chosen, "worker"), Eras)
    edit(city, 3)
    with pytest.raises(NotApproved, match="rules: the files are not what two persons approved"):
        approved_engine(chosen, "worker")
    with Store(store_dsn) as store:
        office = office_of(store, city)
        office.approve(BERT, "rules", office.propose(ANNA, "rules", "graver").number)
    engine = approved_engine(chosen, "worker")
    assert isinstance(engine, Eras)
    before, after = ([closed(at) for _ in "1"] for at in ("2026-03-30T09:00:00+08:00", "2026-03-31T09:30:00+08:00"))
    assert [one.severity for one in engine.judge(before, micros(NOW)).findings] == [2]
    assert [one.severity for one in engine.judge(after, micros(NOW)).findings] == [3]
    assert sorted(one.id for one in engine.rules) == ["T9", "T9"]
    with pytest.raises(UsageError, match="needs store_dsn and desk_dsn"):
        approved_engine(msgspec.structs.replace(chosen, desk_dsn=None), "worker")


def closed(at: str) -> CaseEvent:
    return CaseEvent(event_id="e", case_id="c", type="decided", occurred_at=parse(at))


def test_two_persons_are_off_where_nobody_switched_them_on() -> None:
    """So the commands of the README need no second person."""
    assert settings.load(env={}).two_persons is False


class Told(Engine):
    """An engine that says its own name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.book, self.catalogue, self.registers = SHARED.book, SHARED.catalogue, SHARED.registers

    def judge(self, events, as_of):  # type: ignore[no-untyped-def]
        return self.name


SHARED = SimpleNamespace(book=None, catalogue=None, registers=None)


@pytest.mark.parametrize(
    ("starts", "era"), [("2026-01-01", "old"), ("2026-03-30", "old"), ("2026-04-01", "new"), ("2026-06-01", "newest")]
)
def test_a_case_is_judged_by_what_held_when_it_began(starts: str, era: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes later, and in whatever order."""
    monkeypatch.setattr(Engine, "__init__", lambda self, *_: None)
    begins = [micros(parse(f"2026-{month}-01T00:00:00+08:00")) for month in ("04", "05")]
    eras = Eras(Told("old"), [(begins[0], Told("new")), (begins[1], Told("newest"))], "Asia/Shanghai")
    first = closed(f"{starts}T12:00:00+08:00")
    late = CaseEvent(event_id="z", case_id="c", type="closed", occurred_at=parse("2026-07-01T00:00:00+08:00"))
    assert {eras.judge(several, 0) for several in ([first], [first, late], [late, first])} == {era}  # type: ignore[comparison-overlap]


CN = b'base = "cn"\nyears = [2027]\n'


def day(on: str, kind: str = "holiday") -> bytes:
    return f'[[day]]\non = {on}\nkind = "{kind}"\n'.encode()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (CN, CN + day("2026-03-30"), "2026-03-30 would count"),
        (CN + day("2026-03-30"), CN, "2026-03-30 would count"),
        (CN, CN + day("2005-01-04"), "2005-01-04 would count"),
        (CN, CN + day("2026-03-31"), None),
        (CN, CN + day("2026-10-08") + day("2027-02-15"), None),
        (CN, CN + day("2026-03-28", "working"), "2026-03-28 would count"),
        (CN, CN.replace(b"cn", b"weekdays"), "would count otherwise"),
    ],
)
def test_days_that_are_over_stay_what_they_were(before: bytes, after: bytes, why: str | None) -> None:
    if why is None:
        past.check({"city.toml": before}, {"city.toml": after}, TODAY)
    else:
        with pytest.raises(past.TouchesThePast, match=why):
            past.check({"city.toml": before}, {"city.toml": after}, TODAY)


def test_a_calendar_or_hours_of_the_past_cannot_go() -> None:
    with pytest.raises(past.TouchesThePast, match="cannot be taken away"):
        past.check({"city.toml": CN}, {}, TODAY)
    hours = b'[[hours]]\nopen = ["09:00-17:00"]\n'
    with pytest.raises(past.TouchesThePast, match="other hours"):
        past.check({}, {"timetable.toml": hours}, TODAY)
    dated = b'[[hours]]\nopen = ["09:00-12:00", "13:30-17:00"]\n[[hours]]\nfrom = 2026-04-01\nopen = ["08:30-17:00"]\n'
    past.check({}, {"timetable.toml": dated}, TODAY)
    old = b'[[hours]]\nfrom = 2015-03-02\nto = 2015-03-06\nopen = ["09:00-10:00"]\n'
    with pytest.raises(past.TouchesThePast, match="from 2015-03-02 on"):
        past.check({"timetable.toml": dated}, {"timetable.toml": dated + old}, TODAY)
    with pytest.raises(UsageError, match="city.toml"):
        past.check({}, {"city.toml": b"base = 3"}, TODAY)


def test_the_digest_follows_names_and_contents() -> None:
    files = {"a": b"1", "b": b"2"}
    assert digest(files) == digest(dict(reversed(files.items())))
    assert len({digest(files), digest({"a": b"12", "b": b""}), digest({"a": b"2", "b": b"1"}), digest({})}) == 4
    assert {part: bool(read(Settings(), part)) for part in PARTS} == {
        "rules": True,
        "items": False,
        "registers": False,
        "calendars": False,
        "scheme": True,
    }
    assert any(name.startswith("preset/") for name in read(Settings(preset="hunan"), "rules"))
