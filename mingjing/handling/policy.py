"""The numbers of handling that a place may set itself: the setting `handling_file`, TOML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from mingjing.access.permissions import UNIT
from mingjing.errors import BookError, Mistake
from mingjing.handling.machine import Doer
from mingjing.tomlfile import TomlFile, read_toml

DAYS: dict[str, int] = {
    "release": 5,  # 待发: a supervisor decides whether it goes out
    "acknowledge": 1,  # 签收, from the card
    "explain": 3,  # 整改说明, from the card
    "reply": 5,  # the unit's signed answer, from the card
    "verify": 3,  # 核查, from the answer
    "close": 3,  # 销号, from the verification
    "decide": 10,  # 认定, from the appeal
    "agree": 3,  # the second person, from the proposal
    "take_up": 5,  # 督办 begins, from the card (yellow and red)
    "finish": 20,  # 督办 ends, from its beginning
    "lapse": 20,  # a notice of which nothing came
    "appeal": 15,  # an appeal is admitted until then, from the card
}
"""Every deadline with its working days; sources: domain practice 督办时限 and the city scheme's reply within 5."""

OWES: dict[str, frozenset[Doer]] = {
    "release": frozenset({"supervisor"}),
    "acknowledge": UNIT,
    "explain": frozenset({"officer", "lead"}),
    "reply": frozenset({"department"}),
    "verify": frozenset({"supervisor"}),
    "close": frozenset({"supervisor"}),
    "decide": frozenset({"panel"}),
    "agree": frozenset({"supervisor", "panel"}),
    "take_up": frozenset({"supervisor"}),
    "finish": frozenset({"supervisor"}),
    "lapse": frozenset(),
    "appeal": frozenset(),
}
"""Who has to act within a deadline; nobody within those that merely end something."""


class Policy(Struct, frozen=True, kw_only=True):
    """Deadlines in working days, and how often something may be asked for.

    `issue`: severities that the service sends out by itself; others, and leads always, wait for a supervisor.
    `extend_days`, `extend_times`: by how much a unit may prolong its own time for one card. `appeals`: per card.
    `remind_days`: a reminder goes out when so many working days are left; 0: never. `escalate`: severities whose missed
    deadlines are escalated. `history_days`: a finding detected more days ago, about which nobody has done anything, is
    history, which the service leaves alone and a supervisor may issue.
    """

    days: Mapping[str, int] = field(default_factory=DAYS.copy)
    issue: frozenset[int] = frozenset({1, 2})
    extend_days: int = 5
    extend_times: int = 1
    appeals: int = 1
    remind_days: int = 1
    escalate: frozenset[int] = frozenset({2, 3})
    history_days: int = 60


LONGEST = 250
"""Working days of a year: no deadline is longer."""

_NUMBERS = {"extend_days": (0, LONGEST), "extend_times": (0, 10), "appeals": (0, 10), "remind_days": (0, 30)}
_NUMBERS |= {"history_days": (1, 3_650)}
_SEVERITIES = ("issue", "escalate")


def load(path: Path | None) -> Policy:
    """The policy of a file, or the default one; raises BookError with all mistakes and their lines.

    The file has `[deadlines]` with working days by name, and `extend_days`, `extend_times`, `appeals`, `remind_days`,
    `history_days`, `issue = [1, 2]`, `escalate = [2, 3]` above it; what it leaves out stays as it was.
    """
    if path is None:
        return Policy()
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    given: dict[str, Any] = {}
    if file is not None:
        file.unknown({"deadlines", *_NUMBERS, *_SEVERITIES}, mistakes)
        given = {name: file.data[name] for name in _NUMBERS if _number(file, name, mistakes)}
        given |= {name: frozenset(file.data[name]) for name in _SEVERITIES if _severities(file, name, mistakes)}
        given["days"] = DAYS | _days(file, mistakes)
    if mistakes:
        raise BookError(mistakes)
    return Policy(**given)


def _number(file: TomlFile, name: str, mistakes: list[Mistake]) -> bool:
    value, (least, most) = file.data.get(name), _NUMBERS[name]
    if value is None:
        return False
    if type(value) is not int or not least <= value <= most:
        mistakes.append(file.mistake(name, f"{name} is {value!r}; it must be a whole number from {least} to {most}"))
    return True


def _severities(file: TomlFile, name: str, mistakes: list[Mistake]) -> bool:
    value = file.data.get(name)
    if value is None:
        return False
    if not isinstance(value, list) or not all(type(one) is int and one in (1, 2, 3) for one in value):
        message = f"{name} is {value!r}; it must be a list of severities like [1, 2]: 1 预警, 2 黄牌, 3 红牌"
        mistakes.append(file.mistake(name, message))
        return False
    return True


def _days(file: TomlFile, mistakes: list[Mistake]) -> dict[str, int]:
    table = file.data.get("deadlines", {})
    if not isinstance(table, dict):
        mistakes.append(file.mistake("deadlines", "deadlines must be a table: [deadlines]"))
        return {}
    for name, value in table.items():
        if name not in DAYS:
            message = f"unknown deadline {name!r}; there are {', '.join(DAYS)}"
            mistakes.append(file.mistake(name, message))
        elif type(value) is not int or not 1 <= value <= LONGEST:
            message = f"{name} is {value!r}; it must be working days from 1 to {LONGEST}"
            mistakes.append(file.mistake(name, message))
    return {name: value for name, value in table.items() if name in DAYS}
