"""A firm's gap list: what the rule book finds, what a bureau's request shows, how records close it."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.chain import Chain, good_chain
from tests.builders.trade import FARM, MILL, SHOP, begun
from trace.errors import FirmOutOfSight
from trace.oversight.gaps import CLAIMED, LATE, MARKED, UNANSWERED, Gap, in_order
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.chain.rebuild import truncate_food
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.keep_analysis import read_analysis
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.gaps.find_gaps import find_gaps
from trace.usecases.recalls.mock_recall import mock_recalls_of
from trace.usecases.supervision.oddities import read_oddities

BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")
NAMED = {code: made.uscc(code) for code in (FARM, MILL, SHOP)}


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), "trace.test/food")
    engine.dispose()


def store(transactions: Transactions, chain: Chain) -> None:
    """All of the chain's statements, in place of what was stored of it."""
    with transactions.begin("test") as tx:
        truncate_food(tx.connection)
        write_effects(tx.connection, chain.entries)


def gaps_of(transactions: Transactions, code: str) -> list[Gap]:
    return find_gaps(transactions, Actor(code, NAMED[code]), NAMED[code]).gaps


def kinds(gaps: list[Gap]) -> list[str]:
    return [gap.kind for gap in gaps]


def test_records_that_close_leave_no_question(transactions) -> None:
    store(transactions, good_chain())
    assert gaps_of(transactions, MILL) == []


def test_a_claim_without_a_hand_over_is_asked_of_the_supplier_and_accuses_nobody(transactions) -> None:
    trade = begun()
    received = trade.receive("R1", "100", supplierLot=made.lot(FARM, "H1"))
    store(transactions, trade.chain)
    (gap,) = [one for one in gaps_of(transactions, FARM) if one.kind == CLAIMED]
    assert (gap.lot, gap.other) == (made.lot(FARM, "H1"), NAMED[MILL])
    assert gap.records == (received.entry.statement_id,)
    assert gap.in_doubt
    assert CLAIMED not in kinds(gaps_of(transactions, MILL))


def test_what_a_bureau_asked_for_closes_by_the_firm_s_records(transactions) -> None:
    trade = begun()
    sent = trade.ship("C1", "100", to=MILL)
    trade.receive("R1", "100", supplierLot=made.lot(FARM, "H1"))
    store(transactions, trade.chain)
    asked = find_gaps(transactions, BUREAU, NAMED[FARM])
    before = find_gaps(transactions, Actor("farm", NAMED[FARM]), NAMED[FARM])
    (request,) = before.requests
    assert (request.hash, request.closed) == (asked.kept.hash, ())
    answer = orjson.loads(read_analysis(transactions, Actor("farm", NAMED[FARM]), request.hash).document)
    key = next(gap["key"] for gap in answer["answer"]["gaps"] if gap["kind"] == CLAIMED)
    receipt = next(one for one in trade.chain.entries if one.typ == "food.receipt")
    trade.confirm(receipt, sent, by=FARM)
    store(transactions, trade.chain)
    after = find_gaps(transactions, Actor("farm", NAMED[FARM]), NAMED[FARM])
    (request,) = after.requests
    assert request.closed == (key,)


def test_goods_sent_in_clear_are_asked_of_the_receiver_once_the_days_are_over(transactions) -> None:
    trade = begun()
    shipment = made.a_shipment(
        lot=made.lot(FARM, "C1"),
        fromLot=made.lot(FARM, "H1"),
        quantity=made.kg("100"),
        receiver=NAMED[SHOP],
        shippedAt="2026-10-06T10:00:00+08:00",
        releaseReport=made.ABSENT,
        packs=made.ABSENT,
        declared=[{"rule": rule, "reason": "未经加工的稻谷"} for rule in ("R04", "R05")],
    )
    trade.say(FARM, "food.shipment", shipment, clear=True)
    store(transactions, trade.chain)
    assert UNANSWERED not in kinds(gaps_of(transactions, SHOP))
    trade.ship("C2", "50", to=MILL, shippedAt="2026-10-10T10:00:00+08:00")
    store(transactions, trade.chain)
    (gap,) = [one for one in gaps_of(transactions, SHOP) if one.kind == UNANSWERED]
    assert (gap.other, gap.rule) == (NAMED[FARM], "P62")


def test_marks_and_late_records_are_found_and_a_late_one_is_a_hint(transactions) -> None:
    chain = good_chain()
    spec = made.a_receipt(lot=made.lot(MILL, "R9"), spec=made.ABSENT, supplierLot=made.ABSENT)
    chain.state("food.receipt", spec, late=timedelta(days=9))
    store(transactions, chain)
    found = gaps_of(transactions, MILL)
    marks = {gap.figures["code"] for gap in found if gap.kind == MARKED}
    assert {gap.rule for gap in found if gap.kind == MARKED} == {"R03", "R19"}
    assert "late-upload" not in marks  # no record mends what the clock saw
    assert [gap.in_doubt for gap in found if gap.kind == LATE] == [True]


def test_another_firm_is_not_told(transactions) -> None:
    store(transactions, good_chain())
    with pytest.raises(FirmOutOfSight):
        find_gaps(transactions, Actor("shop", NAMED[SHOP]), NAMED[MILL])


def test_a_firm_of_which_nothing_is_on_record_is_not_called_sound(transactions) -> None:
    store(transactions, good_chain())
    mistyped = NAMED[MILL][:-1] + "X"
    with transactions.begin("test") as tx:
        for typed in (mistyped, "NaN"):
            with pytest.raises(FirmOutOfSight):
                require_recorded_firm(tx, BUREAU, typed)
    for ask in (find_gaps, mock_recalls_of):
        with pytest.raises(FirmOutOfSight):
            ask(transactions, BUREAU, mistyped)
    with pytest.raises(FirmOutOfSight):
        read_oddities(transactions, BUREAU, mistyped, "数据监管")
    assert find_gaps(transactions, BUREAU, NAMED[MILL]).gaps == gaps_of(transactions, MILL)


def test_the_same_records_leave_the_same_document_whenever_it_is_asked_for(transactions, clock) -> None:
    store(transactions, good_chain())
    first = find_gaps(transactions, Actor("mill", NAMED[MILL]), NAMED[MILL]).kept
    clock.advance(timedelta(days=40))
    assert find_gaps(transactions, Actor("mill", NAMED[MILL]), NAMED[MILL]).kept == first


def test_the_gravest_stand_first() -> None:
    late, marked = Gap(LATE, "P66", "f", "b", ("1",)), Gap(MARKED, "R03", "f", "a", ("2",))
    assert in_order([late, marked]) == [marked, late]
