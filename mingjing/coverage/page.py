"""docs/coverage.md: every function with what shows it, and what each is."""

from collections.abc import Sequence

from mingjing.coverage.functions import Function, registers_of

HEAD = """\
# What is covered

<!-- Made by `python -m mingjing.coverage docs/coverage.md` from mingjing/coverage/coverage.toml: change it there. -->

Sixty-six functions are asked of an electronic supervision of administrative approval and public trades. Here each has
the rules ([rules.md](rules.md)), registers, pages and tests that show it; a test fails when one has none, or names what
does not exist. The page *Coverage* shows the same table, and beside it what a running installation lacks: units, items,
steps, windows and sources that no data come from (rules N11-U, N11-I, N11-S, N11-W, N63), and how much of the catalogue
has moved into the hall (N16).

"""
TABLE = "| No. | Function | Rules | Registers | Pages | Tests |\n| --- | --- | --- | --- | --- | --- |\n"


def page(table: Sequence[Function]) -> str:
    """The page as Markdown."""
    rows = "".join(map(_row, table))
    return HEAD + TABLE + rows + "\n" + "\n".join(map(_told, table))


def _row(one: Function) -> str:
    registers = _code(registers_of(one.code))
    cells = (
        one.code,
        f"{one.name.zh} {one.name.en}",
        _code(one.rules),
        registers,
        _code(one.pages),
        str(len(one.tests)),
    )
    return "| " + " | ".join(cells) + " |\n"


def _told(one: Function) -> str:
    lines = [f"## {one.code} {one.name.zh} {one.name.en}", "", f"{one.shows.zh}。{one.shows.en}.", ""]
    lines += [f"- **Falls short**: {one.short.zh}。{one.short.en}."] if one.short else []
    lines += [f"- Rules: {_code(one.rules)}"] if one.rules else []
    lines += [f"- No rule: {one.without_rule.zh}。{one.without_rule.en}."] if one.without_rule else []
    lines += [f"- Registers: {_code(registers_of(one.code))}"] if registers_of(one.code) else []
    lines += [f"- Pages: {_code(one.pages)}"] if one.pages else []
    lines += [f"- No page: {one.without_page.zh}。{one.without_page.en}."] if one.without_page else []
    lines += [f"- Read: {', '.join(f'[{name}]({name})' for name in one.docs)}"] if one.docs else []
    lines += [f"- Test: `{name}`" for name in one.tests]
    return "\n".join(lines) + "\n"


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
