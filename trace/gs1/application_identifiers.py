"""GS1 application identifiers: reading a value by its row of the table (`identifier_table`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from trace.errors.gs1 import ApplicationIdentifierUnknown, ElementMalformed
from trace.gs1.component_checks import CHARACTERS, CHECKS
from trace.gs1.identifier_table import ATTRIBUTE, KEY, PREDEFINED_LENGTH, QUALIFIERS, ROWS

__all__ = [
    "ATTRIBUTE",
    "KEY",
    "QUALIFIERS",
    "ApplicationIdentifier",
    "Component",
    "Element",
    "element",
    "identifier",
    "read_notation",
    "table",
]

_COMPONENT: Final = re.compile(r"(an|n|y|b)(\.\.)?([0-9]+)(?::([a-z0-9_]+))?(\?)?")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value: its character set, its length and the name of its check in `CHECKS`."""

    charset: str
    shortest: int
    longest: int
    check: str | None
    optional: bool


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One row of the table; `longest` is the length of the longest value."""

    code: str
    title: str
    components: tuple[Component, ...]
    roles: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        return KEY in self.roles

    @property
    def may_be_attribute(self) -> bool:
        return ATTRIBUTE in self.roles

    @property
    def has_predefined_length(self) -> bool:
        return self.code[:2] in PREDEFINED_LENGTH

    @property
    def longest(self) -> int:
        return sum(component.longest for component in self.components)


@dataclass(frozen=True, slots=True)
class Element:
    """An AI with its value, checked when made by `element`."""

    ai: str
    value: str


def identifier(ai: str) -> ApplicationIdentifier:
    """The row of an AI; raises `ApplicationIdentifierUnknown`."""
    try:
        return table()[ai]
    except KeyError:
        raise ApplicationIdentifierUnknown(ai=ai[:20]) from None


def element(ai: str, value: str) -> Element:
    """An element whose value obeys its AI; raises `ApplicationIdentifierUnknown` or `ElementMalformed`."""
    form = _forms().get(ai)
    if form is None:
        raise ApplicationIdentifierUnknown(ai=ai[:20])
    match = form.fullmatch(value)
    if match is None:
        raise ElementMalformed(ai=ai, value=value[:100])
    for group, check in form.checks:
        part = match[group]
        if part is not None and not check(part):
            raise ElementMalformed(ai=ai, value=value[:100])
    return Element(ai, value)


@dataclass(frozen=True, slots=True)
class _Form:
    """A row ready to judge values: one expression for all components, and the checks by its groups."""

    fullmatch: Callable[[str], re.Match[str] | None]
    checks: tuple[tuple[int, Callable[[str], bool]], ...]


@cache
def _forms() -> dict[str, _Form]:
    return {ai: _form(row.components) for ai, row in table().items()}


def _form(components: tuple[Component, ...]) -> _Form:
    """Only the last component of a row varies in length, so greedy groups cut as the standard does."""
    written = ""
    for each in reversed(components):
        characters = re.escape("".join(sorted(CHARACTERS[each.charset])))
        written = f"([{characters}]{{{each.shortest},{each.longest}}}){written}"
        if each.optional:
            written = f"(?:{written})?"
    numbered = enumerate(components, start=1)
    checks = tuple((group, CHECKS[each.check]) for group, each in numbered if each.check is not None)
    return _Form(re.compile(written).fullmatch, checks)


@cache
def table() -> dict[str, ApplicationIdentifier]:
    """AI -> row, ranges spread out."""
    return {
        code: ApplicationIdentifier(code, title, read_notation(notation), roles)
        for codes, notation, title, roles in ROWS
        for code in _spread(codes)
    }


def _spread(codes: str) -> list[str]:
    first, _, last = codes.partition("-")
    return [str(code).zfill(len(first)) for code in range(int(first), int(last or first) + 1)]


def read_notation(notation: str) -> tuple[Component, ...]:
    """The components of a row; `ValueError` for a slip in the table."""
    made = []
    for written in notation.split():
        match = _COMPONENT.fullmatch(written)
        if match is None:
            raise ValueError(written)
        charset, variable, length, check, optional = match.groups()
        made.append(Component(charset, 1 if variable else int(length), int(length), check, bool(optional)))
    return tuple(made)
