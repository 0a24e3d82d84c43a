"""How often one party speaks about one record, and what its next word costs: bounded, from edition 2 on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.counted import lines_run
from tests.builders.trade import MILL, SHOP, Trade, begun
from trace.chain.admission import Door
from trace.chain.effects import Effects
from trace.chain.known_reach import component
from trace.errors import Refusal
from trace.errors.handovers import SaidTooOften

LIMIT = 100
JUDGING = tuple(
    f"trace/{name}.py"
    for name in (
        "chain/known_words", "chain/known_reach", "chain/admission/handovers", "chain/admission/answers",
        "chain/admission/repeated", "chain/admission/correction", "chain/admission/handover_marks",
        "ledger/pairing/__init__", "ledger/pairing/amounts", "ledger/pairing/course",
        "ledger/pairing/statements", "ledger/pairing/naming",
    )
)  # fmt: skip
BACK = {"receivedAt": "2026-10-06T12:30:00+08:00"}


def traded(edition: int = 2) -> tuple[Trade, Effects, Effects]:
    """What a mill sent to a shop in the food log, and the shop's receipt that names the lot alone."""
    trade = begun(edition)
    stock = trade.receive("R1", "400", trade.ship("D1", "400"))
    at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
    sent = trade.ship("D2", "400", stock.sub, by=MILL, to=SHOP, **at)
    return trade, sent, trade.receive("S1", "400", by=SHOP, supplierLot=sent.sub, **BACK)


def words(trade: Trade, sent: Effects, received: Effects, act: str, number: int) -> Effects:
    """One more word of a side about the same."""
    if act == "confirmations":
        return trade.confirm(received, sent, by=MILL)
    if act == "the receiver's confirmations":
        return trade.confirm(received, sent, by=SHOP, salt=given.a_salt(sent.sub))
    if act == "confirmations of nothing that is here":
        data = given.a_confirmation(made.statement_id(f"r{number}"), sent.entry.statement_id)
        return trade.say(MILL, "food.confirmation", data, sub=received.sub)
    return trade.correct(received, by=SHOP, productName=f"稻谷{number}")


ACTS = (
    "confirmations",
    "the receiver's confirmations",
    "confirmations of nothing that is here",
    "corrections",
)


def repeated(act: str, times: int, edition: int) -> tuple[int, int, int]:
    """How many of these words were taken, what the next one costs in lines, and how many it looks at."""
    trade, sent, received = traded(edition)
    taken = 0
    for number in range(times):
        try:
            words(trade, sent, received, act, number)
            taken += 1
        except SaidTooOften:
            continue
    with lines_run(*JUDGING) as lines:
        trade.refuse(received, by=MILL)
    looked_at, _ = component(trade.chain.known.words, [sent.entry.statement_id, received.entry.statement_id])
    return taken, lines[0], len(looked_at)


@pytest.mark.unmeasured
@pytest.mark.parametrize("act", ACTS)
def test_a_side_that_repeats_itself_pays_for_a_hundred_words_and_no_more(act):
    few, many = repeated(act, 120, 2), repeated(act, 240, 2)
    assert LIMIT <= few[0] <= 2 * LIMIT
    assert few == many


@pytest.mark.parametrize("act", ACTS)
def test_without_the_door_each_word_makes_the_next_one_dearer(act):
    """The first edition took them all: what the door is for."""
    few, many = repeated(act, 20, 1), repeated(act, 60, 1)
    assert (few[0], many[0]) == (20, 60)
    assert many[2] > few[2] + 30
    assert many[1] > few[1]


def again(trade: Trade, of: Effects, times: int, **how: Any) -> None:
    for number in range(times):
        trade.correct(of, by=SHOP, productName=f"稻谷{number}", **how)


def test_one_withdrawal_is_taken_after_all_the_others_and_no_second_one():
    trade, _, received = traded()
    again(trade, received, LIMIT)
    with pytest.raises(SaidTooOften) as refused:
        trade.correct(received, by=SHOP, productName="大米")
    told = refused.value.params
    assert (told["statement"], told["count"], told["limit"]) == (received.entry.statement_id, LIMIT, LIMIT)
    trade.withdraw(received, by=SHOP)
    assert trade.state(received) == "withdrawn"
    with pytest.raises(Refusal):
        trade.withdraw(received, by=SHOP)


def test_corrections_of_confirmations_count_for_what_they_confirm():
    """Or each of a hundred confirmations would be corrected a hundred times."""
    trade, sent, received = traded()
    said = trade.confirm(received, sent, by=MILL)
    data = given.a_confirmation(received.entry.statement_id, sent.entry.statement_id)
    for number in range(LIMIT - 1):
        changed = made.a_correction(
            said.entry.statement_id, {**data, **({"complete": True} if number % 2 else {})}
        )
        trade.say(MILL, "correction", changed, sub=received.sub)
    with pytest.raises(SaidTooOften):
        trade.confirm(received, sent, by=MILL)
    trade.withdraw(said, by=MILL)


@pytest.mark.unmeasured
def test_many_receipts_of_one_consignment_are_each_confirmed():
    """A shipper with honest customers never meets the limit: it grows with the receipts that may be pairs."""
    trade, sent, _ = traded()
    for number in range(LIMIT + 5):
        received = trade.receive(f"T{number}", "1", sent, by=SHOP, **BACK)
        trade.confirm(received, sent, by=MILL)
    assert trade.state(received) == "confirmed"


def test_what_another_log_took_is_never_refused():
    trade, sent, received = traded()
    again(trade, received, LIMIT)
    trade.confirm(received, sent, by=MILL)
    data = made.a_correction(received.entry.statement_id, {**made.a_receipt(), "lot": received.sub})
    kept = trade.say(SHOP, "correction", data, sub=received.sub, door=Door.LOGGED)
    assert kept.changes


def test_settling_one_dispute_is_not_repeated_without_end():
    trade, sent, received = traded()
    trade.confirm(received, sent, by=SHOP, salt=given.a_salt(sent.sub))
    about = [received.entry.statement_id, sent.entry.statement_id]
    opened = trade.say(SHOP, "dispute.open", made.a_dispute(about), sub=received.sub)
    for number in range(LIMIT):
        outcome = made.a_settlement(opened.entry.statement_id, outcome=f"第 {number} 种说法")
        trade.say(MILL, "dispute.settle", outcome, sub=received.sub)
    with pytest.raises(SaidTooOften):
        trade.say(MILL, "dispute.settle", outcome, sub=received.sub)
