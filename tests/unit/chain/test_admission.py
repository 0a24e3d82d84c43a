"""Admission, refusal by refusal: each with the smallest change of the good chain that brings it about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.admission import GAP, in_store, milling, refuses
from tests.builders.chain import (
    FOOD_LOG,
    GROWER,
    Chain,
    Named,
    good_chain,
)
from trace.errors import food as refused
from trace.errors.gs1 import UnitMismatch


def test_a_processor_does_not_state_a_harvest():
    refuses(Chain(), refused.MayNotState, "farm.harvest", made.a_harvest(), by=made.COOPERATIVE)


def test_a_lot_is_made_in_its_makers_name_only():
    refuses(Chain(), refused.ForeignNamespace, "farm.harvest", made.a_harvest(), by=made.MILL, roles=GROWER)


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
        quantity=made.kg("6000"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    assert not chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"}).marks


def test_a_consignment_must_arrive_whole_or_be_disputed():
    chain = good_chain()
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        quantity=made.kg("5800"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"})
    assert chain.marks("IN1", made.MARKET) == [("R18", "receipt-differs")]


@pytest.mark.parametrize(
    ("member", "late"), [("occurredAt", timedelta(minutes=-6)), ("finishedAt", timedelta(minutes=30))]
)
def test_nothing_is_stated_before_it_happened(member, late):
    chain = in_store()
    at = "2026-10-12T17:00:00+08:00" if member == "occurredAt" else "2026-10-12T10:00:00+08:00"
    caught = refuses(chain, refused.FutureDate, "food.production", milling(), at=at, late=late)
    assert caught.params["member"] == ("occurredAt" if member == "occurredAt" else "finished_at")


def test_a_clock_that_is_a_little_ahead_is_tolerated():
    in_store().state("food.production", milling(), late=timedelta(minutes=-4))


def test_nothing_ends_before_it_began():
    swapped = milling(startedAt="2026-10-12T17:00:01+08:00")
    refuses(in_store(), refused.EndBeforeStart, "food.production", swapped)


def test_nothing_is_used_up_before_it_was_there():
    early = milling(startedAt="2026-10-05T08:00:00+08:00", finishedAt="2026-10-05T09:00:00+08:00")
    refuses(in_store(), refused.ConsumedBeforeMade, "food.production", early)


def test_kilograms_do_not_come_out_of_litres():
    taken = [{"lot": made.lot(made.MILL, "R1"), "quantity": {"value": "5", "unit": "L"}, "role": "main"}]
    refuses(in_store(), UnitMismatch, "food.production", milling(inputs=taken, loss=made.ABSENT))


def test_an_input_that_this_log_does_not_have_is_refused():
    named = [Named(made.statement_id("nowhere"), FOOD_LOG, 9)]
    refuses(in_store(), refused.InputUnknown, "food.production", milling(), inputs=named)


def test_an_input_elsewhere_than_said_is_refused():
    chain = in_store()
    entry = chain.entries[0].entry
    named = [Named(entry.statement_id, entry.origin, entry.index + 1)]
    refuses(chain, refused.InputUnknown, "food.production", milling(), inputs=named)


SLIPS = [
    (
        refused.ConsumedBeyondAvailable,
        {
            "inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("17000"), "role": "main"}],
            "yieldOf": made.ABSENT,
        },
        ("17000 kg", "16900 kg"),
    ),
    (
        refused.OutputsExceedInputs,
        {"loss": {"quantity": made.kg("3401"), "reason": "稻壳"}},
        ("10201 kg", "10000 kg"),
    ),
    (
        refused.YieldOutOfRange,
        {"inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("12000"), "role": "main"}]},
        ("56.67 %", "60–72 %"),
    ),
]


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_probable_slip_is_refused_with_its_figures(refusal, changed, figures):
    caught = refuses(in_store(), refusal, "food.production", milling(**changed))
    assert caught.params["rule"] == "R18"
    assert (caught.params["value"], caught.params["limit"]) == figures


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_declared_slip_enters_with_a_named_gap(refusal, changed, figures):
    chain = in_store()
    (mark,) = chain.state("food.production", milling(**changed, declared=GAP)).marks
    assert (mark.rule, mark.code, mark.declared) == ("R18", "gap", GAP[0]["reason"])
    assert (mark.params["value"], mark.params["limit"]) == figures
    assert mark.params["kind"] == refusal.code


def test_a_declaration_of_another_rule_does_not_help():
    declared = [{"rule": "R07", "reason": "磅秤故障，已复核"}]
    changed = {**SLIPS[1][1], "declared": declared}
    refuses(in_store(), refused.OutputsExceedInputs, "food.production", milling(**changed))


def test_one_lot_named_twice_is_summed():
    twice = [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("8500"), "role": "main"}] * 2
    caught = refuses(in_store(), refused.ConsumedBeyondAvailable, "food.production", milling(inputs=twice))
    assert caught.params["value"] == "17000 kg"


def test_outputs_within_the_tolerance_pass():
    loss = {"quantity": made.kg("3400"), "reason": "稻壳"}
    assert not in_store().state("food.production", milling(loss=loss)).marks


def test_packs_must_hold_what_was_used():
    chain = good_chain()
    chain.state("food.split", made.a_split())
    pack = made.a_pack(
        lot=made.lot(made.MILL, "K9"), fromLot=made.lot(made.MILL, "S1-a"), quantity=made.kg("500")
    )
    caught = refuses(chain, refused.PackContentDiffers, "food.pack", pack)
    assert (caught.params["value"], caught.params["limit"]) == ("500 kg", "8000 kg")
