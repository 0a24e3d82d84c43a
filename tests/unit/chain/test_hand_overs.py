"""Hand-overs in admission: what one side's word does, what both words do, and what neither undoes alone."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, begun
from trace.chain.admission import Door
from trace.chain.effects import Interval
from trace.errors.handovers import (
    HandoverReceived,
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


class TestFormer:
    def test_a_plot_that_a_correction_takes_away_stays_possible(self):
        trade = begun()
        harvest = trade.chain.entries[0]
        trade.correct(harvest, by=FARM, plots=[made.plot(2)])
        (former,) = trade.chain.known.formers.values()
        assert (former.above_name, former.kind, former.why) == (made.plot(1), "harvest", "corrected")

    def test_a_certificate_counts_from_the_moment_at_which_the_pair_is_complete(self):
        trade = begun()
        trade.say(FARM, "farm.certificate", made.a_certificate())
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", supplierLot=H1, proofs=[], role="ingredient")
        assert trade.marks(received.sub) == ["no-conformity-proof", "source-unconfirmed"]
        trade.confirm(received, sent, by=FARM)
        assert trade.marks(received.sub) == []

    def test_what_is_logged_twice_keeps_the_lot_that_it_made(self):
        trade = begun()
        first = trade.receive("R1", "400")
        again = trade.receive("R1", "300", door={"door": Door.LOGGED})
        assert trade.left(first.sub) == "400 kg"
        assert "admitted-under-edition-1" in [mark.code for mark in again.marks]


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
