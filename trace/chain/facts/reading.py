"""Strict readers of signed JSON: values that refuse to exist when they are wrong; no coercion, no guessing.

A reader takes one JSON value and returns the value, or raises `Unfit`; each object and list on the way out
puts its name before the path, so that the refusal names the exact member. `Shape` is made once per kind and
used millions of times: one dictionary look-up and one call per member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from trace.errors import Refusal
from trace.frozen import quickly_made
from trace.quantities import Quantity

Value = TypeVar("Value")
Made = TypeVar("Made")
Reader = Callable[[object], Value]
MANY = 255
"""Most members of one list: row ids have room for 256 rows of one kind (docs/adr/0002)."""
LARGEST = 10**15
"""Most millionths of a base unit in one amount (a million tonnes): thousands add up within 64 bits."""


_ELEMENTS: dict[Callable[[object], Any], Callable[[object], Any]] = {}
"""Reader of a list -> reader of its members; for those who list members alone."""
_SHAPES: dict[Callable[[object], Any], Shape[Any]] = {}
"""Reader that makes something else of an object -> the shape by which it reads it; for the same."""


class Unfit(Exception):
    """A JSON value that is not what the kind wants; `path` grows from the inside out."""

    def __init__(self, expected: str, *, positive: bool = True) -> None:
        super().__init__(expected)
        self.expected = expected
        self.positive = positive
        self.path: list[str] = []

    def under(self, name: str) -> Unfit:
        self.path.append(name)
        return self

    @property
    def json_path(self) -> str:
        """Such as `$.data.inputs[3].quantity`."""
        return "$" + "".join(reversed(self.path))


def pattern(expression: str, expected: str) -> Reader[str]:
    """A string that matches the whole expression."""
    matches = re.compile(expression).fullmatch

    def read(value: object) -> str:
        if type(value) is not str or matches(value) is None:
            raise Unfit(expected)
        return value

    return read


def text_of(low: int, high: int) -> Reader[str]:
    """A string of `low` to `high` characters that is not only white space."""
    expected = f"text of {low} to {high} characters"

    def read(value: object) -> str:
        if type(value) is not str or not low <= len(value) <= high or not value.strip():
            raise Unfit(expected)
        return value

    return read


def one_of(*allowed: str) -> Reader[str]:
    known = frozenset(allowed)
    expected = "one of " + ", ".join(allowed)

    def read(value: object) -> str:
        if type(value) is not str or value not in known:
            raise Unfit(expected)
        return value

    return read


def whole(low: int, high: int) -> Reader[int]:
    expected = f"whole number from {low} to {high}"

    def read(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise Unfit(expected)
        return value

    return read


def many(reader: Reader[Value], low: int = 0, high: int = MANY) -> Reader[tuple[Value, ...]]:
    """A list of `low` to `high` values."""
    expected = f"list of {low} to {high} members"

    def read(value: object) -> tuple[Value, ...]:
        if type(value) is not list or not low <= len(value) <= high:
            raise Unfit(expected)
        made = []
        for position, one in enumerate(value):
            try:
                made.append(reader(one))
            except Unfit as unfit:
                raise unfit.under(f"[{position}]") from None
        return tuple(made)

    _ELEMENTS[read] = reader
    return read


def several(reader: Reader[Value], low: int = 1, high: int = MANY) -> Reader[tuple[Value, ...]]:
    """A list in which nothing stands twice."""
    read_all = many(reader, low, high)

    def read(value: object) -> tuple[Value, ...]:
        found = read_all(value)
        if len(set(found)) != len(found):
            raise Unfit("each member once")
        return found

    _ELEMENTS[read] = reader
    return read


def converted(shape: Shape[Value], make: Callable[[Value], Made]) -> Reader[Made]:
    """An object of that shape, made into something else."""

    def read(value: object) -> Made:
        return make(shape(value))

    _SHAPES[read] = shape
    return read


def element_of(reader: Reader[Any]) -> Reader[Any] | None:
    """The reader of a list's members; None for a reader of no list."""
    return _ELEMENTS.get(reader)


def shape_of(reader: Reader[Any]) -> Shape[Any] | None:
    """The members of the object that a reader takes; None for a reader of anything else."""
    return reader if isinstance(reader, Shape) else _SHAPES.get(reader)


def any_object(value: object) -> Mapping[str, object]:
    """An object whose members another reader (or another standard) judges."""
    if type(value) is not dict:
        raise Unfit("object")
    return value


