"""Cells as JSON and back: what was read of a row, kept until the row is sound.

A text is a text; everything else is a list that begins with its sort.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from trace.errors import tables
from trace.errors.base import Refusal
from trace.exchange.tabular.date_formats import SeenMoment
from trace.exchange.tabular.number_formats import Rendered
from trace.exchange.tabular.seen import Cell, SeenNumber, Spoilt

_TRUTH, _NUMBER, _MOMENT, _SPOILT = "b", "n", "m", "x"


def cells_to_json(cells: Sequence[Cell]) -> str:
    """The cells of one row."""
    return orjson.dumps([_written(cell) for cell in cells]).decode()


def cells_from_json(text: str) -> list[Cell]:
    """The cells that `cells_to_json` wrote."""
    return [one if isinstance(one, str) else _read(one) for one in orjson.loads(text)]


def _written(cell: Cell) -> object:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return [_TRUTH, cell]
    if isinstance(cell, SeenNumber):
        seen = cell.seen
        shown = None if seen is None else [seen.text, seen.before, seen.number, seen.after, seen.exact]
        return [_NUMBER, f"{cell.stored}", cell.code, shown]
    if isinstance(cell, SeenMoment):
        return [_MOMENT, cell.at.isoformat(), cell.shown, cell.has_day, cell.has_time, cell.whole_day]
    return [_SPOILT, cell.refusal.code, cell.refusal.params, cell.text[:200]]


def _read(kept: Sequence[Any]) -> Cell:
    sort, *rest = kept
    if sort == _TRUTH:
        return bool(rest[0])
    if sort == _NUMBER:
        stored, code, shown = rest
        return SeenNumber(Decimal(stored), None if shown is None else Rendered(*shown), code)
    if sort == _MOMENT:
        return SeenMoment(datetime.fromisoformat(rest[0]), *rest[1:])
    code, params, text = rest
    return Spoilt(_REFUSALS[code](**params), text)


def _kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


_REFUSALS: Final = {kind.code: kind for kind in _kinds(tables.CellRefused)}
"""Code -> refusal: what can spoil a cell."""
