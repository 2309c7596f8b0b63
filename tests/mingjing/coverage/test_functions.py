"""The table of functions says what is there: every row is shown, and names nothing that does not exist."""

import ast
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from mingjing.access.permissions import PAGES
from mingjing.coverage import Function, functions, lacking, page
from mingjing.registers import forms

HOME = Path(__file__).parents[3]
BOOK = HOME / "rules" / "book"


@cache
def rules() -> frozenset[str]:
    return frozenset(path.stem for path in BOOK.glob("*.toml"))


@cache
def nodes_of(file: str) -> frozenset[str]:
    """The node ids of the tests in a file, as they are written: without parameters."""
    path = HOME / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(f"{file}::{one.name}" for one in tree.body if isinstance(one, ast.FunctionDef))


def nodes() -> frozenset[str]:
    files = {name.partition("::")[0] for one in functions() for name in one.tests}
    return frozenset().union(*map(nodes_of, files))


def wrong(table: tuple[Function, ...]) -> list[str]:
    docs = {path.name for path in (HOME / "docs").glob("*.md")}
    return lacking(table, rules(), {*PAGES, "public"}, nodes(), docs)


def test_every_function_is_shown_by_what_exists() -> None:
    """A row that shows nothing, or a rule, page or test that is gone, would be a promise that nobody keeps."""
    assert wrong(functions()) == []


def test_every_shipped_rule_serves_a_function() -> None:
    """A rule that serves none was written for nobody, or was forgotten here."""
    assert rules() - {rule for one in functions() for rule in one.rules} == frozenset()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rules": ("T99",)}, "N01: rules: there is no T99"),
        ({"pages": ("nowhere",)}, "N01: pages: there is no nowhere"),
        ({"tests": ()}, "N01: no test shows it"),
        ({"tests": ("tests/test_docs.py::test_gone",)}, "N01: tests: there is no tests/test_docs.py::test_gone"),
        ({"docs": ("gone.md",)}, "N01: docs: there is no gone.md"),
        ({"rules": ()}, "N01: no rule shows it, and without_rule does not say why"),
        ({"pages": ()}, "N01: no page shows it, and without_page does not say why"),
        ({"code": "N99"}, "N01: has no row"),
    ],
)
def test_a_row_that_shows_nothing_is_told(change: dict[str, object], told: str) -> None:
    """The check can fail, in each of its ways."""
    first, *others = functions()
    assert told in wrong((replace(first, **change), *others))


def test_the_page_is_what_the_table_says() -> None:
    assert (HOME / "docs" / "coverage.md").read_text(encoding="utf-8") == page(functions()), (
        "docs/coverage.md is out of date: run python -m mingjing.coverage docs/coverage.md"
    )


def test_a_register_serves_functions_that_there_are() -> None:
    known = {one.code for one in functions()}
    assert not {name: form.functions for name, form in forms().items() if not known.issuperset(form.functions)}
