"""What codes and rules are called, in the reader's language."""

import re
from collections.abc import Mapping

from msgspec import Struct

from dashboards.data import RuleText
from dashboards.words import Words
from mingjing.types import Text


class Lexicon(Struct, frozen=True):
    """The names that the store holds; where it holds none, the code itself is shown."""

    words: Words
    rules: Mapping[str, RuleText]
    names: Mapping[tuple[str, str], Text]

    def name(self, field: str, code: str | None) -> str:
        """What a department, window, officer, region or item is called."""
        if not code:
            return ""
        text = self.names.get((field, code))
        return (self.words.pick(text) if text else "") or code

    def full(self, field: str, code: str | None) -> str:
        """The name with its code behind it, where there is a name."""
        name = self.name(field, code)
        return name if name == (code or "") else f"{name} ({code})"

    def subject(self, subject: str) -> str:
        """Whom a finding is about: `officer:1187` as `经办人 …`, a case by its number."""
        kind, _, code = subject.partition(":")
        if kind in ("case", ""):
            return code
        name = self.full(kind if kind != "account" else "officer", code)
        return f"{self.words.name('subject', kind)} {name}"

    def limit(self, text: str) -> str:
        """A limit or a rung as rules and catalogues write it, such as `due + 3 working_days`, in words."""
        words = self.words
        if text in ("due", "same office day"):
            return words(f"rung.{text.replace(' ', '_')}")
        if found := re.fullmatch(r"(?:(due) ([+-]) )?([\d.]+) ?(%|[a-z_]+)", text):
            due, sign, count, unit = found.groups()
            if unit == "%":
                return words("rung.percent", n=count)
            told = words("finding.limit_value", limit=count, unit=words.name("unit", unit))
            return words("rung.after" if sign == "+" else "rung.before", limit=told) if due else told
        return text

    def rule(self, rule: str) -> str:
        """`T2 承诺超期`, or the id alone."""
        text = self.rules.get(rule)
        return f"{rule} {self.words.pick(text.name)}" if text else rule

    def cause(self, cause: str) -> str:
        """What cards of a cause are about: a word of ours, or the rule that it is named after."""
        told = self.words.name("cause", cause)
        if told != cause or cause in self.rules:
            return told if told != cause else self.rule(cause)
        return next((self.rule(rule) for rule in sorted(self.rules) if rule.partition("-")[0] == cause), cause)
