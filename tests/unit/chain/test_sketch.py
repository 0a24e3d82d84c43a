"""The shape of a plot, and nothing that would find it on a map."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.chain.sketch import SIZE, north_in_sketch, sketch_of

FIELD = [
    ("121.900000", "31.310000"),
    ("121.902100", "31.310200"),
    ("121.902300", "31.311300"),
    ("121.900400", "31.311500"),
]


def moved(by: tuple[float, float], *, turned: float = 0.0, scaled: float = 1.0) -> list[tuple[str, str]]:
    narrower = math.cos(math.radians(31.31))
    made = []
    for east, north in FIELD:
        x, y = (float(east) - 121.9) * narrower * scaled, (float(north) - 31.31) * scaled
        x, y = x * math.cos(turned) - y * math.sin(turned), x * math.sin(turned) + y * math.cos(turned)
        made.append((f"{x / narrower + 121.9 + by[0]:.9f}", f"{y + 31.31 + by[1]:.9f}"))
    return made


def test_a_shape_fills_the_square_and_stands_on_the_grid() -> None:
    points = sketch_of(FIELD)
    assert len(points) == len(FIELD)
    assert {min(x for x, _ in points), min(y for _, y in points)} == {0}
    assert max(max(point) for point in points) == SIZE
    assert all(value % 25 == 0 for point in points for value in point)


@given(st.floats(-3, 3), st.floats(0.3, 3.0))
def test_where_it_lies_how_it_is_turned_and_how_large_it_is_cannot_be_seen(
    turned: float, scaled: float
) -> None:
    there = sketch_of(moved((0.5, 0.0), turned=turned, scaled=scaled))
    here = sketch_of(FIELD)
    # a corner near the middle between two grid points may fall to either
    assert all(
        abs(a - b) <= 25
        for one, other in zip(here, there, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_two_corners_are_no_plot() -> None:
    with pytest.raises(ValueError, match="corners"):
        sketch_of(FIELD[:2] * 2)


@pytest.mark.parametrize(
    ("outline", "north"),
    [
        ([("121.9", "31.3"), ("121.91", "31.3"), ("121.91", "31.301"), ("121.9", "31.301")], 0),
        ([("121.9", "31.3"), ("121.9", "31.31"), ("121.901", "31.31"), ("121.901", "31.3")], 90),
    ],
)
def test_north_is_told_as_the_sketch_is_turned(outline, north):
    """A side from west to east lies level as it is; one from south to north was turned by a quarter."""
    assert north_in_sketch(outline) == north
