"""Words of two sides in two logs: whichever is carried first, erased or signed again, the pair is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.random_chains import RandomChain, Said
from tests.builders.signed_chains import OnPlatforms, on_platforms
from tests.builders.signers import Signer
from tests.builders.trade import FARM, H1, MILL
from trace.usecases.intake.replay_log import replay

CLAIMS = "SELECT state, lapsed FROM claim"
LINKS = "SELECT state FROM link WHERE kind = 'receive'"


@pytest.fixture
def stage(databases: Any, clock: Any) -> Iterator[OnPlatforms]:
    with on_platforms(databases, clock) as platforms:
        yield platforms


def rows(stage: OnPlatforms, text: str) -> list[tuple[Any, ...]]:
    with stage.food.transactions.look() as tx:
        return [tuple(row) for row in tx.connection.exec_driver_sql(text).all()]


def received(stage: OnPlatforms, **named: Any) -> Said:
    """A receipt of the mill's."""
    lot = made.lot(MILL, "R1")
    data = made.a_receipt(
        **{"lot": lot, "quantity": made.kg("400"), "supplier": made.ABSENT, "role": "goods", **named}
    )
    said = stage.say(MILL, "food.receipt", data, lot)
    assert said is not None
    return said


def sent_by_the_farm(stage: OnPlatforms) -> Said:
    sent = RandomChain(stage, None).begin().send(FARM, H1, "400", MILL)  # type: ignore[arg-type]  # draws nothing
    assert sent is not None
    return sent


def test_a_receipt_that_came_before_the_carried_shipment_is_confirmed_through_erasure_and_replay(stage):
    sent = sent_by_the_farm(stage)
    received(stage, supplierLot=sent.sub, handover=given.a_handover(sent.id, sent.sub))
    assert rows(stage, CLAIMS) == [("claimed", 0)]
    stage.carry()
    assert rows(stage, CLAIMS) == [("confirmed", 0)]
    with stage.food.transactions.begin("erasure") as tx:
        assert tx.connection.exec_driver_sql("DELETE FROM disclosure").rowcount > 0
    assert replay(stage.food.transactions).equal
    assert replay(stage.food.transactions, chunk=1).equal
    assert rows(stage, CLAIMS) == [("confirmed", 0)]


def test_a_growers_confirmation_of_a_receipt_that_its_log_does_not_know_counts_once_it_is_carried(stage):
    sent = sent_by_the_farm(stage)
    stage.carry()
    receipt = received(stage, supplierLot=H1)
    answer = given.a_confirmation(receipt.id, sent.id)
    assert stage.say(FARM, "food.confirmation", answer, receipt.sub) is not None
    assert rows(stage, CLAIMS) == [("claimed", 0)]
    stage.carry()
    assert rows(stage, CLAIMS) == [("confirmed", 0)]


def test_a_pair_that_lapses_and_comes_back_is_one_link(stage):
    sent = sent_by_the_farm(stage)
    stage.carry()
    received(stage, supplierLot=sent.sub, handover=given.a_handover(sent.id, sent.sub))
    old, new = stage.signers[FARM], Signer(FARM, "grower", stream="desk-2")
    since = 3  # the shipment's place: two keys and the harvest stand before it
    stage.agri.log(
        stage.agri.registrar.revoke(old, reason="compromised", at=stage.clock(), invalid_from=since)
    )
    stage.carry()
    assert rows(stage, CLAIMS) == [("claimed", 1)]
    assert rows(stage, LINKS) == [("superseded",)]
    stage.agri.register(new)
    stage.signers[FARM] = new
    again = stage.say(FARM, "correction", made.a_correction(sent.id, sent.data), sent.sub)
    assert again is not None
    stage.carry()
    assert rows(stage, CLAIMS) == [("confirmed", 0)]
    assert rows(stage, LINKS) == [("signed",)]
    for chunk in (1, 500):
        assert replay(stage.food.transactions, chunk=chunk).equal
