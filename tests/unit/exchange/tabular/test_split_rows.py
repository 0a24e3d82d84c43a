"""A table too long for one sheet goes on in the next; none of its rows is left out."""

from __future__ import annotations

import pytest

from trace.exchange.written_sheets import Heading, split_rows


@pytest.mark.parametrize(
    ("rows", "sheets"),
    [
        (0, [("表", 0)]),
        (3, [("表", 3)]),
        (4, [("表", 3), ("表 2", 1)]),
        (9, [("表", 3), ("表 2", 3), ("表 3", 3)]),
    ],
)
def test_rows_fill_sheets_in_their_order(rows: int, sheets: list[tuple[str, int]]) -> None:
    passed: list[tuple[int]] = []
    found = []
    for sheet in split_rows("表", [Heading("号")], ((number,) for number in range(rows)), most=3):
        written = [tuple(row) for row in sheet.rows]
        passed += written
        found.append((sheet.name, len(written)))
    assert found == sheets
    assert passed == [(number,) for number in range(rows)]
