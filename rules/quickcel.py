"""A quick way through CEL: the plain part of the language as Python functions.

The library is the authority, and takes some 20 to 100 µs for an expression, most of them for handing values over.
What is here answers true or false only where there can be no doubt what CEL says; it raises `Unsure` for everything
else (an absent field, values of two types compared, a number out of range), and then the library is asked. An
expression with anything that is not here is the library's from the start.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mingjing.types import CaseEvent
from rules.limits import CannotJudge

Names = Mapping[str, Any]
"""What the variables hold: events, mappings, lists and plain values."""

Node = Callable[[Names], Any]


class Unsure(Exception):
    """It takes the library to tell."""


class Beyond(Exception):
    """The expression holds something that is not here."""


_TOKEN = re.compile(
    r"""\s*(?:(?P<float>\d+\.\d+)(?![\w.])|(?P<int>\d+)(?![\w.])|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||==|!=|<=|>=|[-<>+*/?:!.,()\[\]]))""",
    re.VERBOSE,
)
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\'": "'", "\\n": "\n", "\\t": "\t"}
_SPANS = {"h": 3_600, "m": 60, "s": 1}
_INT64 = 1 << 63
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_PLAIN_REGEX = re.compile(r"(?!.*(?:\(\?|[+*?}]\+))(?:[A-Za-z0-9\u4e00-\u9fff^$\[\]{},()|+*?. _-]|\\d|\\\.)*")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_COMPARED = (str, int, float, datetime, timedelta)


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
        return lambda names: then(names) if _flag(condition(names)) else other(names)

    def _either(self) -> Node:
        node = self._both()
        while self._next("||"):
            node = _or(node, self._both())
        return node

    def _both(self) -> Node:
        node = self._relation()
        while self._next("&&"):
            node = _and(node, self._relation())
        return node

    def _relation(self) -> Node:
        node = self._sum()
        sign = self._next("==", "!=", "<", "<=", ">", ">=")
        if sign is not None:
            node = _RELATIONS[sign](node, self._sum())
        elif self._tokens[self._place] == ("name", "in"):
            self._place += 1
            node = _in(node, self._sum())
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._next("+", "-"):
            node = _arithmetic(operator.add if sign == "+" else operator.sub, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._unary()
        while sign := self._next("*", "/"):
            node = _arithmetic(operator.mul if sign == "*" else operator.truediv, node, self._unary())
        return node

    def _unary(self) -> Node:
        if self._next("!"):
            node = self._unary()
            return lambda names: not _flag(node(names))
        if self._next("-"):
            return _negative(self._unary())
        return self._member(self._primary())

    def _member(self, node: Node) -> Node:
        while sign := self._next(".", "["):
            if sign == "[":
                node = _index(node, self.ternary())
                self.take("]")
                continue
            name = self.take("name")
            node = self._method(node, name) if self._next("(") else _field(node, name)
        return node

    def _method(self, node: Node, name: str) -> Node:
        if name in _MACROS:
            bound = self.take("name")
            self.take(",")
            inner = self.ternary()
            self.take(")")
            return _MACROS[name](node, bound, inner)
        arguments = self._arguments()
        if name == "matches" and len(arguments) == 1:
            return _matches(node, arguments[0])
        if name == "size" and not arguments:
            return _call(_size, [node])
        if name in _METHODS and len(arguments) == 1:
            return _call(_METHODS[name], [node, *arguments])
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
            if value >= _INT64:
                raise Beyond(token.text)
        return _constant(value)

    def _list(self) -> Node:
        parts: list[Node] = []
        while not self._next("]"):
            if parts:
                self.take(",")
            parts.append(self.ternary())
        if all(isinstance(part, _Constant) for part in parts):
            return _constant([part({}) for part in parts])
        return lambda names: [part(names) for part in parts]

    def _name(self, name: str) -> Node:
        if name in ("true", "false", "null"):
            return _constant({"true": True, "false": False, "null": None}[name])
        if not self._next("("):
            return _variable(name)
        if name == "has":
            parts = [self.take("name")]
            while self._next("."):
                parts.append(self.take("name"))
            self.take(")")
            if len(parts) < 2:
                raise Beyond(name)
            return _has(parts)
        arguments = self._arguments()
        if name == "duration" and len(arguments) == 1:
            return _duration(arguments[0])
        function = _FUNCTIONS.get(name) or self._functions.get(name)
        if function is None or (name in _FUNCTIONS and len(arguments) != 1):
            raise Beyond(name)
        return _call(function, arguments)


class _Constant:
    """A node that always says the same."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, _names: Names) -> Any:
        return self.value


