"""What firms say of each other's goods, told by hand: who gains, who loses, what an order still reaches."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given, orders
from tests.builders.chain import BUREAU
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, Trade, begun
from trace.chain.admission import Door, admit
from trace.chain.chain_state import ChainState
from trace.chain.effects import Effects
from trace.chain.facts import parse_fact
from trace.errors.handovers import HandoverReceived

CARRIED: dict[str, Any] = {"door": Door.CARRIED, "log": "elsewhere.example/food"}
NO_GATES: dict[str, Any] = {
    "declared": [{"rule": rule, "reason": "如实记录"} for rule in ("R05", "R07", "P05", "R18")]
}

ORDERED = "held-lot-used"
"""The mark of what is made of goods that are under an order, by whatever way it bears on them."""


def recalled(trade: Trade, *lots: str) -> Effects:
    """A recall by the bureau."""
    return trade.chain.state(
        "oversight.recall", orders.a_recall(*lots), by=made.BUREAU, roles=BUREAU, sub="urn:case:1"
    )


def failed(trade: Trade, lot: str) -> Effects:
    """A failed test that the holder itself states."""
    items = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    return trade.say(lot.split(":")[2], "lab.report", made.a_report(lot=lot, items=items, conclusion="fail"))


def made_of(trade: Trade, lot: str, batch: str, **said: Any) -> list[str]:
    """A batch that the mill makes of a lot, and the codes of the marks that say what bears on it."""
    urn = made.lot(MILL, f"P-{batch}")
    data = made.a_production(
        batch=made.lot(MILL, batch),
        inputs=[{"lot": lot, "quantity": made.kg("10"), "role": "main"}],
        outputs=[{"lot": urn, "productName": "大米", "quantity": made.kg("10"), "kind": "product"}],
        loss=made.ABSENT,
        yieldOf=made.ABSENT,
        **(NO_GATES | said),
    )
    trade.say(MILL, "food.production", data)
    return sorted({*trade.marks(urn), *trade.marks(made.lot(MILL, batch))})


def again(trade: Trade, order: tuple[int, ...], since: int) -> ChainState:
    """The statements told so far; those since a point arrive in another order, each at its own place."""
    told = [*trade.chain.told[:since], *(trade.chain.told[since + at] for at in order)]
    known = ChainState()
    for one in told:
        fact = parse_fact(one.claims.typ, one.claims.data, one.claims.sub, one.claims.occurred_at)
        effects = admit(
            one.claims, fact, one.entry, known, trade.chain.rules, roles=one.roles, door=Door.LOGGED
        )
        known.apply(effects)
    return known


class TestAmounts:
    def test_two_of_three_hundred_and_one_taken_back_leave_a_hundred_in_whatever_order_they_arrive(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        since = len(trade.chain.told)
        first, second = trade.receive("R1", "300", sent), trade.receive("R2", "300", sent)
        trade.withdraw(second, by=MILL)
        for order in itertools.permutations(range(3)):
            if order.index(1) < order.index(2):  # nothing is taken back before it is said
                known = again(trade, order, since)
                claim = known.claims[known.claim_of[known.lots[first.sub].id]]
                assert (claim.state, str(known.lots[sent.sub].available)) == ("confirmed", "100 kg")
                assert known.disputes == {}

    def test_what_arrives_after_the_loss_was_settled_is_outstanding_no_more(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "380", sent, complete=True)
        assert trade.state(received) == "disputed"
        trade.confirm(received, sent, by=FARM, complete=True)
        assert trade.state(received) == "confirmed"
        later = trade.receive("R2", "20", sent)
        assert [trade.state(received), trade.state(later)] == ["confirmed", "confirmed"]
        assert (trade.left(sent.sub), str(trade.handover(sent).received)) == ("0 kg", "400 kg")

    def test_more_than_was_sent_after_all_is_disputed_although_less_had_been_settled(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "380", sent, complete=True)
        trade.confirm(received, sent, by=FARM, complete=True)
        later = trade.receive("R2", "300", sent)
        assert [trade.state(received), trade.state(later)] == ["disputed", "disputed"]
        assert trade.left(sent.sub) == "0 kg"


class TestOpenings:
    def test_a_copied_note_opens_nothing_to_another_firm_that_wins_nothing_when_the_goods_are_carried_later(
        self,
    ):
        trade = begun()
        sent = trade.ship("D1", "400")
        copied = trade.receive("R1", "400", sent, by=STRANGER, door=CARRIED)
        early = begun()
        unknown = early.receive("R1", "400", sent, by=STRANGER)
        early.ship("D1", "400")
        for one, receipt in ((trade, copied), (early, unknown)):
            assert one.state(receipt) == "claimed"
            assert (one.left(sent.sub), one.marks(sent.sub)) == ("400 kg", [])
            assert one.link(receipt) is None

    def test_a_receipt_corrected_in_amount_keeps_its_place_before_a_rival(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "380", sent)
        trade.correct(sent, by=FARM, _sd=[*openings(sent, MILL), *openings(sent, SHOP)])
        rival = trade.receive("R2", "400", sent, by=SHOP)
        trade.correct(received, by=MILL, quantity=made.kg("390"))
        assert [trade.state(received), trade.state(rival)] == ["confirmed", "claimed"]

    def test_a_received_consignment_is_corrected_with_the_digest_that_was_opened_and_no_other(self):
        trade = begun(2)
        stock = trade.receive("R0", "400", supplierLot=H1)
        sent = trade.ship("D1", "400", stock.sub, by=MILL, to=SHOP)
        received = trade.receive("R1", "400", sent, by=SHOP)
        fresh = given.sealed({"lot": "urn:lot:X:other", "receiver": made.uscc(SHOP)})["_sd"]
        with pytest.raises(HandoverReceived):
            trade.correct(sent, by=MILL, _sd=fresh)
        trade.correct(sent, by=MILL, shippedAt="2026-10-06T09:50:00+08:00")
        assert trade.state(received) == "confirmed"

    def test_a_shipment_to_a_branch_with_a_code_of_its_own_pairs_with_that_alone(self):
        trade = begun()
        sent = trade.ship("D1", "400", to=SHOP)
        by_name = trade.receive("R1", "400", supplierLot=sent.sub, by=SHOP)
        assert trade.state(by_name) == "claimed"
        trade.receive("S2", "400", sent, by=SHOP)
        assert trade.left(sent.sub) == "0 kg"

    def test_the_shipper_that_receives_its_own_goods_does_not_keep_them_from_the_customer(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        data = made.a_receipt(
            lot=made.lot(FARM, "OWN"), quantity=made.kg("400"), supplier=made.ABSENT,
            supplierLot=sent.sub, handover=given.a_handover(sent.entry.statement_id, sent.sub),
        )  # fmt: skip
        own = trade.say(FARM, "food.receipt", data)
        received = trade.receive("R1", "400", sent)
        assert [trade.state(own), trade.state(received)] == ["claimed", "confirmed"]

    def test_thirty_lines_of_one_note_are_thirty_pairs(self):
        trade = begun()
        pairs = []
        for line in range(30):
            sent = trade.ship(f"D{line}", "10")
            pairs.append(trade.receive(f"R{line}", "10", sent))
        assert {trade.state(one) for one in pairs} == {"confirmed"}
        assert trade.left(H1) == "16600 kg"


def openings(sent: Effects, party: str) -> list[str]:
    """The digests by which a consignment opens to a party."""
    found: list[str] = given.sealed({"lot": sent.sub, "receiver": made.uscc(party)})["_sd"]
    return found


class TestSides:
    def test_of_two_receivers_the_second_has_the_goods_once_the_first_gives_them_up(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        trade.correct(sent, by=FARM, _sd=[*openings(sent, MILL), *openings(sent, SHOP)])
        first, second = trade.receive("R1", "400", sent), trade.receive("S1", "400", sent, by=SHOP)
        assert [trade.state(first), trade.state(second)] == ["confirmed", "claimed"]
        trade.withdraw(first, by=MILL)
        assert [trade.state(first), trade.state(second)] == ["withdrawn", "confirmed"]
        formers = [one for one in trade.chain.known.formers.values() if one.why == "withdrawn"]
        assert {one.below for one in formers} == {trade.chain.known.lots[first.sub].id}

    def test_goods_of_a_grower_bought_elsewhere_leave_its_figures_as_they_are(self):
        trade = begun()
        before = trade.chain.known.lots[H1]
        received = trade.receive("R1", "400", supplierLot=H1, through=True)
        assert (trade.state(received), trade.claim(received).through) == ("claimed", True)
        assert trade.chain.known.lots[H1] == before
        recalled(trade, H1)
        assert ORDERED in made_of(trade, received.sub, "M1")

    def test_a_supplier_that_refuses_ten_honest_claims_frees_none_of_them_from_its_recall(self):
        trade = begun()
        claims = [trade.receive(f"R{number}", "100", supplierLot=H1) for number in range(10)]
        for one in claims:
            trade.refuse(one, by=FARM)
        assert {trade.state(one) for one in claims} == {"refused"}
        recalled(trade, H1)
        bearing = [made_of(trade, one.sub, f"M{at}") for at, one in enumerate(claims)]
        assert all(ORDERED in codes for codes in bearing)

    def test_a_claim_on_a_recalled_lot_learns_that_there_is_an_order_and_one_on_a_failed_lot_nothing(self):
        trade = begun()
        received = trade.receive("R1", "400", supplierLot=H1)
        failed(trade, H1)
        assert gate_above(trade, received, "X1") == []
        assert ORDERED not in made_of(trade, received.sub, "M1")
        recalled(trade, H1)
        codes = made_of(trade, received.sub, "M2")
        assert ORDERED in codes
        told = [
            mark for batch in ("M2", "P-M2") for mark in trade.chain.known.lots[made.lot(MILL, batch)].marks
        ]
        assert not any("0.27" in str(mark.params) or "镉" in str(mark.params) for mark in told)

    def test_a_bad_lot_that_the_receiver_named_bears_on_its_goods_wherever_the_supplier_joins_them(self):
        trade = begun()
        bad = made.lot(FARM, "H2")
        trade.chain.farm("farm.harvest", made.a_harvest(lot=bad))
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", supplierLot=bad)
        trade.confirm(received, sent, by=FARM)
        assert trade.state(received) == "confirmed"
        recalled(trade, bad)
        assert ORDERED in made_of(trade, received.sub, "M1")

    def test_a_lot_named_in_error_no_longer_bears_once_the_receiver_itself_says_which_it_was(self):
        trade = begun()
        bad = made.lot(FARM, "H2")
        trade.chain.farm("farm.harvest", made.a_harvest(lot=bad))
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", supplierLot=bad)
        trade.confirm(received, sent, by=FARM)
        assert trade.claim(received).named_lot == bad
        said = trade.confirm(received, sent, by=MILL)
        assert (trade.state(received), trade.claim(received).named_lot) == ("confirmed", None)
        recalled(trade, bad)
        assert ORDERED not in made_of(trade, received.sub, "M1")
        trade.withdraw(said, by=MILL)
        assert trade.claim(received).named_lot == bad
        assert ORDERED in made_of(trade, received.sub, "M2")


class TestKeysThatFall:
    def test_burdens_stay_with_a_lapsed_pair_and_credit_goes(self):
        trade = begun()
        trade.say(FARM, "farm.certificate", made.a_certificate())
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent, proofs=[], role="ingredient")
        assert "no-conformity-proof" not in trade.marks(received.sub)
        failed(trade, H1)
        assert gate_above(trade, received, "X1") == ["failed-report"]
        fallen(trade, sent)
        assert trade.claim(received).lapsed
        assert gate_above(trade, received, "X2") == ["failed-report"]
        assert "source-unconfirmed" in trade.marks(received.sub)
        trade.correct(sent, by=FARM)
        assert (trade.state(received), trade.claim(received).lapsed) == ("confirmed", False)

    def test_an_order_still_reaches_what_was_made_of_the_goods_of_a_lapsed_pair(self):
        trade = begun()
        sent = trade.ship("D1", "400")
        received = trade.receive("R1", "400", sent)
        fallen(trade, sent)
        recalled(trade, H1)
        assert ORDERED in made_of(trade, received.sub, "M1")


def gate_above(trade: Trade, received: Effects, batch: str) -> list[object]:
    """The marks through whose gate the receiver sends goods on, and says so."""
    declared = [{"rule": rule, "reason": "如实记录"} for rule in ("R04", "R05", "R07")]
    stated = trade.ship(batch, "10", received.sub, by=MILL, to=SHOP, declared=declared)
    return [mark.params["mark"] for mark in stated.marks if mark.code == "shipped-through-gate"]


def fallen(trade: Trade, sent: Effects) -> None:
    """The key of a consignment is void from there on."""
    word = trade.chain.known.words.signed[sent.entry.statement_id]
    trade.chain.known.words.kids[word.id] = "k" * 43
    revoked = {"kid": "k" * 43, "reason": "compromised", "invalidFromIndex": word.place.index}
    trade.chain.farm("party.key.revoke", revoked, roles=frozenset({"registrar"}), sub=made.uscc(FARM))


class TestOutside:
    def test_goods_that_leave_for_a_canteen_or_for_shoppers_are_delivered_by_the_shippers_word(self):
        trade = begun()
        where = {"place": "urn:place:310151999299-0001"}
        canteen = outside(trade, "D1", "outside")
        stall = outside(trade, "D2", "consumers", **where)
        assert [trade.handover(one).state for one in (canteen, stall)] == ["delivered", "delivered"]
        assert [trade.handover(one).to for one in (canteen, stall)] == ["outside", "consumers"]
        assert trade.left(H1) == "16700 kg"


def outside(trade: Trade, batch: str, to: str, **said: Any) -> Effects:
    """A hundred kilograms to somebody on no platform."""
    names = {"receiver": made.ABSENT}
    hidden = {"receiverName": "食堂", "receiverAddress": "某路1号", "receiverContact": "000-1"}
    data = made.a_shipment(
        lot=made.lot(FARM, batch), fromLot=H1, quantity=made.kg("100"), to=to, packs=made.ABSENT,
        releaseReport=made.ABSENT, shippedAt="2026-10-06T10:00:00+08:00",
        declared=[{"rule": rule, "reason": "未经加工"} for rule in ("R04", "R05")],
        **names, **(hidden if to == "outside" else dict.fromkeys(hidden, made.ABSENT)), **said,
    )  # fmt: skip
    return trade.say(FARM, "food.shipment", given.sealed(data) if to == "outside" else data)
