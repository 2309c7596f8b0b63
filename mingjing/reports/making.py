"""Makes a brief: facts out of the store, then one file per language and format."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from mingjing.reports.content import compose
from mingjing.reports.facts import Facts, Order
from mingjing.reports.fonts import fonts
from mingjing.reports.gather import gather
from mingjing.reports.model import Brief
from mingjing.reports.pdf import pdf
from mingjing.reports.shelf import file_name, write
from mingjing.reports.voice import Voice
from mingjing.reports.workbook import workbook
from mingjing.scores import Scoring
from mingjing.settings import Severities
from mingjing.store import Store
from mingjing.texts import Language

GATHERING = ("totals", "scores", "findings")
CHARTS = 3  # at most: rates over time, the largest move, the load
Told = Callable[[str, float], None]
"""Is told which step begins, and the share of all that is done by then."""


class File(Struct, frozen=True):
    """One finished file."""

    name: str
    content: bytes
    language: Language
    revision: int = 0


class Wish(Struct, frozen=True, kw_only=True):
    """In which languages and formats a brief is wanted."""

    languages: tuple[Language, ...]
    formats: tuple[str, ...]

    def check(self) -> None:
        """NoFont where a font is missing."""
        if "pdf" in self.formats:
            for language in self.languages:
                fonts(language)


def make(
    store: Store, scoring: Scoring, order: Order, wish: Wish, *, now: datetime, timezone: str,
    severities: Severities, told: Told = lambda step, share: None,
) -> list[File]:  # fmt: skip
    """The files of a brief, in memory; raises as `gather` and `Wish.check` do, before any file is made."""
    wish.check()
    steps = _Steps(len(GATHERING) + len(wish.languages) * _steps_of(wish.formats), told)
    facts = gather(store, scoring, order, now, timezone, steps)
    return list(_files(facts, wish, severities, steps))


def revision_of(facts: Facts) -> int:
    """The revision of the frozen scores that a brief tells; 0 if they are not frozen."""
    return max(one.now.revision for one in facts.ranked)


def _files(facts: Facts, wish: Wish, severities: Severities, steps: "_Steps") -> Iterator[File]:
    for language in wish.languages:
        chinese = language == "zh" or "pdf" not in wish.formats or fonts(language).chinese
        voice = Voice(
            language=language,
            names=facts.names,
            rules=facts.rules,
            timezone=facts.timezone,
            severities=severities,
            chinese=chinese,
        )
        brief = compose(facts, voice)
        for form in wish.formats:
            revision = revision_of(facts)
            name = file_name(facts.order, language, revision, form)
            yield File(name, _made(brief, form, language, steps), language, revision)


def _made(brief: Brief, form: str, language: Language, steps: "_Steps") -> bytes:
    step = f"{form}_{language}"
    steps(step)
    if form == "xlsx":
        return workbook(brief)
    return pdf(brief, fonts(language), lambda: steps(step))


def _steps_of(formats: Sequence[str]) -> int:
    return sum(CHARTS + 2 if form == "pdf" else 1 for form in formats)


class _Steps:
    """Counts the steps that have begun."""

    def __init__(self, many: int, told: Told) -> None:
        self._many, self._told, self._begun = many, told, 0

    def __call__(self, step: str) -> None:
        self._told(step, min(self._begun / self._many, 1.0))
        self._begun += 1


def save(files: Sequence[File], folder: Path) -> list[Path]:
    """Writes the files into a folder that `shelf.prepared` gave, each whole or not at all.

    The brief of a frozen revision that lies there already stays as it is: others may have read it.
    """
    for file in files:
        if not (file.revision and (folder / file.name).exists()):
            write(folder / file.name, file.content)
    return [folder / file.name for file in files]
