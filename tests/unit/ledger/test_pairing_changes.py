"""Pairs after they are complete: what either side may change alone, keys that fall, amounts, orders."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest

from tests.builders.pairing_story import (
    NAMES,
    OTHER,
    RECEIVER,
    SHIPPER,
    START,
    Story,
    kilograms,
    lot,
    salt,
)
from trace.ledger.pairing import Place, opening_digest, pair

CONFIRMED = ("confirmed", "")
UNCOMPARED = ("confirmed", "not-comparable")


class TestNobodyBreaksAPairAlone:
    def test_a_refusal_by_either_side_is_a_dispute(self) -> None:
        for side in ("above", "below"):
            story = Story()
            sent = story.ship()
            received = story.receive(sent)
            said = (
                story.refuse(received, iss=SHIPPER) if side == "above" else story.refuse(sent, iss=RECEIVER)
            )
            found = story.judged()[received]
            assert (found.state, found.reason, found.denied_by) == ("disputed", "refused", said)
            assert story.judged(settled=(said,))[received].state == "confirmed"
            story.confirm(received, sent, iss=SHIPPER if side == "above" else RECEIVER)
            assert story.states() == [CONFIRMED]

    def test_both_sides_denials_end_it(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.refuse(received, iss=SHIPPER)
        story.refuse(sent, iss=RECEIVER, salt=salt())
        found = story.judged()[received]
        assert (found.state, found.reason, found.denied) == ("refused", "refused", True)

    def test_a_withdrawal_above_is_a_dispute_until_it_is_refused_below(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        gone = story.withdraw(sent)
        found = story.judged()[received]
        assert (found.state, found.reason, found.denied_by) == ("disputed", "withdrawn", gone)
        story.refuse(sent, iss=RECEIVER)
        found = story.judged()[received]
        assert (found.state, found.reason, found.denied) == ("claimed", "withdrawn", True)

    def test_a_refusal_before_the_pair_does_not_hinder_it(self) -> None:
        story = Story()
        received = story.receive("food.shipment-2")
        story.refuse(received, iss=OTHER)
        assert story.ship() == "food.shipment-2"
        assert story.states() == [CONFIRMED]
        story = Story()
        sent = story.ship()
        story.refuse(sent, iss=RECEIVER, salt=salt())
        story.receive(sent)
        assert story.states() == [CONFIRMED]

    def test_a_refused_claim_says_so(self) -> None:
        story = Story()
        by_lot = story.receive(supplierLot=lot(SHIPPER, "H1"))
        by_name = story.receive(supplier=SHIPPER, product="urn:gtin:1", batchNo="B1")
        sent = story.ship(OTHER)
        by_id = story.receive(sent)
        for one in (by_lot, by_name, by_id):
            story.refuse(one, iss=OTHER)
        assert {one.state for one in story.judged().values()} == {"claimed"}
        for one in (by_lot, by_name, by_id):
            story.refuse(one, iss=SHIPPER)
        assert {one.state for one in story.judged().values()} == {"refused"}

    def test_a_refusal_that_is_withdrawn_or_moved_no_longer_counts(self) -> None:
        story = Story()
        received = story.receive(supplierLot=lot(SHIPPER, "H1"))
        said = story.refuse(received, iss=SHIPPER)
        story.withdraw(said)
        assert story.states() == [("claimed", "no-handover")]
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        said = story.refuse(received, iss=SHIPPER)
        story.correct(said, about=sent)
        assert story.states() == [CONFIRMED]

    def test_a_receiver_to_whom_nothing_is_addressed_cannot_refuse_it(self) -> None:
        story = Story()
        sent = story.ship(OTHER)
        received = story.receive(supplierLot=lot(SHIPPER, "K1"))
        story.confirm(received, sent)
        story.refuse(sent, iss=RECEIVER, salt=salt(1))
        assert story.states() == [CONFIRMED]

    @pytest.mark.parametrize(
        "changed",
        [
            {"lot": lot(SHIPPER, "D9")},
            {"fromLot": lot(SHIPPER, "K9")},
            {"quantity": {"value": "400", "unit": "件"}},
            {"_sd": [opening_digest(salt(7), "receiver", RECEIVER)]},
        ],
    )
    def test_a_correction_above_that_changes_the_goods_or_the_name_is_a_dispute(
        self, changed: dict[str, object]
    ) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        amended = story.correct(sent, **changed)
        found = story.judged()[received]
        assert (found.state, found.denied_by) == ("disputed", amended)
        story.correct(amended, **story.statements[0].data)
        assert story.states() == [CONFIRMED]

    def test_a_confirmation_taken_back_is_a_dispute(self) -> None:
        story = Story()
        sent = story.ship(OTHER)
        received = story.receive(supplierLot=lot(SHIPPER, "K1"))
        gone = story.withdraw(story.confirm(received, sent))
        found = story.judged()[received]
        assert (found.state, found.reason, found.denied_by) == ("disputed", "no-handover", gone)

    def test_a_second_confirmation_moves_nothing(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.confirm(received, story.ship(batch="D2", number=2))
        assert story.judged()[received].handover == sent

    def test_no_shipper_moves_a_buyer_from_a_bad_lot_to_a_clean_one(self) -> None:
        story = Story()
        bad = lot(SHIPPER, "BAD")
        received = story.receive(supplierLot=bad)
        sent = story.ship()
        story.confirm(received, sent)
        assert story.judged()[received].possible == bad
        story.confirm(received, sent, iss=RECEIVER, salt=salt())
        assert story.judged()[received].possible is None


class TestCorrectionsBelow:
    def test_one_in_amount_keeps_pair_and_place(self) -> None:
        story = Story()
        two = sorted(
            [opening_digest(salt(0), "receiver", RECEIVER), opening_digest(salt(1), "receiver", OTHER)]
        )
        sent = story.ship(_sd=two)
        received = story.receive(sent)
        story.receive(sent, iss=OTHER, number=1)
        story.correct(received, quantity=kilograms("399"))
        found = story.judged()[received]
        assert (found.state, found.completed) == ("confirmed", received)

    def test_one_that_names_something_else_parts_and_pairs_anew(self) -> None:
        story = Story()
        sent, second = story.ship(), story.ship(batch="D2", number=2)
        received = story.receive(sent)
        story.correct(received, handover={"stmt": second, "salt": salt(2)})
        assert story.judged()[received].handover == second
        story.correct(received, handover=None, supplierLot=lot(OTHER, "K"))
        assert story.states() == [("claimed", "no-handover")]

    def test_one_that_opens_it_no_longer_parts_and_one_that_opens_it_otherwise_does_not(self) -> None:
        story = Story()
        two = sorted(opening_digest(salt(number), "receiver", RECEIVER) for number in (0, 1))
        sent = story.ship(_sd=two)
        received = story.receive(sent)
        story.correct(received, handover={"stmt": sent, "salt": salt(1)})
        assert story.judged()[received].completed == received
        story.correct(received, handover={"stmt": sent, "salt": salt(2)})
        assert story.states() == [("claimed", "opening-differs")]

    def test_a_withdrawn_receipt_is_denied_by_both_once_the_other_side_agrees(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.withdraw(received)
        assert not story.judged()[received].denied
        story.withdraw(sent)
        assert story.judged()[received].denied
        story = Story()
        received = story.receive(supplierLot=lot(SHIPPER, "K1"))
        story.withdraw(received)
        story.refuse(received, iss=SHIPPER)
        assert story.judged()[received].denied

    def test_a_strangers_correction_is_none(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.correct(received, iss=OTHER, handover=None)
        assert story.states() == [CONFIRMED]

    def test_corrections_of_corrections_count_whatever_place_they_have(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent, number=5)
        early = Place.at(START - timedelta(days=1), "farm", 0)
        inner = {**story.statements[1].data, "handover": {"stmt": sent, "salt": salt()}}
        second = {"amends": "correction-3", "reason": "again", "replacement": inner}
        story.state("correction", RECEIVER, second, place=early)
        assert story.correct(received, quantity=kilograms("1")) == "correction-3"
        assert story.judged()[received].state == "claimed"


class TestKeys:
    def test_a_pair_lapses_with_a_key_and_comes_back_with_a_new_one(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.void(sent)
        found = story.judged()[received]
        assert (found.state, found.reason, found.lapsed, found.handover) == (
            "claimed",
            "key-invalid",
            True,
            sent,
        )
        story.correct(sent)
        found = story.judged()[received]
        assert (found.state, found.lapsed) == ("confirmed", False)

    def test_a_void_correction_above_ends_it_too(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.withdraw(sent, valid=False)
        found = story.judged()[received]
        assert (found.state, found.lapsed) == ("claimed", True)

    def test_a_receipt_under_a_void_key_lapses(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent)
        story.withdraw(received, valid=False)
        found = story.judged()[received]
        assert (found.state, found.reason, found.lapsed) == ("claimed", "key-invalid", True)

    def test_what_never_was_a_pair_does_not_lapse(self) -> None:
        story = Story()
        received = story.receive(supplierLot=lot(SHIPPER, "K1"), valid=False)
        story.refuse(received, iss=SHIPPER)
        found = story.judged()[received]
        assert (found.state, found.reason, found.lapsed) == ("refused", "key-invalid", False)


class TestAmounts:
    @pytest.mark.parametrize(
        ("got", "more", "state"),
        [
            (("408",), {}, CONFIRMED),
            (("409",), {}, ("disputed", "receipts-exceed")),
            (("250", "200"), {}, ("disputed", "receipts-exceed")),
            (("380",), {}, CONFIRMED),
            (("380",), {"complete": True}, ("disputed", "delivery-short")),
            (("395",), {"complete": True}, CONFIRMED),
        ],
    )
    def test_too_much_is_disputed_and_too_little_once_it_is_final(
        self, got: tuple[str, ...], more: dict[str, bool], state: tuple[str, str]
    ) -> None:
        story = Story()
        sent = story.ship()
        for amount in got:
            story.receive(sent, amount=amount, **more)  # type: ignore[arg-type]  # a flag of the receipt
        assert story.states() == [state] * len(got)

    def test_a_loss_on_which_both_agree_is_none_of_a_dispute(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent, amount="380")
        story.confirm(received, sent, iss=RECEIVER, complete=True)
        assert story.states() == [("disputed", "delivery-short")]
        story.confirm(received, sent, complete=True)
        assert story.states() == [CONFIRMED]
        assert story.judged()[received].final == ("shipper", "receiver")

    def test_of_two_receipts_one_may_be_withdrawn_again(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, amount="300")
        second = story.receive(sent, amount="300")
        story.withdraw(second)
        assert story.states() == [CONFIRMED, ("withdrawn", "withdrawn")]

    def test_what_cannot_be_compared_is_said_not_to_be(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, quantity={"value": "9999", "unit": "件"})
        other = story.ship(batch="D2", quantity=None)
        story.receive(other)
        assert story.states() == [UNCOMPARED] * 2

    def test_a_withdrawn_shipment_still_held_what_it_said(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, amount="300")
        story.withdraw(sent)
        assert story.states() == [("disputed", "withdrawn")]


class TestOrders:
    def test_the_order_of_arrival_changes_nothing(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent, amount="380")
        story.refuse(received, iss=SHIPPER)
        story.confirm(received, sent, complete=True)
        story.withdraw(sent)
        expected = pair(story.statements, NAMES)
        for order in itertools.permutations(story.statements):
            assert pair(order, NAMES) == expected

    def test_strangers_change_nothing_of_a_pair(self) -> None:
        chance = random.Random(7)
        for _ in range(60):
            story = Story()
            sent = story.ship()
            received = story.receive(sent)
            before = story.judged()[received]
            for _ in range(12):
                act = chance.randrange(5)
                name = chance.choice(story.statements).id
                if act == 0:
                    story.receive(chance.choice([sent, name]), iss=OTHER, number=chance.randrange(2))
                elif act == 1:
                    story.confirm(received, chance.choice([sent, name]), iss=OTHER)
                elif act == 2:
                    story.refuse(name, iss=OTHER, salt=salt())
                elif act == 3:
                    story.correct(name, iss=OTHER, handover=None)
                else:
                    story.ship(RECEIVER, iss=OTHER, batch=f"X{len(story.statements)}")
            assert story.judged()[received] == before