_constant = _Constant


def _text(quoted: str) -> str:
    def escape(match: re.Match[str]) -> str:
        if match[0] not in _ESCAPES:
            raise Beyond(match[0])
        return _ESCAPES[match[0]]

    return re.sub(r"\\.", escape, quoted[1:-1])


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise Unsure


def _or(one: Node, other: Node) -> Node:
    return lambda names: _flag(one(names)) or _flag(other(names))


def _and(one: Node, other: Node) -> Node:
    return lambda names: _flag(one(names)) and _flag(other(names))


def _known(value: Any, types: tuple[type, ...]) -> bool:
    kind = type(value)
    return kind in types and (kind is not int or -_INT64 <= value < _INT64)


def _equal(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if type(one) is type(other) and _known(one, _EQUATED) and _known(other, _EQUATED):
        return bool(one == other)
    raise Unsure


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Node, Node], Node]:
    def made(one: Node, other: Node) -> Node:
        def relation(names: Names) -> bool:
            left, right = one(names), other(names)
            if type(left) is type(right) and _known(left, _COMPARED) and _known(right, _COMPARED):
                return compare(left, right)
            raise Unsure

        return relation

    return made


_RELATIONS: dict[str, Callable[[Node, Node], Node]] = {
    "==": lambda one, other: lambda names: _equal(one(names), other(names)),
    "!=": lambda one, other: lambda names: not _equal(one(names), other(names)),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
}


def _in(one: Node, other: Node) -> Node:
    listed = other.value if isinstance(other, _Constant) else None
    texts = frozenset(listed if isinstance(listed, list) and all(type(each) is str for each in listed) else ())

    def within(names: Names) -> bool:
        value = one(names)
        if texts and type(value) is str:
            return value in texts
        held = other(names)
        if type(held) is list:
            return any(_equal(value, each) for each in held)
        raise Unsure

    return within


def _arithmetic(work: Callable[[Any, Any], Any], one: Node, other: Node) -> Node:
    def result(names: Names) -> Any:
        left, right = one(names), other(names)
        kinds = (type(left), type(right))
        if kinds == (float, float) and (work is not operator.truediv or right != 0):
            return work(left, right)
        if kinds == (int, int) and work is not operator.truediv and abs(found := work(left, right)) < _INT64:
            return found
        if work in _ON_TIME.get(kinds, ()):
            try:
                return work(left, right)
            except OverflowError:
                raise Unsure from None
        raise Unsure

    return result


_ON_TIME: dict[tuple[type, type], tuple[Callable[[Any, Any], Any], ...]] = {
    (datetime, datetime): (operator.sub,),
    (datetime, timedelta): (operator.add, operator.sub),
    (timedelta, timedelta): (operator.add, operator.sub),
    (str, str): (operator.add,),
}


def _negative(node: Node) -> Node:
    def result(names: Names) -> Any:
        value = node(names)
        if type(value) is float or (type(value) is int and abs(value) < _INT64):
            return -value
        raise Unsure

    return result


def _is_object(value: Any) -> bool:
    return type(value) is dict or isinstance(value, Mapping)


def _field(node: Node, name: str) -> Node:
    def read(names: Names) -> Any:
        held = node(names)
        if isinstance(held, CaseEvent):
            value = getattr(held, name, None)
            if value is not None:
                return value
        elif _is_object(held) and name in held:
            return held[name]
        raise Unsure

    return read


def _has(parts: Sequence[str]) -> Node:
    *path, last = parts
    node: Node = _variable(path[0])
    for name in path[1:]:
        node = _field(node, name)

    def there(names: Names) -> bool:
        held = node(names)
        if isinstance(held, CaseEvent):
            return getattr(held, last, None) is not None
        if _is_object(held):
            return last in held
        raise Unsure

    return there


def _variable(name: str) -> Node:
    return lambda names: names[name]


