"""What readers of the same view share: one reading for all who may see the same, and for nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboards import service, who

P = ParamSpec("P")
T = TypeVar("T")


def eyes() -> tuple[str, ...]:
    """What tells apart those who may see different things: the scope, and which cases were unsealed."""
    return (who.person().scope.text(), *sorted(service.seen_unmasked()))


def shared(**options: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`st.cache_data(**options)` for what is read out of the store: kept apart by `eyes`, so nothing leaks."""

    def keep(read: Callable[P, T]) -> Callable[P, T]:
        def kept(eyes: tuple[str, ...], *arguments: Any, **named: Any) -> T:  # noqa: ARG001 - what the cache goes by
            return read(*arguments, **named)

        # Streamlit tells functions apart by their names.
        kept.__module__, kept.__qualname__ = read.__module__, read.__qualname__
        cached = st.cache_data(show_spinner=False, **options)(kept)

        @wraps(read)
        def one(*arguments: P.args, **named: P.kwargs) -> T:
            found: T = cached(eyes(), *arguments, **named)
            return found

        return one

    return keep
