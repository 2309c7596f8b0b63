"""The green channel 绿色通道 and agents 代办: who is served first and why, and who runs errands for applicants."""

from datetime import date
from typing import Any, NamedTuple

from mingjing.simulate.draft import Draft, Note

GROUNDS = ("省重点项目", "招商引资项目", "老年人残疾人", "应急抢险", "军人军属")
UNLISTED = "DB-99"
"""An agent's number that no register has."""


class Agent(NamedTuple):
    """An entry of the register of agents 代办员: in force from a day up to and including another (None: open)."""

    code: str
    since: date
    until: date | None


AGENTS = tuple(
    Agent(f"DB-{number:02d}", date(2004, 1, 1), date(2015, 6, 30) if number > 20 else None) for number in range(1, 25)
)
"""Twenty agents, and four whose appointments ended."""


def favoured(d: Draft) -> None:
    """Names the agent of a case that one brought; puts some accepted cases through the green channel."""
    if d.channel == "agent":
        with d.aside("agent"):
            _appointed(d, d.notes[0])
    accepted = next((note for note in d.notes if note.type == "accepted"), None)
    if accepted is not None and not d.item.immediate:
        with d.aside("green"):
            if d.happens(d.rates.green):
                _opened(d, accepted)


def _appointed(d: Draft, first: Note) -> None:
    """At the counter; one in so many cases names somebody who is not, or no longer, on the register."""
    code = d.rng.choice(AGENTS[:20]).code
    if d.flaw("agent_unlisted", d.rates.agent_unlisted):
        gone = [agent.code for agent in AGENTS if agent.until and agent.until.toordinal() * 86_400 < first.second]
        code = d.rng.choice([UNLISTED, *gone])
    d.now = first.second
    d.note("agent_appointed", counter=True, agent=code, consent_no=d.number("托"))


def _opened(d: Draft, accepted: Note) -> None:
    """When the case is accepted, with the ground, or without."""
    d.now = accepted.second
    ground: dict[str, Any] = {} if d.flaw("lane_bare", d.rates.lane_bare) else {"ground": d.rng.choice(GROUNDS)}
    d.note("lane_opened", d.approver, lane="green", **ground)
