"""Why scores were revised, in words: a revision keeps its rulings as `RULE FINDING OUTCOME; …`, as codes."""

import re
from collections.abc import Collection

from mingjing.texts import Language, text

MOST = 3
"""Rulings that are named; of more, only how many."""
_RULED = re.compile(r"(\S+) (\S+) (upheld|revoked|changed|confirmed|cleared)")


def named(reason: str) -> set[str]:
    """The findings that a reason names."""
    return {one[2] for part in reason.split("; ") if (one := _RULED.fullmatch(part))}


def within(reason: str, seen: Collection[str]) -> str:
    """The same for somebody who sees these findings alone; others are not named.

    >>> within("T2 f-1 revoked; P3 f-2 changed", ["f-2"])
    'T2 … revoked; P3 f-2 changed'
    """
    parts = ((part, _RULED.fullmatch(part)) for part in reason.split("; "))
    return "; ".join(part if not one or one[2] in seen else f"{one[1]} … {one[3]}" for part, one in parts)


def told(reason: str, language: Language) -> str:
    """The reason in a language; what a person wrote by hand stays as it is.

    >>> told("T2 f-1 revoked; P3 f-2 changed", "en")
    'T2 (finding f-1) revoked; P3 (finding f-2) changed'
    """
    parts = reason.split("; ")
    ruled = [_RULED.fullmatch(part) for part in parts]
    named = [
        text("reasons.ruled", language, rule=one[1], finding=one[2], outcome=text(f"reasons.{one[3]}", language))
        if one
        else part
        for part, one in zip(parts, ruled, strict=True)
    ]
    if len(named) > MOST and all(ruled):
        shown = text("reasons.and", language).join(named[:MOST])
        return text("reasons.more", language, those=shown, n=len(named) - MOST)
    return text("reasons.and", language).join(named) if all(ruled) else "; ".join(named)