def read_quantity(value: object) -> Quantity:
    """{"value": "1250.000", "unit": "kg"} above zero."""
    if type(value) is not dict or len(value) != 2:
        raise Unfit("value (a decimal string) and unit")
    try:
        quantity = Quantity.of(value.get("value"), value.get("unit"))
        millionths = quantity.micro
    except Refusal as refusal:
        raise Unfit(f"quantity ({refusal.code})") from None
    if millionths <= 0:
        raise Unfit("quantity above zero", positive=False)
    if millionths > LARGEST:
        raise Unfit("quantity of at most 10^9 of the base unit")
    return quantity


_instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)").fullmatch
_day = re.compile(r"\d{4}-\d\d-\d\d").fullmatch


def read_instant(value: object) -> datetime:
    """RFC 3339 with offset, whole seconds."""
    if type(value) is not str or _instant(value) is None:
        raise Unfit("RFC 3339 time with offset, whole seconds")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise Unfit("time that exists") from None


def read_day(value: object) -> date:
    if type(value) is not str or _day(value) is None:
        raise Unfit("date YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unfit("date that exists") from None


_hump = re.compile(r"(?<=[a-z0-9])([A-Z])")


@lru_cache(maxsize=1024)
def attribute(member: str) -> str:
    """`supplierLot` -> `supplier_lot`."""
    return _hump.sub(r"_\1", member).lower()


class Shape(Generic[Value]):
    """The members of one kind of JSON object and the frozen class made of them.

    `renamed` gives the attribute of a member whose camelCase name does not yield it. A member `_sd`
    (RFC 9901 digests) is tolerated and not read.
    """

    __slots__ = ("_made", "_needed", "_readers", "members", "needed", "optional")

    def __init__(
        self,
        made: type[Value],
        needed: Mapping[str, Reader[Any]],
        optional: Mapping[str, Reader[Any]] | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        optional = optional or {}
        self.needed, self.optional = needed, optional
        self._made = quickly_made(made)
        self._needed = tuple(needed)
        both = {**needed, **optional}
        names = renamed or {}
        self._readers = {
            member: (names.get(member) or attribute(member), reader) for member, reader in both.items()
        }
        self.members = frozenset(both)
        self._agree(made)

    def _agree(self, made: type[Value]) -> None:
        """A class and its table that differ are a fault of the programmer, seen at import."""
        held = {field.name for field in fields(made)} - {"sub", "occurred_at"}  # type: ignore[arg-type]
        read = {name for name, _ in self._readers.values()}
        if held != read:
            raise TypeError(f"{made.__name__} and its members differ in {sorted(held ^ read)}")

    def __call__(self, value: object) -> Value:
        return self.read(value, {})

    def read(self, value: object, given: dict[str, Any]) -> Value:
        """Make the class from a JSON object and the attributes `given` beside it."""
        if type(value) is not dict:
            raise Unfit("object")
        readers = self._readers
        for member, inner in value.items():
            try:
                name, reader = readers[member]
            except KeyError:
                _tolerate(member, inner)
                continue
            try:
                given[name] = reader(inner)
            except Unfit as unfit:
                raise unfit.under("." + member) from None
        for member in self._needed:
            if member not in value:
                raise Unfit("this member").under("." + member)
        return self._made(**given)


def _tolerate(member: str, inner: object) -> None:
    if member != "_sd":
        raise Unfit("no such member").under("." + member[:80])
    if type(inner) is not list or not all(type(digest) is str for digest in inner):
        raise Unfit("list of digests").under("._sd")


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the reference of the records lists it: `path` such as `inputs[].quantity`."""

    path: str
    expected: str
    needed: bool


def described(
    needed: Mapping[str, Reader[Any]], optional: Mapping[str, Reader[Any]], under: str = ""
) -> Iterator[Member]:
    """The members of an object, those of objects inside after their own; what the readers themselves say."""
    for table, must in ((needed, True), (optional, False)):
        for name, reader in table.items():
            yield Member(under + name, expected_of(reader), must)
            inner, path = _ELEMENTS.get(reader), f"{under}{name}[]."
            if inner is None:
                inner, path = reader, f"{under}{name}."
            shape = shape_of(inner)
            if shape is not None:
                yield from described(shape.needed, shape.optional, path)


def expected_of(reader: Reader[Any]) -> str:
    """What a reader says that it wants, of a value that is nothing it could want."""
    try:
        reader(object())
    except Unfit as unfit:
        inner = _ELEMENTS.get(reader)
        of = f" of: {expected_of(inner)}" if inner is not None and shape_of(inner) is None else ""
        return unfit.expected + of
    raise TypeError(f"{reader} takes anything")
