"""What a finding says in Chinese and English: the message catalogues' words around a rule's own name."""

import re
from functools import lru_cache

from mingjing.quantities import UNITS
from mingjing.texts import LANGUAGES, Language, catalogue
from mingjing.types import Text

_PATTERN = re.compile(r"(\w+) \((.+)\)")
_BETWEEN = re.compile(r" / (?![^(]*\))")
"""What parts patterns, as against the values of one pattern: `accepted / step_ended (a / b)` are two."""

_QUANTITY = re.compile(rf"(\d+(?:\.\d+)?) ({'|'.join(UNITS)})")


@lru_cache(maxsize=1 << 14)  # findings of one rule and one day say the same
def message(form: str, name: Text, words: tuple[tuple[str, str | Text], ...]) -> Text:
    """The message `finding.FORM`, `words` being (place, word).

    Amounts like `20 working_days` and event types are put in the reader's words.
    """
    zh, en = (
        catalogue(language)[f"finding.{form}"].format(
            rule=name.zh if language == "zh" else name.en,
            **{place: put(word, language) for place, word in words},
        )
        for language in LANGUAGES
    )
    return Text(zh=zh, en=en)


@lru_cache(maxsize=1 << 14)
def put(word: str | Text, language: Language) -> str:
    """Words of a rule file in a language: `20 working_days` → 20 个工作日, `accepted` → 受理."""
    if isinstance(word, Text):
        return word.zh if language == "zh" else word.en
    known = catalogue(language)
    amount = _QUANTITY.fullmatch(word)
    if amount:
        unit = f"{amount[2]}_one" if amount[1] == "1" else amount[2]
        return known[f"unit.{unit}"].format(n=amount[1])
    parts = _BETWEEN.split(word)
    if len(parts) > 1:
        return " / ".join(put(part, language) for part in parts)
    pattern = _PATTERN.fullmatch(word)
    if pattern:
        return known["type.of"].format(type=put(pattern[1], language), value=put(pattern[2], language))
    key = word.replace(" ", "_")
    return known.get(f"type.{key}") or known.get(f"value.{key}") or word
