"""A city with two counties and a township in one of them.

Whatever belongs to a region bears its mark in every code and text.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from typing import Any

import msgspec

from mingjing.access import ROLES, Person, Role, Scope, places
from mingjing.scoring.details import Organisation
from mingjing.scoring.lines import Line
from mingjing.scoring.periods import Period
from mingjing.scoring.results import Score, ScoreSheet
from mingjing.scoring.rulings import Ruling
from mingjing.store import CaseState, Conflict, Name, SampleRow, Store
from mingjing.store.exposures import ExposureRow, write_exposures
from mingjing.store.handling import HandlingRow, write_handling
from mingjing.store.registers import RegisterLine
from mingjing.store.rows import struct_columns
from mingjing.store.rulings import write_rulings
from mingjing.store.score_work import Belonging, keep_belongings
from mingjing.store.scores import LineChange, write_lines
from mingjing.store.snapshots import write_snapshot
from mingjing.types import DeadLetter, Evidence, NotJudged, PresenceSample, Text
from tests.mingjing.store.samples import NOW, event, finding, stored

PARENT, OWN, CHILD, SIBLING = "qparentq", "qownq", "qchildq", "qsiblingq"
MARKS = (PARENT, OWN, CHILD, SIBLING)
"""The city's own offices, a county, a township in it, and the other county."""
ABOVE = {PARENT: "", OWN: PARENT, CHILD: OWN, SIBLING: PARENT}
PHONE = "13812345678"
"""A telephone that every case's data hold."""


def belongings() -> list[Belonging]:
    """The tree: of each region one department, one window and one officer."""
    found = []
    for mark, above in ABOVE.items():
        found += [
            Belonging(field="region", code=f"R{mark}", parent=f"R{above}" if above else ""),
            Belonging(field="department", code=f"D{mark}", parent=f"R{mark}"),
            Belonging(field="window", code=f"W{mark}", parent=f"D{mark}"),
            Belonging(field="officer", code=f"O{mark}", parent=f"W{mark}"),
        ]
    return found


def organisation() -> Organisation:
    """The same tree, as scopes are made from it."""
    return Organisation((one.field, one.code, one.parent) for one in belongings())


def people() -> Iterator[tuple[Role, str, Scope]]:
    """Each role at each level of place that it can have, all of them in the county or below."""
    at: dict[Role, Sequence[str]] = dict.fromkeys(places.WIDE, (f"region:R{OWN}", f"department:D{OWN}"))
    at |= {
        "department": (f"department:D{OWN}",),
        "lead": (f"window:W{OWN}", f"department:D{OWN}"),
        "officer": ("",),
        "administrator": ("*", ""),
    }
    tree = organisation()
    for role in ROLES:
        for place in at[role]:
            yield role, place, places.scope(frozenset({role}), place, f"O{OWN}" if role == "officer" else "", tree)


def person(role: Role, scope: Scope) -> Person:
    """Somebody of this role."""
    return Person(
        account=f"{role}1", roles=frozenset({role}), scope=scope, officer=f"O{OWN}" if role == "officer" else ""
    )


def fill(store: Store) -> None:
    """One case, finding, act, ruling, sample and score of each region, and what cannot be judged or read of each."""
    store.migrate()
    keep_belongings(store, belongings(), [])
    for number, mark in enumerate(MARKS):
        _fill(store, mark, number)
    for level in ("window", "officer", "department", "region", "item"):
        scores = tuple(
            Score(code=f"{level[0].upper()}{mark}", state="ranked", cases=1, weighted=1, score=80, tier=1)
            for mark in MARKS
        )
        sheet = ScoreSheet(
            scheme="recommended", scheme_version="1", level=level, period=Period.parse("2026-03"), scores=scores,
            revision=1, reason="; ".join(f"T2 F{mark} revoked" for mark in MARKS),
        )  # fmt: skip
        write_snapshot(store, sheet, NOW, NOW)


