"""Answers, disputes and marks of hand-overs where one side names the other by its statement alone."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.builders import facts as made
from tests.builders.trade import FARM, H1, MILL, STRANGER, Trade, begun
from trace.chain.admission import Door
from trace.chain.effects import DisputeEnded, Effects
from trace.chain.known_reach import component
from trace.chain.known_words import WordBook
from trace.ledger.pairing import Signed
from trace.ledger.pairing.statements import Place

LATE = "2026-10-06T10:30:00+08:00"
EARLY = "2026-10-06T09:30:00+08:00"


def opened(trade: Trade, about: Effects, by: str) -> Effects:
    """A dispute about one statement."""
    return trade.say(by, "dispute.open", made.a_dispute([about.entry.statement_id]), sub=about.sub)


def settled(trade: Trade, dispute: Effects, by: str, outcome: str) -> Effects:
    data = made.a_settlement(dispute.entry.statement_id, outcome=outcome)
    return trade.say(by, "dispute.settle", data, sub=dispute.sub)


def outcomes(stated: Effects) -> list[str]:
    """How the disputes ended that a statement ended."""
    return [change.outcome for change in stated.changes if isinstance(change, DisputeEnded)]


def a_word(name: str, by: str, typ: str, **data: object) -> Signed:
    when = datetime(2026, 10, 6, tzinfo=UTC)
    return Signed(name, typ, made.uscc(by), data, Place.at(when, f"{by}.example/food", 0))


class TestAnswers:
    def test_the_shipper_refuses_a_receipt_that_names_only_its_statement(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent, supplierLot=made.ABSENT)
        trade.refuse(received, by=FARM)
        assert trade.state(received) == "disputed"

    def test_the_shippers_word_joins_a_receipt_that_opens_nothing(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", supplierLot=sent.sub)
        assert trade.state(received) == "claimed"
        trade.confirm(received, sent, by=FARM)
        assert (trade.state(received), trade.left(sent.sub)) == ("confirmed", "0 kg")


class TestDisputes:
    def test_the_receiver_of_a_consignment_is_a_party_to_it(self):
        trade = begun(edition=2)
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        opened(trade, sent, MILL)
        assert trade.state(received) == "disputed"

    def test_another_outcome_from_the_other_side_is_no_agreement(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        trade.receive("R1", "400", sent)
        dispute = opened(trade, sent, MILL)
        assert outcomes(settled(trade, dispute, FARM, "以发货单为准")) == []
        assert outcomes(settled(trade, dispute, MILL, "以磅单为准")) == ["dropped"]


class TestMarks:
    def test_times_that_no_longer_contradict_each_other_clear_both_marks(self):
        trade = begun()
        sent = trade.ship("D1", "400", shippedAt=LATE)
        received = trade.receive("R1", "400", sent)
        assert (trade.marks(received.sub), trade.marks(sent.sub)) == (["times-contradict"],) * 2
        trade.correct(sent, by=FARM, shippedAt=EARLY)
        assert (trade.marks(received.sub), trade.marks(sent.sub)) == ([], [])

    def test_times_that_go_on_contradicting_each_other_are_told_once(self):
        trade = begun()
        sent = trade.ship("D1", "400", shippedAt=LATE)
        received = trade.receive("R1", "400", sent)
        marks = dict(trade.chain.known.marks)
        trade.confirm(received, sent, by=FARM)
        assert trade.marks(received.sub) == ["times-contradict"]
        assert dict(trade.chain.known.marks) == marks

    def test_amounts_in_units_that_nothing_converts_are_told_as_not_compared(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent, quantity={"value": "16", "unit": "袋"})
        assert (trade.state(received), trade.marks(received.sub)) == ("confirmed", ["not-comparable"])
        assert trade.marks(sent.sub) == trade.marks(H1) == []
        trade.withdraw(received, by=MILL)
        assert "not-comparable" not in trade.marks(received.sub)

    def test_a_difference_from_a_consignment_that_made_no_lot_is_not_marked(self):
        trade = begun()
        trade.ship("D1", "400")
        again = trade.ship("D1", "300", door={"door": Door.LOGGED})
        received = trade.receive("R1", "400", again)
        assert trade.state(received) == "disputed"
        assert "receipt-differs" not in trade.marks(received.sub)

    def test_goods_without_a_proof_are_marked_once_whatever_is_said_of_them_later(self):
        trade = begun()
        received = trade.receive("R1", "400", supplierLot=H1, proofs=[], role="ingredient")
        before = trade.marks(received.sub)
        assert "no-conformity-proof" in before
        trade.refuse(received, by=FARM)
        assert trade.marks(received.sub).count("no-conformity-proof") == 1


class TestWordBook:
    def test_answers_and_corrections_that_are_not_at_hand_count_for_nothing(self):
        receipt = a_word("r", MILL, "food.receipt", supplierLot=H1)
        refusal = a_word("n", STRANGER, "food.refusal", about="r")
        words = WordBook(
            signed={"r": receipt, "n": refusal},
            answers={"r": ("n", "absent")},
            own={("r", receipt.iss): ("absent",)},
        )
        found, whole = component(words, ["r"])
        assert {one.id for one in found} == whole == {"r"}

    def test_a_confirmation_that_joins_no_receipt_to_no_hand_over_makes_no_pair(self):
        words, kept = WordBook(), []

        def put(book, key, value):
            book[key] = value
            kept.append(key)

        words.keep(put, a_word("r", MILL, "food.receipt", supplierLot=H1), "k")
        words.keep(put, a_word("q", MILL, "food.receipt"), "k")
        words.keep(put, a_word("c", MILL, "food.confirmation", receipt="r", handover="q"), "k")
        other = {"receipt": "q", "handover": "r"}
        words.keep(put, a_word("d", MILL, "correction", amends="c", replacement=other), "k")
        words.keep(put, a_word("e", MILL, "correction", amends="r", replacement={"supplierLot": H1}), "k")
        assert {"r", "q", "c"} <= set(words.signed)
        assert words.pairs == {}
