"""Shares against brute force (every path, weights multiplied), the closure, and under hidden amounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import timed_graphs
from trace.chain.lineage.arcs import UNKNOWN, Arc, GraphInMemory
from trace.chain.lineage.closure import trace_up
from trace.chain.lineage.composition import composition
from trace.chain.lineage.shares import apportion, attribute, contributions
from trace.quantities import Quantity

LOTS = 7
kilograms = st.integers(1, 50).map(lambda amount: Quantity(Decimal(amount), "kg"))


@st.composite
def layered(draw) -> list[Arc]:
    """Acyclic and undated: arcs go to higher numbers."""
    arcs = []
    for number in range(draw(st.integers(1, 12))):
        upper = draw(st.integers(0, LOTS - 2))
        lower = draw(st.integers(upper + 1, LOTS - 1))
        quantity = draw(kilograms)
        arcs.append(
            Arc(
                number,
                upper,
                lower,
                "transform",
                quantity,
                quantity,
                UNKNOWN,
                UNKNOWN,
                "signed",
                f"s{number}",
            )
        )
    return arcs


def by_paths(arcs: list[Arc], lot: int) -> dict[int, Fraction]:
    inflows = [arc for arc in arcs if arc.to_lot == lot]
    if not inflows:
        return {lot: Fraction(1)}
    whole = sum(Fraction(arc.given.value) for arc in inflows)
    found: dict[int, Fraction] = {}
    for arc in inflows:
        for source, share in by_paths(arcs, arc.from_lot).items():
            found[source] = found.get(source, Fraction(0)) + share * Fraction(arc.given.value) / whole
    return found


@given(layered())
def test_shares_are_what_multiplying_along_every_path_gives(arcs):
    found = contributions(arcs, range(LOTS))
    for lot in range(LOTS):
        assert {share.source: share.low for share in found[lot].shares} == by_paths(arcs, lot)
        assert found[lot].exact


@given(timed_graphs(), st.data())
def test_shares_sum_to_one_and_agree_with_the_timed_closure(arcs, data):
    poured = []
    for arc in arcs:
        quantity = data.draw(kilograms)
        poured.append(replace(arc, taken=quantity, given=quantity))
    found = contributions(poured, range(LOTS))
    for lot in range(LOTS):
        contribution = found[lot]
        assert contribution.exact
        assert sum(share.low for share in contribution.shares) == 1
        upstream = trace_up(GraphInMemory(poured), [lot])
        assert {share.source for share in contribution.shares} <= upstream.lots
        pure = {
            end
            for end in upstream.ends()
            if not any(arc.to_lot == end for arc in poured if arc.state != "superseded")
        }
        stated = {share.source for share in contribution.shares} - contribution.undetermined
        assert stated <= pure
        assert stated == pure or contribution.undetermined


@given(layered(), st.data())
def test_bounds_contain_the_truth_that_was_hidden(arcs, data):
    hidden = [
        replace(arc, taken=None, given=None) if data.draw(st.booleans(), label="hide") else arc
        for arc in arcs
    ]
    capacity = {lot: Quantity(Decimal(50), "kg") for lot in data.draw(st.sets(st.integers(0, LOTS - 1)))}
    found = contributions(hidden, range(LOTS), capacity=capacity)
    for lot in range(LOTS):
        for source, share in by_paths(arcs, lot).items():
            bounds = found[lot].of(source)
            assert bounds.low <= share <= bounds.high


@given(layered(), st.integers(1, 3))
def test_cut_shares_are_lower_bounds_and_lose_nothing(arcs, keep):
    found = contributions(arcs, range(LOTS), keep=keep)
    for lot in range(LOTS):
        assert sum(share.low for share in found[lot].shares) + found[lot].remainder == 1
        assert len(found[lot].shares) <= keep
        for source, share in by_paths(arcs, lot).items():
            bounds = found[lot].of(source)
            assert bounds.low <= share <= bounds.high


@given(layered(), st.decimals("0.001", "99999", places=3))
def test_what_was_shipped_is_attributed_without_loss(arcs, amount):
    shipped = Quantity(amount, "kg")
    parts = attribute(shipped, contributions(arcs, [LOTS - 1])[LOTS - 1])
    assert sum(parts.values()) == Fraction(amount)
    assert sum(apportion(parts).values()) == amount


@st.composite
def measured(draw) -> list[Arc]:
    """Timed graphs with rings, of known amounts."""
    return [replace(arc, taken=(quantity := draw(kilograms)), given=quantity) for arc in draw(timed_graphs())]


@given(measured())
def test_the_composition_of_one_lot_is_what_all_shares_carried_along_every_link_give(arcs):
    for lot in range(LOTS):
        carried, asked = contributions(arcs, [lot])[lot], composition(arcs, lot)
        assert asked.undetermined == carried.undetermined
        assert asked.shares == carried.shares


@given(timed_graphs())
def test_where_amounts_are_missing_the_composition_has_the_same_bounds(arcs):
    for lot in range(LOTS):
        assert composition(arcs, lot) == contributions(arcs, [lot])[lot]
