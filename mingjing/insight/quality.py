"""Quality objectives 质量目标: what was promised, what was reached, and whether a miss is more than chance. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from mingjing.insight.rates import Rate, rate

State = Literal["missed", "below", "small", "reached", "none"]
"""missed: below the target, its whole interval too; below: only the figure is; small: too few to say; none: no case."""
STATES: tuple[State, ...] = ("missed", "below", "small", "reached", "none")
LEAST = 30
"""So many cases an objective is judged by at least, as rule N52 has it."""


class Objective(Struct, frozen=True, kw_only=True):
    """A row of the register of objectives: a unit's share of cases that is to be as promised, from a local day on."""

    code: str
    unit: str
    measure: str
    target: float
    basis: str
    since: date = date.min


class Attained(Struct, frozen=True, kw_only=True):
    """An objective and what was reached, with Wilson's interval at 95 %."""

    objective: Objective
    found: Rate
    state: State


def objectives(rows: Iterable[tuple[date, Mapping[str, str]]]) -> list[Objective]:
    """The objectives of register rows, each with its first day; a row whose target is no number is left away."""
    found = []
    for since, row in rows:
        try:
            target = float(row.get("target", ""))
        except ValueError:
            continue
        found.append(
            Objective(
                code=row.get("code", ""),
                unit=row.get("unit", ""),
                measure=row.get("measure", ""),
                target=target,
                basis=row.get("basis", ""),
                since=since,
            )
        )
    return found


def attained(aims: Sequence[Objective], counted: Mapping[str, tuple[int, int]]) -> list[Attained]:
    """What became of each objective; `counted`: by its code, how many were as promised on its days, of how many.

    Those that were missed come first, then by how far they lie below the target.
    """
    made = []
    for aim in aims:
        good, n = counted.get(aim.code, (0, 0))
        found = rate(aim.unit, aim.measure, good, n)
        made.append(Attained(objective=aim, found=found, state=_state(aim, found)))
    return sorted(made, key=_order)


def _state(aim: Objective, found: Rate) -> State:
    if found.rate is None or found.hi is None:
        return "none"
    if found.rate >= aim.target:
        return "reached"
    if found.n < LEAST:
        return "small"
    return "missed" if found.hi < aim.target else "below"


def _order(one: Attained) -> tuple[int, float, str]:
    return STATES.index(one.state), (one.found.rate or 0.0) - one.objective.target, one.objective.code
