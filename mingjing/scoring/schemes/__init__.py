"""Reads scoring schemes: `NAME.toml` beside this file is the shipped scheme NAME."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import Struct

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.scoring.scheme import Bonus, Indicator, Scheme
from mingjing.scoring.sums import COUNTS, LEVELS
from mingjing.tomlfile import TomlFile, read_toml

SHIPPED = Path(__file__).parent
MEASURES = tuple(name.removesuffix("_n") for name in COUNTS if name.endswith("_n"))
"""What a rate may measure: those have a `_n` and a `_good` (complaint has only `_n`)."""
TABLES = {"indicators": "indicator", "bonus": "bonus"}
SEVERITIES = (1, 2, 3)

Row = TypeVar("Row", Indicator, Bonus)


def names() -> list[str]:
    """The shipped schemes."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name: str) -> Scheme:
    """A shipped scheme by its name, or one of your own by its file (`….toml`).

    Raises UsageError for a name that does not exist, BookError with all mistakes of a file.
    """
    if not name.endswith(".toml") and name not in names():
        raise UsageError(f"no scheme {name!r}; there are {', '.join(names())}, or name a file that ends in .toml")
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    scheme = None if file is None else examine(file, mistakes)
    if mistakes or scheme is None:
        raise BookError(mistakes)
    return scheme


def examine(file: TomlFile, mistakes: list[Mistake]) -> Scheme | None:
    """The scheme of a file; None if anything is wrong with it."""
    before = len(mistakes)
    types = get_type_hints(Scheme)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Scheme):
        if field.name in TABLES:
            continue
        if field.name not in file.data:
            if field.required:
                mistakes.append(file.mistake(field.name, f"{field.name} is missing"))
            continue
        try:
            values[field.name] = msgspec.convert(file.data[field.name], types[field.name])
        except msgspec.ValidationError as wrong:
            mistakes.append(file.mistake(field.name, f"{field.name} {_plain(wrong)}"))
    indicators = tuple(_rows(file, "indicator", Indicator, mistakes))
    bonus = tuple(_rows(file, "bonus", Bonus, mistakes))
    file.unknown({*types, *TABLES.values()} - {"indicators"}, mistakes)
    _check(file, indicators, values, mistakes)
    if strange := set(values.get("gate_levels", ())) - set(LEVELS):
        message = f"gate_levels names {', '.join(sorted(strange))}; known are: {', '.join(LEVELS)}"
        mistakes.append(file.mistake("gate_levels", message))
    if len(mistakes) > before:
        return None
    return Scheme(**values, indicators=indicators, bonus=bonus)


def _rows(file: TomlFile, key: str, row: type[Row], mistakes: list[Mistake]) -> Iterator[Row]:
    types = get_type_hints(row)
    for index, given in enumerate(file.tables(key, mistakes)):
        called = f"{key} {str(given.get('id', index + 1))!r}"
        wrong = [f"unknown key {name!r}; known are: {', '.join(types)}" for name in given if name not in types]
        values: dict[str, Any] = {}
        for field in msgspec.structs.fields(row):
            if field.name not in given:
                wrong += [f"{field.name} is missing"] * field.required
                continue
            try:
                values[field.name] = msgspec.convert(_shaped(given[field.name]), types[field.name], strict=False)
            except msgspec.ValidationError as refused:
                wrong.append(f"{field.name} {_plain(refused)}")
        made = None
        if not wrong:
            made = row(**values)
            wrong = list(_odd(made))
        mistakes += [Mistake(file.name, file.line(key, index), f"{called}: {message}") for message in wrong]
        if made is not None and not wrong:
            yield made


def _shaped(value: Any) -> Any:
    """Keys of a TOML table are texts, also those that mean a severity."""
    if isinstance(value, Mapping) and all(key.isdecimal() for key in value):
        return {int(key): each for key, each in value.items()}
    return value


def _odd(row: Struct) -> Iterator[str]:
    """What is wrong with a row whose fields are each well formed."""
    if isinstance(row, Bonus):
        if row.measure not in MEASURES or row.measure == "complaint":
            yield f"measure is {row.measure!r}; it must be one of {', '.join(MEASURES)}, but complaint"
        if row.step <= 0 or row.points <= 0 or row.most <= 0:
            yield "step, points and most must be more than 0"
    elif isinstance(row, Indicator):
        if row.weight <= 0 or row.block <= 0:
            yield "weight and block must be more than 0"
        for one in row.measure:
            if one not in MEASURES or (one == "complaint" and row.kind != "cards"):
                yield f"measure {one!r} is unknown; known are: {', '.join(MEASURES)} (complaint only in cards)"
        if any(severity not in SEVERITIES for severity in (*row.points, *row.every)):
            yield "points and every name severities: 1 (预警), 2 (黄牌), 3 (红牌)"
        yield from _unusable(row)


def _unusable(row: Indicator) -> Iterator[str]:
    """What a kind needs and has not."""
    match row.kind:
        case "rate" if not row.measure:
            yield 'a rate needs a measure, like ["committed"]'
        case "cards" if not (row.cards and row.points) and not row.measure:
            yield 'cards needs cards = ["P*"] with points = { 2 = 1.0 }, or a measure'
        case "deduct" if not (row.cards and row.points):
            yield 'deduct needs cards = ["P*"] and points = { 2 = 5.0 }'
    if row.kind == "cards" and row.zero_at <= 0:
        yield "cards needs zero_at, more than 0: how many per 1,000 weighted cases give nothing"
    if row.kind in ("rate", "speed") and not row.floor < row.target:
        yield "floor must be less than target"
    if row.kind == "speed" and not 0 < row.cap <= 1:
        yield "cap is a share of the limit: more than 0, at most 1"


def _check(
    file: TomlFile,
    indicators: tuple[Indicator, ...],
    values: Mapping[str, Any],
    mistakes: list[Mistake],
) -> None:
    """What is wrong between the parts of a scheme."""
    if not file.data.get("indicator"):
        mistakes.append(file.mistake("indicator", "a scheme needs at least one [[indicator]]"))
    seen: set[str] = set()
    for key, rows in (("indicator", file.data.get("indicator")), ("bonus", file.data.get("bonus"))):
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            code = row.get("id") if isinstance(row, dict) else None
            if isinstance(code, str) and code in seen:
                mistakes.append(Mistake(file.name, file.line(key, index), f"id {code!r} stands twice"))
            seen.add(str(code))
            heading = row.get("heading") if isinstance(row, dict) else None
            if key == "indicator" and "headings" in values and heading not in values["headings"]:
                known = ", ".join(values["headings"])
                message = f"indicator {code!r}: heading {heading!r} is none of [headings]: {known}"
                mistakes.append(Mistake(file.name, file.line(key, index), message))
    if len({one.cap for one in indicators if one.kind == "speed"}) > 1:
        mistakes.append(file.mistake("indicator", "all indicators of kind speed must have one cap"))
    for name in ("minimum", "most", "freeze_after"):
        if values.get(name, 0) < 0:
            mistakes.append(file.mistake(name, f"{name} must not be less than 0"))


def _plain(wrong: Exception) -> str:
    return "is wrong: " + str(wrong).replace("Expected", "expected").replace("`", "")
