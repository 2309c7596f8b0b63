"""What the pages of scores read, by way of `mingjing.scores` alone; readers of the same view share one reading."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import streamlit as st

from dashboards import data, service, who
from dashboards.lending import lent
from dashboards.lexicon import Lexicon
from dashboards.sharing import eyes, shared
from dashboards.words import Words
from mingjing.access import WHOLE
from mingjing.errors import UsageError
from mingjing.scores import Behind, Delta, Moments, Organisation, Revision, Scoring
from mingjing.scoring import schemes
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.scheme import Scheme
from mingjing.store import Store
from mingjing.store.score_details import organisation as organisation_of
from mingjing.store.scores import EVERYTHING, Scope
from mingjing.types import Text

REFRESH_S = 4
"""How old a score on a page may be."""
NAMES_S = 60
BACK = {"day": 14, "week": 12, "month": 12, "quarter": 8, "year": 5, "span": 4}
"""How many periods a trend shows."""
TOLD = 0.05
"""Points that a change must have to be told by itself."""
_HASHED: dict[str | type[Any], Callable[[Any], Any]] = {Scope: msgspec.json.encode, Period: lambda one: one.code}


def scheme(name: str = "") -> Scheme:
    """A scheme by name; the installation's for "" or a name that is not there."""
    return _loaded(known(name))


@st.cache_resource
def _loaded(name: str) -> Scheme:
    return schemes.load(name or service.current().scheme)


def known(name: str) -> str:
    """The name as addresses hold it: "" for the installation's own scheme and for one that there is not."""
    return name if name in schemes.names() and name != service.current().scheme else ""


def choices() -> list[str]:
    """The schemes that a reader may look through, the installation's own first."""
    own = service.current().scheme
    return [own, *(one for one in schemes.names() if one != own)]


def _close(idle: "queue.LifoQueue[tuple[Store, Scoring]]") -> None:
    while not idle.empty():
        idle.get_nowait()[0].close()


@st.cache_resource(on_release=_close)
def _idle(name: str) -> "queue.LifoQueue[tuple[Store, Scoring]]":  # noqa: ARG001 (each scheme has its own)
    return queue.LifoQueue()


@contextmanager
def scoring(name: str = "") -> Iterator[Scoring]:
    """Scores by a scheme, for this page only while the block runs; raises StoreUnavailable when the store is away.

    A connection that was used before still knows the names and weights that it read.
    """

    def opened() -> tuple[Store, Scoring]:
        store = Store(service.current().store_dsn or "", profile="dashboard", scope=WHOLE)
        return store, Scoring(store, scheme(name))

    with lent(_idle(known(name)), opened, lambda both: both[0].close()) as (_, one):
        one.viewer = who.person().scope
        yield one


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=200)
def sheet(
    name: str, level: str, period: Period, scope: Scope = EVERYTHING, live: bool = False, revision: int = 0
) -> ScoreSheet:
    """The scores of a level; a revision that there is not is taken as the last."""
    with scoring(name) as scores:
        try:
            return scores.sheet(level, period, scope, live=live, revision=revision)
        except UsageError:
            return scores.sheet(level, period, scope, live=live)


@shared(ttl=NAMES_S, hash_funcs=_HASHED, max_entries=100)
def trend(name: str, level: str, code: str, last: Period, count: int) -> list[tuple[Period, Score | None]]:
    """One subject's scores over the periods up to `last`, the earliest first."""
    with scoring(name) as scores:
        return scores.trend(level, code, last, count)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=100)
def behind(
    name: str, level: str, code: str, indicator: str, period: Period, bad: bool, limit: int, offset: int
) -> tuple[list[Behind], int]:
    """The lines behind an indicator, those that cost most first, and how many there are."""
    with scoring(name) as scores:
        return scores.behind_page(level, code, indicator, period, bad=bad, limit=limit, offset=offset)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=100)
def moments(name: str, level: str, code: str, period: Period) -> Moments:
    """How long a subject's cases took, among others."""
    with scoring(name) as scores:
        return scores.moments(level, code, period)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=100)
def revisions(name: str, level: str, period: Period) -> list[Revision]:
    """The frozen sheets of a level and period, the first one first."""
    with scoring(name) as scores:
        return scores.revisions(level, period)


@shared(ttl=REFRESH_S, hash_funcs=_HASHED, max_entries=100)
def delta(name: str, level: str, period: Period, revision: int) -> list[Delta]:
    """Whose score a revision changed."""
    with scoring(name) as scores:
        return scores.delta(level, period, revision)


@shared(ttl=NAMES_S, hash_funcs=_HASHED, max_entries=100)
def families(name: str, period: Period) -> dict[str, tuple[str, ...]]:
    """The families of like items, and the items of each."""
    found: dict[str, list[str]] = {}
    with scoring(name) as scores:
        for item, fact in scores.items(period).items():
            if fact.family:
                found.setdefault(fact.family, []).append(item)
    return {family: tuple(items) for family, items in sorted(found.items())}


def organisation() -> Organisation:
    """Who belongs to whom, as far as the reader may see it."""
    return _organisation(eyes())


@st.cache_resource(ttl=NAMES_S, show_spinner=False, max_entries=50)
def _organisation(eyes: tuple[str, ...]) -> Organisation:  # noqa: ARG001 - what the cache goes by
    with service.store() as store:
        return organisation_of(store)


def names() -> dict[tuple[str, str], Text]:
    """What codes are called, as far as the reader may see them."""
    return _names(eyes())


@st.cache_resource(ttl=NAMES_S, show_spinner=False, max_entries=50)
def _names(eyes: tuple[str, ...]) -> dict[tuple[str, str], Text]:  # noqa: ARG001
    with service.store() as store:
        return data.names(store)


@st.cache_resource(ttl=NAMES_S, show_spinner=False)
def rules() -> dict[str, data.RuleText]:
    """What rules are called."""
    with service.store() as store:
        return data.rule_texts(store)


def lexicon(words: Words) -> Lexicon:
    """What codes and rules are called, in the reader's language."""
    return Lexicon(words, rules(), names())
