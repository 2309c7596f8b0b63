"""Random histories of one case that touch everything a rule listens to, made from the rule file itself."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from mingjing.codec import decode, encode
from mingjing.instants import micros
from mingjing.types import CaseEvent
from rules.book import Rule

EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "25"))
"""Random histories per law and rule; a long campaign sets the environment variable to some thousands."""

SLOTS = ("start", "stop", "first", "then", "need", "at", "what", "duties", "on", "given")
BASES = (
    datetime(2014, 9, 24, 16, tzinfo=UTC),  # midnight in Shanghai; the National Day week and its make-up days follow
    datetime(2018, 10, 14, 16, tzinfo=UTC),
    datetime(2026, 12, 20, 16, tzinfo=UTC),  # the year after is not covered by the calendar
)
TIMES = (timedelta(0), timedelta(hours=10), timedelta(hours=17), timedelta(hours=23, minutes=59, seconds=59))
LIMITS = ("1 working_days", "5 working_days", "6 days", "9 working_hours", "same office day")
TEXTS = ("", " ", "有", True, None)
NUMBERS = (1, 2, 5, 30, "3", 0, "soon", -1)
LAGS = (timedelta(0), timedelta(hours=-1), timedelta(days=1), timedelta(days=4), timedelta(days=12))

STANDS_IN: Mapping[str, Any] = {
    "tariffs": [{"fee": "有", "rate": 5, "cap": 20, "account": "有", "waivers": ["有"]}],
    "officers": [{"code": "o1", "roles": ["approver"], "delegated": ["*"], "valid_from": "2018-10-20"}],
}
"""The tariff and the registers of every history."""

Fields = Mapping[str, tuple[Any, ...]]


def instants(base: datetime, days: int = 16) -> st.SearchStrategy[datetime]:
    """Few distinct instants within some days, so that ties and midnights are common."""
    return st.builds(lambda day, time: base + timedelta(days=day) + time, st.integers(0, days), st.sampled_from(TIMES))


def patterns(value: Any) -> Iterator[Mapping[str, Any]]:
    """The event patterns of a slot as tables."""
    if isinstance(value, list):
        for entry in value:
            yield from patterns(entry)
    elif isinstance(value, Mapping):
        yield value
    elif isinstance(value, str) and "." not in value:
        yield {"type": value}


def listened(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every event pattern of a rule, wherever it stands."""
    found = [pattern for slot in SLOTS for pattern in patterns(rule.get(slot, []))]
    for pause in rule.get("pause", []):
        found += [*patterns(pause["from"]), *patterns(pause["to"])]
    found += patterns(rule.get("extend", {}).get("by", []))
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
    return {**fields, **_numbers(rule), **_instants(rule), **_keys(rule)}


def _numbers(rule: Mapping[str, Any]) -> Fields:
    """The fields that hold amounts: caps, extensions, limits."""
    paths = [str(pause.get("cap", "")) for pause in rule.get("pause", [])]
    paths.append(str(rule.get("extend", {}).get("add", "")))
    for limit in (rule.get(name, []) for name in ("limit", "least", "most")):
        paths += [str(words).removeprefix("start.") for words in (limit if isinstance(limit, list) else [limit])]
    return {match[1]: NUMBERS for path in paths if (match := re.match(r"data\.(\w+)", path))}


def _instants(rule: Mapping[str, Any]) -> Fields:
    match = re.match(r"data\.(\w+)", str(rule.get("since", "")))
    some = tuple(f"{base + timedelta(hours=hours):%FT%TZ}" for base in BASES for hours in (1, 60, 200))
    return {match[1]: (*some, "soon")} if match else {}


def _keys(rule: Mapping[str, Any]) -> Fields:
    match = re.match(r"data\.(\w+)", str(rule.get("key", "")))
    return {match[1]: ("甲", "乙")} if match else {}


@st.composite
def event(draw: st.DrawFn, rule: Mapping[str, Any], when: st.SearchStrategy[datetime], number: int) -> CaseEvent:
    """One event that fills a slot of the rule, nearly fills it, or is foreign to it."""
    pattern = draw(st.sampled_from([*listened(rule), {"type": "accepted"}, {"type": "never_heard_of"}]))
    data = {}
    for name, values in data_fields(rule).items():
        value = draw(st.sampled_from(values))
        if draw(st.integers(0, 4)):
            data[name] = value
    if draw(st.integers(0, 4)):
        data |= {n: w[0] if isinstance(w, list) else w for n, w in pattern.get("data", {}).items()}
    occurred = draw(when)
    fields = {
        "event_id": f"e{number}",
        "case_id": "c",
        "item": "i",
        "occurred_at": occurred,
        "officer": draw(st.sampled_from(["o1", "o2", None])),
        "recorded_at": draw(st.sampled_from([None, *(occurred + lag for lag in LAGS)])),
        "received_at": draw(st.sampled_from([None, *(occurred + lag for lag in LAGS)])),
        **{name: value for name, value in pattern.items() if name not in ("data", "has", "lacks")},
    }
    return decode(encode(CaseEvent(**fields, data=data)))


@st.composite
def history(
    draw: st.DrawFn,
    rule: Rule,
    base: datetime,
    *,
    first: int = 0,
    most: int = 7,
    corrections: bool = True,
) -> list[CaseEvent]:
    """Some events of one case; a few correct an earlier one."""
    data, when, made = rule.file.data, instants(base), list[CaseEvent]()
    for number in range(first, first + draw(st.integers(1, most))):
        one = draw(event(data, when, number))
        if corrections and made and not draw(st.integers(0, 5)):
            target = draw(st.sampled_from(made)).event_id
            one = decode(encode(one, {"corrects": target}))
        made.append(one)
    return made


@st.composite
def item(draw: st.DrawFn, rule: Rule) -> Mapping[str, Any]:
    """Catalogue fields of an item to which the rule applies."""
    limit = st.sampled_from(LIMITS)
    fields = {"committed_limit": draw(limit), "statutory_limit": draw(limit), "steps": ["甲", "乙"]}
    return fields | {name: wanted[0] for name, wanted in rule.applies.items()}


def before(events: list[CaseEvent], instant: int) -> list[CaseEvent]:
    """The events that occurred up to an instant (microseconds), itself included."""
    return [event for event in events if micros(event.occurred_at) <= instant]


day_limits = st.fixed_dictionaries(
    {name: st.sampled_from(("1 working_days", "3 working_days", "5 working_days", "6 days"))
     for name in ("committed_limit", "statutory_limit")}
)  # fmt: skip
"""Catalogue fields whose limits are counted in days."""
