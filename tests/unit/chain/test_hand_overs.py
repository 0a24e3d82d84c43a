"""Hand-overs in admission: what one side's word does, what both words do, and what neither undoes alone."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, begun
from trace.chain.admission import Door
from trace.chain.effects import Interval
from trace.errors.handovers import (
    AlreadyRefused,
    DisputeOfStranger,
    HandoverNotOpened,
    HandoverReceived,
    NotTheNamedSide,
    ReceiverInClear,
    ReceiverMissing,
    WithdrawalTooLate,
)

UNKNOWN = Interval(None, None)
CARRIED = {"door": Door.CARRIED, "log": "elsewhere.example/food"}


class TestClaims:
    def test_a_strangers_receipt_takes_nothing_of_the_lot_that_it_names(self):
        trade = begun()
        received = trade.receive("R1", "999999", by=STRANGER, supplierLot=H1)
        assert trade.state(received) == "claimed"
        assert (trade.left(H1), trade.marks(H1)) == ("16900 kg", [])
        assert trade.marks(received.sub) == ["source-unconfirmed"]

    def test_goods_received_by_the_name_of_a_lot_leave_it_once_and_pair_when_the_receiver_says_which(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", supplierLot=H1)
        assert (trade.state(received), trade.left(H1), trade.left(sent.sub)) == (
            "claimed",
            "16500 kg",
            "400 kg",
        )
        trade.confirm(received, sent, by=MILL, salt=given.a_salt(sent.sub))
        link = trade.link(received)
        assert (trade.state(received), trade.left(H1), trade.left(sent.sub)) == (
            "confirmed",
            "16500 kg",
            "0 kg",
        )
        assert link is not None
        assert link.from_lot == trade.chain.known.lots[sent.sub].id
        assert trade.marks(received.sub) == []

    def test_a_printed_batch_number_is_a_claim_and_takes_nothing(self):
        trade = begun()
        received = trade.receive("R1", "400", product="urn:gtin:09521234100010", batchNo="M1")
        claim = trade.claim(received)
        assert (claim.state, claim.named_key) == ("claimed", "urn:gtin:09521234100010:M1")

    def test_paper_alone_is_no_claim_on_anybody(self):
        trade = begun()
        received = trade.receive("R1", "400")
        assert trade.chain.known.lots[received.sub].id not in trade.chain.known.claim_of
        assert "no-upstream-link" in trade.marks(received.sub)

    def test_goods_bought_from_somebody_else_are_no_claim_on_their_owner(self):
        trade = begun()
        received = trade.receive("R1", "400", supplierLot=H1, through=True)
        assert (trade.claim(received).through, trade.state(received)) == (True, "claimed")
        assert trade.left(H1) == "16900 kg"

    def test_a_phantom_shipment_changes_nothing_of_its_receiver(self):
        trade = begun()
        mine = trade.receive("R1", "400")
        before = dict(trade.chain.known.lots)
        trade.ship("D9", "100", to=MILL)
        assert trade.chain.known.lots[mine.sub] == before[mine.sub]


class TestPairs:
    def test_times_that_contradict_each_other_count_as_unknown_and_the_pair_stands(self):
        trade = begun()
        sent = trade.ship("D1", "400", shippedAt="2026-10-06T10:30:00+08:00")
        received = trade.receive("R1", "400", sent)
        link = trade.link(received)
        assert (trade.state(received), trade.handover(sent).receiver) == ("confirmed", made.uscc(MILL))
        assert link is not None
        assert (link.departure, link.arrival) == (UNKNOWN, UNKNOWN)

    def test_deliveries_that_add_up_are_confirmed_without_a_dispute(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        parts = [trade.receive(f"R{kilos}", kilos, sent) for kilos in ("250", "150")]
        assert [trade.state(part) for part in parts] == ["confirmed", "confirmed"]
        assert (trade.left(sent.sub), trade.chain.known.disputes) == ("0 kg", {})
        assert str(trade.handover(sent).received) == "400 kg"

    def test_too_little_is_disputed_once_it_is_final_and_settled_when_the_shipper_agrees(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "380", sent, complete=True)
        assert (trade.state(received), trade.marks(received.sub)) == ("disputed", ["receipt-differs"])
        assert trade.marks(sent.sub) == trade.marks(H1) == []
        trade.confirm(received, sent, by=FARM, complete=True)
        assert (trade.state(received), trade.marks(received.sub)) == ("confirmed", [])
        assert (trade.left(sent.sub), trade.chain.known.disputes) == ("20 kg", {})

    def test_too_much_is_disputed_until_one_of_the_receipts_is_withdrawn(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        first, second = (trade.receive(f"R{number}", "300", sent) for number in (1, 2))
        assert [trade.state(first), trade.state(second)] == ["disputed", "disputed"]
        assert trade.left(sent.sub) == "0 kg", "never less than nothing"
        assert trade.marks(sent.sub) == []
        trade.withdraw(second, by=MILL)
        assert [trade.state(first), trade.state(second)] == ["confirmed", "withdrawn"]
        assert trade.left(sent.sub) == "100 kg"
        (former,) = trade.chain.known.formers.values()
        assert (former.why, former.below) == ("withdrawn", trade.chain.known.lots[second.sub].id)

    def test_the_first_of_two_receivers_has_the_goods_until_it_gives_them_up(self):
        trade = begun()
        salts = [given.opening_digest(given.a_salt("x"), "receiver", made.uscc(SHOP))]
        sent = trade.ship("D1", "400", _sd=salts)
        first = trade.receive("R1", "400", sent)
        opened = {"stmt": sent.entry.statement_id, "salt": given.a_salt("x")}
        second = trade.receive("R1", "400", by=SHOP, supplierLot=sent.sub, handover=opened)
        assert [trade.state(first), trade.state(second)] == ["confirmed", "claimed"]
        trade.withdraw(first, by=MILL)
        assert [trade.state(first), trade.state(second)] == ["withdrawn", "confirmed"]
        assert trade.handover(sent).receiver == made.uscc(SHOP)

    def test_own_goods_pair_only_where_they_were_sent_to_oneself(self):
        trade = begun()
        sent = trade.ship("D1", "400", to=MILL)
        data = made.a_receipt(
            lot=made.lot(FARM, "OWN"), quantity=made.kg("400"), supplierLot=sent.sub, supplier=made.ABSENT
        )
        own = trade.say(FARM, "food.receipt", data, log="demo.example/food")
        received = trade.receive("R1", "400", sent)
        assert [trade.state(own), trade.state(received)] == ["claimed", "confirmed"]
        home = trade.ship("D2", "100", to=FARM)
        opened = given.a_handover(home.entry.statement_id, home.sub)
        back = made.a_receipt(
            lot=made.lot(FARM, "BACK"),
            quantity=made.kg("100"),
            supplierLot=home.sub,
            supplier=made.ABSENT,
            handover=opened,
        )
        assert trade.state(trade.say(FARM, "food.receipt", back, log="demo.example/food")) == "confirmed"

    def test_what_comes_back_is_taken_back_without_using_up_the_pair(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "350", sent)
        data = made.a_receipt(
            lot=made.lot(FARM, "BACK"),
            quantity=made.kg("50"),
            supplierLot=made.ABSENT,
            supplier=made.ABSENT,
            returns=sent.entry.statement_id,
        )
        back = trade.say(FARM, "food.receipt", data, log="demo.example/food")
        assert (trade.left(back.sub), trade.left(sent.sub)) == ("50 kg", "0 kg")
        assert (trade.state(received), trade.handover(sent).state) == ("confirmed", "received")
        assert {link.kind for link in trade.chain.known.links.values()} == {"ship", "receive", "return"}


class TestNobodyBreaksAPairAlone:
    def test_a_refusal_after_a_pair_is_a_dispute_and_gives_nothing_back(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        trade.refuse(received, by=FARM)
        assert (trade.state(received), trade.left(sent.sub)) == ("disputed", "0 kg")
        assert trade.chain.known.disputes
        trade.confirm(received, sent, by=FARM)
        assert (trade.state(received), trade.chain.known.disputes) == ("confirmed", {})

    def test_a_second_confirmation_moves_nothing(self):
        trade = begun()
        sent, other = trade.ship("D1", "400"), trade.ship("D2", "400")
        received = trade.receive("R1", "400", sent)
        trade.confirm(received, other, by=FARM)
        assert trade.claim(received).handover == trade.handover(sent).id

    def test_a_received_hand_over_is_not_withdrawn_by_its_shipper(self):
        trade = begun(edition=2)
        sent = trade.ship("D1", "400", door={"log": "demo.example/food"})
        received = trade.receive("R1", "400", sent)
        with pytest.raises(HandoverReceived):
            trade.withdraw(sent, by=FARM, log="demo.example/food")
        with pytest.raises(HandoverReceived):
            trade.correct(sent, by=FARM, door={"log": "demo.example/food"}, quantity=made.kg("300"))
        trade.correct(sent, by=FARM, door={"log": "demo.example/food"}, quantity=made.kg("500"))
        assert (trade.state(received), trade.left(sent.sub)) == ("confirmed", "100 kg")

    def test_a_withdrawal_that_another_log_took_is_a_dispute_and_gives_nothing_back(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        trade.withdraw(sent, by=FARM, door=Door.CARRIED)
        assert (trade.state(received), trade.left(H1), trade.left(sent.sub)) == (
            "disputed",
            "16500 kg",
            "0 kg",
        )

    def test_one_that_nobody_received_is_taken_back_and_stays_possible(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        trade.withdraw(sent, by=FARM)
        assert (trade.handover(sent).state, trade.left(H1)) == ("withdrawn", "16900 kg")
        assert [one.kind for one in trade.chain.known.formers.values()] == ["ship"]
        late = {"receivedAt": "2026-10-16T10:20:00+08:00"}
        assert trade.state(trade.receive("R1", "400", sent, **late)) == "claimed"

    def test_a_receipt_in_use_is_not_withdrawn(self):
        trade = begun()
        received = trade.receive("R1", "16900", trade.ship("D1", "16900"), role="ingredient")
        trade.say(
            MILL,
            "food.split",
            made.a_split(input={"lot": received.sub, "quantity": made.kg("1000")}),
        )
        with pytest.raises(WithdrawalTooLate):
            trade.withdraw(received, by=MILL)

    def test_one_corrected_in_amount_keeps_its_claim_and_its_pair(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "380", sent)
        before = trade.claim(received)
        trade.correct(received, by=MILL, quantity=made.kg("390"))
        after = trade.claim(received)
        assert (after.id, after.paired_by, after.state) == (before.id, before.paired_by, "confirmed")
        assert trade.left(sent.sub) == "10 kg"
        assert trade.chain.known.formers == {}

    def test_one_corrected_to_another_source_leaves_the_old_one_possible(self):
        trade = begun()
        sent, other = trade.ship("D1", "400"), trade.ship("D2", "400")
        received = trade.receive("R1", "400", sent)
        opened = given.a_handover(other.entry.statement_id, other.sub)
        trade.correct(received, by=MILL, supplierLot=other.sub, handover=opened)
        link = trade.link(received)
        assert link is not None
        assert link.from_lot == trade.chain.known.lots[other.sub].id
        assert (trade.left(sent.sub), trade.left(other.sub)) == ("400 kg", "0 kg")
        (former,) = trade.chain.known.formers.values()
        assert former.above == trade.chain.known.lots[sent.sub].id


class TestKeys:
    def test_a_pair_lapses_with_the_shippers_key_and_a_corrected_hand_over_brings_it_back(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        word = trade.chain.known.words.signed[sent.entry.statement_id]
        trade.chain.known.words.kids[word.id] = "k" * 43
        revoked = {"kid": "k" * 43, "reason": "compromised", "invalidFromIndex": word.place.index}
        trade.chain.farm("party.key.revoke", revoked, roles=frozenset({"registrar"}), sub=made.uscc(FARM))
        claim, link = trade.claim(received), trade.link(received)
        assert (claim.state, claim.lapsed, claim.handover) == ("claimed", True, trade.handover(sent).id)
        assert link is not None
        assert (link.state, trade.marks(received.sub)) == ("superseded", ["source-unconfirmed"])
        trade.correct(sent, by=FARM)
        claim, link = trade.claim(received), trade.link(received)
        assert (claim.state, claim.lapsed) == ("confirmed", False)
        assert link is not None
        assert link.state == "signed"


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
