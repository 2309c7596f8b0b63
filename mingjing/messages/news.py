"""One thing that happened to a finding, and digests of many. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from mingjing.messages.policy import Happening, Recipient
from mingjing.settings import Severities
from mingjing.texts import Language, text
from mingjing.zones import Zone

HAPPENINGS: Mapping[str, Happening] = {
    "issue": "issued",
    "reopen": "issued",
    "raise": "raised",
    "supervise": "supervised",
    "explain": "explained",
    "reply": "explained",
    "appeal": "appealed",
    "uphold": "decided",
    "change": "decided",
    "revoke": "decided",
    "agree": "decided",
    "disagree": "decided",
    "remind": "reminded",
    "escalate": "escalated",
    "close": "closed",
    "lapse": "closed",
    "withdraw": "closed",
    "transfer": "transferred",
}
"""What recipients may be told of, by the step of handling that it is; other steps are nobody else's news."""

LINES: Final = 40
"""Lines of a mail; what is more is counted, and found on the desk."""


class News(Struct, frozen=True, kw_only=True):
    """One thing that happened to a finding. Codes only: nothing of an applicant, no free text. Instants in UTC.

    `number`: which act of the finding's handling it is, so `finding` and `number` name it for good.
    """

    finding: str
    number: int
    happening: Happening
    step: str
    at: datetime
    severity: int
    rule: str
    state: str = ""
    region: str = ""
    over: tuple[str, ...] = ()  # the regions in which that region lies
    department: str = ""
    window: str = ""
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.severity not in (1, 2, 3):
            raise ValueError(f"news of {self.finding}: severity {self.severity}")

    @property
    def id(self) -> str:
        """By which a receiver knows it when it comes again."""
        return f"{self.finding}:{self.number}"


class Digest(Struct, frozen=True, kw_only=True):
    """A mail to be sent. `id` is the same whenever it is made of the same first news, so doubles can be told."""

    id: str
    subject: str
    text: str


def concerns(recipient: Recipient, news: News) -> bool:
    """Whether the recipient asked to be told of this."""
    return (
        news.happening in recipient.about
        and news.severity in recipient.severities
        and (not recipient.regions or not {news.region, *news.over}.isdisjoint(recipient.regions))
        and (not recipient.departments or news.department in recipient.departments)
        and (not recipient.rules or news.rule in recipient.rules)
    )


def digest(
    recipient: Recipient,
    news: Sequence[News],
    *,
    severities: Severities,
    zone: Zone,
    page: str = "",
    called: Callable[[str, str], str] = lambda field, code: code,
) -> Digest:
    """All of the news, at least one, in one mail: counts first, the gravest next, what is too much only counted.

    `called`: what a code is called, by its field (department, region, window, rule).
    """
    words = _Words(recipient.language, severities, zone, called)
    ordered = sorted(news, key=lambda one: (-one.severity, one.at, one.finding, one.number))
    shown, more = ordered[:LINES], len(ordered) - LINES
    lines = [words.say("hello", n=len(news), since=words.when(min(n.at for n in news)), until=words.when(_last(news)))]
    lines += ["", *words.counts(news), "", *map(words.line, shown)]
    if more > 0:
        lines.append(words.say("more", n=more))
    if page:
        lines += ["", words.say("where", page=f"{page}/desk")]
    lines += ["", words.say("foot", name=recipient.name)]
    cards = words.cards(news)
    return Digest(id=name_of(recipient, news), subject=words.say("subject", cards=cards), text="\n".join(lines) + "\n")


def name_of(recipient: Recipient, news: Sequence[News]) -> str:
    """What a message is called: by its recipient and the first thing that it tells."""
    return hashlib.sha256(f"{recipient.name}\n{news[0].id}".encode()).hexdigest()[:32]


def payload(name: str, news: Iterable[News]) -> dict[str, Any]:
    """What a web call says: JSON of codes and instants, described in docs/messages.md."""
    events = [
        {
            "id": one.id,
            "finding": one.finding,
            "happening": one.happening,
            "step": one.step,
            "at": _iso(one.at),
            "severity": one.severity,
            "rule": one.rule,
            "state": one.state,
            "region": one.region,
            "department": one.department,
            "window": one.window,
            "due_at": None if one.due_at is None else _iso(one.due_at),
        }
        for one in news
    ]
    return {"delivery": name, "events": events}


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _last(news: Sequence[News]) -> datetime:
    return max(one.at for one in news)


class _Words(Struct, frozen=True):
    """The words of one recipient's digest."""

    language: Language
    severities: Severities
    zone: Zone
    called: Callable[[str, str], str]

    def say(self, word: str, **places: object) -> str:
        return text(f"messages.{word}", self.language, **places)

    def when(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.zone.info):%Y-%m-%d %H:%M}"

    def card(self, severity: int) -> str:
        return str(getattr(self.severities.of(severity), self.language))

    def cards(self, news: Iterable[News]) -> str:
        counted = Counter(one.severity for one in news)
        parts = [self.say("card", card=self.card(severity), n=counted[severity]) for severity in sorted(counted)[::-1]]
        return self.say("comma").join(parts)

    def counts(self, news: Sequence[News]) -> list[str]:
        """One line for each kind of happening, in the order in which a recipient would act."""
        by: dict[Happening, list[News]] = {}
        for one in news:
            by.setdefault(one.happening, []).append(one)
        return [
            self.say("count", what=self.say(f"happening.{happening}"), cards=self.cards(by[happening]))
            for happening in dict.fromkeys(HAPPENINGS.values())
            if happening in by
        ]

    def line(self, one: News) -> str:
        place = self.called("department", one.department) if one.department else self.called("region", one.region)
        if one.window:
            place = f"{place} {self.called('window', one.window)}".strip()
        due = "" if one.due_at is None else self.say("due", due=self.when(one.due_at))
        return self.say(
            "line", at=self.when(one.at), card=self.card(one.severity), rule=self.called("rule", one.rule),
            place=place or self.say("nowhere"), what=self.say(f"happening.{one.happening}"), due=due,
        )  # fmt: skip
