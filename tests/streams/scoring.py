"""A small folding with lines of every kind, a city to fold, and all sums once more, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from mingjing import codec
from mingjing.calendars import EveryDay
from mingjing.instants import MINUTE, at, micros, parse
from mingjing.metrics import Health, Metrics
from mingjing.registers import EMPTY, Registers
from mingjing.scoring.lines import ABOUTS, Line, pace_key
from mingjing.scoring.rulings import Ruling
from mingjing.store import Store, StoredEvent
from mingjing.timetable import DEFAULT
from mingjing.types import CaseEvent, Evidence, Finding, Text
from mingjing.zones import zone
from streams.lease import Lease
from streams.presence_lines import Offices
from streams.reckoning import Reckoner
from streams.scorer import Scorer, Times

SHANGHAI = zone("Asia/Shanghai")
NOON = micros(parse("2026-03-02T12:00:00+08:00"))
QUICK = Times(settle=0.4, minute=1e9, hour=1e9, doubt=0.0, told=0.2)
MAPS = {"opened": "arrivals", "pace": "pace", "legal_pace": "legal_pace", "rating": "ratings"}
WORDS = {"card": "cards", "confirmed": "confirmed"}
GOOD = {"closed": "granted"}
ALONE = ("opened", "closed", "unjudged")


class Tally:
    """Every event makes a line of its type, where that is a kind of line; every finding that stands a card."""

    def lines(
        self, events: Sequence[CaseEvent], findings: Sequence[Finding], rulings: Mapping[str, Ruling]
    ) -> frozenset[Line]:
        """As rules.sheets.Sheets does; a case that bears the word `broken` cannot be folded."""
        if any(event.data.get("broken") for event in events):
            raise ValueError("broken")
        corrected = {event.corrects for event in events}
        made = [_line(event) for event in events if event.type in ABOUTS and event.event_id not in corrected]
        for finding in findings:
            made += self.finding_lines(finding, rulings.get(finding.finding_id))
        return frozenset(made)

    def finding_lines(self, finding: Finding, ruling: Ruling | None) -> frozenset[Line]:
        """A card, unless it was withdrawn or revoked; a doubt if it was confirmed."""
        outcome = ruling.outcome if ruling else ""
        if finding.status == "withdrawn" or outcome in ("revoked", "cleared"):
            return frozenset()
        severity = ruling.severity if ruling and outcome == "changed" else finding.severity
        return frozenset(
            Line(
                about=about,
                day=date.fromordinal(SHANGHAI.day(micros(finding.occurred_at))),
                at=finding.occurred_at,
                window=finding.window or "",
                word=f"{finding.rule}:{severity}",
                ref=finding.finding_id,
            )
            for about in (("card", "confirmed") if outcome == "confirmed" else ("card",))
        )


def _line(event: CaseEvent) -> Line:
    return Line(
        about=event.type,  # type: ignore[arg-type]
        day=date.fromordinal(SHANGHAI.day(micros(event.occurred_at))),
        at=event.occurred_at,
        region=event.region or "",
        department=event.department or "",
        window=event.window or "",
        officer=event.officer or "",
        item=event.item or "",
        n=event.data.get("n", 1),
        good=event.data.get("good", 0),
        key=event.data.get("key", 0),
        ref=event.event_id,
    )


def event(case: str, number: int, about: str, when: int = NOON, **more: Any) -> CaseEvent:
    """An event that makes a line."""
    fields = {"window": "W1", "department": "D1", "region": "R1", "officer": "P1", "item": "I1"} | more
    return CaseEvent(event_id=f"{case}-{number}", case_id=case, type=about, occurred_at=at(when), **fields)


def finding(case: str, name: str = "f1", revision: int = 1, **more: Any) -> Finding:
    """A finding that makes a card."""
    fields: dict[str, Any] = {"rule": "T2", "severity": 2, "status": "open", "window": "W1"} | more
    return Finding(
        finding_id=name, revision=revision, rule_version="1", subject="window", occurred_at=at(NOON),
        detected_at=at(NOON), message=Text("超时", "late"), evidence=Evidence(events=()), case_id=case, **fields,
    )  # fmt: skip


def city(seed: int, cases: int) -> list[CaseEvent]:
    """Cases with lines of every kind over two years, some corrected later, by a seed."""
    dice = Random(seed)  # noqa: S311
    made = []
    for number in range(cases):
        case = f"S{seed}-{number:05}"
        when = NOON + dice.randrange(-600 * 1440, 100 * 1440) * MINUTE
        for place in range(dice.randrange(1, 7)):
            about = dice.choice([one for one in ABOUTS if one not in WORDS])
            key = {"pace": pace_key(10, dice.randrange(15)), "legal_pace": pace_key(20, dice.randrange(25))}
            made.append(
                event(
                    case, place, about, when + place * 60 * MINUTE, window=f"W{dice.randrange(4)}",
                    officer=f"P{dice.randrange(6)}", item=f"I{dice.randrange(3)}",
                    data={"good": dice.randrange(2), "key": key.get(about, dice.randrange(1, 6))},
                )
            )  # fmt: skip
        if dice.random() < 0.2:
            last = made[-1]
            made.append(
                event(
                    case, 99, last.type, micros(last.occurred_at), window="W9", corrects=last.event_id, data=last.data
                )
            )
    return made


_offsets = iter(range(10**9))


def store_events(store: Store, events: Sequence[CaseEvent]) -> None:
    """As the worker stores them."""
    rows = [StoredEvent(one, codec.encode(one), "case-events", 0, next(_offsets), 1, None) for one in events]
    store.write_events(rows, f"test:{rows[0].offset}")


def scorer(store: Store, *, given: str = "1", registers: Registers = EMPTY, who: str = "a") -> Scorer:
    """A scorer that folds with `Tally` and knows a hall open at the default hours, every day."""
    return Scorer(
        store,
        Reckoner(store, Tally()),
        Offices(registers, EveryDay(), DEFAULT, SHANGHAI),
        registers,
        given,
        lambda: NOON + 8 * 60 * MINUTE,
        Lease(store, who, 2.0),
        Health("test"),
        Metrics(),
        QUICK,
    )


def settled(scoring: Scorer) -> None:
    """Looks until nothing is due any more."""
    while scoring.look():
        pass


def lines_in(store: Store) -> dict[str, Counter[Line]]:
    """Every line that is written, by its subject and as often as it stands; instants to the millisecond."""
    names = (
        "about",
        "day",
        "at",
        "region",
        "department",
        "window",
        "officer",
        "item",
        "n",
        "good",
        "key",
        "word",
        "ref",
    )
    rows = store._connection.select(
        f"SELECT subject, sum(sign), {', '.join(f'`{one}`' for one in names)} FROM score_lines"
        f" GROUP BY subject, line, {', '.join(f'`{one}`' for one in names)} HAVING sum(sign) != 0",
        {},
    )
    found: dict[str, Counter[Line]] = defaultdict(Counter)
    for subject, times, *fields in zip(*rows, strict=True):
        found[subject][Line(**dict(zip(names, fields, strict=True)))] += times
    return found


def sums_in(store: Store) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every sum that is not nothing, by grain, start and whose it is."""
    rows, names = store._connection.table("SELECT * FROM score_sums", {})
    totals: dict[tuple[Any, ...], Counter[Any]] = defaultdict(Counter)
    for row in rows:
        for name, value in zip(names[7:], row[7:], strict=True):
            if isinstance(value, dict):
                totals[row[:7]].update({(name, key): n for key, n in value.items()})
            else:
                totals[row[:7]][name] += value
    return _without_nothing(totals)


