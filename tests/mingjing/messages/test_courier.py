"""The courier: a burst is a handful of mails, nothing is lost, and what became of each message is recorded."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from mingjing.messages import news as telling
from mingjing.messages.courier import Courier, Pace
from mingjing.messages.news import Digest, News
from mingjing.messages.policy import MailServer, Policy, Recipient
from mingjing.messages.telling import news_of
from mingjing.metrics import Health, Metrics
from mingjing.record.entry import Entry
from mingjing.record.keys import Signer
from mingjing.record.recorder import Draft, Recorder
from mingjing.settings import Severities
from mingjing.store import Store
from mingjing.store.record import entries
from mingjing.zones import zone
from tests.mingjing.messages.servers import Calls, Mailbox, mail_server, web_server

pytestmark = pytest.mark.store
NOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)
OFFICE = Recipient(name="office", mail=("office@mingjing.example",), severities=(1, 2, 3))

TWO_DOTS = "a..b"  # no host has such a name


class Post:
    """A courier with its recipients, and the record that it follows."""

    def __init__(self, store: Store, box: Mailbox, calls: Calls) -> None:
        self.store, self.box, self.calls = store, box, calls
        self.recorder = Recorder(store, Signer.fresh(), "clerk")
        self.health, self.metrics = Health("clerk"), Metrics()
        self.platform = Recipient(name="platform", url=calls.url, secret="env:HOOK", severities=(2,))  # noqa: S106

    def courier(self, *to: Recipient, pace: Pace = Pace(gather=0, first_wait=0)) -> Courier:  # noqa: B008
        server = MailServer(host="127.0.0.1", port=self.box.port, sender="mj@mingjing.example", security="none")
        return Courier(
            self.store, Policy(to=to, mail=server), self.recorder, lambda fresh: news_of(self.store, fresh), digest,
            lambda: NOW, self.health, self.metrics, pace,
        )  # fmt: skip

    def happens(self, names: Sequence[str]) -> None:
        body = {"step": "issue", "role": "system", "found": 2}
        drafts = [Draft(kind="act", subject=name, number=1, department="D1", body=body) for name in names]
        self.recorder.append_all("system:clerk", NOW, drafts)

    def noted(self) -> list[dict[str, object]]:
        return [body(one) for one in sorted(entries(self.store, kinds=["message"]), key=lambda one: one.seq)]


def digest(to: Recipient, news: Sequence[News]) -> Digest:
    return telling.digest(to, news, severities=Severities(), zone=zone("Asia/Shanghai"))


def body(entry: Entry) -> dict[str, object]:
    found: dict[str, object] = json.loads(entry.body)
    return found


@pytest.fixture
def post(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setenv("HOOK", "shared secret")
    with ExitStack() as stack:
        yield Post(store, stack.enter_context(mail_server()), stack.enter_context(web_server()))


def looks(courier: Courier, until: Callable[[], object] = lambda: True) -> None:
    for _ in range(20):
        if not courier.look() and until():
            return
    raise AssertionError("the courier does not come to its end")


def test_a_burst_of_a_thousand_is_one_mail_and_two_calls(post: Post) -> None:
    courier = post.courier(OFFICE, post.platform)
    courier.look()
    post.happens([f"f{n}" for n in range(1000)])
    looks(courier)
    post.happens(["one more"])
    looks(courier)
    assert [mail["Subject"] for mail in post.box.mails] == ["【明镜】黄牌 1000"]  # the next one in half an hour
    told = [json.loads(call)["events"] for _, call in post.calls.taken]
    assert sum(map(len, told)) == 1001
    assert len(told) <= 5
    assert {one["id"] for part in told for one in part} == {"one more:1"} | {f"f{n}:1" for n in range(1000)}
    assert all(one["outcome"] == "sent" for one in post.noted())
    assert not any("office@" in str(one) for one in post.noted())


def test_who_is_new_is_told_of_what_happens_from_then_on(post: Post) -> None:
    """A first mail with years of findings helps nobody."""
    post.happens(["long ago"])
    courier = post.courier(OFFICE)
    looks(courier)
    assert post.box.mails == []
    post.happens(["now"])
    looks(post.courier(OFFICE))  # another process: it is not new any more
    assert len(post.box.mails) == 1


def test_what_fails_is_recorded_and_sent_later(post: Post) -> None:
    courier = post.courier(OFFICE)
    courier.look()
    post.box.answer = "451 full"
    post.happens(["f1"])
    looks(courier, post.noted)
    assert "answers 451" in str(post.health.answer()[1]["warnings"])
    [shown] = post.store.query("health_messages")
    assert (shown["recipient"], shown["outcome"], shown["sent"]) == ("office", "failed", 0)
    assert "answers 451" in shown["reason"]
    post.happens(["f2"])
    post.box.answer = None
    looks(courier, lambda: post.box.mails)
    assert [one["outcome"] for one in post.noted()][:: len(post.noted()) - 1] == ["failed", "sent"]
    assert [mail["Subject"] for mail in post.box.mails] == ["【明镜】黄牌 2"]
    assert "warnings" not in post.health.answer()[1]


def test_a_recipient_that_cannot_be_told_holds_up_no_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that is not there, an address that cannot be one, and an act that nobody can read."""
    monkeypatch.delenv("HOOK")
    monkeypatch.setenv("HOOK2", "x")
    nowhere = Recipient(name="nowhere", url=f"https://{TWO_DOTS}/", secret="env:HOOK2")  # noqa: S106
    courier = post.courier(post.platform, nowhere, OFFICE)
    courier.look()
    for number, forged in enumerate(({"step": "?"}, {"step": "issue", "role": "system"}), 1):
        post.recorder.append("system:clerk", NOW, Draft(kind="act", subject="f0", number=number, body=forged))
    post.happens(["f1"])
    looks(courier, lambda: post.box.mails)
    assert [mail["Subject"] for mail in post.box.mails] == ["【明镜】黄牌 1、预警 1"]
    warned = str(post.health.answer()[1]["warnings"])
    assert "no variable HOOK" in warned
    assert "the web call fails: UnicodeError" in warned


def test_a_receiver_that_stays_away_is_given_up_and_that_is_recorded(post: Post) -> None:
    courier = post.courier(post.platform, pace=Pace(gather=0, first_wait=0, give_up=0))
    courier.look()
    post.calls.status = 503
    post.happens(["f1"])
    looks(courier)
    assert [one["outcome"] for one in post.noted()] == ["given_up"]
    post.calls.status = 204
    post.happens(["f2"])
    looks(courier)
    assert [one["outcome"] for one in post.noted()] == ["given_up", "sent"]


def test_what_was_sent_when_it_was_killed_comes_again_under_the_same_name(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.courier(OFFICE).look()
    post.happens(["f1", "f2"])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(post.recorder, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        looks(post.courier(OFFICE))
    monkeypatch.undo()
    looks(post.courier(OFFICE))
    first, second = post.box.mails
    assert first["Message-ID"] == second["Message-ID"]
