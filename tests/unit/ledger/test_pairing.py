"""Hand-overs: who named whom, in which order, and what becomes of a pair when one side turns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.pairing_story import (
    NAMES,
    OTHER,
    RECEIVER,
    SHIPPER,
    START,
    Story,
    lot,
    salt,
)
from trace.ledger.canonical import b64u, encode
from trace.ledger.disclosure import disclosure_digest, make_disclosure
from trace.ledger.pairing import Place, judge, note_salt, opening_digest, opens
from trace.ledger.pairing.statements import documents_of

CONFIRMED = ("confirmed", "")


class TestOpening:
    def test_is_the_digest_of_the_disclosure(self) -> None:
        made = make_disclosure("receiver", RECEIVER, bytes(16))
        assert opening_digest(salt(), "receiver", RECEIVER) == made.digest
        assert made.digest == disclosure_digest(b64u(encode([salt(), "receiver", RECEIVER])))

    @pytest.mark.parametrize(
        "wrong", [None, 7, salt(1), salt()[:-1], salt() + "A", salt()[:-1] + "B", "ä" * 22]
    )
    def test_needs_the_very_salt(self, wrong: object) -> None:
        data = {"_sd": [opening_digest(salt(), "receiver", RECEIVER)]}
        assert opens(data, salt(), "receiver", RECEIVER)
        assert not opens(data, wrong, "receiver", RECEIVER)

    def test_opens_for_its_party_and_member_alone_and_never_inside(self) -> None:
        digests = [opening_digest(salt(), "receiver", RECEIVER)]
        assert not opens({"_sd": digests}, salt(), "receiver", OTHER)
        assert not opens({"_sd": digests}, salt(), "buyer", RECEIVER)
        assert not opens({"inner": {"_sd": digests}}, salt(), "receiver", RECEIVER)
        assert not opens({"_sd": digests[0]}, salt(), "receiver", RECEIVER)

    def test_one_note_gives_each_line_its_own_salt(self) -> None:
        one, two = (note_salt(bytes(16), lot(SHIPPER, batch)) for batch in ("D1", "D2"))
        assert one == "yo4e2JaMN2vjYPHOzlitMg"
        assert two != one
        assert opens({"_sd": [opening_digest(one, "receiver", RECEIVER)]}, one, "receiver", RECEIVER)


class TestAlone:
    @pytest.mark.parametrize("valid", [True, False])
    @pytest.mark.parametrize(
        "data",
        [
            {"lot": lot(SHIPPER, "D1"), "fromLot": lot(SHIPPER, "P1"), "receiver": RECEIVER},
            {"lot": lot(SHIPPER, "D1"), "_sd": [opening_digest(salt(), "receiver", RECEIVER)]},
            {"lot": lot(OTHER, "D1"), "receiver": 7},
            {},
        ],
    )
    def test_a_hand_over_is_judged_as_it_is_beside_one_of_others(self, data: dict, *, valid: bool) -> None:
        story = Story()
        first = story.state("food.shipment", SHIPPER, data, valid=valid)
        story.ship(OTHER, iss=OTHER, batch="D9", number=9)
        both = documents_of(story.statements, NAMES.kinds)
        alone = judge({first: both[first]}, NAMES)
        assert alone.receipts == ()
        assert alone.handovers == judge(both, NAMES).handovers[:1]


class TestPlace:
    def test_of_one_log_the_index_counts(self) -> None:
        one, two = Place("food", 1, START), Place("food", 2, START)
        assert one.is_before(two)
        assert not two.is_before(one)

    def test_of_two_logs_agreed_times_count_and_then_the_names(self) -> None:
        farm, food = Place.at(START, "farm", 9), Place.at(START, "food", 1)
        later = Place.at(START + timedelta(seconds=1), "farm", 10)
        assert farm.is_before(food)
        assert food.is_before(later)
        assert not later.is_before(food)

    def test_of_two_logs_checkpoints_may_leave_it_open(self) -> None:
        hour = timedelta(hours=1)
        farm = Place("farm", 9, START + hour, START)
        apart = Place("food", 1, START + 3 * hour, START + hour)
        over = Place("food", 1, START + 2 * hour, START)
        assert farm.is_before(apart)
        assert not farm.is_before(over)
        assert not over.is_before(farm)
        assert not farm.is_before(Place("food", 1, START + hour))


class TestPairs:
    def test_a_receipt_that_opens_the_shipment_is_confirmed(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(sent, supplierLot=lot(SHIPPER, "D1"), supplier=SHIPPER)
        (found,) = story.judged().values()
        assert (found.state, found.reason, found.handover) == ("confirmed", "", sent)
        assert found.completed == received
        assert found.place == story.statements[1].place

    def test_a_certificate_hands_over_like_a_shipment(self) -> None:
        story = Story()
        story.receive(story.ship(typ="farm.certificate"), supplierLot=lot(SHIPPER, "K1"))
        story.receive(story.state("farm.certificate", SHIPPER, {"lot": lot(SHIPPER, "K1")}))
        assert story.states() == [CONFIRMED, ("claimed", "no-handover")]

    def test_a_shipment_in_clear_needs_no_salt(self) -> None:
        story = Story()
        story.ship(None, receiver=RECEIVER)
        story.receive(supplierLot=lot(SHIPPER, "D1"))
        assert story.states() == [CONFIRMED]

    def test_a_shipment_after_the_receipt_pairs_when_the_shipper_confirms(self) -> None:
        story = Story()
        received = story.receive(supplierLot=lot(SHIPPER, "H1"))
        sent = story.ship()
        assert story.states() == [("claimed", "no-handover")]
        confirmed = story.confirm(received, sent)
        found = story.judged()[received]
        assert (found.state, found.completed) == ("confirmed", confirmed)

    def test_a_receiver_confirms_what_it_did_not_name(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(product="urn:gtin:1", batchNo="B1")
        assert story.states() == [("claimed", "no-handover")]
        story.confirm(received, sent, iss=RECEIVER, salt=salt())
        assert story.judged()[received].state == "confirmed"

    def test_a_shipper_confirms_only_onto_its_own_lot(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(supplierLot=lot(OTHER, "H1"))
        story.confirm(received, sent)
        assert story.states() == [("claimed", "no-handover")]

    def test_a_strangers_confirmation_is_nothing(self) -> None:
        story = Story()
        sent = story.ship()
        received = story.receive(supplierLot=lot(SHIPPER, "H1"))
        story.confirm(received, sent, iss=OTHER)
        story.confirm(received, "unknown")
        story.confirm("unknown", sent)
        assert story.states() == [("claimed", "no-handover")]

    def test_a_lot_in_anothers_name_is_no_handover(self) -> None:
        story = Story()
        sent = story.ship(lot=lot(OTHER, "D1"))
        story.receive(sent)
        assert story.states() == [("claimed", "no-handover")]


class TestReasons:
    @pytest.mark.parametrize(
        ("stated", "reason"),
        [
            ({"supplier": OTHER}, "supplier-differs"),
            ({"supplierLot": lot(SHIPPER, "H1")}, "lot-differs"),
            ({"number": 1}, "opening-differs"),
            ({"iss": OTHER}, "opening-differs"),
        ],
    )
    def test_says_what_does_not_fit(self, stated: dict[str, str], reason: str) -> None:
        story = Story()
        story.receive(story.ship(), **stated)  # type: ignore[arg-type]  # one of several members
        assert story.states() == [("claimed", reason)]

    def test_what_is_named_by_id_is_not_found_by_lot(self) -> None:
        story = Story()
        sent = story.ship(None, receiver=RECEIVER)
        story.receive("elsewhere", supplierLot=lot(SHIPPER, "D1"))
        assert story.states() == [("claimed", "no-handover")]
        assert story.judged(withheld=("elsewhere",)).popitem()[1].reason == "withheld"
        assert sent

    def test_nearest_reason_wins(self) -> None:
        story = Story()
        story.ship(batch="D1")
        sent = story.ship(batch="D2", number=2)
        received = story.receive(supplierLot=lot(SHIPPER, "D1"), supplier=OTHER)
        story.confirm(received, sent, iss=RECEIVER, salt=salt(3))
        assert story.states() == [("through", "supplier-differs")]

    def test_own_goods_pair_only_where_they_are_sent_to_oneself(self) -> None:
        story = Story()
        sent = story.ship()
        own = story.receive(sent, iss=SHIPPER)
        story.confirm(own, sent)
        story.receive(sent)
        home = story.ship(SHIPPER, batch="D2", number=2)
        story.receive(home, iss=SHIPPER, number=2)
        assert story.states() == [("claimed", "self"), CONFIRMED, CONFIRMED]

    def test_papers_returns_and_third_parties_are_no_claims_on_a_shipper(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive()
        story.receive(returns=sent, iss=SHIPPER)
        story.receive(sent, through=True)
        story.receive(supplierLot=lot(SHIPPER, "K1"), supplier=OTHER)
        states = [one.state for one in story.judged().values()]
        assert states == ["paper", "returned", "through", "through"]

    def test_a_withdrawn_shipment_pairs_with_nobody(self) -> None:
        story = Story()
        sent = story.ship()
        story.withdraw(sent)
        story.receive(sent)
        assert story.states() == [("claimed", "withdrawn")]

    def test_other_kinds_and_odd_members_are_passed_over(self) -> None:
        story = Story()
        sent = story.ship()
        story.state("food.pack", SHIPPER, {})
        story.state("correction", SHIPPER, {"amends": 7})
        story.state("correction", SHIPPER, {"amends": sent, "withdraws": True, "replacement": {}})
        story.state("correction", SHIPPER, {"amends": sent})
        story.state("food.refusal", SHIPPER, {"about": 7})
        story.state("food.confirmation", SHIPPER, {"receipt": 7})
        story.receive(sent, supplierLot=7)
        story.state("food.receipt", RECEIVER, {"handover": "text"})
        assert story.states() == [CONFIRMED, ("claimed", "no-handover")]


class TestReceivers:
    def test_the_first_receiver_holds_it_until_it_gives_it_up(self) -> None:
        story = Story()
        two = sorted(
            [opening_digest(salt(0), "receiver", RECEIVER), opening_digest(salt(1), "receiver", OTHER)]
        )
        sent = story.ship(_sd=two)
        first = story.receive(sent)
        second = story.receive(sent, iss=OTHER, number=1)
        assert story.states() == [CONFIRMED, ("claimed", "other-receiver")]
        gone = story.withdraw(first)
        assert story.states() == [("withdrawn", "withdrawn"), CONFIRMED]
        assert story.judged()[second].completed == gone

    def test_of_two_that_wait_the_earlier_receipt_wins(self) -> None:
        story = Story()
        two = sorted(
            [opening_digest(salt(0), "receiver", RECEIVER), opening_digest(salt(1), "receiver", OTHER)]
        )
        sent = "food.shipment-2"
        story.receive(sent, iss=OTHER, number=1)
        story.receive(sent)
        assert story.ship(_sd=two) == sent
        assert story.states() == [CONFIRMED, ("claimed", "other-receiver")]

    def test_several_receipts_of_one_receiver_pair(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, amount="250")
        story.receive(sent, amount="150")
        assert story.states() == [CONFIRMED, CONFIRMED]

    @pytest.mark.parametrize("together", [True, False])
    def test_rivals_in_two_logs_that_nothing_orders_are_both_open(self, together: bool) -> None:
        hour = timedelta(hours=1)
        story = Story()
        two = sorted(
            [opening_digest(salt(0), "receiver", RECEIVER), opening_digest(salt(1), "receiver", OTHER)]
        )
        late = Place("food", 9, START + 9 * hour, START + 8 * hour)
        sent = story.ship(_sd=two, place=late if together else Place("food", 0, START))
        story.receive(sent, place=Place("food", 1, START + 2 * hour, START + hour))
        story.receive(sent, iss=OTHER, number=1, place=Place("farm", 0, START + 3 * hour, START + hour))
        assert story.states() == [("claimed", "order-open")] * 2

    def test_rivals_in_two_logs_that_checkpoints_order(self) -> None:
        hour = timedelta(hours=1)
        story = Story()
        two = sorted(
            [opening_digest(salt(0), "receiver", RECEIVER), opening_digest(salt(1), "receiver", OTHER)]
        )
        sent = story.ship(_sd=two, place=Place("food", 0, START))
        story.receive(sent, place=Place("food", 1, START + hour, START))
        story.receive(sent, iss=OTHER, number=1, place=Place("farm", 0, START + 3 * hour, START + 2 * hour))
        assert story.states() == [CONFIRMED, ("claimed", "other-receiver")]
