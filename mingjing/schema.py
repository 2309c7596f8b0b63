"""JSON Schemas of what Mingjing takes and gives, made from its types.

Titles and descriptions come from the message catalogues, in Chinese or English; the tables of docs/events.md
and docs/findings.md are made from the same schemas (`mingjing.doctables`).
"""

from typing import Any

import msgspec
from msgspec import Struct

from mingjing.errors import UsageError
from mingjing.texts import Language, text
from mingjing.types import CaseEvent, DeadLetter, Finding, PresenceSample

CONTRACTS: dict[str, type[Struct]] = {
    "event": CaseEvent,
    "finding": Finding,
    "presence": PresenceSample,
    "dead-letter": DeadLetter,
}
"""The contracts by the name that the command line knows them by."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{name}"


def schema(name: str, language: Language = "en") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one contract; raises UsageError for an unknown name."""
    if name not in CONTRACTS:
        raise UsageError(f"no contract {name!r}; there are: {', '.join(CONTRACTS)}")
    _, defined = msgspec.json.schema_components([CONTRACTS[name]], ref_template=_REF)
    described = {kind: _described(kind, found, language) for kind, found in defined.items()}
    main = described.pop(CONTRACTS[name].__name__)
    return {"$schema": DRAFT, **main} | ({"$defs": described} if described else {})


def words(subject: str, language: Language) -> tuple[str, str]:
    """Title and description of a type or `Type.field`: the first sentence of its text, and the rest."""
    sentence, _, rest = text(f"schema.{subject}", language).partition("。" if language == "zh" else ". ")
    return sentence.removesuffix("."), rest


def _described(kind: str, found: dict[str, Any], language: Language) -> dict[str, Any]:
    fields = {field: _annotations(f"{kind}.{field}", language) | shape for field, shape in found["properties"].items()}
    required = {"required": found["required"]} if found["required"] else {}
    return _annotations(kind, language) | {"type": "object", "properties": fields} | required


def _annotations(subject: str, language: Language) -> dict[str, Any]:
    title, description = words(subject, language)
    return {"title": title} | ({"description": description} if description else {})
