"""The API: who may ask, what is told, what is refused, and how one pulls everything."""

import csv
import gzip
import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from mingjing.api import inner
from mingjing.api.app import create
from mingjing.api.limits import Buckets, Rate, neighbours
from mingjing.api.tokens import Tokens, digest, made, read
from mingjing.errors import BookError, UsageError
from mingjing.settings import Settings, load
from mingjing.store import Store
from mingjing.store.exposures import ExposureRow, write_exposures
from tests.api.conftest import CLOCK, FAST, Client, bearer, finding, serving

pytestmark = pytest.mark.store


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner, "SETTLE_MS", 0)


def problem(answer: Any, status: int) -> str:
    """The detail of a problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert "Traceback" not in answer.text
    return str(body["detail"])


def test_scores_are_those_of_the_facade(api: Client) -> None:
    sheet = api.get("/v1/scores", params={"level": "department", "period": "2026-02"}).json()
    assert sheet["total"] == 4
    assert [one["score"]["code"] for one in sheet["items"]]
    assert sheet["items"][0]["name"]["zh"]
    first = sheet["items"][0]["score"]
    one = api.get(f"/v1/scores/department/{first['code']}", params={"period": "2026-02"}).json()
    assert one["score"] == first


def test_scores_come_in_pages(api: Client) -> None:
    asked = {"level": "window", "period": "2026-02"}
    whole = api.get("/v1/scores", params=asked).json()["items"]
    parts = [api.get("/v1/scores", params=asked | {"limit": 10, "offset": n}).json()["items"] for n in (0, 10, 20)]
    assert [one for part in parts for one in part] == whole
    assert len(whole) > 20


@pytest.mark.parametrize(
    "path",
    [
        "/v1/scores?level=window&period=2026-02",
        "/v1/scores/window/GAJ-01?period=2026-02",
        "/v1/findings",
        "/v1/findings/f0001",
    ],
)
def test_what_is_not_open_asks_for_a_token(api: Client, path: str) -> None:
    for header in ({"Authorization": None}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        answer = api.get(path, headers=header)
        problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_scope_that_a_token_lacks_is_refused(api: Client) -> None:
    assert "findings" in problem(api.get("/v1/findings", headers=bearer("board")), 403)
    officers = "/v1/scores?level=officer&period=2026-02"
    assert "officers" in problem(api.get(officers), 403)
    assert "officers" in problem(api.get("/v1/scores/officer/GAJ-P1?period=2026-02"), 403)
    assert api.get(officers, headers=bearer("bureau")).status_code == 200


def test_without_a_tokens_file_only_open_data_are_served(city: str) -> None:
    with serving(create(Settings(clock=CLOCK), city)) as open_only:
        assert open_only.get("/v1/opendata").status_code == 200
        problem(open_only.get("/v1/findings", headers=bearer("province")), 404)
        assert not [path for path in open_only.get("/openapi.json").json()["paths"] if "opendata" not in path][1:]


def test_a_finding_says_nothing_of_the_applicant(api: Client) -> None:
    for path in ("/v1/findings", "/v1/findings/f0007"):
        for who in ("province", "bureau"):
            text = api.get(path, headers=bearer(who)).text
            assert "C7" in text
            assert not [word for word in ("张三", "13800000000", "applicant") if word in text]


def test_officers_are_told_to_whom_may_know_them(api: Client, city: str) -> None:
    with Store(city) as store:
        named = finding(
            900, subject="officer:GAJ-P1", message=finding(0).message.__class__("GAJ-P1 一人", "GAJ-P1 alone")
        )
        store.write_findings(
            [named, finding(901, subject="owner:李四", message=named.message.__class__("李四", "Li Si"))]
        )
    told = {who: api.get("/v1/findings/f0900", headers=bearer(who)).json() for who in ("province", "bureau")}
    assert "GAJ-P1" not in json.dumps(told["province"])
    assert told["bureau"]["subject"] == "officer:GAJ-P1"
    assert told["bureau"]["message"]["zh"] == "GAJ-P1 一人"
    owner = api.get("/v1/findings/f0901", headers=bearer("bureau"))
    assert owner.json()["subject"] == "owner"
    assert "李" not in owner.text


def test_pulling_misses_nothing_while_findings_are_published(api: Client, city: str) -> None:
    """Between pages new findings come, and one that was told gets a new revision: it comes again."""
    seen: dict[str, int] = {}
    pages, cursor, more = 0, None, True
    with Store(city) as store:
        while more:
            page = api.get("/v1/findings", params={"limit": 7} | ({"cursor": cursor} if cursor else {})).json()
            for one in page["items"]:
                assert seen.get(one["finding_id"], 0) < one["revision"]
                seen[one["finding_id"]] = one["revision"]
            cursor, more = page["next"], page["more"]
            if pages < 4:
                store.write_findings([finding(100 + pages), finding(0, revision=2 + pages)])
                time.sleep(0.01)
            pages += 1
    assert {f"f{n:04}" for n in (*range(30), *range(100, 104))} <= seen.keys()
    assert seen["f0000"] == 5
    nothing = api.get("/v1/findings", params={"cursor": cursor}).json()
    assert (nothing["items"], nothing["next"], nothing["more"]) == ([], cursor, False)


def test_filters_pick(api: Client) -> None:
    asked = {"department": "GAJ", "severity": ["2", "3"], "status": "open", "nature": "verdict", "rule": "T3"}
    items = api.get("/v1/findings", params=asked | {"limit": 500}).json()["items"]
    assert items
    assert all(one["department"] == "GAJ" and one["severity"] > 1 for one in items)
    assert api.get("/v1/findings", params=asked | {"nature": "lead"}).json()["items"] == []
    assert api.get("/v1/findings", params={"since": "2100-01-01T00:00:00Z"}).json()["items"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/scores?level=window&period=2026-13", 400),
        ("/v1/scores?level=window&period=9999", 400),
        ("/v1/scores?level=hall&period=2026", 400),
        ("/v1/scores?level=window&period=2026-02&revision=3", 404),
        ("/v1/scores?level=window&period=2026-02&scheme=../../etc/passwd.toml", 404),
        ("/v1/scores?level=window&period=2026-02&limit=501", 400),
        ("/v1/scores/window/nowhere?period=2026-02", 404),
        ("/v1/findings?cursor=%00%ff", 400),
        ("/v1/findings?cursor=eA", 400),
        ("/v1/findings?since=2026-02-30", 400),
        ("/v1/findings?since=0001-01-01T00:00:00Z", 400),
        ("/v1/findings/none", 404),
        ("/v1/opendata/1999", 404),
        ("/v1/opendata/2026?format=xml", 400),
        ("/v2", 404),
    ],
)
def test_what_cannot_be_answered_says_why(api: Client, path: str, status: int) -> None:
    assert problem(api.get(path), status)


@pytest.mark.parametrize("evil", ["' OR 1=1 --", "\\'; DROP TABLE findings; --", "{x:String}", "%", "\x00", "张三\n"])
def test_no_parameter_becomes_sql(api: Client, evil: str) -> None:
    before = len(api.get("/v1/findings", params={"limit": 500}).json()["items"])
    for name in ("department", "rule", "region", "window", "item"):
        assert api.get("/v1/findings", params={name: evil}).json()["items"] == []
    for name in ("region", "item"):
        assert api.get("/v1/scores", params={"level": "window", "period": "2026-02", name: evil}).json()["items"] == []
    assert len(api.get("/v1/findings", params={"limit": 500}).json()["items"]) == before


def test_other_methods_and_bodies_are_refused(api: Client) -> None:
    problem(api.ask("POST", "/v1/findings"), 405)
    problem(api.ask("GET", "/v1/findings", data=b"x" * 10), 413)
    problem(api.get("/v1/findings", params={"cursor": "x" * 5_000}), 414)


def test_who_polls_learns_cheaply_that_nothing_is_new(api: Client) -> None:
    for path in ("/v1/scores?level=window&period=2026-02", "/v1/findings", "/v1/opendata", "/v1/opendata/2026"):
        first = api.get(path)
        assert api.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert "last-modified" in api.get("/v1/opendata").headers


def test_answers_are_compressed_for_whom_can_read_that(api: Client) -> None:
    answer = api.get("/v1/opendata/2026", headers={"Accept-Encoding": "gzip"}, stream=True)
    assert answer.headers["content-encoding"] == "gzip"
    assert b"columns" in gzip.decompress(answer.raw.read())


def test_no_other_origin_may_ask_from_a_browser(api: Client) -> None:
    assert (
        "access-control-allow-origin"
        not in api.get("/v1/opendata", headers={"Origin": "https://mingjing.example"}).headers
    )


def test_open_data_follow_their_schema_and_say_the_same_as_csv(api: Client) -> None:
    data = api.get("/v1/opendata/2026", headers={"Authorization": None}).json()
    Draft202012Validator(api.get("/v1/opendata/schema").json()).validate(data)
    text = api.get("/v1/opendata/2026", params={"format": "csv"}).content
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert list(rows[0]) == [column["name"] for column in data["columns"]]
    assert [row["code"] for row in rows] == [row["code"] for row in data["rows"]]
    assert {row["period"] for row in rows} == {"2026-01", "2026-02", "2026-03", "2026-Q1"}
    only = api.get("/v1/opendata/2026", params={"level": "department", "period": "2026-Q1"}).json()["rows"]
    assert len(only) == 4


def test_typical_cases_are_told_while_they_stand(api: Client, city: str) -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)  # the third in the city
    with Store(city) as store:
        row = ExposureRow(
            finding_id="f0001", state="shown", at=at, rule_zh="承诺超期", rule_en="Late", zh="某单位", en="A unit"
        )
        write_exposures(store, [row, ExposureRow(finding_id="f0002", state="proposed", at=at)])
    (told,) = api.get("/v1/opendata/exposures", headers={"Authorization": None}).json()["exposed"]
    assert told == {
        "day": "2026-03-03", "rule": {"zh": "承诺超期", "en": "Late"}, "text": {"zh": "某单位", "en": "A unit"},
    }  # fmt: skip
    text = api.get("/v1/opendata/exposures", params={"format": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines() == ["day,rule_zh,rule_en,text_zh,text_en", "2026-03-03,承诺超期,Late,某单位,A unit"]


def test_too_many_requests_wait_and_then_go_on(city: str) -> None:
    with serving(create(Settings(clock=CLOCK), city, rate=Rate(per_second=1, burst=3))) as client:
        answers = [client.get("/v1/opendata/schema") for _ in range(6)]
        assert [one.status_code for one in answers].count(429) >= 2
        assert problem(answers[-1], 429)
        assert int(answers[-1].headers["retry-after"]) >= 1
        time.sleep(1.1)
        assert client.get("/v1/opendata/schema").status_code == 200


def test_clients_of_a_proxy_have_an_allowance_each(city: str) -> None:
    with serving(create(Settings(clock=CLOCK), city, rate=Rate(per_second=0.001, burst=1))) as client:
        asked = [
            client.get("/v1/opendata/schema", headers={"X-Forwarded-For": who})
            for who in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2:1")
        ]
        assert [one.status_code for one in asked] == [200, 200, 429, 200, 429]
    assert neighbours("::ffff:192.0.2.7") == "192.0.2.7"


def test_proxies_are_addresses() -> None:
    assert load(env={"MINGJING_API_PROXIES": "127.0.0.1, 172.18.0.0/16"}).api_proxies
    for wrong in ("nginx", "*", "172.18.0.1/16", "127.0.0.1,"):
        with pytest.raises(UsageError, match="MINGJING_API_PROXIES: .* is no address"):
            load(env={"MINGJING_API_PROXIES": wrong})


def test_a_bucket_fills_with_time() -> None:
    now = [0.0]
    buckets = Buckets(Rate(per_second=2, burst=2), lambda: now[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 0.5]
    assert buckets.wait("b") == 0
    now[0] = 0.5
    assert (buckets.wait("a"), buckets.wait("a")) == (0, 0.5)


def test_a_store_that_is_away_is_said_to_be_away() -> None:
    away = "clickhouse://reader:x@127.0.0.1:1/mingjing"
    with serving(create(Settings(clock=CLOCK), away, rate=FAST)) as client:
        answer = client.get("/v1/health")
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize("how", ["wrong password", "no database"])
def test_a_store_that_refuses_us_is_not_described(city: str, how: str) -> None:
    """The store's user, host and database are for the log, not for whoever asks."""
    url = urlsplit(city)
    wrong = city.replace(str(url.username), "nobody", 1) if how == "wrong password" else f"{city}_not_there"
    with serving(create(Settings(clock=CLOCK), wrong, rate=FAST)) as client:
        text = problem(client.get("/v1/opendata"), 500)
    assert not [word for word in ("127.0.0.1", "nobody", "mingjing_test", "migrate") if word in text]


