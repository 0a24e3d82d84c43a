"""Tests, packs and shipments: R04, R05, and what a pack holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store, refuses, second_edition
from tests.builders.chain import FOOD_LOG, LABORATORY, PROCESSOR, Chain, good_chain
from trace.errors import CodeWouldNotResolve
from trace.errors import food as refused
from trace.parties import PLATFORM
from trace.quantities import Quantity


def test_packs_must_hold_what_was_used():
    chain = good_chain()
    chain.state("food.split", made.a_split())
    pack = made.a_pack(
        lot=made.lot(made.MILL, "K9"), fromLot=made.lot(made.MILL, "S1-a"), quantity=made.kg("500")
    )
    caught = refuses(chain, refused.PackContentDiffers, "food.pack", pack)
    assert (caught.params["value"], caught.params["limit"]) == ("500 kg", "8000 kg")


def test_a_firm_does_not_report_on_anothers_lot():
    data = made.a_report(lot=made.lot(made.COOPERATIVE, "H1"))
    refuses(in_store(), refused.LotNotHeld, "lab.report", data, roles=PROCESSOR)


def test_a_farm_ships_its_harvest_without_a_makers_release():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    data = made.a_shipment(
        lot=made.lot(made.COOPERATIVE, "X1"),
        fromLot=made.lot(made.COOPERATIVE, "H1"),
        quantity=made.kg("900"),
    )
    assert chain.farm("food.shipment", data).marks == ()
    assert chain.lot("H1", made.COOPERATIVE).available == Quantity.of("16000", "kg")


def shipped(**changed: Any) -> dict[str, Any]:
    return made.a_shipment(lot=made.lot(made.MILL, "X2"), fromLot=made.lot(made.MILL, "K2"), **changed)


def test_r04_a_shipment_without_receiver_is_declared_or_refused():
    chain = good_chain()
    report = chain.lot("RICE-A").reports[0].statement_id
    whom = dict.fromkeys(("receiver", "receiverName", "receiverAddress", "receiverContact"), made.ABSENT)
    data = shipped(quantity=made.kg("1000"), releaseReport=report, **whom)
    caught = refuses(chain, refused.OutgoingRecordIncomplete, "food.shipment", data)
    assert caught.params["missing"] == ["receiverName", "receiverAddress", "receiverContact"]
    declared = [{"rule": "R04", "reason": "散客零售无法登记"}]
    (mark,) = chain.state("food.shipment", {**data, "declared": declared}).marks
    assert (mark.rule, mark.params["value"], mark.params["limit"]) == ("R04", 7, 10)


def test_r05_an_untested_shipment_is_declared_or_refused():
    chain = good_chain()
    data = shipped(quantity=made.kg("1000"))
    refuses(chain, refused.ShippedUntested, "food.shipment", data)
    declared = [{"rule": "R05", "reason": "报告随后补传"}]
    (mark,) = chain.state("food.shipment", {**data, "declared": declared}).marks
    assert (mark.rule, mark.code) == ("R05", "no-release-test")


def test_r05_a_report_of_other_goods_does_not_release():
    chain = good_chain()
    other = made.a_report(lot=made.lot(made.MILL, "S1"), reportNo="R-9")
    report = chain.state("lab.report", other, by=made.LAB, roles=LABORATORY).entry.statement_id
    activation = made.an_activation(lot=made.lot(made.MILL, "K2"), report=report)
    caught = refuses(chain, refused.ReleaseTestMissing, "code.activate", activation)
    assert caught.params["rule"] == "R05"


@pytest.mark.parametrize("number", [".", ".."])
def test_a_batch_number_that_no_browser_asks_for_is_refused_since_the_second_edition(number):
    """The first edition took it, and keeps it with a mark."""
    data = made.a_pack(lot=made.lot(made.MILL, "K7"), fromLot=made.lot(made.MILL, "R1"), batchNo=number)
    data |= {"packs": {"value": "1", "unit": "件"}, "quantity": made.kg("5")}
    assert [mark.code for mark in in_store().state("food.pack", data).marks if mark.rule == "P25"]
    chain = in_store()
    edition = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", edition, sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)
    refuses(chain, CodeWouldNotResolve, "food.pack", data)


def _registered(chain: Chain) -> Chain:
    chain.state("master.product", made.a_product(), sub=made.RICE, at="2026-10-01T08:00:00+08:00")
    return chain


BEYOND = [{"rule": "R18", "reason": "仓内余粮，已复称"}]


def test_a_pack_holds_what_its_gtin_is_registered_with():
    """Ten kilograms under the code of the five-kilogram pack: another product, since the second edition."""
    ten = {"netContent": made.kg("10"), "packs": {"value": "100", "unit": "件"}, "quantity": made.kg("1000")}
    data = made.a_pack(lot=made.lot(made.MILL, "K9"), declared=BEYOND, **ten)
    found = refuses(_registered(second_edition(good_chain())), refused.NetContentDiffers, "food.pack", data)
    assert (found.params["value"], found.params["limit"]) == ("10 kg", "5 kg")
    effects = _registered(good_chain()).state("food.pack", data)
    assert "admitted-under-edition-1" in [mark.code for mark in effects.marks]


@pytest.mark.parametrize("content", [{"value": "5000", "unit": "g"}, {"value": "5.0", "unit": "kg"}])
def test_the_same_content_in_another_unit_is_the_same(content):
    packs = {"quantity": made.kg("500"), "packs": {"value": "100", "unit": "件"}, "declared": BEYOND}
    data = made.a_pack(lot=made.lot(made.MILL, "K9"), netContent=content, **packs)
    effects = _registered(second_edition(good_chain())).state("food.pack", data)
    assert not [mark for mark in effects.marks if mark.code.startswith("admitted")]
