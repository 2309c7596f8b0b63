"""先照后证: the business licence of those who apply for a permit after it, and permits demanded before it."""

from datetime import date

from mingjing.simulate.almanac import DAY
from mingjing.simulate.draft import Draft
from mingjing.simulate.itemplan import Version
from mingjing.simulate.people import credit_code

APPLIED = ("submitted", "material_received")


def licensed(d: Draft, version: Version) -> None:
    """Tells the applicant's licence where the item's version wants it; lets a registration ask for a later permit."""
    if version.licence_first:
        with d.aside("licence"):
            _shown(d)
    if version.permits_after:
        with d.aside("demanded"):
            _demanded(d, version)


def _shown(d: Draft) -> None:
    """On the application, dated before the acceptance, or issued in the very case; or dated later, or nowhere."""
    accepted = next((note for note in d.notes if note.type == "accepted"), None)
    applied = next((note for note in d.notes if note.type in APPLIED), None)
    if accepted is None or applied is None:
        return
    number = credit_code(f"92{d.city.region}{d.rng.randrange(10**9):09d}")
    late = d.flaw("licence_late", d.rates.licence_late)
    if late and d.happens(0.4):
        return
    if late:
        day = accepted.second // DAY + d.rng.randint(1, 30)
    elif d.happens(0.3):
        d.now = applied.second
        d.note("licence_issued", licence_no=number)
        return
    else:
        day = applied.second // DAY - d.rng.randint(0, 400)
    applied.data |= {"licence_no": number, "licence_date": date.fromordinal(day).isoformat()}


def _demanded(d: Draft, version: Version) -> None:
    """The one notice of correction also asks for a permit that comes after the licence."""
    told = [note for note in d.notes if note.type == "correction_notified"]
    if len(told) == 1 and d.flaw("permit_demanded", d.rates.permit_demanded):
        told[0].data["gaps"] = [*told[0].data["gaps"], d.rng.choice(version.permits_after)]
