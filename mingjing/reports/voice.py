"""How a brief speaks: its language, what people call the codes, and how periods are named."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from mingjing.reports.facts import Names, cause_of
from mingjing.scoring.periods import Period
from mingjing.scoring.scheme import Scheme
from mingjing.settings import Severities
from mingjing.texts import Language, text
from mingjing.types import Text


class Voice(Struct, frozen=True, kw_only=True):
    """One reader's language. `chinese`: whether the fonts at hand can show Chinese names."""

    language: Language
    names: Names
    rules: Mapping[str, Text]
    timezone: str
    severities: Severities = Severities()
    chinese: bool = True

    def __call__(self, key: str, /, **places: object) -> str:
        """The text of `brief.KEY`."""
        return text(f"brief.{key}", self.language, **places)

    def pick(self, both: Text, otherwise: str = "") -> str:
        """The reader's language of a text, else the other one if it can be shown."""
        first, second = (both.zh, both.en) if self.language == "zh" else (both.en, both.zh if self.chinese else "")
        return first or second or otherwise

    def name(self, field: str, code: str) -> str:
        """What a department, window, officer, region or item is called; the code where nobody said."""
        known = self.names.get((field, code))
        return (self.pick(known) if known else "") or code

    def cause(self, cause: str) -> str:
        """What a cause of cards is called: by a text of its own, else by the rule that is named like it."""
        if cause == "lateness":
            return self("cause.lateness")
        rule = next((one for one in sorted(self.rules) if one == cause or one.startswith(f"{cause}-")), None)
        return self.rule(rule) if rule else cause

    def rule(self, rule: str) -> str:
        """`T2 …`, or the id alone."""
        known = self.rules.get(rule)
        called = self.pick(known) if known else ""
        return f"{rule} {called}" if called else rule

    def severity(self, severity: int) -> str:
        """What the tenant calls a severity."""
        style = self.severities.of(severity)
        return style.zh if self.language == "zh" else style.en

    def word(self, word: str) -> str:
        """What "cause:severity" is called."""
        return self.cause(cause_of(word) or word)

    def indicator(self, scheme: Scheme, code: str) -> str:
        """What an indicator of a scheme (or one of its bonuses) is called."""
        called = {one.id: one.name for one in scheme.indicators} | {one.id: one.name for one in scheme.bonus}
        return self.pick(called[code], code) if code in called else code

    def period(self, period: Period) -> str:
        """A period in words."""
        year = period.since.year
        match period.kind:
            case "month":
                return self("period.month", year=year, month=self(f"month.{period.since.month}"))
            case "quarter":
                return self("period.quarter", year=year, n=(period.since.month + 2) // 3)
            case "year":
                return self("period.year", year=year)
            case "week":
                year, week, _ = period.since.isocalendar()
                return self("period.week", year=year, n=week)
            case _:
                return period.code.replace("..", self("period.to"))

    def moment(self, instant: datetime) -> str:
        """Date and time to the minute, local."""
        return f"{instant.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M}"

    def many(self, parts: list[str], most: int = 5) -> str:
        """A list in words; beyond `most` it says how many more."""
        told = self("list.names").join(parts[:most])
        return told if len(parts) <= most else self("list.more", those=told, n=len(parts) - most)
