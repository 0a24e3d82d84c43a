"""The page by which a printer is tried: as large as its paper, with rulers of the lengths that it says."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from trace.labels.alignment_page import alignment_page, ruler_mm
from trace.labels.formats import FORMATS, NO_OFFSET

_PER_MM = 10
_BOX = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")


@pytest.mark.parametrize(
    ("name", "rulers"),
    [("a4-40", (100, 100)), ("a4-24", (100, 100)), ("60x40", (50, 30)), ("40x30", (30, 20))],
)
def test_a_ruler_measures_what_it_says_at_full_size(name: str, rulers: tuple[int, int]) -> None:
    sheet = FORMATS[name]
    assert (ruler_mm(sheet, 0), ruler_mm(sheet, 1)) == rulers
    box = _BOX.search(alignment_page(sheet))
    assert box is not None
    assert [float(each) / 72 * 25.4 for each in box.groups()] == pytest.approx(
        [*map(float, sheet.page)], abs=0.01
    )
    picture = Image.open(io.BytesIO(alignment_page(sheet, form="png", ppi=_PER_MM * 25.4))).convert("L")
    black = np.asarray(picture) < 90  # the outlines of labels are grey
    for axis, long in enumerate(rulers):
        lines = black if axis == 0 else black.T
        row = lines[lines.sum(axis=1).argmax()]
        inked = np.flatnonzero(row)
        assert abs((inked[-1] - inked[0]) / _PER_MM - long) <= 0.3, (name, axis)


def test_a_printers_offset_moves_the_page_as_it_will_move_labels() -> None:
    sheet = FORMATS["a4-24"]
    corners = []
    for offset in (NO_OFFSET, (Decimal("-3.0"), Decimal("4.5"))):
        page = alignment_page(sheet, offset=offset, form="png", ppi=_PER_MM * 25.4)
        black = np.asarray(Image.open(io.BytesIO(page)).convert("L")) < 90
        corners.append((np.flatnonzero(black.any(axis=0))[0], np.flatnonzero(black.any(axis=1))[0]))
    (x, y), (moved_x, moved_y) = corners
    assert abs((moved_x - x) / _PER_MM + 3) <= 0.1
    assert abs((moved_y - y) / _PER_MM - 4.5) <= 0.1
    assert alignment_page(sheet, offset=(Decimal(5), Decimal(5))).count(b"/Type /Page\n") <= 1
