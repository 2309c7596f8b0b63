"""Texts shown to users, in Chinese and English: mingjing/locale/zh.toml and en.toml.

A key is `section.word`, its text may hold `{name}` places. Both catalogues have the same keys with the
same places; a test holds them to it.
"""

import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from mingjing.types import Text

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def text(key: str, language: Language, /, **places: object) -> str:
    """The text of `section.word` in a language, its places filled. An unknown key or a missing place is a KeyError."""
    return catalogue(language)[key].format(**places)


def both(key: str, /, **places: object) -> Text:
    """The text in both languages, with the same values in its places."""
    return Text(zh=text(key, "zh", **places), en=text(key, "en", **places))


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All texts of one language, by key."""
    source = files("mingjing").joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(source)
    return {f"{section}.{word}": words[word] for section, words in sections.items() for word in words}


def places(key: str, language: Language) -> set[str]:
    """The names of a text's places."""
    return {name for _, name, _, _ in string.Formatter().parse(catalogue(language)[key]) if name}
