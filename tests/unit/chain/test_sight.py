"""What a reader may see of a lot follows from how it stands to it, and from nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from trace.chain.sight import CONSIGNMENT, Side, Sight, Standing, lies_in, sight_of


@pytest.mark.parametrize(
    ("standing", "sight"),
    [
        (Standing("harvest"), Sight.PUBLIC),
        (Standing("harvest", trades=True), Sight.PUBLIC),
        (Standing(CONSIGNMENT), Sight.NONE),
        (Standing(CONSIGNMENT, trades=True), Sight.PUBLIC),
        (Standing(CONSIGNMENT, side=Side.HANDED, trades=True), Sight.PARTNER),
        (Standing("harvest", owns=True), Sight.WHOLE),
        (Standing("harvest", oversees=True), Sight.WHOLE),
        (Standing("received", owns=True, side=Side.DELIVERED), Sight.WHOLE),
    ],
)
def test_the_answer_is_one_of_four(standing: Standing, sight: Sight) -> None:
    assert sight_of(standing) is sight


def test_whole_is_for_maker_holder_and_authority_alone() -> None:
    for kind, owns, oversees, side, trades in product(
        ("pack", CONSIGNMENT), (False, True), (False, True), (None, *Side), (False, True)
    ):
        whole = sight_of(Standing(kind, owns, oversees, side, trades)) is Sight.WHOLE
        assert whole == (owns or oversees)


@pytest.mark.parametrize(
    ("area", "regions", "inside"),
    [
        ("", {"110101"}, False),
        ("", set(), False),
        ("CN", {"110101"}, True),
        ("CN", set(), True),
        ("31", {"310151"}, True),
        ("310151", {"310151103"}, True),
        ("310151103", {"310151"}, True),
        ("310115", {"310151"}, False),
        ("310115", {"310151", "310115"}, True),
        ("310115", set(), True),
    ],
)
def test_an_area_is_a_prefix_and_silence_is_no_way_out_of_it(
    area: str, regions: set[str], inside: bool
) -> None:
    assert lies_in(area, regions) is inside
