"""Proportional contribution, and what may be where of a pool, against the worked oracles d and h."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from trace.chain.lineage.arcs import UNKNOWN, Arc
from trace.chain.lineage.pools import pool_bounds
from trace.chain.lineage.shares import attribute, contributions
from trace.quantities import Quantity

pytestmark = pytest.mark.vectors


@pytest.fixture(scope="module")
def worked(vectors):
    return json.loads((vectors / "trace/worked/expected.json").read_text("utf-8"))


def poured(*lines: str) -> tuple[list[Arc], dict[str, int]]:
    lots: dict[str, int] = {}
    arcs = []
    for number, line in enumerate(lines):
        ends, amount = line.split()
        pair = [lots.setdefault(end, len(lots)) for end in ends.split(">")]
        quantity = Quantity(Decimal(amount), "kg")
        arcs.append(Arc(number, *pair, "transform", quantity, quantity, UNKNOWN, UNKNOWN, "signed", ends))
    return arcs, lots


def test_the_worked_shares_and_shipments_are_exact(worked):
    arcs, lots = poured("R1>B1 300", "R2>B1 200", "R1>B2 300", "R3>B2 200", "B1>B3 50", "R3>B3 450")
    found = contributions(arcs, list(lots.values()))
    for batch in ("B1", "B2", "B3"):
        expected = {lots[name]: Fraction(share) for name, share in worked[f"d.share_{batch}"].items()}
        assert {share.source: share.low for share in found[lots[batch]].shares} == expected
    shipments = {"C1": [("B1", 300)], "C2": [("B1", 100), ("B2", 450)], "C3": [("B3", 475)]}
    for consignee, shipped in shipments.items():
        parts = [
            attribute(Quantity(Decimal(amount), "kg"), found[lots[batch]])[lots["R1"]]
            for batch, amount in shipped
        ]
        assert sum(parts) == Fraction(worked["d.R1_kg_equiv_per_consignee"][consignee])


def test_the_worked_rework_ring_is_solved_exactly(worked):
    arcs, lots = poured("s1>B5 70", "B6>B5 30", "s2>B6 80", "B5>B6 20")
    found = contributions(arcs, [lots["B5"], lots["B6"]])
    for batch in ("B5", "B6"):
        shares = [str(found[lots[batch]].of(lots[source]).low) for source in ("s1", "s2")]
        assert shares == worked[f"d.loop_{batch}"]


def test_the_worked_pool_has_its_bounds_and_its_mixture(worked):
    arcs, lots = poured("A>pool 100", "U>pool 300", "pool>C1 250", "pool>C2 100", "pool>stock 50")
    bounds = pool_bounds(arcs, lots["A"], {})
    shares = contributions(arcs, [lots["pool"]])[lots["pool"]]
    for name, (least, most) in worked["h.bounds"].items():
        held = bounds[lots[name]]
        assert (held.least, held.most) == (least, most)
        sent = next(arc.given for arc in arcs if arc.to_lot == lots[name])
        assert attribute(sent, shares)[lots["A"]] == Fraction(str(worked["h.mixed"][name]))
    assert sum(worked["h.mixed"].values()) == 100
