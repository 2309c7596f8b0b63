"""Which registers a rule rests on, by the text of its file. Pure."""

import tomllib
from typing import Any

from mingjing.registers.form import forms


def uses(text: str) -> frozenset[str]:
    """The registers that a rule looks up, needs, or is shown with in its examples, and the logs whose events it names.

    None of a text that is no rule.
    """
    try:
        rule = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return frozenset()
    named = {str(one.get("register")) for one in _tables(rule.get("lookup"))}
    named |= {str(one) for one in rule.get("needs", ())}
    named |= {key for example in _tables(rule.get("example")) for key in example}
    logs = {name for name, form in forms().items() if any(f'"{one.type}"' in text for one in form.event)}
    return frozenset(named & forms().keys() | logs)


def _tables(value: Any) -> list[dict[str, Any]]:
    several = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in several if isinstance(one, dict)]
