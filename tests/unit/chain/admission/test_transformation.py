"""Merge, split and production: rework, and no lot of itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import R1, in_store, milling, refuses
from tests.builders.chain import Chain
from trace.chain.effects import NewLink
from trace.errors import food as refused
from trace.quantities import Quantity


def test_a_lot_does_not_go_into_itself():
    itself = [{"lot": made.lot(made.MILL, "M20261012A"), "quantity": made.kg("1"), "role": "rework"}]
    refuses(in_store(), refused.LotOfItself, "food.production", milling(inputs=itself))


def rework_of(chain: Chain) -> dict[str, Any]:
    """M20261012A gives broken rice that goes back into M20261012A."""
    broken = {
        "lot": made.lot(made.MILL, "BROKEN"),
        "productName": "碎米",
        "quantity": made.kg("200"),
        "kind": "rework",
    }
    first = milling(loss=made.ABSENT)
    chain.state("food.production", {**first, "outputs": [*first["outputs"], broken]})
    return milling(
        inputs=[{"lot": broken["lot"], "quantity": made.kg("200"), "role": "rework"}],
        outputs=[],
        loss=made.ABSENT,
        yieldOf=made.ABSENT,
        startedAt="2026-10-13T08:00:00+08:00",
        finishedAt="2026-10-13T09:00:00+08:00",
    )


def packed_in_bags(bags: str, food: bool = True) -> tuple[Chain, dict[str, Any]]:
    """A chain that holds bags by number or weight, and the run that uses them."""
    chain, lot = in_store(), made.lot(made.MILL, "BAGS")
    value, unit = bags.split()
    chain.state(
        "food.receipt",
        made.a_receipt(
            lot=lot, productName="包装袋", quantity={"value": value, "unit": unit}, role="contact_material",
            supplierLot=made.ABSENT, supplier=made.ABSENT, proofs=[],
        )
    )  # fmt: skip
    used = {"lot": lot, "quantity": {"value": value, "unit": unit}, "role": "contact_material"}
    run = milling()
    return chain, {**run, "inputs": [*(run["inputs"] if food else []), used]}


@pytest.mark.requirement("S3-34")
@pytest.mark.parametrize("bags", ["1400 个", "50 kg"])
def test_packaging_goes_into_no_sum_of_food(bags):
    chain, run = packed_in_bags(bags)
    effects = chain.state("food.production", run)
    links = [change for change in effects.changes if isinstance(change, NewLink)]
    touched = next(link for link in links if link.kind == "contact")
    assert (touched.from_lot, touched.given) == (chain.lot("BAGS").id, None)
    assert str(touched.taken) == bags
    assert str(chain.lot("BAGS").available).startswith("0")
    assert chain.lot("M20261012A").quantity == Quantity(Decimal(10000), "kg")
    assert not any(mark.rule == "P28" for mark in chain.known.marks.values())


@pytest.mark.requirement("S3-34")
def test_what_came_in_as_food_is_no_packaging_by_another_word():
    chain, run = in_store(), milling()
    run = {**run, "inputs": [{**one, "role": "contact_material"} for one in run["inputs"]]}
    effects = chain.state("food.production", run)
    kinds = {change.kind for change in effects.changes if isinstance(change, NewLink)}
    assert "contact" not in kinds, "its share and its sum stand"


def test_packaging_lends_its_weight_to_no_output():
    chain, run = packed_in_bags("5000 kg")
    more = {**run["outputs"][0], "quantity": made.kg("9000")}
    refuses(chain, refused.OutputsExceedInputs, "food.production", {**run, "outputs": [more]})


def test_rework_goes_back_into_an_earlier_batch_later():
    chain = in_store()
    effects = chain.state("food.production", rework_of(chain))
    (link,) = [change for change in effects.changes if isinstance(change, NewLink)]
    assert (link.kind, link.from_lot, link.to_lot) == (
        "rework",
        chain.lot("BROKEN").id,
        chain.lot("M20261012A").id,
    )


def left(chain: Chain, batch: str) -> str:
    return str(chain.lot(batch).available)


def test_a_loss_is_no_stock_and_comes_back_with_a_correction():
    chain = in_store()
    first = milling()
    stated = chain.state("food.production", first).entry.statement_id
    before = chain.lot("M20261012A").available
    more = {**first, "loss": {"quantity": made.kg("900"), "reason": "稻壳"}}
    again = chain.state("correction", made.a_correction(stated, more), sub=first["batch"]).entry.statement_id
    lost = Quantity.parse(first["loss"]["quantity"])
    assert chain.lot("M20261012A").available == before + lost - Quantity(Decimal(900), "kg")
    none = {name: value for name, value in first.items() if name != "loss"}
    chain.state("correction", made.a_correction(stated, none), sub=first["batch"])
    assert chain.lot("M20261012A").available == before + lost
    assert again != stated


def test_rework_is_stock_of_its_batch_again_until_a_correction_takes_it_out():
    chain = in_store()
    data = rework_of(chain)
    before, broken = left(chain, "M20261012A"), left(chain, "BROKEN")
    stated = chain.state("food.production", data).entry.statement_id
    after = chain.lot("M20261012A").available
    assert after == Quantity(Decimal(200), "kg") + Quantity.parse(
        {"value": before.split()[0], "unit": before.split()[1]}
    )
    less = {**data, "inputs": [{**data["inputs"][0], "quantity": made.kg("50")}]}
    chain.state("correction", made.a_correction(stated, less), sub=data["batch"])
    assert chain.lot("M20261012A").available == after - Quantity(Decimal(150), "kg")
    assert left(chain, "BROKEN") == "150 kg" != broken


def test_rework_that_cannot_be_weighed_changes_no_stock():
    chain = in_store()
    first = milling(loss=made.ABSENT)
    pieces = {"value": "4", "unit": "袋"}
    broken = {
        "lot": made.lot(made.MILL, "BROKEN"),
        "productName": "碎米",
        "quantity": pieces,
        "kind": "rework",
    }
    chain.state("food.production", {**first, "outputs": [*first["outputs"], broken]})
    before = left(chain, "M20261012A")
    data = milling(
        inputs=[{"lot": broken["lot"], "quantity": pieces, "role": "rework"}],
        outputs=[],
        loss={"quantity": {"value": "1", "unit": "袋"}, "reason": "破损"},
        yieldOf=made.ABSENT,
        startedAt="2026-10-13T08:00:00+08:00",
        finishedAt="2026-10-13T09:00:00+08:00",
    )
    stated = chain.state("food.production", data).entry.statement_id
    assert left(chain, "M20261012A") == before
    chain.state("correction", made.a_correction(stated, data), sub=data["batch"])
    assert left(chain, "M20261012A") == before


def test_rework_with_no_time_between_is_a_lot_of_itself():
    chain = in_store()
    at_once = {
        **rework_of(chain),
        "startedAt": "2026-10-12T16:00:00+08:00",
        "finishedAt": "2026-10-12T17:00:00+08:00",
    }
    refuses(chain, refused.LotOfItself, "food.production", at_once)


def test_an_existing_batch_takes_nothing_but_rework():
    chain = in_store()
    again = rework_of(chain)
    main = [{**again["inputs"][0], "role": "main"}]
    refuses(chain, refused.LotExists, "food.production", {**again, "inputs": main})


def test_goods_of_a_foreign_event_are_milled_with_growers_unknown():
    chain = in_store()
    paddy = "urn:lot:" + made.MILL + ":ABROAD"
    event = {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": "2026-10-02T09:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": paddy, "quantity": 10000, "uom": "KGM"}],
    }
    chain.state("epcis.event", {"event": event})
    both = [{"lot": lot, "quantity": made.kg("5000"), "role": "main"} for lot in (paddy, R1)]
    chain.state("food.production", milling(inputs=both))
    assert chain.lot("M20261012A").detail["producers"] == [made.COOPERATIVE]
