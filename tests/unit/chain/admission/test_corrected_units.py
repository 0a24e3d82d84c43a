"""A mistaken unit is corrected: of a lot that nobody took from; else the problem says what comes first."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.trade import MILL, SHOP, STRANGER, begun
from trace.chain.admission import Door
from trace.errors.food import LotUnitInUse
from trace.errors.handovers import HandoverReceived


def bags(number: str) -> dict[str, str]:
    return {"value": number, "unit": "袋"}


class TestCorrectedUnits:
    """A unit that was mistaken is corrected, as long as nothing that was taken is stated in it."""

    @pytest.mark.parametrize("edition", [1, 2])
    def test_a_lot_of_which_nothing_was_taken_is_restated_in_another_unit(self, edition):
        trade = begun(edition)
        stock = trade.receive("R0", "1", quantity=bags("400"))
        assert trade.left(stock.sub) == "400 袋"
        trade.correct(stock, by=MILL, quantity=made.kg("400"))
        assert trade.left(stock.sub) == "400 kg"
        trade.correct(stock, by=MILL, quantity={"value": "0.3", "unit": "t"})
        assert trade.left(stock.sub) == "300 kg"

    def test_a_lot_of_which_something_was_taken_keeps_its_unit_and_says_what_to_do(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("400"))
        at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
        on = trade.ship("D2", "1", received.sub, by=MILL, to=SHOP, quantity=bags("100"), **at)
        with pytest.raises(LotUnitInUse):
            trade.correct(received, by=MILL, quantity=made.kg("400"))
        trade.withdraw(on, by=MILL)
        trade.correct(received, by=MILL, quantity=made.kg("400"))
        assert (trade.state(received), trade.left(received.sub)) == ("confirmed", "400 kg")

    def test_an_order_reaches_goods_whose_unit_is_corrected_as_before(self):
        """A correction of amounts leaves no scope, and makes no link that was."""
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("400"))
        before = dict(trade.chain.known.formers)
        trade.correct(received, by=MILL, quantity=made.kg("400"))
        link = trade.link(received)
        assert (link.from_lot, link.state) == (trade.chain.known.lots[sent.sub].id, "signed")
        assert trade.chain.known.formers == before

    def test_a_shipper_restates_no_unit_of_what_was_received_even_where_it_was_not_compared(self):
        trade = begun(edition=2)
        stock = trade.receive("R1", "400", trade.ship("D1", "400"))
        at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
        sent = trade.ship("D2", "400", stock.sub, by=MILL, to=SHOP, **at)
        back = {"receivedAt": "2026-10-06T12:30:00+08:00"}
        received = trade.receive("S1", "1", sent, by=SHOP, quantity=bags("16"), **back)
        with pytest.raises(HandoverReceived):
            trade.correct(sent, by=MILL, quantity={"value": "0.016", "unit": "t"})
        trade.withdraw(sent, by=MILL, door=Door.LOGGED)
        assert trade.state(received) == "disputed"
        assert trade.left(stock.sub) == "0 kg"

    def test_evidence_of_such_a_correction_keeps_the_unit_and_is_marked(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "1", sent, quantity=bags("400"))
        at = {"shippedAt": "2026-10-06T12:00:00+08:00"}
        trade.ship("D2", "1", received.sub, by=MILL, to=SHOP, quantity=bags("100"), **at)
        trade.correct(received, by=MILL, quantity=made.kg("400"), door={"door": Door.LOGGED})
        assert trade.left(received.sub) == "300 袋"
        assert "admitted-under-edition-1" in trade.marks(received.sub)
        assert trade.state(received) == "confirmed"

    def test_evidence_that_takes_in_a_unit_that_does_not_convert_takes_nothing_and_gives_nothing_back(self):
        """Another log's slip: its goods are taken once or not at all, never given back twice."""
        carried = {"door": Door.CARRIED, "log": "elsewhere.example/food"}
        trade = begun()
        stock = trade.receive("R0", "1", by=STRANGER, quantity=bags("4"), door=carried)
        sent = trade.ship("D7", "1", stock.sub, by=STRANGER, to=SHOP, quantity=bags("2"), door=carried)
        assert trade.left(stock.sub) == "2 袋"
        trade.correct(sent, by=STRANGER, quantity=made.kg("400"), door=carried)
        assert trade.left(stock.sub) == "4 袋"
        trade.withdraw(sent, by=STRANGER, **carried)
        assert trade.left(stock.sub) == "4 袋"

    def test_a_consignment_of_another_log_is_restated_whichever_comes_first(self):
        """Its pairs are settled anew in the new unit."""
        left = set()
        for late in (False, True):
            trade = begun()
            stock = trade.receive("R0", "1", by=MILL, quantity=bags("40"), spec="25 kg/袋")
            sent = trade.ship("D7", "1", stock.sub, by=MILL, to=SHOP, quantity=bags("16"))
            if late:
                trade.correct(sent, by=MILL, quantity=bags("20"))
            received = trade.receive("S7", "400", sent, by=SHOP, receivedAt="2026-10-06T12:30:00+08:00")
            if not late:
                trade.correct(sent, by=MILL, quantity=bags("20"))
            left.add((trade.left(sent.sub), trade.left(stock.sub), str(trade.handover(sent).received)))
            assert trade.state(received) == "confirmed"
        assert left == {("4 袋", "20 袋", "16 袋")}
