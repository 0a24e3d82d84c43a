"""Orders on a lot: the same answer for the lot, its gates and the list, from the record to its end."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from trace.errors import LotOutOfSight
from trace.parties import VISITOR, Actor
from trace.usecases.intake.replay_log import replay
from trace.usecases.lots.find_lot import find_lot
from trace.usecases.lots.order_on_goods import list_orders

K1, P1, SILO = (made.lot(made.MILL, batch) for batch in ("K1", "RICE-A", "S1"))
MILL = Actor("mill", made.uscc(made.MILL))
BUREAU = Actor("bureau", made.uscc(made.BUREAU), frozenset({"regulator_market"}), region="CN")
EVERY_GATE = ("certificate", "code", "release", "shipment")


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    told = SignedRice(platform, clock).tell()
    told.bureau = Signer(made.BUREAU, "regulator_market")
    platform.register(told.bureau)
    return told


def ordered(story, typ, data):
    stated = story.bureau.state(typ, "urn:case:1", data, at=story.clock())
    return story.log(stated.statement_id, stated).statement_id


def told(platform, lot):
    """State, gates and the orders' states, as the lot's holder is told."""
    seen, listed = (ask(platform.transactions, lot, MILL) for ask in (find_lot, list_orders))
    return seen.state, seen.gates, [(one.state, one.own) for one in listed.orders]


def test_goods_below_a_recalled_lot_say_so_with_its_gates_until_it_is_withdrawn(story, platform):
    assert told(platform, K1)[0] == "normal"
    order = ordered(story, "oversight.recall", orders.a_recall(SILO))
    assert told(platform, SILO) == ("recalled", EVERY_GATE, [("standing", True)])
    assert told(platform, K1) == ("recalled", EVERY_GATE, [("standing", False)])
    ordered(story, "oversight.completion", orders.a_completion(order))
    assert told(platform, K1) == ("recall-completed", EVERY_GATE, [("completed", False)])
    ordered(story, "oversight.withdrawal", orders.a_withdrawal(order))
    assert told(platform, K1) == ("normal", (), [])
    assert told(platform, SILO) == ("normal", (), [("withdrawn", True)])
    assert replay(platform.transactions).equal


def test_a_hold_stops_what_was_made_of_it(story, platform):
    order = ordered(story, "oversight.hold", orders.a_hold(SILO))
    assert told(platform, P1) == ("locked", EVERY_GATE, [("standing", False)])
    ordered(story, "oversight.release", {"orders": [order]})
    assert told(platform, P1) == ("normal", (), [])


def test_the_list_says_who_ordered_why_and_where_to_return_it(story, platform):
    order = ordered(story, "oversight.recall", orders.a_recall(SILO))
    (seen,) = list_orders(platform.transactions, K1, BUREAU).orders
    assert (seen.order, seen.kind, seen.by, seen.lot) == (order, "recall", made.uscc(made.BUREAU), SILO)
    assert (seen.matter, seen.level, seen.reason) == ("案1", "2", orders.REASON)
    assert seen.return_to == "购买的商店，凭包装退货退款"
    assert seen.contact == {"function": "召回办公室", "phone": "021-12315"}


def test_the_list_is_for_holder_maker_and_authority(story, platform):
    for stranger in (VISITOR, Actor("tofu", made.uscc(made.TOFU))):
        with pytest.raises(LotOutOfSight):
            list_orders(platform.transactions, SILO, stranger)


def test_an_order_behind_a_claim_is_told_without_figures(story, platform):
    silo = made.a_receipt(
        lot=made.lot(made.TOFU, "CLAIMED"),
        supplierLot=SILO,
        supplier=made.ABSENT,
        receivedAt=story.clock().replace(microsecond=0).isoformat(),
    )
    tofu = Signer(made.TOFU, "processor")
    platform.register(tofu)
    concealed = ["supplierName", "supplierAddress", "supplierContact"]
    stated = tofu.state("food.receipt", silo["lot"], silo, at=story.clock(), conceal=concealed)
    story.log("claimed", stated)
    ordered(story, "oversight.recall", orders.a_recall(SILO))
    reader = Actor("tofu", made.uscc(made.TOFU))
    listed = list_orders(platform.transactions, silo["lot"], reader)
    assert listed.state == "source-under-order"
    (seen,) = listed.orders
    assert (seen.state, seen.certain, hasattr(seen, "matter")) == ("source-under-order", False, False)
    (whole,) = list_orders(platform.transactions, silo["lot"], BUREAU).orders
    assert (whole.certain, whole.matter, whole.lot) == (False, "案1", SILO)
