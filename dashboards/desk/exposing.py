"""What the public would be told of a finding 曝光, made from names, rules and how many cases its unit ended."""

from collections import Counter
from datetime import date

from dashboards import service
from dashboards.sharing import shared
from dashboards.snapshot import choices
from mingjing.handling.exposing import named, told
from mingjing.handling.machine import Told
from mingjing.opendata.reading import atoms
from mingjing.types import Finding, Text
from mingjing.zones import Zone


def proposal(finding: Finding, severity: int) -> Told:
    """The text, which names the unit only where that ended enough cases (setting `public_minimum`)."""
    settings = service.current()
    _, rules, names = choices()
    day = finding.occurred_at.astimezone(Zone(settings.timezone).info).date()
    unit = finding.department or ""
    period, may = named(day, ended(day.year, unit) if unit else {}, settings.public_minimum)
    rule = rules[finding.rule].name if finding.rule in rules else Text(zh=finding.rule, en=finding.rule)
    name = names.get(("department", unit)) if may else None
    return told(rule, name, period, severity)


@shared(ttl=300, max_entries=100)
def ended(year: int, department: str) -> dict[date, int]:
    """How many cases a department ended in each month of a year, by the month's first day."""
    with service.store() as store:
        found: Counter[date] = Counter()
        for atom in atoms(store, year):
            if atom.department == department:
                found[atom.month] += atom.closed
        return dict(found)
