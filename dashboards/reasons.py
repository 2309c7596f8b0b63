"""Why a rule could not judge, in words."""

from dashboards.words import Words

_KNOWN = ("calendar", "item", "limit", "field", "expression", "error")


def why(reason: str, words: Words) -> str:
    """The store's reason in the reader's language: its first word is one of a fixed few."""
    word, _, rest = reason.partition(" ")
    word = word.rstrip(":")
    return words(f"reason.{word}", rest=rest).strip() if word in _KNOWN else reason
