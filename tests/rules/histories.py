"""Random histories of one case that touch everything a rule listens to, made from the rule file itself.

They are drawn with a plain `Random`, whose seed hypothesis chooses: the cost of a law is then that of judging.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import msgspec

from mingjing.codec import decode, encode
from mingjing.instants import micros, parse
from mingjing.settings import Settings
from mingjing.types import CaseEvent
from rules import surroundings
from rules.book import EVENT_FIELDS, Rule, load_book
from rules.catalogue import ALWAYS, Catalogue, ItemVersion, complete, version_of
from rules.staging import catalogue_of, registers_of

EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "40"))
"""Random histories per law and rule; a long campaign sets the environment variable to some thousands."""

SIGNS = ("signal", "counter")
ROWS = ("of", "from", "to", "first", "then", "start", "each", "since", "among", "supplied")
"""Where patterns stand in a signal or an explanation."""

SLOTS = ("start", "stop", "lost", "back", "first", "then", "need", "at", "what", "duties", "on", "given")
BASES = (
    datetime(2014, 9, 24, 16, tzinfo=UTC),  # midnight in Shanghai; the National Day week and its make-up days follow
    datetime(2018, 10, 14, 16, tzinfo=UTC),
    datetime(2026, 12, 20, 16, tzinfo=UTC),  # the year after is not covered by the calendar
)
TIMES = (timedelta(0), timedelta(hours=10), timedelta(hours=17), timedelta(hours=23, minutes=59, seconds=59))
LIMITS = ("1 working_days", "5 working_days", "6 days", "9 working_hours", "same office day")
TEXTS = ("", " ", "有", True, None)
NUMBERS = (1, 2, 5, 30, "3", 0, "soon", -1)
SEEN = ("甲", "甲", "乙", 97, 12.5, 3, None, ["甲", "乙"])
"""What signs of a trace may read in any field."""

LAGS = (timedelta(0), timedelta(hours=-1), timedelta(days=1), timedelta(days=4), timedelta(days=12))

STANDS_IN: Mapping[str, Any] = {
    "tariffs": [{"fee": "有", "rate": 5, "cap": 20, "account": "有", "waivers": ["有"]}],
    "officers": [{"code": "o1", "roles": ["approver"], "delegated": ["*"], "valid_from": "2018-10-20"}],
    "windows": [{"code": "A12", "hours": "08:30-12:00 13:00-17:30", "shifts": "10:10", "valid_from": "2018-10-17"}],
}
"""The tariff and the registers of every history."""

SETTINGS = Settings()
BOOK = load_book(None, surroundings(SETTINGS, []))
RULES = tuple(rule for rule in BOOK.rules if rule.judge.triggers)
"""The rules that are asked case by case; a new one comes under the laws by itself."""

APART = ("data", "has", "lacks")
"""The keys of a pattern that are no field of the event."""

Fields = Mapping[str, tuple[Any, ...]]


def instant(rng: Random, base: datetime, days: int = 16) -> datetime:
    """One of few distinct instants within some days, so that ties and midnights are common."""
    return base + timedelta(days=rng.randint(0, days)) + rng.choice(TIMES)


def hour(rng: Random, base: datetime) -> datetime:
    """An instant of two working days at a window, on five minutes, so that absences and their excuses meet."""
    return base + timedelta(days=rng.randint(0, 1), minutes=510 + 5 * rng.randint(0, 108))


def patterns(value: Any) -> Iterator[Mapping[str, Any]]:
    """The event patterns of a slot as tables."""
    if isinstance(value, list):
        for entry in value:
            yield from patterns(entry)
    elif isinstance(value, Mapping):
        yield value
    elif isinstance(value, str) and "." not in value:
        yield {"type": value}


def signs(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The signals and the explanations of a rule over traces."""
    return [row for sign in SIGNS for row in rule.get(sign, [])] if rule.get("kind") == "trace" else []


