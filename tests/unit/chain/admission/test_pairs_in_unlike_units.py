"""Pairs whose sides count in unlike units: what their rows, links and marks come to, and come to anew."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from tests.builders import facts as made
from tests.builders import given
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, Trade, begun
from trace.chain.admission import handed_amounts
from trace.chain.effects import Effects
from trace.quantities import Quantity

BAGS = {"value": "360", "unit": "袋"}


def bags(number: str) -> dict[str, str]:
    return {"value": number, "unit": "袋"}


def packed(trade: Trade, net: str = "25", kilos: str = "9000") -> Effects:
    """A mill that has received 16 900 kg and packed some of it into bags."""
    sent = trade.ship("D1", "16900")
    received = trade.receive("R1", "16900", sent)
    gap = [{"rule": rule, "reason": "试加工一批"} for rule in ("R12", "R18", "R20")]
    data = made.a_pack(
        lot=made.lot(MILL, "K1"),
        fromLot=received.sub,
        quantity=made.kg(kilos),
        packs=bags("360"),
        netContent=made.kg(net),
        packedAt="2026-10-06T11:00:00+08:00",
        gtin=made.ABSENT,
        lbNo=made.ABSENT,
        serials=made.ABSENT,
        declared=gap,
    )
    return trade.say(MILL, "food.pack", data)


def sold(trade: Trade, came: dict[str, str], **said: object) -> tuple[object, object]:
    """Goods out of the packed lot, and the shop's receipt of them."""
    at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
    sent = trade.ship("D9", "9000", made.lot(MILL, "K1"), by=MILL, to=SHOP, **at)
    back = {"receivedAt": "2026-10-06T12:30:00+08:00"}
    return sent, trade.receive("S9", "1", sent, by=SHOP, quantity=came, **back, **said)


class TestRows:
    def test_bags_are_taken_from_a_consignment_in_kilograms_by_what_the_receipt_says_of_a_bag(self):
        trade = begun()
        sent = trade.ship("D1", "9000")
        received = trade.receive("R1", "1", sent, quantity=bags("160"), spec="25 kg/袋")
        assert trade.state(received) == "confirmed"
        assert str(trade.handover(sent).received) == "4000 kg"
        assert trade.left(sent.sub) == "5000 kg"
        assert str(trade.link(received).taken) == "4000 kg"
        assert str(trade.link(received).given) == "160 袋"
        assert trade.marks(received.sub) == []

    def test_more_bags_than_were_sent_are_marked_on_the_receivers_lot_in_the_shippers_unit(self):
        trade = begun()
        sent = trade.ship("D1", "9000")
        received = trade.receive("R1", "1", sent, quantity=bags("400"), spec="25 kg/袋")
        assert trade.state(received) == "disputed"
        (mark,) = trade.chain.known.lots[received.sub].marks
        assert (mark.rule, mark.code) == ("R18", "receipt-differs")
        assert mark.params["value"] == "10000 kg"
        assert mark.params["limit"] == "9000 kg"
        assert trade.marks(sent.sub) == trade.marks(H1) == []
        assert trade.left(sent.sub) == "0 kg"

    def test_a_record_of_the_shippers_goods_converts_what_neither_line_says(self):
        trade = begun()
        packed(trade)
        sent, received = sold(trade, bags("360"))
        assert trade.state(received) == "confirmed"
        assert trade.left(sent.sub) == "0 kg"
        assert trade.marks(received.sub) == []

    @pytest.mark.parametrize("value", ["1000000000", "0.000001"])
    def test_no_amount_is_too_large_or_too_small_to_be_recorded(self, value):
        trade = begun()
        sent = trade.ship("D1", "9000", packs={"value": "0.000001", "unit": "袋"})
        received = trade.receive("R1", "1", sent, quantity=bags(value))
        assert trade.state(received) == ("confirmed" if value == "0.000001" else "disputed")
        assert trade.left(sent.sub) == "0 kg"

    def test_a_third_of_what_was_sent_is_rounded_down_to_the_millionth(self):
        third = handed_amounts.received_of(Quantity.of("1000", "kg"), [handed_amounts.plain_share(
            Quantity.of("1", "袋"), Quantity.of("3", "袋"))])  # fmt: skip
        assert str(third) == "333.333333 kg"


