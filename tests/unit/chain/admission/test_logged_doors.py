"""Doors that would shut for a new entry, asked of a logged one: it goes on, and nothing is made twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import asked, item_chain, serials
from tests.builders.chain import Chain, a_ten_kilo_pack, good_chain
from tests.builders.label_changes import a_change
from trace.chain.admission import Door
from trace.chain.admission.marks_above import _BatchGraph
from trace.chain.chain_state import ChainState
from trace.chain.effects import ContainerPacked, Effects, ItemsPacked, NewLot, PackState, RangeAllocated
from trace.chain.lineage.arcs import UP
from trace.chain.stored_marks import NOTHING_STORED

CASE, PALLET = "urn:sscc:095212341000000010", "urn:sscc:095212341000000034"


def logged(chain: Chain, typ: str, data: dict[str, Any], **how: Any) -> tuple[Effects, list[str]]:
    effects = chain.state(typ, data, door=Door.LOGGED, **how)
    said = [str(mark.params["refusal"]) for mark in effects.marks if mark.rule == "P25"]
    return effects, said


def kinds(effects: Effects) -> set[type]:
    return {type(change) for change in effects.changes}


def test_what_is_packed_already_is_not_packed_twice():
    chain = item_chain()
    part = {"lot": made.lot(made.MILL, "K1"), "first": 0, "count": 24}
    for container, items, inside in ((CASE, [part], []), (PALLET, [], [CASE])):
        data = made.an_aggregation(container=container, items=items, containers=inside)
        chain.state("code.aggregate", data, sub=container)
        effects, said = logged(chain, "code.aggregate", data, sub=container)
        assert said == ["already-packed"]
        assert not kinds(effects) & {ItemsPacked, ContainerPacked}


@pytest.mark.parametrize(("first", "refusal"), [(5, "range-out-of-turn"), (2**50 - 5, "range-exhausted")])
def test_counters_that_are_not_due_are_given_to_nobody(first, refusal):
    chain = good_chain(codeLevel="item", serials=serials(0, 1600))
    if refusal == "range-exhausted":
        (scope,) = chain.known.counters
        chain.known.counters[scope] = first
    again = a_ten_kilo_pack(
        lot=made.lot(made.MILL, "K9"), quantity=made.kg("10"), packs={"value": "1", "unit": "件"},
        gtin="9521234100010", serials=serials(first, 6), declared=[{"rule": "R18", "reason": "零头，秤不准"}],
    )  # fmt: skip
    effects, said = logged(chain, "food.pack", again)
    assert said == [refusal]
    assert NewLot in kinds(effects)
    assert RangeAllocated not in kinds(effects)


def test_a_platform_code_stays_with_the_lot_that_has_it():
    chain = good_chain()
    report = chain.lot("RICE-A").reports[0].statement_id
    own = made.an_activation(report=report, codeLevel="item", platformCode="0123-4567-89AB")
    chain.state("code.activate", own)
    effects, said = logged(
        chain, "code.activate", {**own, "lot": made.lot(made.MILL, "K2"), "gtin": "9521234100027"}
    )
    assert said == ["platform-code-taken"]
    assert [one.platform_code for one in effects.changes if isinstance(one, PackState)] == [None]


def test_goods_that_left_through_a_closed_gate_have_left():
    chain = good_chain()
    failed = made.a_report(
        lot=made.lot(made.MILL, "K1"),
        purpose="sampling",
        items=[{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}],
        conclusion="fail",
    )
    chain.state("lab.report", asked(chain, failed), by=made.LAB, roles=frozenset({"lab"}))
    report = chain.lot("RICE-A").reports[0].statement_id
    data = made.a_shipment(lot=made.lot(made.MILL, "X3"), quantity=made.kg("100"), releaseReport=report)
    effects, said = logged(chain, "food.shipment", data)
    assert said == ["shipped-through-gate"]
    assert NewLot in kinds(effects)


def test_a_label_of_nobody_is_said_to_be_so():
    data = a_change(field="product.storage")
    _effects, said = logged(good_chain(), "label.change", data, sub="urn:gtin:09521234100034")
    assert said[0] == "no-label-of-yours"


class TooMuch:
    """A store that would have to read more than was asked for."""

    cost = 0

    def passages(self, lots: object, way: object, most: int) -> None:
        return None


def test_a_batch_whose_store_reads_no_further_says_so():
    graph = _BatchGraph(ChainState(TooMuch()), lambda mark, urn: True)
    assert graph.passages([1], UP, 10) is None


def test_where_nothing_is_stored_nothing_is_marked():
    assert NOTHING_STORED.marked_among([1]) == ()
    assert NOTHING_STORED.marks_on([1]) == ()
    assert NOTHING_STORED.logged([1]) == {}
    assert NOTHING_STORED.master_of("urn:gtin:09521234100010").stated == {}
    assert NOTHING_STORED.named(["urn:lot:X:1"]) == {"urn:lot:X:1": ()}
