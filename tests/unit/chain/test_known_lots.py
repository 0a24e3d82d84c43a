"""A known lot with other members is what `dataclasses.replace` would make of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from tests.builders import facts as made
from tests.builders.chain import good_chain
from trace.chain.admission.lots import give_back
from trace.chain.effects import LotTaken
from trace.quantities import Quantity


def test_a_changed_lot_differs_in_the_named_members_only() -> None:
    lot = good_chain().lot("K1", made.MILL)
    changed = {"available": Quantity.of("1", "kg"), "state": "held", "pack": None}
    assert lot.changed(changed) == replace(lot, **changed)
    assert lot.changed({}) == lot
    assert lot.state == "normal"


def test_what_was_taken_in_another_unit_is_not_given_back() -> None:
    """A lot restated in bags gives no kilograms back: nothing says how many bags they were."""
    chain = good_chain()
    lot = chain.lot("R1", made.MILL)
    undone: list[LotTaken] = []
    decision = SimpleNamespace(known=chain.known, add=undone.append)
    give_back(decision, lot.id, Quantity.of("3", "袋"))
    assert undone == []
    give_back(decision, lot.id, Quantity.of("3", "kg"))
    assert [str(one.quantity) for one in undone] == ["-3 kg"]