def _index(node: Node, index: Node) -> Node:
    def entry(names: Names) -> Any:
        held, place = node(names), index(names)
        if type(held) is list and type(place) is int and 0 <= place < len(held):
            return held[place]
        if _is_object(held) and type(place) is str and place in held:
            return held[place]
        raise Unsure

    return entry


def _scopes(node: Node, bound: str, names: Names) -> Iterator[Names]:
    """The variables for each entry of a list, its name among them."""
    held = node(names)
    if type(held) is not list:
        raise Unsure
    scope = _Scope(names)
    for entry in held:
        scope[bound] = entry
        yield scope


class _Scope(dict[str, Any]):
    """The name that a macro binds, and beneath it the variables around."""

    __slots__ = ("_around",)

    def __init__(self, around: Names) -> None:
        super().__init__()
        self._around = around

    def __missing__(self, name: str) -> Any:
        held = self[name] = self._around[name]
        return held


def _exists(node: Node, bound: str, inner: Node) -> Node:
    def found(names: Names) -> bool:
        return any(_flag(inner(scope)) for scope in _scopes(node, bound, names))

    return found


def _all(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: all(_flag(inner(scope)) for scope in _scopes(node, bound, names))


def _exists_one(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: sum([_flag(inner(scope)) for scope in _scopes(node, bound, names)]) == 1


def _filter(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: [scope[bound] for scope in _scopes(node, bound, names) if _flag(inner(scope))]


def _map(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: [inner(scope) for scope in _scopes(node, bound, names)]


_MACROS: dict[str, Callable[[Node, str, Node], Node]] = {
    "exists": _exists,
    "all": _all,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
}


def _call(function: Callable[..., Any], arguments: Sequence[Node]) -> Node:
    def called(names: Names) -> Any:
        values = [argument(names) for argument in arguments]
        try:
            return function(*values)
        except CannotJudge:  # what a calendar lacks, the library lacks too
            raise
        except Exception as wrong:
            raise Unsure from wrong

    return called


def _texts(function: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def asked(text: Any, part: Any) -> bool:
        if type(text) is str and type(part) is str:
            return function(text, part)
        raise Unsure

    return asked


_METHODS = {
    "startsWith": _texts(str.startswith),
    "endsWith": _texts(str.endswith),
    "contains": _texts(operator.contains),
}


def _matches(node: Node, pattern: Node) -> Node:
    """A regular expression that Rust and Python read alike, or the test for anything that is not blank."""
    if not isinstance(pattern, _Constant) or type(pattern.value) is not str:
        raise Beyond("matches")
    regex = pattern.value
    if regex == r"\S":
        return _call(_texts(lambda text, blanks: bool(text.strip(blanks))), [node, _constant(_BLANKS)])
    if not _PLAIN_REGEX.fullmatch(regex):
        raise Beyond(regex)
    try:
        found = re.compile(regex.replace("$", r"\Z")).search
    except re.error as wrong:
        raise Beyond(regex) from wrong
    return _call(_texts(lambda text, _: found(text) is not None), [node, pattern])


def _duration(argument: Node) -> Node:
    match = re.fullmatch(r"(\d{1,6})([hms])", argument.value) if isinstance(argument, _Constant) else None
    if match is None:
        raise Beyond("duration")
    return _constant(timedelta(seconds=int(match[1]) * _SPANS[match[2]]))


def _size(value: Any) -> int:
    """The library counts the bytes of a text."""
    if type(value) is str:
        return len(value.encode())
    if type(value) is list:
        return len(value)
    raise Unsure


class _Kind(str):
    """What a value is, which equals nothing but another kind."""

    __slots__ = ()


def _kind(value: Any) -> _Kind:
    if type(value) in (str, int, float, bool, list):
        return _Kind(type(value).__name__)
    raise Unsure


def _string(value: Any) -> str:
    if type(value) is str or (type(value) is int and -_INT64 <= value < _INT64):
        return str(value)
    raise Unsure


def _double(value: Any) -> float:
    plain = type(value) is float or (type(value) is int and abs(value) < 1 << 53)
    if plain or (type(value) is str and _NUMBER.fullmatch(value)):
        return float(value)
    raise Unsure


_EQUATED = (*_COMPARED, bool, _Kind)
_FUNCTIONS: dict[str, Callable[..., Any]] = {"size": _size, "string": _string, "double": _double, "type": _kind}
