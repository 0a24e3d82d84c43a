"""The composition of one lot at sizes that shares of every lot would not reach; rings in closed form."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from trace.chain.lineage.arcs import UNKNOWN, Arc
from trace.chain.lineage.composition import _Ascent, composition
from trace.chain.lineage.mixing import Work
from trace.chain.lineage.rings import solve
from trace.chain.lineage.versions import Version
from trace.quantities import Quantity


def poured(number, upper, lower, amount="1"):
    quantity = Quantity(Decimal(amount), "kg")
    return Arc(number, upper, lower, "transform", quantity, quantity, UNKNOWN, UNKNOWN, "signed", str(number))


def test_a_ring_of_six_thousand_lots_is_solved_in_closed_form():
    """Every lot is half its own source and half the lot before it, all round."""
    count = 6_000
    arcs = [poured(at, count + at, at) for at in range(count)]
    arcs += [poured(count + at, (at - 1) % count, at) for at in range(count)]
    found = composition(arcs, 7)
    whole = 2**count - 1
    assert len(found.shares) == count
    for share in found.shares:
        steps = (7 - (share.source - count)) % count
        assert share.low == share.high == Fraction(2 ** (count - 1 - steps), whole)


def test_thirty_thousand_lots_in_layers_add_up_to_one_exactly():
    width = 3_000
    arcs, number = [], 0
    for layer in range(10):
        for place in range(width):
            for step, amount in ((0, "3"), (1, "2"), (7, "1.5")):
                arcs.append(
                    poured(
                        number, layer * width + place, (layer + 1) * width + (place + step) % width, amount
                    )
                )
                number += 1
    arcs += [poured(number + at, 10 * width + at, 11 * width, str(at + 1)) for at in range(width)]
    found = composition(arcs, 11 * width)
    assert len(found.shares) == width
    assert sum(share.low for share in found.shares) == 1
    assert found.exact


def test_a_ring_that_nothing_flows_into_is_its_own_origin_and_is_named():
    arcs = [poured(1, 1, 2), poured(2, 2, 1), poured(3, 2, 3, "3"), poured(4, 9, 3)]
    found = composition(arcs, 3)
    assert found.undetermined == {2}
    assert {share.source: share.low for share in found.shares} == {2: Fraction(3, 4), 9: Fraction(1, 4)}


def test_a_ring_without_inflow_has_no_solution():
    half = Fraction(1, 2)
    assert solve([{1: Fraction(1)}, {0: Fraction(1)}], [{}, {}]) is None
    assert solve([{1: half}, {0: half}], [{7: half}, {8: half}], Work(10**6)) == [
        {7: Fraction(2, 3), 8: Fraction(1, 3)},
        {7: Fraction(1, 3), 8: Fraction(2, 3)},
    ]


def test_a_version_with_inflows_that_brought_nothing_is_its_own_origin_and_is_named():
    version = Version(3, 1, 0)
    found = _Ascent({version: []}, Work(10**6)).from_end(3, version, [[version]])
    assert found.undetermined == {3}
    assert {share.source: share.low for share in found.shares} == {3: Fraction(1)}
