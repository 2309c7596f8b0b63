"""HTML that is escaped unless it was made here: the only way text from outside reaches a page.

`tag("p", message)` escapes `message`; only what `tag` itself returned (an `Html`) goes in as it is.
"""

from collections.abc import Iterable
from html import escape


class Html(str):
    """A piece of HTML whose texts are already escaped."""

    __slots__ = ()


Child = Html | str | int | float | None | Iterable["Child"]
_VOID = frozenset({"br", "col", "hr", "img", "input", "meta", "wbr"})


def tag(name: str, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element. Attribute names drop a trailing `_` and write `_` as `-`; None and False leave one out.

    >>> tag("a", "<b>", href='x"y', class_="quiet")
    '<a href="x&quot;y" class="quiet">&lt;b&gt;</a>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value), quote=True)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """The children one after the other, escaped where they are plain text."""
    return Html("".join(_written(child) for child in children))


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str | int | float):
        return escape(str(child), quote=False)
    return join(*child)


def table(heads: Iterable[Child], rows: Iterable[Html], **attributes: str | None) -> Html:
    """A table with one line of column heads; `rows` are `tr` elements."""
    head = tag("thead", tag("tr", [tag("th", cell, scope="col") for cell in heads]))
    return tag("div", tag("table", head, tag("tbody", *rows), **attributes), class_="mj-scroll")


def facts(pairs: Iterable[tuple[Child, Child]], **attributes: str | None) -> Html:
    """A list of names and values."""
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs], **attributes)
