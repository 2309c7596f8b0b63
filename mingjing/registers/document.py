"""The registers and logs as a page has them, made from their forms."""

from collections.abc import Iterator

from mingjing.registers.form import Column, Form, forms
from mingjing.registers.tables import vocabulary

WORDS = {
    "text": "text", "list": "several, separated by \\|", "whole": "whole number", "number": "number",
    "share": "0 to 1, or %", "flag": "yes 是 or no 否", "date": "date", "instant": "date and time",
    "hours": "hours like 09:00-12:00", "times": "times of day", "credit_code": "统一社会信用代码 (GB 32100-2015)",
}  # fmt: skip
"""What a column holds, by its type."""


def pages() -> str:
    """A section for each register, then for each log."""
    ordered = sorted(forms().values(), key=lambda form: (form.log, form.register))
    return "\n".join(line for form in ordered for line in _section(form))


def _section(form: Form) -> Iterator[str]:
    served = f" Serves {', '.join(form.functions)}." if form.functions else ""
    key = " and ".join(form.key) + ("" if form.log else " on a day")
    yield f"### {form.register} {form.name.zh}"
    yield ""
    yield f"{form.about.en}. {form.about.zh}。{served} One row per {key}."
    yield ""
    yield "| Column | Also called | Holds |"
    yield "| --- | --- | --- |"
    for name, column in form.columns.items():
        bold = "**" if column.required else ""
        yield f"| {bold}`{name}`{bold} | {'、'.join(_titles(name, column))} | {_holds(column)} |"
    if not form.log:
        titles = vocabulary()
        for name in ("valid_from", "valid_to"):
            also = [title for title, meant in titles.columns.items() if meant == name and title != name]
            yield f"| `{name}` | {'、'.join(also)} | date; empty: always |"
    yield ""
    for happening in form.event:
        told = ", ".join(f"`{name}`" for name in (*happening.envelope, *(f"data.{one}" for one in happening.data)))
        yield f"- `{happening.type}` at `{happening.at}`, case `{form.case}`: {told}"
    if form.event:
        yield ""


def _titles(name: str, column: Column) -> list[str]:
    if column.name is not None:
        return [column.name.zh, column.name.en, *column.also]
    general = [title for title, meant in vocabulary().columns.items() if meant == name and title != name]
    return [*general, *column.also]


def _holds(column: Column) -> str:
    said = [WORDS[column.type]]
    if column.refers:
        said.append(f"code of `{column.refers}`")
    if named := column.values or tuple(column.names):
        names = {value: "、".join(column.names.get(value, ())) for value in named}
        said.append(
            ("one of " if column.values else "such as ")
            + ", ".join(f"`{value}`{f' {also}' if also else ''}" for value, also in names.items())
        )
    if column.least is not None:
        said.append(f"at least {column.least:g}")
    if column.most is not None:
        said.append(f"at most {column.most:g}")
    return "; ".join(said)
