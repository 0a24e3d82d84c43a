"""Small numbers in published tables: which cells are not shown, so that no reader singles out a firm.

A count from 1 to 4 is not shown, nor one whose rest to its whole is so small (primary suppression). Where a
total is shown beside its members, further members are hidden until what is hidden is at least two cells and 5
together, and the total itself where no others are left (secondary suppression). A zero is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trace.oversight.monthly.ratios import TOO_FEW

Cell = tuple[str, str]
"""A table (of an authority) and the name of a figure."""


def hidden_cells(
    tables: Mapping[str, Mapping[str, int]],
    totals: Mapping[str, Sequence[str]],
    wholes: Mapping[str, str],
) -> frozenset[Cell]:
    """The cells that are not shown. `totals`: a table -> those that it sums; `wholes`: a figure -> the one
    that holds it all."""
    hidden = {
        (table, name)
        for table, counts in tables.items()
        for name, count in counts.items()
        if _small(count) or _small(counts.get(wholes.get(name, ""), count) - count)
    }
    while more := _given_away(tables, totals, hidden):
        hidden.add(more)
    return frozenset(hidden)


def _small(count: int) -> bool:
    return 0 < count < TOO_FEW


def _given_away(
    tables: Mapping[str, Mapping[str, int]], totals: Mapping[str, Sequence[str]], hidden: set[Cell]
) -> Cell | None:
    """A further cell to hide, because a total that is shown tells what is hidden of it; None for none."""
    for total, members in totals.items():
        for name in tables[total]:
            if (total, name) in hidden:
                continue
            cells = [(table, name) for table in members if name in tables[table]]
            away = [cell for cell in cells if cell in hidden]
            told = sum(tables[table][name] for table, _ in away)
            if not away or (len(away) > 1 and told >= TOO_FEW):
                continue
            rest = [cell for cell in cells if cell not in hidden]
            return min(rest, key=lambda cell: _cost(tables[cell[0]][name], cell)) if rest else (total, name)
    return None


def _cost(count: int, cell: Cell) -> tuple[bool, int, Cell]:
    """The smallest number first, a zero last: hidden, it would leave the small one alone."""
    return count == 0, count, cell