def _fill(store: Store, mark: str, number: int) -> None:
    case = f"C{mark}"
    line = RegisterLine(
        register="units", key=f"D{mark}", code=f"D{mark}", valid_from=NOW.date(), valid_to=NOW.date(),
        region=f"R{mark}", department=f"D{mark}", fields={"code": f"D{mark}"}, version="",
    )  # fmt: skip
    store.insert("registers", struct_columns([line], RegisterLine))
    at: dict[str, Any] = {"region": f"R{mark}", "department": f"D{mark}", "window": f"W{mark}", "officer": f"O{mark}"}
    data: dict[str, Any] = {"step": f"S{mark}", "applicant": f"A{mark}", "phone": PHONE, "opinion": f"{mark} {PHONE}"}
    events = [event(n, case, data=data, **at) for n in range(2)]
    events += [
        event(2, case, type="fee_paid", data=data),  # of no region, like a bank's
        event(3, case, type="rated", data=data | {"stars": 1}, **at),
        event(4, f"window:W{mark}:2026-03-02", type="presence_lost", data=data, **at),
        event(5, case, type="complained", data=data, **at),
    ]
    store.write_events([stored(one, offset=10 * number + n) for n, one in enumerate(events)], f"t{mark}")
    told: dict[str, Any] = {
        "message": Text(zh=f"{mark}超期", en=f"{mark} late"),
        "case_id": case,
        "subject": f"case:{case}",
        **at,
    }
    rests = Evidence(events=(f"{case}-e1",), facts={"applicant": f"A{mark}", "phone": PHONE})
    store.write_findings([
        finding(f"F{mark}", evidence=rests, **told),
        finding(f"G{mark}", severity=3, evidence=rests, **told | {"case_id": "", "subject": f"officer:O{mark}"}),
        finding(f"H{mark}", evidence=rests, **told | {"case_id": f"window:W{mark}:2026-03-02"}),
    ])  # fmt: skip
    for rule in ("scores", "T5"):
        store.write_not_judged([NotJudged(case_id=case, rule=rule, reason=f"{mark} unknown")])
    store.write_case_state([CaseState(case, "case-events", 0, 5, 5)])
    store.write_conflicts([Conflict(case, f"{case}-e1", "aa", "bb")])
    broken = f'{{"x": "{mark}", "phone": "{PHONE}"'.encode()
    letter = DeadLetter(reason="unreadable", raw=broken, at=NOW, topic="case-events", offset=900 + number)
    store.write_dead_letters([letter])
    store.write_names(
        [
            Name(field, f"{field[0].upper()}{mark}", f"名{mark}", f"name {mark}")
            for field in ("region", "department", "window", "officer")
        ]
    )
    sample = PresenceSample(window=f"W{mark}", camera=f"K{mark}", sampled_at=NOW, state="unstaffed", confidence=0.9)
    store.write_presence([SampleRow(sample, decides=True)])
    day: dict[str, Any] = {"day": NOW.date(), "at": NOW, "item": "A01", "ref": f"{case}-e1", **at}
    lines = [
        Line(about="opened", n=1, key=34, **day), Line(about="closed", n=1, good=1, **day),
        Line(about="committed", n=1, good=0, **day), Line(about="pace", n=1, key=5004, **day),
        Line(about="legal_pace", n=1, key=5004, **day), Line(about="parallel", n=29, good=8, **day),
        Line(about="rating", n=1, good=0, **day), Line(about="complaint", n=1, **day),
    ]  # fmt: skip
    write_lines(store, [LineChange(case, 1, line) for line in lines], f"lines{mark}")
    write_handling(store, [
        HandlingRow(
            finding_id=f"F{mark}", number=1, state="issued", since=NOW, due="acknowledge", due_at=NOW, holder="",
            late=0, severity=2, gravest=2, lead=False, wake=NOW, rule="T2", case_id=case, acted_at=NOW,
            acted_by=f"clerk{mark}", step="issue", **at,
        )
    ])  # fmt: skip
    write_exposures(store, [ExposureRow(finding_id=f"F{mark}", state="shown", at=NOW, zh=mark, en=mark, **at)])
    write_rulings(
        store,
        [Ruling(finding_id=f"F{mark}", case_id=case, outcome="upheld", ruled_at=NOW, ruled_by=f"p{mark}", reason=mark)],
    )
    entered = event(8, case, type="complained", data=data, **at)
    columns: dict[str, Any] = {
        "chain": f"c{mark}", "seq": 1, "at": NOW.astimezone(UTC) + timedelta(seconds=1), "kind": "event",
        "actor": f"a{mark}", "subject": f"F{mark}", "case_id": case,
        "body": msgspec.json.encode(entered).decode(), **at,
    }  # fmt: skip
    store.insert("record", {name: [value] for name, value in columns.items()})
    store.insert("record_reached", {"work": [mark], "chain": [f"c{mark}"], "seq": [1]})
    store.insert("accounts", {"account": [f"u{mark}"], "version": [1], "place": [f"region:R{mark}"]})
