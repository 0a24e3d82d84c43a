"""Supervision beside orders: who is addressed, which way is open, what was seen, what a re-test lifts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, good_chain
from tests.builders.monthly import AGRI
from trace.chain.effects import LotMentioned
from trace.chain.order_effects import DisposalWitnessed
from trace.errors import food as refused
from trace.errors import orders as wrong
from trace.ledger.pairing.opening import opening_digest
from trace.parties import OPERATORS, REGULATOR_AGRI

K1, K2, RICE = (made.lot(made.MILL, batch) for batch in ("K1", "K2", "RICE-A"))
NOWHERE = made.statement_id("nowhere")
SALT = "AAAAAAAAAAAAAAAAAAAAAA"


def bureau(chain: Chain, typ: str, data: dict[str, Any]) -> str:
    return chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1").entry.statement_id


def refused_to_bureau(chain: Chain, refusal: type, typ: str, data: dict[str, Any]) -> None:
    refuses(chain, refusal, typ, data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")


def second_edition() -> Chain:
    chain = good_chain()
    begin_second(chain)
    return chain


def begin_second(chain: Chain) -> None:
    begun = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", begun, by=made.BUREAU, roles=BUREAU | {"platform"}, sub=FOOD_LOG)


# Acknowledgements ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typ", "data", "by", "may"),
    [
        ("oversight.notice", orders.a_notice(), made.MILL, True),
        ("oversight.notice", orders.a_notice(), made.TOFU, False),
        ("oversight.hold", orders.a_hold(K1), made.MILL, True),
        ("oversight.hold", orders.a_hold(K1), made.TOFU, False),
        ("oversight.penalty", orders.a_penalty(), made.MILL, True),
        ("oversight.inspection", orders.an_inspection(), made.TOFU, False),
    ],
)
def test_only_the_addressed_party_acknowledges(typ, data, by, may):
    chain = second_edition()
    said = orders.an_acknowledgement(bureau(chain, typ, data))
    how = {"by": by, "roles": OPERATORS, "sub": "urn:case:1"}
    if may:
        chain.state("oversight.acknowledgement", said, **how)
    else:
        refuses(chain, wrong.NotAddressed, "oversight.acknowledgement", said, **how)


def test_the_holder_of_what_another_made_is_addressed_too():
    chain, sent = good_chain(), made.lot(made.MILL, "X8")
    report = chain.lot("RICE-A").reports[0].statement_id
    data = made.a_shipment(lot=sent, fromLot=K2, quantity=made.kg("10"), releaseReport=report)
    chain.state("food.shipment", data, clear=True)
    begin_second(chain)
    about = bureau(chain, "oversight.hold", orders.a_hold(sent))
    receiver = chain.lot("X8").holder or ""
    said = orders.an_acknowledgement(about)
    how = {"by": receiver.removeprefix("urn:uscc:"), "roles": OPERATORS, "sub": "urn:case:1"}
    chain.state("oversight.acknowledgement", said, **how)


def test_what_is_acknowledged_exists():
    said = orders.an_acknowledgement(NOWHERE)
    refuses(second_edition(), wrong.OrderUnknown, "oversight.acknowledgement", said, sub="urn:case:1")


def test_the_first_edition_took_any_acknowledgement():
    effects = good_chain().state("oversight.acknowledgement", {"matter": "案1"}, sub="urn:case:1")
    assert [mark.params["refusal"] for mark in effects.marks] == ["fact-malformed"]


def test_a_form_without_its_members_is_not_acknowledged_later():
    refuses(second_edition(), refused.FactMalformed, "oversight.acknowledgement", {"matter": "案1"}, sub="x")


# The way back -------------------------------------------------------------------------------------


def stopped() -> tuple[Chain, str]:
    """K2 is recalled, and may travel back to the tofu maker."""
    chain = good_chain()
    order = bureau(chain, "oversight.recall", orders.a_recall(K2))
    way = {"orders": [order], "lots": [K2], "to": made.uscc(made.TOFU)}
    return chain, bureau(chain, "oversight.return", way)


def shipped(chain: Chain, **changed: Any) -> dict[str, Any]:
    report = chain.lot("RICE-A").reports[0].statement_id
    shipment = made.a_shipment(
        lot=made.lot(made.MILL, "X9"),
        fromLot=K2,
        quantity=made.kg("100"),
        packs={"value": "10", "unit": "件"},
        shippedAt="2026-10-16T09:00:00+08:00",
        releaseReport=report,
    )
    concealed = {"receiver": made.ABSENT, "_sd": ["x" * 43] * 5}
    return orders.stated({**shipment, **concealed}, changed)


def opened(to: str = made.TOFU) -> list[str]:
    return [opening_digest(SALT, "receiver", made.uscc(to)), *["x" * 43] * 4]


def test_stopped_goods_travel_the_one_way_that_the_bureau_left_open():
    chain, order = stopped()
    refuses(chain, refused.ShippedThroughGate, "food.shipment", shipped(chain))
    back = {"order": order, "salt": SALT}
    chain.state("food.shipment", shipped(chain, wayBack=back, _sd=opened()))


def test_an_open_receiver_is_compared_as_it_is():
    chain, order = stopped()
    data = shipped(chain, wayBack={"order": order}, receiver=made.uscc(made.TOFU))
    chain.state("food.shipment", data, clear=True)


def test_no_other_way_is_open():
    chain, order = stopped()
    recall = next(record.statement for record in chain.known.records.values() if record.state)
    elsewhere = {"wayBack": {"order": order, "salt": SALT}, "_sd": opened(made.COOPERATIVE)}
    for changed in (
        elsewhere,
        {"wayBack": {"order": recall, "salt": SALT}, "_sd": opened()},
        {"wayBack": {"order": NOWHERE, "salt": SALT}, "_sd": opened()},
        {"wayBack": {"order": order}},
    ):
        refuses(chain, refused.ShippedThroughGate, "food.shipment", shipped(chain, **changed))


def test_a_way_back_is_of_lots_and_orders_that_exist():
    chain, _ = stopped()
    way = {"lots": [K2], "to": made.uscc(made.TOFU)}
    refused_to_bureau(chain, wrong.OrderUnknown, "oversight.return", {**way, "orders": [NOWHERE]})
    notice = bureau(chain, "oversight.notice", orders.a_notice())
    refused_to_bureau(chain, wrong.OrderOfOtherKind, "oversight.return", {**way, "orders": [notice]})


# Destruction, findings, commissions ---------------------------------------------------------------


def test_a_destruction_that_a_bureau_saw_is_witnessed_and_takes_nothing():
    chain, _ = stopped()
    order = next(record.statement for record in chain.known.records.values() if record.state)
    gone = made.a_disposal(lot=K2, quantity=made.kg("100"))
    disposal = chain.state("food.disposal", gone).entry
    left = chain.lot("K2").available
    seen = {"orders": [order], "disposal": disposal.statement_id}
    effects = chain.state("oversight.destruction", seen, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    assert DisposalWitnessed(disposal.index << 8 | _origin(chain), chain.lot("K2").id) in effects.changes
    assert chain.lot("K2").available == left
    refused_to_bureau(
        chain, refused.NamedStatementUnknown, "oversight.destruction", {**seen, "disposal": order}
    )


def _origin(chain: Chain) -> int:
    return chain.entries[0].changes[0].id & ~((1 << 48) - 1)


def test_a_corrected_disposal_is_witnessed_as_it_stands():
    chain, _ = stopped()
    order = next(record.statement for record in chain.known.records.values() if record.state)
    gone = made.a_disposal(lot=K2, quantity=made.kg("100"))
    first = chain.state("food.disposal", gone).entry.statement_id
    again = made.a_correction(first, {**gone, "quantity": made.kg("90")})
    index = chain.state("correction", again, sub=K2).entry.index
    seen = {"orders": [order], "disposal": first}
    effects = chain.state("oversight.destruction", seen, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    (witnessed,) = [change for change in effects.changes if isinstance(change, DisposalWitnessed)]
    assert witnessed.disposal == index << 8 | _origin(chain)


def test_a_finding_is_about_a_statement_that_exists():
    chain = good_chain()
    data = {"about": chain.entries[0].entry.statement_id, "result": "established", "reason": "现场核查"}
    bureau(chain, "oversight.finding", data)
    refused_to_bureau(chain, refused.NamedStatementUnknown, "oversight.finding", {**data, "about": NOWHERE})


@pytest.mark.requirement("S2-28")
def test_a_penalty_falls_by_the_word_of_whoever_decided_on_it():
    chain = second_edition()
    fined = bureau(chain, "oversight.penalty", orders.a_penalty())
    held = bureau(chain, "oversight.hold", orders.a_hold(K1))
    data = orders.a_revocation(fined)
    refused_to_bureau(chain, wrong.OrderUnknown, "oversight.revocation", orders.a_revocation(NOWHERE))
    refused_to_bureau(chain, wrong.OrderOfOtherKind, "oversight.revocation", orders.a_revocation(held))
    refused_to_bureau(chain, refused.FactMalformed, "oversight.revocation", {**data, "outcome": "milder"})
    other = {"by": AGRI, "roles": frozenset({REGULATOR_AGRI}), "sub": "urn:case:1"}
    refuses(chain, wrong.NotYourOrder, "oversight.revocation", data, **other)
    refuses(chain, refused.MayNotState, "oversight.revocation", data, by=made.MILL)
    (kept,) = chain.state(
        "oversight.revocation", data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1"
    ).changes
    assert kept.data["penalty"] == fined


@pytest.mark.requirement("S0-39")
def test_a_frozen_form_is_reported_by_its_hash_and_by_an_authority_alone():
    chain = second_edition()
    data = orders.EVERY["oversight.report"]
    effects = chain.state("oversight.report", data, by=made.BUREAU, roles=BUREAU, sub="urn:report:x")
    (kept,) = effects.changes
    assert kept.data["sha256"] == "0" * 64
    for fault in ({"month": "2026-13"}, {"sha256": "A" * 64}, {"revision": 0}, {"figures": {"visits": 3}}):
        refused_to_bureau(chain, refused.FactMalformed, "oversight.report", {**data, **fault})
    refuses(chain, refused.MayNotState, "oversight.report", data, by=made.MILL)


def test_the_holder_commissions_a_test_and_nobody_else():
    chain = good_chain()
    data = orders.a_commission(K1)
    chain.state("lab.commission", data)
    refuses(chain, refused.LotNotHeld, "lab.commission", data, by=made.TOFU)
    refuses(chain, refused.LotUnknown, "lab.commission", orders.a_commission(made.lot(made.MILL, "NONE")))


def test_a_sampling_stands_on_the_time_line_of_its_lots():
    chain = second_edition()
    data = orders.a_sampling(K1, made.lot(made.MILL, "NONE"))
    effects = chain.state("oversight.sampling", data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    assert effects.changes[0] == LotMentioned(chain.lot("K1").id, "oversight.sampling")
