"""Both languages must say everything, and say it in their own words."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from dashboards.lexicon import Lexicon
from dashboards.reasons import why
from dashboards.words import LANGUAGES, Language, Words, catalogue, number

ZH, EN = Words("zh", "Asia/Shanghai"), Words("en", "Asia/Shanghai")


def test_both_languages_have_the_same_keys_and_places() -> None:
    places = [{key: sorted(re.findall(r"{(\w+)}", text)) for key, text in catalogue(one).items()} for one in LANGUAGES]
    assert places[0] == places[1]


def test_no_text_is_empty() -> None:
    assert all(text.strip() for language in LANGUAGES for text in catalogue(language).values())


def test_instants_are_shown_in_local_time() -> None:
    assert ZH.moment(datetime(2026, 3, 1, 17, 0, 5, tzinfo=UTC)) == "2026-03-02 01:00:05"
    assert ZH.moment(None) == "—"


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=0.84), "0.8 秒"),
        (timedelta(seconds=75), "1 分钟 15 秒"),
        (timedelta(hours=26), "1 天 2 小时"),
        (timedelta(seconds=-3), "0.0 秒"),
    ],
)
def test_lengths_of_time_are_told_in_two_units(length: timedelta, told: str) -> None:
    assert ZH.span(length) == told


def test_an_instant_ahead_of_the_clock_is_not_told_as_past() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert EN.ago(now + timedelta(hours=2), now) == "in 2 h"


def test_numbers_have_a_fraction_only_where_there_is_one() -> None:
    assert [number(n) for n in (12345, 2.0, 2.5)] == ["12,345", "2", "2.5"]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("10 working_days", "10 个工作日", "10 working days"),
        ("due + 3 working_days", "届满后 3 个工作日", "3 working days after due"),
        ("80%", "已用 80%", "80 % used"),
        ("same office day", "当日办结", "same office day"),
        ("item.committed_limit", "item.committed_limit", "item.committed_limit"),
    ],
)
def test_limits_are_told_in_words(text: str, zh: str, en: str) -> None:
    assert [Lexicon(words, {}, {}).limit(text) for words in (ZH, EN)] == [zh, en]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_reason_is_shown_as_it_is(language: Language) -> None:
    words = Words(language, "UTC")
    assert why("somehow else", words) == "somehow else"
    assert "2027" in why("calendar 2027", words)
