"""Shipments whose receiver stands only as a digest: the door asks, and no row hangs on what was disclosed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.builders import facts as made
from tests.builders import given
from tests.builders.signers import Signer, opening
from tests.builders.traced_chain import D1, K1, MILL, P1, SHOP, TracedChain, october
from trace.errors import RetentionRunning
from trace.errors.handovers import ReceiverMissing
from trace.ledger.statement import Statement
from trace.usecases.intake.erase_private import erase_private
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay

S1 = made.lot(SHOP, "S1")
DECLARED = [{"rule": rule, "reason": "买方要求不公开"} for rule in ("R04", "R05")]
ROWS = "SELECT code, lot.urn FROM mark JOIN lot ON lot.id = mark.lot ORDER BY mark.id"
HELD = (
    "SELECT handover.stmt, handover.state, handover.received, claim.state FROM handover "
    "LEFT JOIN claim ON claim.handover = handover.id ORDER BY handover.id"
)


@pytest.fixture
def shipping(chain: TracedChain) -> TracedChain:
    """Packed rice of a firm whose platform is under the second edition."""
    platform = chain.platform
    chain.packed_rice()
    chain.clock.advance(timedelta(days=3))
    key = Signer(made.BUREAU, "platform", stream="platform")
    platform.register(key)
    begun = {"log": platform.transactions.origin, "edition": 2}
    platform.log(key.state("platform.edition", platform.transactions.origin, begun, at=chain.clock()))
    return chain


def shipment(chain: TracedChain, **changed: Any) -> Statement:
    """400 kg of the packed rice to the shop, all that names the shop concealed."""
    report = next(told[1] for (typ, lot), told in chain.stated.items() if (typ, lot) == ("lab.report", P1))
    data = made.a_shipment(
        lot=D1, fromLot=K1, quantity=made.kg(400), packs=made.ABSENT, receiver=made.uscc(SHOP),
        shippedAt=october("14 08:00").isoformat(), releaseReport=report, **changed,
    )  # fmt: skip
    return chain.signers[MILL].state("food.shipment", D1, data, at=october("14 08:00"), conceal=given.SEALED)


def rows(chain: TracedChain, sql: str) -> list[tuple[Any, ...]]:
    with chain.platform.transactions.look() as tx:
        return [tuple(row) for row in tx.connection.execute(text(sql))]


def test_a_bare_digest_is_refused_unless_the_shipper_declares_whom_it_keeps_back(shipping):
    before = shipping.signers[MILL].seq, shipping.signers[MILL].prev
    (outcome,) = shipping.platform.accept(replace(shipment(shipping), disclosures=()))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, ReceiverMissing)
    shipping.signers[MILL].seq, shipping.signers[MILL].prev = before
    (outcome,) = shipping.platform.accept(replace(shipment(shipping, declared=DECLARED), disclosures=()))
    assert isinstance(outcome, Receipt)
    assert ("outgoing-record-incomplete", D1) in rows(shipping, ROWS)
    assert replay(shipping.platform.transactions).equal


def test_what_was_disclosed_and_erased_leaves_every_row_as_it_was(shipping):
    sent = shipment(shipping)
    shipping.platform.log(sent)
    absent = dict.fromkeys(("supplierName", "supplierAddress", "supplierContact"), made.ABSENT)
    data = made.a_receipt(
        lot=S1, quantity=made.kg(400), supplierLot=D1, supplier=made.uscc(MILL), role="goods",
        receivedAt=october("14 09:00").isoformat(), handover=opening(sent), **absent,
    )  # fmt: skip
    shipping.platform.log(shipping.signers[SHOP].state("food.receipt", S1, data, at=october("14 09:00")))
    marked, held = rows(shipping, ROWS), rows(shipping, HELD)
    assert [one[1:] for one in held if one[0] == sent.statement_id] == [
        ("received", 400_000_000, "confirmed")
    ]
    shipping.clock.advance(timedelta(days=2 * 366))
    assert "receiver" in erase_private(shipping.platform.transactions, sent.statement_id)
    for chunk in (1, 500):
        assert replay(shipping.platform.transactions, chunk=chunk).equal
    assert (rows(shipping, ROWS), rows(shipping, HELD)) == (marked, held)


def test_what_belongs_to_goods_that_keep_for_years_is_kept_beyond_their_end(shipping):
    """The pack that was shipped keeps until 2030: two years after the shipment nothing is erased."""
    code, statement, data = shipping.stated["food.pack", K1]
    longer = made.a_correction(statement, {**data, "expiryDate": "2030-01-31"})
    shipping.platform.log(shipping.signers[code].state("correction", K1, longer, at=october("14 07:00")))
    sent = shipment(shipping)
    shipping.platform.log(sent)
    shipping.clock.advance(timedelta(days=2 * 366))
    with pytest.raises(RetentionRunning) as told:
        erase_private(shipping.platform.transactions, sent.statement_id)
    assert told.value.params["until"] == "2030-07-31"
