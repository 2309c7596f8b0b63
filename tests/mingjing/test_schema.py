"""The published contracts: schemas, catalogues of words, and the pages made from them."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from mingjing import doctables, texts
from mingjing.codec import encode
from mingjing.errors import UsageError
from mingjing.schema import CONTRACTS, schema
from mingjing.texts import LANGUAGES, Language
from mingjing.types import CaseEvent
from tests.mingjing import strategies

DOCS = sorted(path for path in Path(doctables.__file__).parents[1].joinpath("docs").rglob("*.md"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_has_a_valid_schema_with_words_for_every_field(name: str, language: Language) -> None:
    found = schema(name, language)
    Draft202012Validator.check_schema(found)
    for kind in (found, *found.get("$defs", {}).values()):
        assert kind["title"]
        assert all(field["title"] for field in kind["properties"].values())


@given(strategies.events)
def test_what_we_write_is_valid_by_our_own_schema(event: CaseEvent) -> None:
    """Sources check against the schema; it must not refuse what we accept."""
    Draft202012Validator(schema("event")).validate(msgspec.json.decode(encode(event)))


def test_the_schema_allows_further_fields_and_demands_the_required_ones() -> None:
    validator = Draft202012Validator(schema("event"))
    event = {"event_id": "e", "case_id": "c", "type": "t", "occurred_at": "2020-01-01T00:00:00Z", "more": 1}
    assert validator.is_valid(event)
    assert not validator.is_valid({name: value for name, value in event.items() if name != "case_id"})


def test_an_unknown_contract_is_told_which_there_are() -> None:
    with pytest.raises(UsageError, match="event, finding, presence, dead-letter"):
        schema("case")


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_the_tables_of_the_docs_are_up_to_date(page: Path) -> None:
    """Run `python -m mingjing.doctables docs/*.md` when this fails."""
    text = page.read_text(encoding="utf-8")
    assert doctables.refresh(text) == text


def test_both_languages_say_the_same_things() -> None:
    """A key that one language lacks is an empty place on somebody's screen."""
    chinese, english = (texts.catalogue(language) for language in ("zh", "en"))
    assert set(chinese) == set(english)
    different = {key for key in chinese if texts.places(key, "zh") != texts.places(key, "en")}
    assert not different


def test_a_text_has_its_places_filled_in_both_languages() -> None:
    key = "demo.port_taken"
    both = texts.both(key, **dict.fromkeys(texts.places(key, "en"), "8501"))
    assert "8501" in both.zh
    assert "8501" in both.en