def sums_of(lines: Mapping[str, Collection[Line]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The sums of lines, from scratch and without the store."""
    totals: dict[tuple[Any, ...], Counter[Any]] = defaultdict(Counter)
    for line in (line for of in lines.values() for line in of):
        for grain, start in (
            ("day", line.day),
            ("month", line.day.replace(day=1)),
            ("year", line.day.replace(month=1, day=1)),
        ):
            who = (grain, start, line.region, line.department, line.window, line.officer, line.item)
            totals[who].update(dict(_parts(line)))
    return _without_nothing(totals)


def _parts(line: Line) -> Iterator[tuple[Any, int]]:
    about = line.about
    signed = line.hash - (1 << 64) if line.hash >= 1 << 63 else line.hash
    yield "lines", 1
    yield "checksum", signed
    if about in MAPS:
        yield (MAPS[about], line.key), line.n
    if about in WORDS:
        yield (WORDS[about], line.word), line.n
    if about in ALONE:
        yield about, line.n
    if about in GOOD:
        yield GOOD[about], line.good
    if about not in (*ALONE, *WORDS, "pace", "legal_pace"):
        yield f"{about}_n", line.n
        if about != "complaint":
            yield f"{about}_good", line.good
    if about == "complaint":
        yield "complaint_n", line.n


def _without_nothing(totals: Mapping[tuple[Any, ...], Counter[Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    wrapped = {
        who: {name: (n + (1 << 63)) % (1 << 64) - (1 << 63) if name == "checksum" else n for name, n in parts.items()}
        for who, parts in totals.items()
    }
    return {who: left for who, parts in wrapped.items() if (left := {name: n for name, n in parts.items() if n})}


def folded(events: Sequence[CaseEvent]) -> dict[str, frozenset[Line]]:
    """The lines of events alone, from scratch."""
    cases: dict[str, list[CaseEvent]] = defaultdict(list)
    for one in events:
        cases[one.case_id].append(one)
    return {case: lines for case, mine in cases.items() if (lines := Tally().lines(mine, [], {}))}
