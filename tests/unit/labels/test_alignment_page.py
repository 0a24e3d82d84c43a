"""The page by which a printer is tried: as large as its paper, with rulers of the lengths that it says."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from trace.labels.alignment_page import alignment_page, ruler_mm
from trace.labels.formats import FORMATS

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
