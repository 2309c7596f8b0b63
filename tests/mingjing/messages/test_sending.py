"""Digests, mails over a real mail server, calls to a real web server."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing.messages import mail, web
from mingjing.messages.mail import NotSent
from mingjing.messages.news import LINES, Digest, News, concerns, digest
from mingjing.messages.policy import MailServer, Recipient
from mingjing.settings import Severities
from mingjing.zones import zone
from tests.mingjing.messages.servers import PASSWORD, USER, certificate, mail_server, web_server

NOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)
OFFICE = Recipient(name="office", mail=("office@mingjing.example",))


def news(number: int = 1, **given: object) -> News:
    found: dict[str, object] = {
        "finding": "f1", "number": number, "happening": "issued", "step": "issue", "at": NOW, "severity": 2,
        "rule": "T2", "region": "330102", "over": ("330102", "330000"), "department": "D1", "window": "W1",
    }  # fmt: skip
    return News(**{**found, **given})  # type: ignore[arg-type]


def written(to: Recipient, what: list[News]) -> Digest:
    return digest(to, what, severities=Severities(), zone=zone("Asia/Shanghai"), page="https://desk.mingjing.example")


def test_a_burst_is_one_mail_that_counts_and_shows_the_gravest() -> None:
    burst = [news(n, severity=1 + n % 2, at=NOW + timedelta(seconds=n)) for n in range(1000)]
    burst.append(news(7, finding="grave", severity=3, rule="T3", due_at=NOW))
    made = written(OFFICE, burst)
    assert made.subject == "【明镜】红牌 1、黄牌 500、预警 500"
    lines = [line for line in made.text.splitlines() if line.startswith("·")]
    assert len(lines) == LINES + 1
    assert "红牌 T3，D1 W1：已发，须于 2026-03-31 09:00 前办理" in lines[0]
    assert lines[-1] == f"· 另有 {1001 - LINES} 条，见工作台"


def test_a_digest_is_there_in_english_too() -> None:
    to = Recipient(name="office", mail=("office@mingjing.example",), language="en")
    made = written(to, [news(), news(2, happening="escalated", step="escalate")])
    assert made.subject == "[Mingjing] Yellow card: 2"
    assert "overdue, escalated: Yellow card: 1" in made.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, True),
        ({"severities": (3,)}, False),
        ({"about": ("closed",)}, False),
        ({"departments": ("D1", "D2")}, True),
        ({"departments": ("D2",)}, False),
        ({"regions": ("330100",)}, False),
        ({"regions": ("330000",)}, True),
        ({"rules": ("T3",)}, False),
    ],
)
def test_a_recipient_is_told_of_what_it_asked_for(asked: dict[str, object], told: bool) -> None:
    to = Recipient(name="office", mail=("office@mingjing.example",), **asked)  # type: ignore[arg-type]
    assert concerns(to, news()) is told


def test_a_mail_goes_out_encrypted_and_signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    trusted, context = certificate(tmp_path)
    with mail_server(context, login=True) as box:
        server = MailServer(
            host="127.0.0.1", port=box.port, sender="mingjing@mingjing.example", user=USER, ca_file=str(trusted),
            password="env:MAIL_PASSWORD", timeout_s=2,  # noqa: S106 - where it stands
        )  # fmt: skip
        made = written(OFFICE, [news()])
        assert mail.send(server, ("office@mingjing.example", "gone@mingjing.example"), made) == 1
        [got], [to] = box.mails, box.to
        assert to == ["office@mingjing.example"]
        assert (got["Subject"], got["Message-ID"]) == ("【明镜】黄牌 1", f"<{made.id}@mingjing.example>")
        assert got.get_content() == made.text
        assert "office@" not in str(got["To"])

        monkeypatch.setenv("MAIL_PASSWORD", "wrong")
        with pytest.raises(NotSent, match="mail server"):
            mail.send(server, OFFICE.mail, made)
        untrusting = MailServer(host="127.0.0.1", port=box.port, sender="mingjing@mingjing.example")
        with pytest.raises(NotSent, match="not to be trusted"):
            mail.send(untrusting, OFFICE.mail, made)


def test_a_mail_never_goes_out_in_the_clear_where_encryption_is_wanted() -> None:
    with mail_server() as box:
        server = MailServer(host="127.0.0.1", port=box.port, sender="mingjing@mingjing.example")
        with pytest.raises(NotSent, match="STARTTLS"):
            mail.send(server, OFFICE.mail, written(OFFICE, [news()]))
        assert box.mails == []


def test_what_the_mail_server_refuses_is_told_without_addresses() -> None:
    with mail_server() as box:
        server = MailServer(host="127.0.0.1", port=box.port, sender="mingjing@mingjing.example", security="none")
        with pytest.raises(NotSent) as wrong:
            mail.send(server, ("gone@mingjing.example",), written(OFFICE, [news()]))
        assert str(wrong.value) == "the mail server refuses every address (550)"
        box.answer = "451 later"
        with pytest.raises(NotSent, match="answers 451"):
            mail.send(server, OFFICE.mail, written(OFFICE, [news()]))
    with pytest.raises(NotSent, match="no mail server at"):
        mail.send(server, OFFICE.mail, written(OFFICE, [news()]))


def test_a_web_call_is_signed_and_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "shared secret")
    with web_server() as calls, web_server() as elsewhere:
        to = Recipient(name="platform", url=calls.url, secret="env:HOOK")  # noqa: S106 - where it stands
        now = time.time()
        web.send(to, [news(), news(2)], now)
        [(headers, body)] = calls.taken
        signed = headers["Mingjing-Signature"]
        assert web.verified("shared secret", body, signed, now)
        assert not web.verified("shared secret", body + b" ", signed, now)
        assert not web.verified("another", body, signed, now)
        assert not web.verified("shared secret", body, signed, now + 3600)
        assert not web.verified("shared secret", body, "t=,v1=", now)
        told = json.loads(body)
        assert told["delivery"] == headers["Mingjing-Delivery"]
        assert [one["id"] for one in told["events"]] == ["f1:1", "f1:2"]

        calls.status, calls.location = 307, elsewhere.url
        with pytest.raises(NotSent, match="has moved"):
            web.send(to, [news()], now)
        assert elsewhere.taken == []
        calls.status, calls.location = 500, ""
        with pytest.raises(NotSent, match="HTTP 500"):
            web.send(to, [news()], now)
    with pytest.raises(NotSent, match="ConnectError"):
        web.send(to, [news()], now)


def test_the_largest_call_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "shared secret")
    long = {"finding": "f" * 64, "department": "D" * 18, "window": "W" * 18, "region": "330100", "due_at": NOW}
    with web_server() as calls:
        web.send(
            Recipient(name="platform", url=calls.url, secret="env:HOOK"),  # noqa: S106 - where it stands
            [news(n, **long) for n in range(web.AT_ONCE)],
            time.time(),
        )
        assert len(calls.taken[0][1]) < 256 * 1024
