"""Times that contradict each other: refused inside one record, told to both sides between two."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.admission import received
from tests.builders.chain import Chain
from trace.chain.editions import SECOND
from trace.errors.food import EndBeforeStart

R1, K1 = made.lot(made.MILL, "R1"), made.lot(made.MILL, "K1")
MADE = {"received": "2026-10-06T09:00:00+08:00", "begun": "2026-10-12T08:00:00+08:00"}


def pack(at: str, **more: Any) -> dict[str, Any]:
    return made.a_pack(lot=K1, fromLot=R1, packedAt=at, lbNo=made.ABSENT, **more)


def contradictions(effects: Any) -> list[tuple[int, str, str]]:
    return [
        (mark.lot, mark.params["value"], mark.params["limit"])
        for mark in effects.marks
        if mark.code == "times-contradict"
    ]


def test_a_pack_before_its_goods_were_there_is_told_to_both_lots_and_closes_no_gate():
    chain = received(("R1", made.kg("10000")), receivedAt=MADE["received"])
    at = "2026-10-06T00:00:00+08:00"
    effects = chain.state("food.pack", pack(at, productionDate="2026-10-06"))
    lots = [chain.lot("K1").id, chain.lot("R1").id]
    assert contradictions(effects) == [(lot, at, MADE["received"]) for lot in lots]
    (told, _) = (mark for mark in effects.marks if mark.rule == "P27")
    assert (told.gates, told.params["lower"], told.params["upper"]) == ((), K1, R1)


def test_a_pack_in_its_time_is_not():
    chain = received(("R1", made.kg("10000")), receivedAt=MADE["received"])
    assert not contradictions(chain.state("food.pack", pack(MADE["received"], productionDate="2026-10-06")))


def test_goods_received_before_they_were_sent_are_told_to_both_sides():
    chain = received(("R1", made.kg("10000")), receivedAt=MADE["received"])
    sent, came = "2026-10-07T10:30:00+08:00", "2026-10-07T10:20:00+08:00"
    consignment, theirs = made.lot(made.MILL, "D1"), made.lot(made.TOFU, "X1")
    declared = [{"rule": rule, "reason": "未经加工的稻谷"} for rule in ("R04", "R05")]
    shipment = made.a_shipment(
        lot=consignment,
        fromLot=R1,
        quantity=made.kg("100"),
        receiver=made.uscc(made.TOFU),
        shippedAt=sent,
        releaseReport=made.ABSENT,
        declared=declared,
    )
    stated = chain.state("food.shipment", shipment).entry.statement_id
    receipt = made.a_receipt(
        lot=theirs,
        quantity=made.kg("100"),
        supplierLot=consignment,
        receivedAt=came,
        supplier=made.uscc(made.MILL),
        handover=given.a_handover(stated, consignment),
    )
    effects = chain.state("food.receipt", receipt, by=made.TOFU)
    both = {chain.known.lots[consignment].id, chain.known.lots[theirs].id}
    assert {lot for lot, *_ in contradictions(effects)} == both
    right = {**receipt, "receivedAt": "2026-10-07T10:40:00+08:00"}
    first = effects.entry.statement_id
    later = chain.state("correction", made.a_correction(first, right), by=made.TOFU, sub=theirs)
    assert not contradictions(later)
    assert not [mark for mark in chain.known.marks.values() if mark.code == "times-contradict"]


@pytest.mark.parametrize(
    ("typ", "data"),
    [
        ("food.pack", pack(MADE["received"], productionDate="2026-10-07")),
        (
            "food.receipt",
            made.a_receipt(
                lot=made.lot(made.MILL, "R2"),
                supplierLot=made.ABSENT,
                receivedAt=MADE["received"],
                productionDate="2026-10-07",
            ),
        ),
        (
            "food.production",
            made.a_production(
                inputs=[{"lot": R1, "quantity": made.kg("100"), "role": "main"}],
                outputs=[],
                loss=made.ABSENT,
                startedAt=MADE["begun"],
                finishedAt="2026-10-12T17:00:00+08:00",
                productionDate="2026-10-11",
            ),
        ),
    ],
)
def test_a_day_that_a_moment_of_the_same_record_contradicts_is_refused_since_the_second_edition(typ, data):
    chain = received(("R1", made.kg("10000")), receivedAt=MADE["received"])
    assert [mark.code for mark in chain.state(typ, data).marks if mark.rule == "P25"] == [
        "admitted-under-edition-1"
    ]
    later = received(("R1", made.kg("10000")), receivedAt=MADE["received"])
    in_edition(later, SECOND)
    with pytest.raises(EndBeforeStart):
        later.state(typ, data)


def in_edition(chain: Chain, edition: int) -> None:
    chain.known.editions[made_in(chain)] = ((0, edition),)


def made_in(chain: Chain) -> str:
    return chain.told[-1].entry.origin