def listened(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every event pattern of a rule, wherever it stands."""
    found = [pattern for slot in SLOTS for pattern in patterns(rule.get(slot, []))]
    for pause in (*rule.get("pause", []), *rule.get("excuse", [])):
        found += [*patterns(pause["from"]), *patterns(pause["to"])]
    found += patterns(rule.get("extend", {}).get("by", []))
    found += [pattern for row in signs(rule) for name in ROWS for pattern in patterns(row.get(name, []))]
    found += [{"type": name} for name in re.findall(r'\.type == "(\w+)"', str(rule.get("when", "")))]
    return [*found, {"type": "step_ended"}] if rule.get("need") == "item.steps" else found


def expressed(when: str) -> Fields:
    """The fields of `data` that an expression reads."""
    words = tuple(re.findall(r'"(\w+)"', when))
    fields: dict[str, tuple[Any, ...]] = dict.fromkeys(re.findall(r"\w\.data\.(\w+)", when), (*TEXTS, *words))
    if re.search(r"\b(fee|tariff)\.", when):
        fields |= {"fee": ("有", "无"), "amount": (*NUMBERS, None), "quantity": (*NUMBERS, None)}
    return fields


def data_fields(rule: Mapping[str, Any]) -> Fields:
    """The fields of `data` that a rule reads, each with values worth trying."""
    fields: dict[str, tuple[Any, ...]] = {}
    for pattern in listened(rule):
        for name, wanted in pattern.get("data", {}).items():
            values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
            fields[name] = (*fields.get(name, ("another",)), *values)
        for path in (*pattern.get("has", []), *pattern.get("lacks", [])):
            if match := re.match(r"data\.(\w+)", path):
                fields.setdefault(match[1], TEXTS)
    if rule.get("need") == "item.steps":
        fields["step"] = ("甲", "乙")
    for name, values in expressed(str(rule.get("when", ""))).items():
        fields.setdefault(name, values)
    seen = dict.fromkeys(re.findall(r"data\.(\w+)", str(signs(rule))), SEEN)
    return {**seen, **fields, **_numbers(rule), **_instants(rule), **_keys(rule)}


def _numbers(rule: Mapping[str, Any]) -> Fields:
    """The fields that hold amounts: caps, extensions, limits."""
    paths = [str(pause.get("cap", "")) for pause in rule.get("pause", [])]
    paths.append(str(rule.get("extend", {}).get("add", "")))
    for limit in (rule.get(name, []) for name in ("limit", "least", "most")):
        paths += [str(words).removeprefix("start.") for words in (limit if isinstance(limit, list) else [limit])]
    return {match[1]: NUMBERS for path in paths if (match := re.match(r"data\.(\w+)", path))}


def _instants(rule: Mapping[str, Any]) -> Fields:
    match = re.match(r"data\.(\w+)", str(rule.get("since", "")))
    some = tuple(f"{base + timedelta(hours=hours):%FT%TZ}" for base in BASES for hours in (1, 9.8, 60, 200))
    made: dict[str, tuple[Any, ...]] = {match[1]: (*some, "soon")} if match else {}
    if match := re.match(r"data\.(\w+)", str(rule.get("hidden", ""))):
        within = [[f"{base + timedelta(hours=hour):%FT%TZ}", f"{base + timedelta(hours=hour, minutes=9):%FT%TZ}"]
                  for base in BASES for hour in (9, 10, 35)]  # fmt: skip
        made[match[1]] = (within, within[:2], [], "soon", [["soon", "later"]])
    return made


def _keys(rule: Mapping[str, Any]) -> Fields:
    match = re.match(r"data\.(\w+)", str(rule.get("key", "")))
    return {match[1]: ("甲", "乙")} if match else {}


@cache
def read_by(rule_id: str) -> tuple[list[Mapping[str, Any]], Fields]:
    """The patterns that a rule listens to, some foreign ones, and the fields that it reads."""
    data = next(rule.file.data for rule in RULES if rule.id == rule_id)
    return [*listened(data), {"type": "accepted"}, {"type": "never_heard_of"}], data_fields(data)


def event(rng: Random, rule: Rule, when: datetime, number: int) -> dict[str, Any]:
    """One event that fills a slot of the rule, nearly fills it, or is foreign to it."""
    listens, fields = read_by(rule.id)
    pattern = rng.choice(listens)
    data = {name: rng.choice(values) for name, values in fields.items() if rng.random() < 0.8}
    if rng.random() < 0.8:
        data |= {n: rng.choice(w) if isinstance(w, list) else w for n, w in pattern.get("data", {}).items()}
    own = {name: wanted[0] for name, wanted in rule.applies.items() if name in EVENT_FIELDS}
    return {
        "event_id": f"e{number}",
        "case_id": "c",
        "item": "i",
        "occurred_at": when,
        "officer": rng.choice(["o1", "o2", None]),
        "recorded_at": rng.choice([None, *(when + lag for lag in LAGS)]),
        "received_at": rng.choice([None, *(when + lag for lag in LAGS)]),
        **own,
        **{n: rng.choice(w) if isinstance(w, list) else w for n, w in pattern.items() if n not in APART},
        "data": data,
    }


def history(
    rng: Random, rule: Rule, base: datetime, *, first: int = 0, most: int = 7, corrections: bool = True
) -> list[CaseEvent]:
    """Some events of one case; a few correct an earlier one."""
    made: list[CaseEvent] = []
    for number in range(first, first + rng.randint(1, most)):
        fields = event(rng, rule, (hour if rule.kind == "attendance" else instant)(rng, base), number)
        if corrections and made and rng.random() < 0.15:
            fields["corrects"] = rng.choice(made).event_id
        made.append(decode(encode(CaseEvent(**fields))))
    return made


def example(rng: Random, rule: Rule, base: datetime) -> tuple[dict[str, Any], list[CaseEvent]]:
    """An example of the rule file, moved to the days of the base, and not quite as it stands there: item and events."""
    shown = rng.choice(rule.examples)
    rows = [row for row in shown["events"] if rng.random() < 0.9] or shown["events"]
    first = min(parse(str(row["occurred_at"])) for row in rows)
    by = timedelta(days=round((base - first) / timedelta(days=1)))
    made = []
    for number, row in enumerate(rows):
        fields = {"event_id": f"e{number}", "case_id": "c", **row, "item": "i"}  # the only one of the catalogue
        one = moved(decode(msgspec.json.encode(fields)), by)
        if rng.random() < 0.15:
            one = msgspec.structs.replace(one, occurred_at=instant(rng, base))
        if rng.random() < 0.1:
            data = event(rng, rule, base, number)["data"]
            one = decode(encode(msgspec.structs.replace(one, data={**one.data, **data})))
        made.append(one)
    fields = shown.get("item", {})
    return {**item(rng, rule), **(fields if isinstance(fields, Mapping) else {})}, made


def moved(event: CaseEvent, by: timedelta) -> CaseEvent:
    """The same event, earlier or later."""
    instants = ("occurred_at", "recorded_at", "received_at")
    return msgspec.structs.replace(event, **{n: v + by for n in instants if (v := getattr(event, n)) is not None})


def drawn(rng: Random, rule: Rule, base: datetime, most: int) -> tuple[dict[str, Any], list[CaseEvent]]:
    """The fields of an item to which the rule applies, and a history: at random, or after one of its examples."""
    if rule.examples and rule.kind != "population" and rng.random() < 0.5:
        return example(rng, rule, base)
    return item(rng, rule), history(rng, rule, base, most=most)


def item(rng: Random, rule: Rule, limits: tuple[str, ...] = LIMITS) -> dict[str, Any]:
    """Catalogue fields of an item to which the rule applies."""
    fields = {"committed_limit": rng.choice(limits), "statutory_limit": rng.choice(limits), "steps": ["甲", "乙"]}
    return fields | {name: rng.choice(wanted) for name, wanted in rule.applies.items() if name not in EVENT_FIELDS}


ITEMS: dict[str, list[ItemVersion]] = {"i": []}
"""The item of all histories, in the versions of the one at hand."""

CATALOGUE = Catalogue(ITEMS, {row.fee: [row] for row in catalogue_of(STANDS_IN).tariffs()})
REGISTERS = registers_of(STANDS_IN)


def in_force(*versions: Mapping[str, Any], until: tuple[int, ...] = ()) -> None:
    """Puts the versions of the item in force, one after the other, each up to a local day, itself included."""
    ITEMS["i"] = []
    first = ALWAYS[0]
    for number, (fields, last) in enumerate(zip(versions, (*until, ALWAYS[1]), strict=True), 1):
        known = dict(fields)
        complete(known)
        ITEMS["i"].append(version_of("i", str(number), first, last, known))
        first = last + 1


def before(events: list[CaseEvent], instant: int) -> list[CaseEvent]:
    """The events that occurred up to an instant (microseconds), itself included."""
    return [event for event in events if micros(event.occurred_at) <= instant]


DAY_LIMITS = ("1 working_days", "3 working_days", "5 working_days", "6 days")
"""Limits of an item that are counted in days."""
