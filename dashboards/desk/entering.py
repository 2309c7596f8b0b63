"""Complaints 效能投诉 and what inspections 明查暗访 found: from what a person filled in to a case event. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from mingjing.access import Scope
from mingjing.errors import MingjingError
from mingjing.handling.events import INSPECTION, SOURCE
from mingjing.scoring.details import Organisation
from mingjing.types import CaseEvent

Kind = Literal["complaint", "inspection"]
TYPES: dict[Kind, str] = {"complaint": "complained", "inspection": "irregularity_recorded"}
GROUNDS: dict[Kind, tuple[str, ...]] = {
    "complaint": ("late", "fee", "attitude", "absent", "repeat", "refused", "other"),
    "inspection": ("absent", "conduct", "fee", "disclosure", "refusal", "offline", "other"),
}
CHANNELS = ("by_window", "by_hotline", "by_online", "by_letter")
MANNERS = ("open", "covert")
OLDEST = timedelta(days=366)
LONGEST = 2_000
PLACES = ("region", "department", "window", "officer")


class Wrong(MingjingError):
    """What is wrong with a form; `word` is a key of the catalogues' section `form`."""

    def __init__(self, word: str, **places: object) -> None:
        self.word, self.places = word, places
        super().__init__(word)


class Form(Struct, frozen=True, kw_only=True):
    """What a person filled in. `about`: region, department, window, officer, as far as known; `details`: the rest."""

    kind: Kind
    number: str  # of this form: entered twice, it counts once
    at: datetime
    case_id: str = ""
    about: Mapping[str, str] = {}
    item: str = ""
    text: str = ""
    ground: str = "other"
    details: Mapping[str, Any] = {}
    photos: tuple[str, ...] = ()


def completed(about: Mapping[str, str], org: Organisation) -> dict[str, str]:
    """What was left open, from the organisation: the department of a window or officer, the region of a department.

    Who may see only a department sees nothing that names but a window. What belongs to several stays open.
    """
    found = {name: about.get(name, "") for name in PLACES}
    for field, above in (("officer", "window"), ("officer", "department"), ("window", "department")):
        parents = [
            one for one in org.parents(field, found[field]) if (above == "window") == bool(org.parents("window", one))
        ]
        if not found[above] and len(parents) == 1:
            found[above] = parents[0]
    regions = org.parents("department", found["department"])
    if not found["region"] and len(regions) == 1:
        found["region"] = regions[0]
    return found


def as_event(form: Form, now: datetime, scope: Scope) -> CaseEvent:
    """The event of a form. Raises Wrong: no words, no place, a time ahead or long ago, a complaint without its case,
    something outside the person's scope.
    """
    if not form.text.strip():
        raise Wrong("no_text")
    if form.at > now:
        raise Wrong("future", moment=form.at)
    if form.at < now - OLDEST:
        raise Wrong("old", moment=form.at, days=OLDEST.days)
    if form.kind == "complaint" and not form.case_id:
        raise Wrong("no_case")
    about = {name: code for name in PLACES if (code := form.about.get(name, ""))}
    if not about and not form.case_id:
        raise Wrong("nowhere")
    if not scope.sees(**about):
        raise Wrong("unknown_case", case=form.case_id or "—")
    own = form.kind == "inspection"
    said = "text" if own else "statement"  # a citizen's own words are personal (mingjing/privacy/personal.toml)
    data = {"ground": form.ground, said: form.text.strip()[:LONGEST], **form.details}
    data |= {"photos": list(form.photos)} if form.photos else {}
    data |= {"case": form.case_id} if own and form.case_id else {}
    return CaseEvent(
        event_id=form.number,
        case_id=f"{INSPECTION}{form.number}" if own else form.case_id,
        type=TYPES[form.kind],
        occurred_at=form.at,
        recorded_at=now,
        source=SOURCE,
        item=None if own else form.item or None,
        data=data,
        region=about.get("region"),
        department=about.get("department"),
        window=about.get("window"),
        officer=about.get("officer"),
    )
