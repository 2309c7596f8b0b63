"""The table of functions: reading it, and what is wrong with it. Pure but for the one file beside this module."""

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mingjing.registers.form import Words, forms

NUMBERS = tuple(f"N{number:02d}" for number in range(1, 67))
"""The functions that must be there, in order."""


class Function(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function of the service, and where it is shown.

    `shows`: what one sees that shows it. `rules`: ids of the shipped book; `pages`: addresses of pages, `public` for
    the public's own; `tests`: pytest node ids; `docs`: files in docs/. `without_rule` and
    `without_page`: why there is none. `short`: what of it is not there yet.
    """

    name: Words
    shows: Words
    rules: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    without_rule: Words | None = None
    without_page: Words | None = None
    short: Words | None = None
    code: str = ""


@cache
def functions() -> tuple[Function, ...]:
    """All functions in order. Raises msgspec.ValidationError where the shipped table is no table of functions."""
    text = files("mingjing.coverage").joinpath("coverage.toml").read_bytes()
    table = msgspec.toml.decode(text, type=dict[str, Function])
    return tuple(replace(one, code=code) for code, one in sorted(table.items()))


def registers_of(code: str) -> tuple[str, ...]:
    """The registers whose forms say that they serve a function."""
    return tuple(name for name, form in forms().items() if code in form.functions)


def lacking(
    table: Collection[Function],
    rules: Collection[str],
    pages: Collection[str],
    tests: Collection[str],
    docs: Collection[str],
) -> list[str]:
    """What is wrong with a table, a line each: functions that are not there, or not shown, and names of nothing."""
    there = {one.code for one in table}
    found = [f"{code}: has no row" for code in NUMBERS if code not in there]
    found += [f"{code}: there is no such function" for code in sorted(there - set(NUMBERS))]
    known: Mapping[str, Collection[str]] = {"rules": rules, "pages": pages, "tests": tests, "docs": docs}
    for one in table:
        for what, there_are in known.items():
            names: tuple[str, ...] = getattr(one, what)
            found += [f"{one.code}: {what}: there is no {name}" for name in names if name not in there_are]
            twice = sorted({name for name in names if names.count(name) > 1})
            found += [f"{one.code}: {what}: {name} stands there twice" for name in twice]
        found += [f"{one.code}: {told}" for told in _unshown(one)]
    return found


def _unshown(one: Function) -> list[str]:
    """Why a row shows nothing: no test, or neither rules or pages nor a word why not, or a word although there are."""
    found = [] if one.tests else ["no test shows it"]
    for names, why, what in ((one.rules, one.without_rule, "rule"), (one.pages, one.without_page, "page")):
        if not names and why is None:
            found.append(f"no {what} shows it, and without_{what} does not say why")
        if names and why is not None:
            found.append(f"without_{what} says why there is no {what}, but there is {names[0]}")
    if not (one.rules or one.pages):
        found.append("neither a rule nor a page shows it")
    return found
