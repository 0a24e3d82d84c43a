"""The members of a record as fields of a form: what each says now, and the data with other texts in them.

Names of lots, statements and parties, digests, salts and serials make a record the one that it is: who wrote
these wrongly takes it back and states it anew.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts import KINDS
from trace.chain.facts.base import Kind
from trace.chain.facts.outline import Outline, outline_of, words_of
from trace.chain.facts.reading import Reader, element_of, shape_of

_FIXED: Final = frozenset({"U", "S", "H", "K", "Y", "X"})
_NEVER: Final = frozenset({"serials", "handover", "declared", "platformCode", "codeLevel", "lot"})
_MOMENT: Final = "t"
_DIGITS: Final = 15
_AMOUNT: Final = "Q"


@dataclass(frozen=True, slots=True)
class RecordCell:
    """A field: the dotted path of its member, the names on the way, its letter in the outline, what it says
    now, the words to choose from, whether it must say something."""

    path: str
    names: tuple[str, ...]
    letter: str
    text: str
    words: tuple[str, ...] = ()
    needed: bool = False


def cells_of(typ: str, data: Mapping[str, Any]) -> list[RecordCell]:
    """The fields of a record of that kind, what is not said as empty ones."""
    kind = KINDS.get(typ)
    if not isinstance(kind, Kind):
        return []
    readers = {**kind.shape.needed, **kind.shape.optional}
    return list(_members(data, outline_of(kind), readers, kind.shape.needed, ()))


def with_texts(typ: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The data as the fields say now; what says the same as before stays byte for byte."""
    whole: dict[str, Any] = copy.deepcopy(dict(data))
    for cell in cells_of(typ, data):
        text = texts.get(cell.path, cell.text).strip()
        if text != cell.text:
            _put(whole, cell, text)
    return whole


def _members(
    data: Mapping[str, Any],
    outline: Mapping[str, Outline],
    readers: Mapping[str, Reader[Any]],
    needed: Mapping[str, Any],
    above: tuple[str, ...],
) -> Iterator[RecordCell]:
    for name, letter in outline.items():
        reader = readers.get(name)
        if name in _NEVER or reader is None:
            continue
        path, value = (*above, name), data.get(name)
        if isinstance(letter, str):
            yield from _leaf(path, letter, reader, value, needed=name in needed)
        elif isinstance(letter, list):
            yield from _listed(path, letter[0], reader, value)
        elif isinstance(value, Mapping):
            yield from _inside(path, letter, reader, value)


def _inside(
    path: tuple[str, ...], outline: Outline, reader: Reader[Any], value: Mapping[str, Any]
) -> Iterator[RecordCell]:
    shape = shape_of(reader)
    if shape is not None and isinstance(outline, dict):
        yield from _members(value, outline, {**shape.needed, **shape.optional}, shape.needed, path)


def _listed(
    path: tuple[str, ...], outline: Outline, reader: Reader[Any], value: object
) -> Iterator[RecordCell]:
    element = element_of(reader)
    if element is None or not isinstance(value, list):
        return
    for place, one in enumerate(value):
        here = (*path, str(place))
        if isinstance(outline, str):
            yield from _leaf(here, outline, element, one, needed=True)
        elif isinstance(one, Mapping):
            yield from _inside(here, outline, element, one)


def _leaf(
    path: tuple[str, ...], letter: str, reader: Reader[Any], value: object, *, needed: bool
) -> Iterator[RecordCell]:
    if letter in _FIXED:
        return
    if letter == _AMOUNT:
        amount = value if isinstance(value, Mapping) else {}
        for part in ("value", "unit"):
            yield _cell((*path, part), "T", str(amount.get(part, "")), (), needed)
        return
    text = "" if value is None else str(value)
    yield _cell(path, letter, _shown(text) if letter == _MOMENT else text, words_of(reader), needed)


def _cell(path: tuple[str, ...], letter: str, text: str, words: tuple[str, ...], needed: bool) -> RecordCell:
    return RecordCell(".".join(path), path, letter, text, words, needed)


def _shown(text: str) -> str:
    """A moment as a field of a form takes it, in Shanghai."""
    try:
        return datetime.fromisoformat(text).astimezone(SHANGHAI_TIME).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        return text


def _put(data: dict[str, Any], cell: RecordCell, text: str) -> None:
    *way, name = cell.names
    inner: Any = data
    for part in way:
        inner = inner[int(part)] if isinstance(inner, list) else inner.setdefault(part, {})
    value = _value(cell.letter, text)
    if isinstance(inner, list):
        inner[int(name)] = value
    elif text:
        inner[name] = value
    else:
        inner.pop(name, None)
    _drop_empty(data, way)


def _value(letter: str, text: str) -> object:
    if letter == _MOMENT:
        try:
            return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI_TIME).isoformat(timespec="seconds")
        except ValueError:
            return text
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if letter == "N" and is_number else text


def _drop_empty(data: dict[str, Any], way: list[str]) -> None:
    """An amount of which nothing is left is none."""
    if len(way) == 1 and data.get(way[0]) == {}:
        del data[way[0]]
