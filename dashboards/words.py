"""The words shown on the pages, in Chinese and English, from locale/zh.toml and locale/en.toml.

A key is `section.word`; its value may hold `{name}` places. Texts that come with the data
(messages of findings, names of rules) carry both languages themselves.
"""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing import texts
from mingjing.settings import Severities
from mingjing.types import Text

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_FOLDER = Path(__file__).parent / "locale"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All words of one language by `section.word`."""
    sections = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{word}": text for section, words in sections.items() for word, text in words.items()}


class Words(Struct, frozen=True):
    """One reader's language and time zone: everything that turns data into text for the screen."""

    language: Language
    timezone: str

    def __call__(self, key: str, **places: object) -> str:
        """The text of `section.word`; an unknown key is a programming mistake (KeyError)."""
        return catalogue(self.language)[key].format(**places)

    def name(self, section: str, word: str) -> str:
        """The text of a code that comes from outside (event type, channel); the code itself if unknown."""
        told = catalogue(self.language).get(f"{section}.{word}")
        if told is None and section == "event":
            told = texts.catalogue(self.language).get(f"type.{word}")
        return word if told is None else told

    def pick(self, text: Text) -> str:
        """The reader's language of a text that carries both, or the other one if it is empty."""
        return (text.zh or text.en) if self.language == "zh" else (text.en or text.zh)

    def local(self, instant: datetime) -> datetime:
        """The instant in the reader's time zone."""
        return instant.astimezone(ZoneInfo(self.timezone))

    def moment(self, instant: datetime | None) -> str:
        """Date and time to the second, local; a dash for none."""
        return f"{self.local(instant):%Y-%m-%d %H:%M:%S}" if instant else "—"

    def minute(self, instant: datetime | None) -> str:
        """Date and time to the minute, local; a dash for none."""
        return f"{self.local(instant):%Y-%m-%d %H:%M}" if instant else "—"

    def day(self, day: date | None) -> str:
        """A date with its weekday; a dash for none."""
        return f"{day:%Y-%m-%d} {self(f'weekday.{day.isoweekday()}')}" if day else "—"

    def span(self, length: timedelta) -> str:
        """A length of time in its one or two largest units, such as `3 天 4 小时`."""
        seconds = max(0.0, length.total_seconds())
        if seconds < 10:
            return self("span.seconds", n=f"{seconds:.1f}")
        parts, left = [], int(seconds)
        for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)):
            if count := left // size:
                parts.append(self(f"span.{unit}", n=count))
                left -= count * size
        return " ".join(parts[:2])

    def ago(self, instant: datetime, now: datetime) -> str:
        """How long before `now` the instant was; an instant after `now` is told as such."""
        if instant > now + timedelta(seconds=1):
            return self("span.ahead", span=self.span(instant - now))
        return self("span.ago", span=self.span(now - instant))


def severity_name(severity: int, words: Words, severities: Severities) -> str:
    """What the tenant calls a severity."""
    style = severities.of(severity)
    return style.zh if words.language == "zh" else style.en


def number(count: float) -> str:
    """A count with thousands separated; a fraction only where there is one.

    >>> number(12345.0), number(2.5)
    ('12,345', '2.5')
    """
    return f"{int(count):,}" if count == int(count) else f"{count:,.10g}"


def utc(moment: datetime) -> datetime:
    """The same instant as an aware UTC datetime; one without a zone is taken as UTC, as the store gives it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
