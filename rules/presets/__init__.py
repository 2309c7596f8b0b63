"""Presets 预设: published ladders and limits as data, each an overlay of a rule book, with its source.

A preset is a TOML file: `name` and `note` (each { zh, en }), `source`, and one table per rule with the parameters that
read otherwise; `off = true` leaves a rule out. `NAME.toml` beside this file is the shipped preset NAME.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mingjing.errors import BookError, Mistake, UsageError
from mingjing.tomlfile import TomlFile, read_toml
from mingjing.types import Text
from rules.overlay import NOTHING, Overlay

SHIPPED = Path(__file__).parent
HEAD = ("name", "source", "note")


class Preset(NamedTuple):
    """One preset: what it is called, where its figures were published, what to know of it, and the overlay."""

    id: str
    name: Text
    source: str
    note: Text
    overlay: Overlay
    text: str


def names() -> list[str]:
    """The shipped presets."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def shipped() -> Iterator[Preset]:
    """All shipped presets, in order of name."""
    return map(load_preset, names())


def load_preset(name: str) -> Preset:
    """A shipped preset by its name, or one of your own by its file (`….toml`). Raises UsageError, BookError."""
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if path.parent == SHIPPED and name not in names():
        raise UsageError(f"no preset {name!r}; there are {', '.join(names())}, or name a file that ends in .toml")
    mistakes: list[Mistake] = []
    file = read_toml(path, mistakes)
    preset = None if file is None else _preset(path.stem, file, mistakes)
    if mistakes or preset is None:
        raise BookError(mistakes)
    return preset


def load_overlay(name: str | None) -> Overlay:
    """The overlay of a preset; of None the one that changes nothing."""
    return NOTHING if name is None else load_preset(name).overlay


def _preset(name: str, file: TomlFile, mistakes: list[Mistake]) -> Preset:
    rules, places = {}, {}
    for rule, values in file.data.items():
        if rule in HEAD:
            continue
        if not isinstance(values, dict):
            mistakes.append(file.mistake(rule, f"{rule!r} is neither of {', '.join(HEAD)} nor a table [RULE-ID]"))
            continue
        rules[rule] = values
        places[rule, ""] = Mistake(file.name, _line(file, rule, None), "")
        for key in values:
            places[rule, key] = Mistake(file.name, _line(file, rule, key), "")
    title, note = (_words(file, key, mistakes) for key in ("name", "note"))
    source = file.text("source", mistakes)
    return Preset(name, title, source.strip(), note, Overlay(rules, places, file.name), file.source)


def _words(file: TomlFile, key: str, mistakes: list[Mistake]) -> Text:
    value = file.data.get(key)
    if isinstance(value, dict) and all(isinstance(value.get(k), str) and value[k].strip() for k in ("zh", "en")):
        return Text(zh=value["zh"].strip(), en=value["en"].strip())
    mistakes.append(file.mistake(key, f'{key} must be a table like {{ zh = "…", en = "…" }}'))
    return Text(zh="", en="")


def _line(file: TomlFile, rule: str, key: str | None) -> int:
    """The line of a rule's table, or of a key in it."""
    head = re.compile(rf'^\s*\[\s*"?{re.escape(rule)}"?\s*[\].]')
    entry = None if key is None else re.compile(rf'^\s*(\[.*\.)?"?{re.escape(key)}"?\s*[=.\]]')
    start = 0
    for number, line in enumerate(file.source.splitlines(), 1):
        if head.match(line) and not start:
            start = number
            if entry is None:
                return number
        if start and entry is not None and entry.match(line):
            return number
    return start or 1
