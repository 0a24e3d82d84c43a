"""Symbols of a run as SVG: horizontal strokes looked up ten modules at a time.

A run of dark modules that crosses two look-ups becomes two strokes end to end in one subpath ("h3h2"): the
same line. Every look-up moves the pen on by its width, so each row ends where all rows end, and the move to
the next one is a constant.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Final
from xml.sax.saxutils import quoteattr

from trace.labels.linear import Rows, SymbolFamily
from trace.labels.symbol import MODULE_MM, QUIET_ZONE

_CELL: Final = 10  # modules to a look-up
_LAST: Final = 1 << 15  # marks the last cell of a row


def svgs(
    family: SymbolFamily, varying: Iterable[str], *, module_mm: Decimal = MODULE_MM, crisp: bool = True
) -> Iterator[str]:
    """An SVG per text: one path, dark on white, sized in mm, with the quiet zone; as `symbol.svg` draws.

    `crisp`: its edges are on whole pixels; runs that began before that was so end as they began.
    """
    cells = -(-family.modules // _CELL)
    size = 2 * cells * family.modules
    pieces = _pieces(family.modules, cells)
    marks = int.from_bytes((bytes(2 * cells - 2) + _LAST.to_bytes(2, "big")) * family.modules, "big")
    before, between = _frame(family.modules + 2 * QUIET_ZONE, module_mm, crisp=crisp)
    text_of = family.template.text
    for text, symbol in family.table(_cells).drawn(varying, constant=marks):
        words = array("H")
        words.frombytes(symbol.to_bytes(size, "big"))
        if sys.byteorder == "little":
            words.byteswap()
        path = "".join(map(pieces.__getitem__, words))
        yield f'{before}{quoteattr(text_of(text))}{between}{path}"/></svg>'


def _cells(rows: Rows) -> int:
    """The layout: two octets for ten modules, each row filled up to whole cells."""
    written = "".join(
        "".join(map(str, row[start : start + _CELL])).rjust(16, "0")
        for row in rows
        for start in range(0, len(row), _CELL)
    )
    return int(written, 2)


def _pieces(modules: int, cells: int) -> dict[int, str]:
    """The pen's way through each possible cell, and through each last one."""
    last = modules - _CELL * (cells - 1)
    pieces = {value: _way(f"{value:0{_CELL}b}") for value in range(1 << _CELL)}
    pieces |= {_LAST | value: _way(f"{value:0{last}b}") + f"m-{modules} 1" for value in range(1 << last)}
    return pieces


def _way(modules: str) -> str:
    runs = [(module, len(list(run))) for module, run in groupby(modules)]
    return "".join(f"h{length}" if module == "1" else f"m{length} 0" for module, length in runs)


def _frame(width: int, module_mm: Decimal, *, crisp: bool) -> tuple[str, str]:
    """What stands before the label of a drawing, and between it and the path's way."""
    side = width * module_mm
    before = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" '
        f'width="{side}mm" height="{side}mm" role="img" aria-label='
    )
    edges = 'shape-rendering="crispEdges" ' if crisp else ""
    ground = f'><path fill="#fff" d="M0 0h{width}v{width}H0z"/>'
    return before, f'{ground}<path {edges}stroke="#000" d="M{QUIET_ZONE} {QUIET_ZONE}.5'