def test_a_head_is_a_get_without_its_body(api: Client) -> None:
    whole = api.get("/v1/opendata")
    head = api.ask("HEAD", "/v1/opendata")
    assert (head.status_code, head.headers["etag"], head.content) == (200, whole.headers["etag"], b"")


def test_an_error_of_our_own_shows_nothing_of_it(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjing.api.answers.sheet", lambda *_: 1 / 0)
    said = problem(api.get("/v1/scores?level=window&period=2026-02"), 500)
    assert "zero" not in said


def test_a_token_that_is_withdrawn_is_known_no_more(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    token, line = made("province")
    path.write_text(f"# who\n\n{line}  # 2026\n")
    tokens = Tokens(path)
    found = tokens.client(token)
    assert found is not None
    assert found.name == "province"
    assert "officers" not in found.scopes
    assert token not in path.read_text()
    path.write_text("")
    assert tokens.client(token) is None
    path.write_text("broken")
    assert tokens.client(token) is None


@pytest.mark.parametrize("name", ["", "the province", "a#b", "a\n"])
def test_a_name_that_would_break_the_tokens_file_makes_no_token(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a token"):
        made(name)


def test_tokens_hold_again_once_their_file_may_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file put there with the wrong rights is mended by chmod, which leaves its time and size as they are."""
    path = tmp_path / "tokens"
    token, line = made("province")
    path.write_text(line)
    tokens = Tokens(path)
    with monkeypatch.context() as unreadable:
        unreadable.setattr(Path, "read_text", lambda *_, **__: (_ for _ in ()).throw(PermissionError("denied")))
        path.write_text(line + "\n")
        assert tokens.client(token) is None
    assert tokens.client(token) is None
    time.sleep(0.02)  # the file system's clock ticks
    path.chmod(0o640)
    assert tokens.client(token) is not None


def test_mistakes_in_a_tokens_file_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    path.write_text(f"a {digest('x')}\nb secret\nc {digest('y')} all\n")
    with pytest.raises(BookError) as wrong:
        read(path)
    assert [mistake.line for mistake in wrong.value.mistakes] == [2, 3]
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none")
