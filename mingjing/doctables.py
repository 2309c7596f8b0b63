"""The tables of docs/ that are made from the code, between marks in the hand-written pages.

    <!-- table: fields CaseEvent -->
    …
    <!-- end -->

`python -m mingjing.doctables docs/*.md` brings them up to date; a test fails while they are not.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct, inspect

from mingjing import types
from mingjing.handling import drawn
from mingjing.metrics import Metrics
from mingjing.registers import document
from mingjing.schema import words
from mingjing.settings import FIELDS, Settings

_TABLE = re.compile(r"(<!-- table: (?P<kind>\w+) ?(?P<name>\w*) -->\n).*?(<!-- end -->)", re.DOTALL)


def refresh(page: str) -> str:
    """The page with every marked table made anew."""
    return _TABLE.sub(lambda found: found[1] + TABLES[found["kind"]](found["name"]) + "\n" + found[4], page)


def fields(name: str) -> str:
    """The fields of one type: name, type, meaning in English and Chinese; required ones bold."""
    kind: type[Struct] = getattr(types, name)
    rows = []
    for field in msgspec.structs.fields(kind):
        english, chinese = (words(f"{name}.{field.name}", language) for language in ("en", "zh"))
        mark = "**" if field.required else ""
        rows.append(
            (
                f"{mark}`{field.encode_name}`{mark}",
                _kind(inspect.type_info(field.type)),
                ". ".join(filter(None, english)),
                "。".join(filter(None, chinese)).removesuffix("。"),
            )
        )
    return _table(("Field", "Type", "Meaning", "含义"), rows)


def settings(_: str) -> str:
    """All settings with their defaults and what changing them costs."""
    defaults = Settings()
    rows = []
    for key, annotated in FIELDS.items():
        kind, *notes = get_args(annotated)
        default = getattr(defaults, key)
        shown = (
            ""
            if default is None or isinstance(default, (dict, Struct))
            else f"`{msgspec.json.encode(default).decode()}`"
        )
        rows.append((f"`{key}`", _kind(inspect.type_info(kind)), shown, notes[-1].description))
    return _table(("Key", "Type", "Default", "Meaning"), rows)


def metrics(_: str) -> str:
    """All metrics with their kind and meaning."""
    declared = sorted(Metrics().registry.collect(), key=lambda metric: metric.name)
    rows = [
        (f"`{metric.name}{'_total' if metric.type == 'counter' else ''}`", metric.type, metric.documentation)
        for metric in declared
    ]
    return _table(("Metric", "Kind", "Meaning"), rows)


def handling(name: str) -> str:
    """The state machine of handling: its `diagram`, `moves`, `deadlines` or `events`."""
    return drawn.diagram() if name == "diagram" else _table(*getattr(drawn, name)())


def registers(_: str) -> str:
    """The registers and logs, a section each."""
    return document.pages()


TABLES: dict[str, Callable[[str], str]] = {
    "fields": fields,
    "settings": settings,
    "metrics": metrics,
    "handling": handling,
    "registers": registers,
}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _kind(kind: Any) -> str:
    return " or ".join(_kinds(kind))


def _kinds(kind: Any) -> Iterator[str]:
    """A type in a reader's words; that a field may be absent is said elsewhere."""
    match kind:
        case inspect.UnionType(types=several):
            for one in several:
                if not isinstance(one, inspect.NoneType):
                    yield from _kinds(one)
        case inspect.LiteralType(values=values):
            yield ", ".join(f"`{value}`" for value in values)
        case inspect.StructType(cls=cls):
            yield f"{cls.__name__}"
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield f"list of {_kind(item)}"
        case inspect.Metadata(type=inner):
            yield from _kinds(inner)
        case _:
            yield _PLAIN[type(kind)]


_PLAIN: dict[type, str] = {
    inspect.StrType: "text",
    inspect.IntType: "whole number",
    inspect.FloatType: "number",
    inspect.BoolType: "true or false",
    inspect.BytesType: "base64",
    inspect.DateTimeType: "instant",
    inspect.DateType: "date",
    inspect.DictType: "object",
    inspect.AnyType: "anything",
}


def main(paths: Sequence[str]) -> None:
    """Bring the pages up to date."""
    for path in map(Path, paths):
        page = path.read_text(encoding="utf-8")
        path.write_text(refresh(page), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
