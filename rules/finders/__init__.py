"""Finders: each looks for one sign in the traces of one case. Tiny, pure, and general: what they read is a parameter.

A finder's maker reads the keys of its `[[signal]]` or `[[counter]]` and gives a function over a `View`. Any rule of
kind `trace` uses any of them, as a sign of something wrong or as an innocent explanation.
"""

from collections.abc import Callable, Mapping

from rules.finders import nodes, pauses, values
from rules.finders.view import Finder, Sight, View
from rules.rows import Row

__all__ = ["FINDERS", "Finder", "Sight", "View"]

_MADE: tuple[Callable[[Row], Finder], ...] = (
    nodes.equal_times,
    nodes.constant_gaps,
    nodes.round_minutes,
    nodes.coarse_clock,
    nodes.repeated_text,
    nodes.unknown_officer,
    nodes.too_quick,
    pauses.tail_pause,
    pauses.full_length,
    pauses.same_day_resume,
    pauses.pause_lacks,
    pauses.pause_has,
    values.same_value,
    values.above,
    values.deviation,
    values.not_among,
    values.occurs,
    values.item_is,
    values.agreed_batch,
    values.outage,
)

FINDERS: Mapping[str, Callable[[Row], Finder]] = {maker.__name__: maker for maker in _MADE}
"""The finders by the name that `find` gives."""
