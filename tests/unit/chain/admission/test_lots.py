"""Lots: made once, used by their holder after they were there, never more than there is."""

from __future__ import annotations

from tests.builders import facts as made
from tests.builders import given
from tests.builders.admission import in_store, milling, refuses
from tests.builders.chain import Chain, good_chain
from trace.errors import food as refused
from trace.errors.gs1 import UnitMismatch


def test_a_lot_is_made_once():
    chain = in_store()
    refuses(chain, refused.LotExists, "food.receipt", made.a_receipt())


def test_two_outputs_cannot_be_one_lot():
    output = milling()["outputs"][0]
    refuses(in_store(), refused.LotExists, "food.production", milling(outputs=[output, output]))


def test_what_is_unknown_cannot_be_consumed():
    refuses(Chain(), refused.LotUnknown, "food.production", milling())


def test_another_firms_lot_cannot_be_consumed():
    taken = [{"lot": made.lot(made.COOPERATIVE, "H1"), "quantity": made.kg("1"), "role": "main"}]
    refuses(in_store(), refused.LotNotHeld, "food.production", milling(inputs=taken))


def test_consigned_goods_are_received_not_used():
    chain = good_chain()
    split = made.a_split(
        input={"lot": made.lot(made.MILL, "X1"), "quantity": made.kg("6000")},
        outputs=[{"lot": made.lot(made.MARKET, "S"), "productName": "大米", "quantity": made.kg("6000")}],
        startedAt="2026-10-15T08:00:00+08:00",
        finishedAt="2026-10-15T09:00:00+08:00",
    )
    refuses(chain, refused.LotNotHeld, "food.split", split, by=made.MARKET, roles={"retailer"})
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        supplier=made.uscc(made.MILL),
        quantity=made.kg("6000"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    receipt["handover"] = given.a_handover(chain.entries[-1].entry.statement_id, receipt["supplierLot"])
    assert not chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"}).marks


def test_nothing_is_used_up_before_it_was_there():
    early = milling(startedAt="2026-10-05T08:00:00+08:00", finishedAt="2026-10-05T09:00:00+08:00")
    refuses(in_store(), refused.ConsumedBeforeMade, "food.production", early)


def test_kilograms_do_not_come_out_of_litres():
    taken = [{"lot": made.lot(made.MILL, "R1"), "quantity": {"value": "5", "unit": "L"}, "role": "main"}]
    refuses(in_store(), UnitMismatch, "food.production", milling(inputs=taken, loss=made.ABSENT))


def test_a_product_without_gtin_is_named_by_its_maker():
    own = f"urn:product:{made.MILL}:RICE"
    chain = Chain()
    chain.state("food.receipt", made.a_receipt(product=own, supplierLot=made.ABSENT))
    assert chain.lot("R1").product == own
