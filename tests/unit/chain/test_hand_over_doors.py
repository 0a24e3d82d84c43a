"""Doors of hand-overs: who may say what, of which edition, and what a certificate hands over."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, begun
from trace.chain.admission import Door
from trace.chain.effects import Interval
from trace.errors.food import FactMalformed, MayNotState
from trace.errors.handovers import (
    AlreadyRefused,
    DisputeOfStranger,
    HandoverNotOpened,
    NotTheNamedSide,
    ReceiverInClear,
    ReceiverMissing,
    ReturnOfAnother,
)

UNKNOWN = Interval(None, None)
CARRIED = {"door": Door.CARRIED, "log": "elsewhere.example/food"}


class TestDoors:
    def test_a_salt_that_opens_nothing_is_refused_and_under_the_first_edition_a_claim(self):
        for edition in (2, 1):
            trade = begun(edition)
            sent = trade.ship("D1", "400")
            wrong = {"stmt": sent.entry.statement_id, "salt": given.a_salt("another")}
            if edition == 2:
                with pytest.raises(HandoverNotOpened):
                    trade.receive("R1", "400", supplierLot=sent.sub, handover=wrong)
            else:
                received = trade.receive("R1", "400", supplierLot=sent.sub, handover=wrong)
                assert trade.state(received) == "claimed"
                assert "admitted-under-edition-1" in trade.marks(received.sub)

    def test_what_comes_back_is_what_one_has_sent_oneself(self):
        """Else goods of a supplier, said to come back, would have no source that a recall reaches."""
        for edition in (2, 1):
            trade = begun(edition)
            sent = trade.ship("D1", "400")
            if edition == 2:
                with pytest.raises(ReturnOfAnother):
                    trade.receive("R1", "400", returns=sent.entry.statement_id)
                received = trade.receive("R1", "400", sent)
                about = {"returns": sent.entry.statement_id, "handover": made.ABSENT}
                with pytest.raises(ReturnOfAnother):
                    trade.correct(received, by=MILL, supplierLot=made.ABSENT, **about)
            else:
                back = trade.receive("R1", "400", returns=sent.entry.statement_id)
                assert "admitted-under-edition-1" in trade.marks(back.sub)

    def test_a_shipper_confirms_only_onto_a_receipt_that_names_it(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        paper = trade.receive("R1", "400")
        with pytest.raises(NotTheNamedSide):
            trade.confirm(paper, sent, by=FARM)
        with pytest.raises(NotTheNamedSide):
            trade.confirm(paper, sent, by=STRANGER)
        with pytest.raises(NotTheNamedSide):
            trade.confirm(paper, paper, by=MILL)
        with pytest.raises(HandoverNotOpened):
            trade.confirm(paper, sent, by=MILL, salt=given.a_salt("another"))

    def test_only_the_named_side_refuses_and_only_once(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        claimed = trade.receive("R1", "400", by=STRANGER, supplierLot=H1)
        with pytest.raises(NotTheNamedSide):
            trade.refuse(claimed, by=MILL)
        with pytest.raises(NotTheNamedSide):
            trade.refuse(sent, by=STRANGER, salt=given.a_salt(sent.sub))
        trade.refuse(claimed, by=FARM)
        assert trade.state(claimed) == "refused"
        with pytest.raises(AlreadyRefused):
            trade.refuse(claimed, by=FARM)
        trade.refuse(sent, by=MILL, salt=given.a_salt(sent.sub))
        assert trade.handover(sent).state == "unaccepted"

    def test_nothing_but_a_receipt_or_a_hand_over_is_answered(self):
        """A harvest, a correction: what is known here and is neither would rest for ever."""
        trade = begun(edition=2)
        sent = trade.ship("D1", "400", door={"log": "demo.example/food"})
        received = trade.receive("R1", "400", sent)
        harvest = trade.chain.entries[1]
        assert harvest.typ == "farm.harvest"
        with pytest.raises(NotTheNamedSide):
            trade.refuse(harvest, by=STRANGER)
        for pair in ((harvest, sent), (received, harvest)):
            with pytest.raises(NotTheNamedSide):
                trade.confirm(*pair, by=MILL)
        assert trade.state(received) == "confirmed"

    def test_both_sides_may_deny_it(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        trade.refuse(received, by=FARM)
        trade.refuse(sent, by=MILL, salt=given.a_salt(sent.sub))
        assert (trade.state(received), trade.left(sent.sub)) == ("refused", "400 kg")

    def test_an_answer_to_what_is_not_known_here_rests_until_it_is(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        receipt = made.statement_id("carried-later")
        data = given.a_confirmation(receipt, sent.entry.statement_id)
        trade.say(FARM, "food.confirmation", data, sub=made.lot(MILL, "R1"))
        assert trade.handover(sent).state == "open"

    def test_a_strangers_confirmation_from_another_log_has_no_effect(self):
        trade = begun()
        sent = trade.ship("D1", "400", to=SHOP)
        claimed = trade.receive("R1", "400", supplierLot=sent.sub)
        data = given.a_confirmation(claimed.entry.statement_id, sent.entry.statement_id)
        trade.say(STRANGER, "food.confirmation", data, sub=claimed.sub, **CARRIED)
        assert (trade.state(claimed), trade.left(sent.sub)) == ("claimed", "400 kg")

    def test_a_receiver_in_clear_is_refused_and_under_the_first_edition_counts(self):
        trade = begun(edition=2)
        data = made.a_shipment(fromLot=H1, lot=made.lot(FARM, "D1"), quantity=made.kg("400"))
        with pytest.raises(ReceiverInClear):
            trade.chain.farm("food.shipment", data, clear=True, log="demo.example/food")
        trade = begun()
        sent = trade.chain.farm("food.shipment", data | {"receiver": made.uscc(MILL)}, clear=True)
        assert trade.state(trade.receive("R1", "400", supplierLot=sent.sub)) == "confirmed"

    def test_goods_to_shoppers_name_the_place_of_sale(self):
        trade = begun(edition=2)
        data = made.a_shipment(
            lot=made.lot(FARM, "D1"),
            fromLot=H1,
            quantity=made.kg("400"),
            **dict.fromkeys(given.SEALED, made.ABSENT),
            to="consumers",
        )
        with pytest.raises(ReceiverMissing):
            trade.say(FARM, "food.shipment", data, log="demo.example/food")
        sold = trade.say(
            FARM, "food.shipment", data | {"place": "urn:place:market-1"}, log="demo.example/food"
        )
        assert trade.handover(sold).state == "delivered"

    def test_a_bare_digest_names_nobody_and_a_declaration_says_why(self):
        trade = begun(edition=2)
        how = {"log": "demo.example/food"}
        for to, shown in (("party", ("receiver",)), ("outside", given.SEALED[1:])):
            data = given.sealed(
                made.a_shipment(lot=made.lot(FARM, f"D-{to}"), fromLot=H1, quantity=made.kg("400"), to=to)
            )
            with pytest.raises(ReceiverMissing):
                trade.say(FARM, "food.shipment", data, **how, disclosed=())
            trade.say(FARM, "food.shipment", data, **how, disclosed=shown)
        assert trade.ship("D2", "400", door=how | {"disclosed": ()}).sub == made.lot(FARM, "D2")

    def test_only_a_registrar_says_that_what_was_signed_is_void(self):
        trade = begun(edition=2)
        revoked = {"kid": "k" * 43, "reason": "compromised", "invalidFromIndex": 0}
        with pytest.raises(MayNotState):
            trade.say(MILL, "party.key.revoke", revoked, sub=made.uscc(MILL))

    def test_a_correction_says_something_else_or_takes_it_back(self):
        trade = begun()
        received = trade.receive("R1", "400")
        for said in ({}, {"withdraws": True, "replacement": {}}):
            data = {"amends": received.entry.statement_id, "reason": "录入错误", **said}
            with pytest.raises(FactMalformed):
                trade.say(MILL, "correction", data, sub=received.sub)

    def test_a_settlement_by_a_stranger_from_another_log_settles_nothing(self):
        trade = begun()
        received = trade.receive("R1", "500", trade.ship("D1", "400"))
        (opener,) = trade.chain.known.disputes
        trade.say(STRANGER, "dispute.settle", made.a_settlement(opener), sub=received.sub, **CARRIED)
        assert trade.chain.known.disputes

    def test_nobody_takes_back_what_another_sent(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        back = trade.receive("BACK", "400", returns=sent.entry.statement_id)
        assert (trade.left(sent.sub), trade.left(back.sub)) == ("400 kg", "400 kg")

    def test_a_strangers_dispute_is_refused_and_touches_nothing(self):
        trade = begun(edition=2)
        received = trade.receive("R1", "400", trade.ship("D1", "400"))
        dispute = made.a_dispute([received.entry.statement_id])
        with pytest.raises(DisputeOfStranger):
            trade.say(STRANGER, "dispute.open", dispute, sub=received.sub)
        opened = trade.say(FARM, "dispute.open", dispute, sub=received.sub, log="demo.example/food")
        assert trade.state(received) == "disputed"
        dropped = made.a_settlement(opened.entry.statement_id)
        trade.say(FARM, "dispute.settle", dropped, sub=received.sub, log="demo.example/food")
        assert (trade.state(received), trade.chain.known.disputes) == ("confirmed", {})


class TestCertificates:
    def test_a_certificate_with_a_consignment_hands_over(self):
        trade = begun()
        consignment = made.lot(FARM, "C1")
        digest = given.opening_digest(given.a_salt(consignment), "buyer", made.uscc(MILL))
        data = made.a_certificate(
            lot=H1, quantity=made.kg("400"), consignment=consignment, issuedAt="2026-10-06T08:00:00+08:00"
        )
        sent = trade.say(FARM, "farm.certificate", data | {"_sd": [digest]})
        opened = given.a_handover(sent.entry.statement_id, consignment)
        received = trade.receive("R1", "400", supplierLot=consignment, handover=opened, proofs=[])
        assert (trade.state(received), trade.left(H1), trade.left(consignment)) == (
            "confirmed",
            "16500 kg",
            "0 kg",
        )
        assert trade.marks(received.sub) == [], "the certificate of what was handed over vouches for it"
