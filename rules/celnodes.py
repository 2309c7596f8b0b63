"""What plain CEL does, as Python functions of what its variables hold; `rules.quickcel` puts these nodes together."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mingjing.types import CaseEvent
from rules.limits import CannotJudge

Names = Mapping[str, Any]
"""What the variables hold: events, mappings, lists and plain values."""

Node = Callable[[Names], Any]


class Unsure(Exception):
    """It takes the library to tell."""


class Beyond(Exception):
    """The expression holds something that is not here."""


_SPANS = {"h": 3_600, "m": 60, "s": 1}
INT64 = 1 << 63
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_PLAIN_REGEX = re.compile(r"(?!.*(?:\(\?|[+*?}]\+))(?:[A-Za-z0-9\u4e00-\u9fff^$\[\]{},()|+*?. _-]|\\d|\\\.)*")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_COMPARED = (str, int, float, datetime, timedelta)


class Constant:
    """A node that always says the same."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, _names: Names) -> Any:
        """The value."""
        return self.value


constant = Constant


def flag(value: Any) -> bool:
    """The value, which must be true or false."""
    if value is True or value is False:
        return bool(value)
    raise Unsure


def either(one: Node, other: Node) -> Node:
    """`one || other`."""
    return lambda names: flag(one(names)) or flag(other(names))


def both(one: Node, other: Node) -> Node:
    """`one && other`."""
    return lambda names: flag(one(names)) and flag(other(names))


def _known(value: Any, types: tuple[type, ...]) -> bool:
    kind = type(value)
    return kind in types and (kind is not int or -INT64 <= value < INT64)


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


RELATIONS: dict[str, Callable[[Node, Node], Node]] = {
    "==": lambda one, other: lambda names: _equal(one(names), other(names)),
    "!=": lambda one, other: lambda names: not _equal(one(names), other(names)),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
}


def within(one: Node, other: Node) -> Node:
    """`one in other`."""
    listed = other.value if isinstance(other, Constant) else None
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


def arithmetic(work: Callable[[Any, Any], Any], one: Node, other: Node) -> Node:
    """A sum, difference, product or quotient of two numbers, instants or spans."""

    def result(names: Names) -> Any:
        left, right = one(names), other(names)
        kinds = (type(left), type(right))
        if kinds == (float, float) and (work is not operator.truediv or right != 0):
            return work(left, right)
        if kinds == (int, int) and work is not operator.truediv and abs(found := work(left, right)) < INT64:
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


def negative(node: Node) -> Node:
    """`-node`."""

    def result(names: Names) -> Any:
        value = node(names)
        if type(value) is float or (type(value) is int and abs(value) < INT64):
            return -value
        raise Unsure

    return result


def _is_object(value: Any) -> bool:
    return type(value) is dict or isinstance(value, Mapping)


def field(node: Node, name: str) -> Node:
    """`node.name`."""

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


def has(parts: Sequence[str]) -> Node:
    """`has(a.b.c)`."""
    *path, last = parts
    node: Node = variable(path[0])
    for name in path[1:]:
        node = field(node, name)

    def there(names: Names) -> bool:
        held = node(names)
        if isinstance(held, CaseEvent):
            return getattr(held, last, None) is not None
        if _is_object(held):
            return last in held
        raise Unsure

    return there


def variable(name: str) -> Node:
    """What a variable holds."""
    return lambda names: names[name]


def index(node: Node, index: Node) -> Node:
    """`node[index]`."""

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
        return any(flag(inner(scope)) for scope in _scopes(node, bound, names))

    return found


def _all(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: all(flag(inner(scope)) for scope in _scopes(node, bound, names))


def _exists_one(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: sum([flag(inner(scope)) for scope in _scopes(node, bound, names)]) == 1


def _filter(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: [scope[bound] for scope in _scopes(node, bound, names) if flag(inner(scope))]


def _map(node: Node, bound: str, inner: Node) -> Node:
    return lambda names: [inner(scope) for scope in _scopes(node, bound, names)]


MACROS: dict[str, Callable[[Node, str, Node], Node]] = {
    "exists": _exists,
    "all": _all,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
}


def call(function: Callable[..., Any], arguments: Sequence[Node]) -> Node:
    """What a function says of its arguments."""

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


METHODS = {
    "startsWith": _texts(str.startswith),
    "endsWith": _texts(str.endswith),
    "contains": _texts(operator.contains),
}


def matches(node: Node, pattern: Node) -> Node:
    """A regular expression that Rust and Python read alike, or the test for anything that is not blank."""
    if not isinstance(pattern, Constant) or type(pattern.value) is not str:
        raise Beyond("matches")
    regex = pattern.value
    if regex == r"\S":
        return call(_texts(lambda text, blanks: bool(text.strip(blanks))), [node, constant(_BLANKS)])
    if not _PLAIN_REGEX.fullmatch(regex):
        raise Beyond(regex)
    try:
        found = re.compile(regex.replace("$", r"\Z")).search
    except re.error as wrong:
        raise Beyond(regex) from wrong
    return call(_texts(lambda text, _: found(text) is not None), [node, pattern])


def duration(argument: Node) -> Node:
    """`duration("72h")`."""
    match = re.fullmatch(r"(\d{1,6})([hms])", argument.value) if isinstance(argument, Constant) else None
    if match is None:
        raise Beyond("duration")
    return constant(timedelta(seconds=int(match[1]) * _SPANS[match[2]]))


def size(value: Any) -> int:
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
    if type(value) is str or (type(value) is int and -INT64 <= value < INT64):
        return str(value)
    raise Unsure


def _double(value: Any) -> float:
    plain = type(value) is float or (type(value) is int and abs(value) < 1 << 53)
    if plain or (type(value) is str and _NUMBER.fullmatch(value)):
        return float(value)
    raise Unsure


_EQUATED = (*_COMPARED, bool, _Kind)
FUNCTIONS: dict[str, Callable[..., Any]] = {"size": size, "string": _string, "double": _double, "type": _kind}
