"""What a rule records when a limit has passed: facts, such as a default 默认 with its proof of notice."""

from typing import Any

from rules.patterns import Getter, getter
from rules.reader import RuleReader

START = "start."


def record(reader: RuleReader) -> dict[str, Getter]:
    """The facts of `record = { name = "words", name = "start.PATH" }`: words as they are, or what the start carries."""
    value = reader.get("record")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(words, str) and words for words in value.values()):
        reader.wrong("record", 'record must be a table like { outcome = "默认", proof = "start.data.receipt_no" }')
        return {}
    return {name: _fact(reader, words) for name, words in value.items()}


def _fact(reader: RuleReader, words: str) -> Getter:
    if words.startswith(START):
        try:
            return getter(words.removeprefix(START))
        except ValueError as mistake:
            reader.wrong("record", f"record: {mistake}")
    said: Any = words
    return lambda event: said
