"""Grids of cells, and the faults that are found in them, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from trace.errors.base import Refusal
from trace.exchange.tabular.seen import Cell

MARK: Final = "标记"
EXAMPLE: Final = "示例"
REQUIRED: Final = "*"
LISTS: Final = "选项清单"
"""A hidden sheet of our templates that holds what may be chosen; it states nothing."""
KEPT: Final = 1_000
"""A file with more faults than this is not one that somebody mends cell by cell."""


@dataclass(frozen=True, slots=True)
class CellError:
    """One fault. `row` counts from 1, `column` is Excel's letter; 0 and "" for the sheet or the row."""

    sheet: str
    row: int
    column: str
    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, absolute: `rows[0][0]` is A1. Short rows are blank at their end.

    `hidden_rows` count from 1, `hidden_columns` are spans of places from 0; `merged`: range, row, place.
    `heading`: the row of the file in which the headings stand; `shown`: those headings, where they were
    translated into ours.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merged: tuple[tuple[str, int, int], ...] = ()
    heading: int = 1
    shown: tuple[str, ...] = ()

    def hides(self, place: int) -> bool:
        """Whether the column at a place shows nothing."""
        return any(first <= place <= last for first, last in self.hidden_columns)


class Placed(Protocol):
    """A row of a sheet."""

    @property
    def sheet(self) -> str: ...
    @property
    def number(self) -> int: ...


@dataclass(slots=True)
class Faults:
    """Collects the faults of one file (the first `kept` of `count`); `letters`: sheet -> member -> column."""

    errors: list[CellError] = field(default_factory=list)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 0
    sheets: set[str] = field(default_factory=set)
    kept: int = KEPT

    def add(self, sheet: str, row: int, column: str, refusal: Refusal) -> None:
        self.count += 1
        self.sheets.add(sheet)
        if self.count <= self.kept:
            self.errors.append(CellError(sheet, row, column, refusal.code, refusal.params))

    def at(self, row: Placed, member: str, refusal: Refusal) -> None:
        """A fault of `member` in `row`, at its column where the sheet has one."""
        self.add(row.sheet, row.number, self.letters.get(row.sheet, {}).get(member, ""), refusal)


def letter(position: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    text, position = "", position + 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text
