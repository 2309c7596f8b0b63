"""A quick way through CEL: the plain part of the language as Python functions.

The library is the authority, and takes some 20 to 100 µs for an expression, most of them for handing values over.
What is here answers true or false only where there can be no doubt what CEL says; it raises `Unsure` for everything
else (an absent field, values of two types compared, a number out of range), and then the library is asked. An
expression with anything that is not here is the library's from the start.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from rules import celnodes as nodes
from rules.celnodes import Beyond, Node, Unsure

__all__ = ["Beyond", "Node", "Unsure", "quick"]

_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\'": "'", "\\n": "\n", "\\t": "\t"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<float>\d+\.\d+)(?![\w.])|(?P<int>\d+)(?![\w.])|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-<>+*/?:!.,()\[\]]))""",
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str


def quick(text: str, functions: Mapping[str, Callable[..., Any]]) -> Node:
    """The function that answers like the expression, or raises `Unsure`. Raises Beyond."""
    parser = _Parser(_tokens(text), functions)
    node = parser.ternary()
    parser.take("end")
    return node


def _tokens(text: str) -> list[_Token]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise Beyond(text[place:])
        kind, word = match.lastgroup, match[match.lastgroup]
        found.append(_Token(word if kind == "sign" else kind, word))
        place = match.end()
    return [*found, _Token("end", "")]


class _Parser:
    """Recursive descent over CEL's grammar; every method answers with a node."""

    def __init__(self, tokens: Sequence[_Token], functions: Mapping[str, Callable[..., Any]]) -> None:
        self._tokens, self._place, self._functions = tokens, 0, functions

    def take(self, kind: str) -> str:
        """The text of the next token, which must be of a kind."""
        token = self._tokens[self._place]
        if token.kind != kind:
            raise Beyond(token.text)
        self._place += 1
        return token.text

    def _next(self, *kinds: str) -> str | None:
        token = self._tokens[self._place]
        if token.kind in kinds:
            self._place += 1
            return token.kind
        return None

    def ternary(self) -> Node:
        condition = self._either()
        if not self._next("?"):
            return condition
        then = self._either()
        self.take(":")
        other = self.ternary()
        return lambda names: then(names) if nodes.flag(condition(names)) else other(names)

    def _either(self) -> Node:
        node = self._both()
        while self._next("||"):
            node = nodes.either(node, self._both())
        return node

    def _both(self) -> Node:
        node = self._relation()
        while self._next("&&"):
            node = nodes.both(node, self._relation())
        return node

    def _relation(self) -> Node:
        node = self._sum()
        sign = self._next("==", "!=", "<", "<=", ">", ">=")
        if sign is not None:
            node = nodes.RELATIONS[sign](node, self._sum())
        elif self._tokens[self._place] == ("name", "in"):
            self._place += 1
            node = nodes.within(node, self._sum())
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._next("+", "-"):
            node = nodes.arithmetic(operator.add if sign == "+" else operator.sub, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._unary()
        while sign := self._next("*", "/"):
            node = nodes.arithmetic(operator.mul if sign == "*" else operator.truediv, node, self._unary())
        return node

    def _unary(self) -> Node:
        if self._next("!"):
            node = self._unary()
            return lambda names: not nodes.flag(node(names))
        if self._next("-"):
            return nodes.negative(self._unary())
        return self._member(self._primary())

    def _member(self, node: Node) -> Node:
        while sign := self._next(".", "["):
            if sign == "[":
                node = nodes.index(node, self.ternary())
                self.take("]")
                continue
            name = self.take("name")
            node = self._method(node, name) if self._next("(") else nodes.field(node, name)
        return node

    def _method(self, node: Node, name: str) -> Node:
        if name in nodes.MACROS:
            bound = self.take("name")
            self.take(",")
            inner = self.ternary()
            self.take(")")
            return nodes.MACROS[name](node, bound, inner)
        arguments = self._arguments()
        if name == "matches" and len(arguments) == 1:
            return nodes.matches(node, arguments[0])
        if name == "size" and not arguments:
            return nodes.call(nodes.size, [node])
        if name in nodes.METHODS and len(arguments) == 1:
            return nodes.call(nodes.METHODS[name], [node, *arguments])
        raise Beyond(name)

    def _arguments(self) -> list[Node]:
        found: list[Node] = []
        while not self._next(")"):
            if found:
                self.take(",")
            found.append(self.ternary())
        return found

    def _primary(self) -> Node:
        if self._next("("):
            node = self.ternary()
            self.take(")")
            return node
        if self._next("["):
            return self._list()
        token = self._tokens[self._place]
        self._place += 1
        if token.kind == "name":
            return self._name(token.text)
        if token.kind not in ("int", "float", "text"):
            raise Beyond(token.text)
        value: Any = _text(token.text) if token.kind == "text" else float(token.text)
        if token.kind == "int":
            value = int(token.text)
            if value >= nodes.INT64:
                raise Beyond(token.text)
        return nodes.constant(value)

    def _list(self) -> Node:
        parts: list[Node] = []
        while not self._next("]"):
            if parts:
                self.take(",")
            parts.append(self.ternary())
        if all(isinstance(part, nodes.Constant) for part in parts):
            return nodes.constant([part({}) for part in parts])
        return lambda names: [part(names) for part in parts]

    def _name(self, name: str) -> Node:
        if name in ("true", "false", "null"):
            return nodes.constant({"true": True, "false": False, "null": None}[name])
        if not self._next("("):
            return nodes.variable(name)
        if name == "has":
            parts = [self.take("name")]
            while self._next("."):
                parts.append(self.take("name"))
            self.take(")")
            if len(parts) < 2:
                raise Beyond(name)
            return nodes.has(parts)
        arguments = self._arguments()
        if name == "duration" and len(arguments) == 1:
            return nodes.duration(arguments[0])
        function = nodes.FUNCTIONS.get(name) or self._functions.get(name)
        if function is None or (name in nodes.FUNCTIONS and len(arguments) != 1):
            raise Beyond(name)
        return nodes.call(function, arguments)


def _text(quoted: str) -> str:
    def escape(match: re.Match[str]) -> str:
        if match[0] not in _ESCAPES:
            raise Beyond(match[0])
        return _ESCAPES[match[0]]

    return re.sub(r"\\.", escape, quoted[1:-1])
