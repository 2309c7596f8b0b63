"""Exposure 曝光: what the public is told of a finding that stands, and how little it names. Pure."""

from collections.abc import Mapping
from datetime import date

from mingjing.handling.machine import Told
from mingjing.scoring.periods import Kind, Period
from mingjing.texts import both, text
from mingjing.types import Text

WIDER: tuple[Kind, ...] = ("month", "quarter", "year")


def named(day: date, ended: Mapping[date, int], minimum: int) -> tuple[Period, bool]:
    """The period that a text tells of, and whether it may name the unit.

    `ended`: how many cases the unit ended in each month, by its first day. One case among fewer than `minimum` is not
    told of: then of the quarter, of the year, and if that is small too, of a unit without its name.
    """
    for kind in WIDER:
        period = Period.of(kind, day)
        if sum(n for month, n in ended.items() if period.since <= month < period.until) >= minimum:
            return period, True
    return Period.of("year", day), False


def told(rule: Text, unit: Text | None, period: Period, severity: int) -> Told:
    """What the public is told, from the catalogues' template; `unit` None: the unit is not named."""
    since = period.since
    places = {"year": since.year, "month": since.month, "quarter": (since.month + 2) // 3}
    when = both(f"exposure.{period.kind}", **places)
    who = unit or both("exposure.a_unit")
    card = both(f"exposure.card_{severity}")
    said = Text(
        zh=text("exposure.text", "zh", when=when.zh, unit=who.zh, rule=rule.zh, card=card.zh),
        en=text("exposure.text", "en", when=when.en, unit=who.en, rule=rule.en, card=card.en),
    )
    return Told(rule=rule, text=said)
