"""A known lot with other members is what `dataclasses.replace` would make of it."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import facts as made
from tests.builders.chain import good_chain
from trace.quantities import Quantity


def test_a_changed_lot_differs_in_the_named_members_only() -> None:
    lot = good_chain().lot("K1", made.MILL)
    changed = {"available": Quantity.of("1", "kg"), "state": "held", "pack": None}
    assert lot.changed(changed) == replace(lot, **changed)
    assert lot.changed({}) == lot
    assert lot.state == "normal"
