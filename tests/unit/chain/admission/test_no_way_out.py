"""No one-sided statement takes goods out of reach of an order: what links goods, corrected or withdrawn."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.chain import BUREAU, FARM_LOG, GROWER, Chain
from trace.chain.admission.gates import ORDERS
from trace.chain.admission.marks_above import Spread, marks_above
from trace.errors import Refusal

MILL = made.MILL
GAP = [{"rule": rule, "reason": "盘点后按实际登记"} for rule in ("R18", "R05", "R04", "R07", "P05")]
R = {number: made.lot(MILL, f"R{number}") for number in (1, 2)}


def under_order(chain: Chain, batch: str, owner: str = MILL) -> bool:
    """Whether an order bears on a lot, certainly or possibly."""
    lot = chain.lot(batch, owner)
    orders_alone = Spread(lambda mark, _: mark.code in ORDERS, ORDERS, ())
    own = any(mark.code in ORDERS for mark in lot.marks)
    return own or bool(marks_above(chain.known, lot.id, orders_alone))


def part(lot: str, kilos: str, **more: Any) -> dict[str, Any]:
    return {"lot": lot, "quantity": made.kg(kilos), **more}


def output(batch: str, kilos: str, **more: Any) -> dict[str, Any]:
    return {"lot": made.lot(MILL, batch), "productName": "大米", "quantity": made.kg(kilos), **more}


def merged(*inputs: dict[str, Any]) -> dict[str, Any]:
    return made.a_merge(inputs=list(inputs), output=output("S1", "1000"), loss=made.ABSENT, declared=GAP)


def split(lot: str) -> dict[str, Any]:
    return made.a_split(input=part(lot, "100"), outputs=[output("S2", "100")], declared=GAP)


def produced(lot: str) -> dict[str, Any]:
    inputs, outputs = [part(lot, "100", role="main")], [output("P9", "90", kind="product")]
    batch = made.lot(MILL, "B9")
    return made.a_production(
        batch=batch, inputs=inputs, outputs=outputs, loss=made.ABSENT, yieldOf=made.ABSENT, declared=GAP
    )


def packed(lot: str) -> dict[str, Any]:
    amounts = {"quantity": made.kg("50"), "packs": {"value": "10", "unit": "件"}}
    return made.a_pack(lot=made.lot(MILL, "K9"), fromLot=lot, lbNo=made.ABSENT, declared=GAP, **amounts)


def shipped(lot: str) -> dict[str, Any]:
    amounts = {"quantity": made.kg("50"), "packs": made.ABSENT, "releaseReport": made.ABSENT}
    return made.a_shipment(lot=made.lot(MILL, "C9"), fromLot=lot, declared=GAP, **amounts)


WAYS = {
    "food.merge": (lambda lot: merged(part(lot, "1000")), "S1"),
    "food.split": (split, "S2"),
    "food.production": (produced, "P9"),
    "food.pack": (packed, "K9"),
    "food.shipment": (shipped, "C9"),
}


def two_sources() -> Chain:
    """H1 and H2 in the mill's store as R1 and R2."""
    chain = Chain()
    for number in (1, 2):
        harvest = made.a_harvest(lot=made.lot(made.COOPERATIVE, f"H{number}"), plots=[made.plot(number)])
        chain.farm("farm.harvest", harvest)
        supplied = made.lot(made.COOPERATIVE, f"H{number}")
        chain.receive(made.a_receipt(lot=R[number], supplierLot=supplied))
    return chain


def recall(chain: Chain, lot: str) -> None:
    chain.state("oversight.recall", orders.a_recall(lot), by=made.BUREAU, roles=BUREAU, sub="urn:case:1")


def amend(chain: Chain, first: Any, replacement: dict[str, Any] | None, **how: Any) -> None:
    stmt = first.entry.statement_id
    data = made.a_correction(stmt, replacement or {})
    if replacement is None:
        del data["replacement"]
        data["withdraws"] = True
    chain.state("correction", data, sub=first.sub, **how)


@pytest.mark.parametrize("order_first", [True, False])
@pytest.mark.parametrize("steps", [("R2",), ("R2", "R1", "R2"), (None,), ("R2", None)])
@pytest.mark.parametrize("typ", WAYS)
def test_goods_stay_under_an_order_whatever_their_maker_says_later(typ, steps, order_first) -> None:
    chain = two_sources()
    data, batch = WAYS[typ]
    first = chain.state(typ, data(R[1]))
    if order_first:
        recall(chain, R[1])
        assert under_order(chain, batch)
    for source in steps:
        replacement = None if source is None else data(made.lot(MILL, source))
        if source is None or typ == "food.split":  # refused while anything was taken, or of another subject
            with suppress(Refusal):
                amend(chain, first, replacement)
        else:
            amend(chain, first, replacement)
    if not order_first:
        recall(chain, R[1])
    assert under_order(chain, batch)


@pytest.mark.parametrize("order_first", [True, False])
@pytest.mark.parametrize("changed", [{"supplierLot": "H2"}, {"supplierLot": None}, None])
def test_a_receipt_that_names_another_source_later_stays_under_the_order(changed, order_first) -> None:
    chain = two_sources()
    first = next(one for one in chain.entries if one.typ == "food.receipt" and one.sub == R[1])
    if order_first:
        recall(chain, made.lot(made.COOPERATIVE, "H1"))
        assert under_order(chain, "R1")
    if changed is None:
        amend(chain, first, None)
    else:
        named = changed["supplierLot"]
        lot = made.lot(made.COOPERATIVE, named) if named else made.ABSENT
        amend(chain, first, made.a_receipt(lot=R[1], supplierLot=lot))
    if not order_first:
        recall(chain, made.lot(made.COOPERATIVE, "H1"))
    assert under_order(chain, "R1")


@pytest.mark.parametrize("order_first", [True, False])
def test_a_consignment_of_a_certificate_stays_under_the_order(order_first) -> None:
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    sent = made.lot(made.COOPERATIVE, "C7")
    data = made.a_certificate(consignment=sent, to="consumers", place=made.plot(1), quantity=made.kg("100"))
    first = chain.state("farm.certificate", data, by=made.COOPERATIVE, roles=GROWER, log=FARM_LOG)
    if order_first:
        recall(chain, made.lot(made.COOPERATIVE, "H1"))
    how = {"by": made.COOPERATIVE, "roles": GROWER, "log": FARM_LOG}
    amend(chain, first, None, **how)
    if not order_first:
        recall(chain, made.lot(made.COOPERATIVE, "H1"))
    assert under_order(chain, "C7", made.COOPERATIVE)


@pytest.mark.parametrize("named", [None, "H2"])
@pytest.mark.parametrize("order_first", [True, False])
def test_goods_that_came_back_stay_under_the_order(named, order_first) -> None:
    chain = two_sources()
    sent = chain.state("food.shipment", shipped(R[1]))
    back = made.lot(MILL, "BACK")
    supplied = made.lot(made.COOPERATIVE, named) if named else made.ABSENT
    data = made.a_receipt(lot=back, supplierLot=supplied, supplier=made.ABSENT, quantity=made.kg("10"))
    first = chain.state("food.receipt", {**data, "returns": sent.entry.statement_id})
    if order_first:
        recall(chain, R[1])
        assert under_order(chain, "BACK")
    amend(chain, first, data)
    if not order_first:
        recall(chain, R[1])
    assert under_order(chain, "BACK")