class TestAnew:
    def test_a_corrected_record_of_the_goods_is_compared_anew(self):
        trade = begun()
        pack = packed(trade, net="20", kilos="7200")
        at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
        sent = trade.ship("D9", "7200", made.lot(MILL, "K1"), by=MILL, to=SHOP, **at)
        back = {"receivedAt": "2026-10-06T12:30:00+08:00"}
        received = trade.receive("S9", "1", sent, by=SHOP, quantity=bags("400"), **back)
        assert trade.state(received) == "disputed"
        trade.correct(pack, by=MILL, netContent=made.kg("18"))
        assert trade.state(received) == "confirmed"
        assert trade.marks(received.sub) == []
        assert trade.left(sent.sub) == "0 kg"

    def test_bags_typed_for_kilograms_are_corrected_by_their_receiver(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("400"))
        assert trade.marks(received.sub) == ["not-comparable"]
        trade.correct(received, by=MILL, quantity=made.kg("400"))
        assert (trade.state(received), trade.marks(received.sub)) == ("confirmed", [])
        assert (trade.left(sent.sub), trade.left(received.sub)) == ("0 kg", "400 kg")

    def test_a_specification_that_was_left_out_is_added_by_a_correction(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("16"))
        trade.correct(received, by=MILL, spec="25 kg/袋")
        assert (trade.state(received), trade.marks(received.sub)) == ("confirmed", [])
        assert trade.left(sent.sub) == "0 kg"

    def test_a_dispute_that_a_party_opens_is_one_although_the_amounts_were_not_compared(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("16"))
        trade.say(MILL, "dispute.open", made.a_dispute([received.entry.statement_id]), sub=received.sub)
        assert trade.state(received) == "disputed"

    def test_another_receipt_in_no_common_unit_hides_no_excess(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        first = trade.receive("R1", "500", sent)
        second = trade.receive("R2", "1", sent, quantity={"value": "1", "unit": "桶"})
        assert (trade.state(first), trade.state(second)) == ("disputed", "disputed")
        assert trade.marks(second.sub) == ["not-comparable"]


def test_whoever_says_it_first_the_amounts_are_the_same():
    """Receipt, joined by the shipper's and the receiver's word, in any order."""
    found = set()
    for order in itertools.permutations(range(2)):
        trade = begun()
        sent = trade.ship("D1", "9000")
        received = trade.receive("R1", "1", supplierLot=sent.sub, quantity=bags("160"), spec="25 kg/袋")
        words = [
            lambda t=trade, r=received, s=sent: t.confirm(r, s, by=FARM),
            lambda t=trade, r=received, s=sent: t.confirm(r, s, by=MILL, salt=given.a_salt(s.sub)),
        ]
        for number in order:
            words[number]()
        found.add((trade.state(received), trade.left(sent.sub), str(trade.link(received).taken)))
    assert found == {("confirmed", "5000 kg", "4000 kg")}


def test_a_strangers_word_on_what_a_bag_holds_converts_nothing():
    trade = begun()
    sent = trade.ship("D1", "9000")
    received = trade.receive("R1", "1", sent, quantity=bags("160"))
    trade.receive("X1", "1", by=STRANGER, supplierLot=sent.sub, quantity=bags("160"), spec="25 kg/袋")
    assert trade.marks(received.sub) == ["not-comparable"]


@tried(st.decimals(min_value=0, max_value=10**14, places=2), st.fractions(min_value=0, max_value=2))
def test_a_part_of_a_consignment_fits_into_its_column(value: Decimal, share) -> None:
    whole = Quantity(value, "t")
    most = min(Fraction(9 * 10**12) / whole.base, (10**15 - 1) / Fraction(value)) if value else Fraction(0)
    assert handed_amounts.part(whole, share) == whole.part(min(share, most))


def test_other_peoples_hand_overs_are_not_gone_through_for_every_record():
    class Untouched(dict):
        def values(self):
            raise AssertionError("all hand-overs of the batch were gone through")

    trade = begun()
    trade.chain.known.handovers = Untouched(trade.chain.known.handovers)
    sent = trade.ship("D1", "9000")
    assert trade.state(trade.receive("R1", "9000", sent)) == "confirmed"
