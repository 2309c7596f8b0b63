"""Appending: one winner per number, no fork of a chain, nothing lost and nothing doubled."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mingjing.access import Person
from mingjing.errors import StoreUnavailable, UsageError
from mingjing.record import recorder as module
from mingjing.record.audit import audit
from mingjing.record.keys import signer
from mingjing.record.recorder import LONGEST, Draft, Recorder, Taken
from mingjing.record.recorder import recorder as of
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.record import entries, write_entries
from tests.mingjing.record.samples import NOW
from tests.recording import recording

pytestmark = pytest.mark.store
ACT = Draft(kind="act", subject="f1", number=1, body={"step": "issue"})


def wrong(store: Store, seal_dir: Path) -> list[str]:
    """What is wrong with the record."""
    return [one.what for one in audit(store, seal_dir)]


def test_what_is_appended_is_read_as_it_was_sealed(recorder: Recorder, store: Store, seal_dir: Path) -> None:
    """By kind and subject, in the order of numbers."""
    zhang = Person(account="zhang")
    second = recorder.append(
        zhang, NOW, Draft(kind="act", subject="f1", number=2, region="R1", body={"text": "'; DROP"})
    )
    first = recorder.append(zhang, NOW, ACT)
    recorder.append("system:clerk", NOW, Draft(kind="message", subject="f1"))
    assert recorder.read("act", "f1") == [first, second]
    assert recorder.read("act", "f2") == []
    assert entries(store, kinds=["act"], actors=["zhang"], latest_first=True, limit=1)[0].seq == 3
    assert (first.actor, first.keep, second.body) == ("zhang", "handling", '{"text":"\'; DROP"}')
    assert wrong(store, seal_dir) == []


def test_of_many_who_act_at_once_one_wins_and_the_others_are_told(desk_dsn: str, store: Store, seal_dir: Path) -> None:
    """Each in a process of its own, as far as the record can tell; their chains go on after the refusal."""

    def act(name: str) -> list[bool]:
        won = []
        with recording(desk_dsn, seal_dir) as one:
            for number in (1, 2, 3):
                try:
                    one.append(name, NOW, Draft(kind="act", subject="f1", number=number, body={"text": name}))
                    won.append(True)
                except Taken:
                    won.append(False)
        return won

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(act, [f"p{n}" for n in range(6)]))
    assert [sum(one) for one in zip(*won, strict=True)] == [1, 1, 1]
    assert [one.number for one in entries(store, kinds=["act"])] == [1, 2, 3]
    assert wrong(store, seal_dir) == []


def test_pressing_twice_is_one_act(recorder: Recorder, desk_dsn: str, seal_dir: Path) -> None:
    """The same person's same act is returned; the same person's other act is refused."""
    made = recorder.append("zhang", NOW, ACT)
    assert recorder.append("zhang", NOW, ACT) == made
    with recording(desk_dsn, seal_dir) as other:
        assert other.append("zhang", NOW, ACT) == made
        for actor, draft in (("zhang", Draft(kind="act", subject="f1", number=1, body={})), ("li", ACT)):
            with pytest.raises(Taken, match="f1: somebody was quicker"):
                other.append(actor, NOW, draft)


def test_a_token_that_is_remembered_without_its_row_costs_nothing(
    recorder: Recorder, store: Store, seal_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server killed in the middle of an insert may do that; the entry comes in with another token, once."""
    monkeypatch.setattr(module, "SETTLE_S", 0.01)
    tokens: list[str] = []

    def forgetful(to: Store, rows: Any, token: str) -> bool:
        tokens.append(token)
        return True if len(tokens) % 2 else write_entries(to, rows, token)

    monkeypatch.setattr(module, "write_entries", forgetful)
    recorder.append("zhang", NOW, ACT)
    recorder.append("zhang", NOW, Draft(kind="view", subject="C1"))
    assert [token.rpartition("#")[2] for token in tokens[1::2]] == ["1", "1", "1"]
    assert [one.seq for one in entries(store)] == [2, 1, 3]
    assert wrong(store, seal_dir) == []


def test_when_no_answer_comes_the_chain_ends_and_another_begins(
    recorder: Recorder, store: Store, seal_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored or not, the lost entry's place is not used again: no chain forks. The same call may be made again."""
    recorder.append("zhang", NOW, Draft(kind="view", subject="C1"))

    def lost(to: Store, rows: Any, token: str) -> bool:
        write_entries(to, rows, token)
        raise StoreUnavailable("gone")

    with monkeypatch.context() as broken:
        broken.setattr(module, "write_entries", lost)
        with pytest.raises(StoreUnavailable):
            recorder.append("zhang", NOW, ACT)
    there = recorder.append("zhang", NOW, ACT)
    after = recorder.append("zhang", NOW, Draft(kind="view", subject="C2"))
    assert there.chain != after.chain
    assert (there.seq, after.seq) == (3, 2)
    assert wrong(store, seal_dir) == []


def test_a_forked_process_opens_a_chain_of_its_own(
    recorder: Recorder, store: Store, seal_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = recorder.append("zhang", NOW, Draft(kind="view", subject="C1"))
    child = os.getpid() + 1
    monkeypatch.setattr(os, "getpid", lambda: child)
    assert recorder.append("zhang", NOW, Draft(kind="view", subject="C2")).chain != one.chain
    assert wrong(store, seal_dir) == []


def test_many_at_once_are_one_chain_and_none_if_one_is_taken(
    recorder: Recorder, store: Store, seal_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 4)
    drafts = [Draft(kind="act", subject=f"f{n}", number=1, body={"step": "issue"}) for n in range(10)]
    made = recorder.append_all("system:clerk", NOW, drafts)
    assert [one.seq for one in made] == list(range(2, 12))
    with pytest.raises(Taken, match="f9"):
        recorder.append_all("system:clerk", NOW, [Draft(kind="act", subject="g", number=1), drafts[9]])
    assert len(entries(store, kinds=["act"])) == 10
    assert recorder.append_all("system:clerk", NOW, []) == []
    assert wrong(store, seal_dir) == []


@pytest.mark.parametrize(
    ("draft", "at", "error"),
    [
        (Draft(kind="note", body={"text": "\ud800"}), NOW, UsageError),
        (Draft(kind="note", subject="\ud800"), NOW, UsageError),
        (Draft(kind="note", body="x" * LONGEST), NOW, UsageError),
        (Draft(kind="note"), NOW.replace(tzinfo=None), ValueError),
        (Draft(kind="note"), datetime.max.replace(tzinfo=NOW.tzinfo), ValueError),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_costs_itself_alone(
    recorder: Recorder, draft: Draft, at: datetime, error: type[Exception]
) -> None:
    before = recorder.append("zhang", NOW, Draft(kind="note"))
    with pytest.raises(error):
        recorder.append("zhang", at, draft)
    assert recorder.append("zhang", NOW, Draft(kind="note")).prev != before.prev


def test_the_settings_say_where_to_record(desk_dsn: str, seal_dir: Path) -> None:
    chosen = Settings(desk_dsn=desk_dsn, seal_dir=str(seal_dir))
    one = of(chosen, "dashboard")
    assert one.append("zhang", NOW, Draft(kind="note")).seq == 2
    assert signer(seal_dir).public in one.read("opened")[0].body
    one.close()
    with pytest.raises(UsageError, match="desk_dsn"):
        of(Settings(), "dashboard")
