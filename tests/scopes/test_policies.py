"""Each table has a class, the servers have the policies made from it, and persons are masked unless unsealed."""

import json
import re
from pathlib import Path

import pytest

from mingjing.access import NOTHING, WHOLE, Scope
from mingjing.privacy.loading import KEY, key, personal
from mingjing.privacy.mask import MARK, Masker
from mingjing.store import guards, migrations, policies, queries
from mingjing.store.masking import Veil

HOME = Path(__file__).resolve().parents[2]
MASK = Masker(personal(), b"0" * 32)
EVENT = {"event_id": "e1", "case_id": "C1", "data": {"applicant": "张三", "phone": 13812345678, "step": "审查"}}


def test_every_table_of_the_store_has_a_class() -> None:
    """A table that is new must be thought about: without a class nobody could read it, or everybody."""
    made = {"migrations"}
    for one in migrations.shipped():
        made |= set(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)\$\{local\}", one.sql))
    assert made == set(policies.TABLES)


def test_the_policies_of_a_real_server_are_those_of_the_table() -> None:
    """`python -m mingjing.store.policies > deploy/clickhouse/users.d/reader.xml` makes them."""
    deployed = (HOME / "deploy/clickhouse/users.d/reader.xml").read_text("utf-8")
    assert deployed == policies.render("mingjing_reader", "mingjing")


def test_guards_name_queries_and_parameters_that_there_are() -> None:
    """A guard of a misspelt query guards nothing."""
    for name, named in guards.GUARDED.items():
        assert set(named) <= set(queries.load(name).parameters), name
    assert set(queries.names()) >= guards.SUMS


def test_a_scope_travels_as_text() -> None:
    """Six lines; codes between tabs; nothing is not everything."""
    scope = Scope(regions=frozenset({"B", "A"}), counters=frozenset())
    assert scope.text() == "scope\nA\tB\n*\n*\n*\n"
    assert WHOLE.text().count("*") == 5
    assert "*" not in NOTHING.text()
    for code in ("*", "A\tB", "A\n*\n*\n*\n*\n*"):  # what would say more than one code
        assert Scope(officers=frozenset({code, "C"})).text() == "scope\n*\n*\n*\nC\n*"


def test_what_was_masked_comes_with_nothing_to_try_it_against() -> None:
    """The hash of a record, or the salt of a sealed body, would say of each telephone number whether it is the one."""
    plain, told = '{"data":{"step":"a"}}', '{"data":{"phone":"13812345678"}}'
    for column, proof in (("raw", "sha256"), ("body", "salt")):
        assert Veil(MASK).row({column: plain, proof: "ab"}, {}) == {column: plain, proof: "ab"}
        assert Veil(MASK).row({column: told, proof: "ab"}, {})[proof] == ("" if proof == "salt" else MASK.keyed("ab"))
        assert Veil(MASK, ["C1"]).row({column: told, proof: "ab"}, {"case_id": "C1"})[proof] == "ab"


def test_who_is_drawn_is_masked_like_who_scores_and_a_mere_number_is_not() -> None:
    """Else the record of a draw would tell whose pseudonym stands beside the scores."""
    told = MASK.tree({"expert": "x1", "drawn": ["x1", "x2"], "candidates": ["x1"], "winner": "b", "bidder": "b"})
    assert told["drawn"][0] == told["candidates"][0] == told["expert"] == MASK.pseudonym("person", "x1")
    assert told["winner"] == told["bidder"]
    assert MASK.tree({"drawn": 5, "excluded": "yes"}) == {"drawn": 5, "excluded": "yes"}


def test_a_citizens_own_words_are_masked_as_a_whole() -> None:
    assert "老周" not in MASK.json('{"data": {"statement": "我是三楼老周"}}')


def test_the_same_person_has_one_pseudonym_in_whichever_field() -> None:
    told = json.loads(MASK.json(json.dumps({"applicant": "张三", "data": {"caller": "张三", "complainant": "李四"}})))
    assert told["applicant"] == told["data"]["caller"] != told["data"]["complainant"]
    assert told["applicant"].startswith(MARK)
    assert "张三" not in str(told)


def test_with_another_key_pseudonyms_are_others() -> None:
    assert Masker(personal(), b"1" * 32).pseudonym("person", "张三") != MASK.pseudonym("person", "张三")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ('{"data": {"opinion": "请联系13812345678"}}', "13812345678"),
        ('{"data": {"note": ["身份证110101199003074514。"]}}', "110101199003074514"),
        ('{"data": {"reason": "mail zhang.san@mingjing.example"}}', "zhang.san@mingjing.example"),
        ('{"data": {"phone": {"home": "0571-1234567", "work": ["0571-7654321"]}}}', "0571"),
        ('{"broken": "x", "applicant": "张三", "id_card": 110101199003', "张三"),
        ('{"data": {"phone": 13812345678', "13812345678"),
        ('{"subject": "applicant:张三", "message": {"zh": "张三多次申请", "en": "张三 again"}}', "张三"),
    ],
)
def test_what_is_personal_does_not_show(text: str, hidden: str) -> None:
    """In fields of any depth, in free texts, in records that cannot be read, in findings about applicants."""
    assert hidden not in MASK.json(text)
    assert MARK in MASK.json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"case_id":"13812345678","data":{"credit_code":"91330421MA2CXY1234","receipt_no":"13812345678"}}',
        '{"data": {"signer": "applicant", "step": "审查", "n": 13812345678}}',
        '{"occurred_at":  "2026-03-02T08:30:00+08:00"}',
    ],
)
def test_what_holds_nothing_personal_is_the_same_byte_by_byte(text: str) -> None:
    """Public numbers, words that name nobody; so hashes of what was received stay."""
    assert MASK.json(text) == text


def test_an_unsealed_case_and_no_other_is_seen_unmasked() -> None:
    veil, raw = Veil(MASK, ["C1"]), json.dumps(EVENT).encode()
    assert veil.record("C1", raw) == raw
    assert "张三" not in veil.record("C2", raw).decode()
    assert veil.row({"data": '{"phone": "1"}'}, {"case_id": "C1"}) == {"data": '{"phone": "1"}'}
    assert veil.row({"case_id": "C2", "data": '{"phone": "1"}'}, {})["data"] != '{"phone": "1"}'


def test_the_key_of_pseudonyms_is_made_once_and_is_the_owners(tmp_path: Path) -> None:
    made = key(tmp_path / "seal")
    assert key(tmp_path / "seal") == made
    assert (tmp_path / "seal" / KEY).stat().st_mode & 0o077 == 0
    assert len(made) == 32


def test_an_installation_adds_fields_and_takes_some_out(tmp_path: Path) -> None:
    own = tmp_path / "privacy.toml"
    own.write_text('[personal.fields]\nwechat_id = "account"\nexpert = ""\n')
    fields = personal(str(own)).fields
    assert fields["wechat_id"] == "account"
    assert "expert" not in fields
    assert fields["applicant"] == "person"


def test_compose_gives_clickhouse_every_file_of_users() -> None:
    """Without reader.xml the pages could read nothing."""
    compose = (HOME / "docker-compose.yml").read_text("utf-8")
    for file in (HOME / "deploy/clickhouse/users.d").glob("*.xml"):
        assert f"./deploy/clickhouse/users.d/{file.name}:/etc/clickhouse-server/users.d/{file.name}:ro" in compose
