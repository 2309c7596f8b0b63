"""Stretches of time as pairs of instants, and what they have in common. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]
"""From (included) and to (excluded)."""


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in ascending stretches that do not touch; empty ones are left out."""
    joined: list[Stretch] = []
    for since, until in sorted(one for one in stretches if one[0] < one[1]):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def common(ones: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The time that lies in both."""
    right = union(others)
    return [
        (max(since, first), min(until, last))
        for since, until in union(ones)
        for first, last in right
        if max(since, first) < min(until, last)
    ]


def without(ones: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The time of the first that does not lie in the second."""
    left = union(ones)
    for first, last in union(others):
        left = [
            piece
            for since, until in left
            for piece in ((since, min(until, first)), (max(since, last), until))
            if piece[0] < piece[1]
        ]
    return left


def length(stretches: Sequence[Stretch]) -> timedelta:
    """How long they are in sum; each instant counts once."""
    return sum((until - since for since, until in union(stretches)), timedelta())
