"""Hand-overs at a desk: which shipments share a note, and which open hand-over a receipt takes up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cli.client.finding import offers_of
from cli.client.http import PlatformClient, Problem, Repeated
from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.handover_fitting import Handovers
from trace.ledger.canonical import b64u
from trace.ledger.pairing import note_salt

FARM, OTHER, MILL = "urn:uscc:FARM", "urn:uscc:OTHER", "urn:uscc:MILL"
NOON = datetime(2026, 10, 7, 4, tzinfo=UTC)
ONE = datetime(2026, 10, 7, 5, tzinfo=UTC)


class InboxOf(PlatformClient):
    """A platform that answers with this inbox, and with these lines to any note."""

    def __init__(self, *handovers: dict[str, Any], status: int = 200, lines: tuple[Any, ...] = ()) -> None:
        super().__init__("http://127.0.0.1:9")
        self.handovers, self.status, self.lines = list(handovers), status, list(lines)

    def get_json(self, path: str, repeated: Repeated = (), /, **query: str) -> Any:
        assert path == "/api/v1/inbox"
        if self.status != 200:
            raise Problem(self.status, {})
        return {"handovers": self.handovers}

    def open_note(self, note: str) -> list[dict[str, Any]]:
        return self.lines


def desk_of(inbox: InboxOf) -> Handovers:
    return Handovers(lambda notes: offers_of(inbox, notes))


def offered(stmt: str, lot: str = "D1", amount: str = "400", **more: Any) -> dict[str, Any]:
    found = {
        "stmt": stmt,
        "salt": "S" * 22,
        "log": "food",
        "index": 7,
        "shipper": FARM,
        "shipperName": "农场",
        "lot": f"urn:lot:FARM:{lot}",
        "fromLot": "urn:lot:FARM:H1",
        "fromBatch": "H1",
        "product": None,
        "productName": "稻谷",
        "quantity": {"value": amount, "unit": "kg"},
        "received": {"value": "0", "unit": "kg"},
    }
    return found | more


def receipt(key: str = "r", amount: str = "400", **said: Any) -> Draft:
    data = {"supplier": FARM, "productName": "稻谷", "quantity": {"value": amount, "unit": "kg"}} | said
    return Draft("food.receipt", f"urn:lot:MILL:{key}", NOON, data, (), (), RowOrigin("进货", (4,)), key)


def shipment(key: str, receiver: str = MILL, at: datetime = NOON, private: tuple[str, ...] = ("receiver",)):
    data = {"receiver": receiver}
    return Draft("food.shipment", f"urn:lot:FARM:{key}", at, data, (), private, RowOrigin("出货", (4,)), key)


def test_shipments_to_one_receiver_at_one_time_are_lines_of_one_note():
    desk = desk_of(InboxOf())
    desk.write_notes(
        [shipment("a"), shipment("b"), shipment("c", OTHER), shipment("d", at=ONE), shipment("e", at=ONE)]
    )
    assert desk.secrets["a"] == desk.secrets["b"]
    assert desk.secrets["d"] == desk.secrets["e"]
    assert len(set(desk.secrets.values())) == 3


def test_lines_that_do_not_follow_each_other_are_two_notes():
    desk = desk_of(InboxOf())
    desk.write_notes([shipment("a"), receipt("r"), shipment("b")])
    assert desk.secrets["a"] != desk.secrets["b"]


def test_a_receiver_in_clear_needs_no_note():
    desk = desk_of(InboxOf())
    desk.write_notes([shipment("a", private=())])
    assert desk.salts(shipment("a", private=())) == {}


def test_the_receivers_salt_is_that_of_the_note():
    desk = desk_of(InboxOf())
    line = shipment("a")
    desk.write_notes([line])
    assert b64u(desk.salts(line)["receiver"]) == note_salt(desk.secrets["a"], line.sub)


def test_a_receipt_takes_up_the_one_hand_over_of_its_shipper_that_fits():
    desk = desk_of(InboxOf(offered("s1"), offered("s2", shipper=OTHER)))
    desk.take_up([receipt()])
    assert (desk.opened["r"].stmt, desk.opened["r"].salt) == ("s1", "S" * 22)
    assert (desk.opened["r"].shipper_name, desk.unsure) == ("农场", {})


@pytest.mark.parametrize(
    "said",
    [
        {"supplier": None},
        {"supplier": OTHER},
        {"productName": "大豆"},
        {"supplierLot": "urn:lot:FARM:H9"},
        {"quantity": {"value": "400", "unit": "袋"}},
        {"quantity": {"value": "401", "unit": "kg"}},
        {"handover": {"stmt": "s1", "salt": "T" * 22}},
    ],
    ids=[
        "no shipper",
        "another shipper",
        "other goods",
        "another lot",
        "unit",
        "more than is left",
        "its own",
    ],
)
def test_a_row_that_says_something_else_takes_up_nothing(said):
    desk = desk_of(InboxOf(offered("s1")))
    desk.take_up([receipt(**said)])
    assert (desk.opened, desk.unsure) == ({}, {})


def test_goods_that_a_stranger_addressed_to_us_are_not_filled_in_where_the_row_names_no_shipper():
    """They fit by product, batch number and amount, since the stranger read those off the pack."""
    theirs = offered("s1", shipper=OTHER, product="urn:gtin:09521234100010", fromBatch="M20261012A")
    desk = desk_of(InboxOf(theirs))
    row = {"product": "urn:gtin:09521234100010", "batchNo": "M20261012A", "supplierName": "农场"}
    desk.take_up([receipt(supplier=None, **row), receipt("named", supplier=FARM, **row)])
    assert (desk.opened, desk.unsure) == ({}, {})


def test_a_row_that_names_the_lot_takes_it_up_whatever_it_weighed():
    desk = desk_of(InboxOf(offered("s1")))
    desk.take_up([receipt(amount="415", supplierLot="urn:lot:FARM:H1")])
    assert desk.opened["r"].stmt == "s1"


def test_a_row_that_names_the_lot_takes_it_up_whatever_it_counts_in():
    desk = desk_of(InboxOf(offered("s1")))
    bags = {"quantity": {"value": "500", "unit": "袋"}, "supplierLot": "urn:lot:FARM:D1"}
    desk.take_up([receipt("r1", **bags), receipt("r2", "400"), receipt("r3", "1")])
    assert set(desk.opened) == {"r1", "r2"}


def test_where_several_fit_nobody_guesses():
    desk = desk_of(InboxOf(offered("s1"), offered("s2", lot="D2")))
    desk.take_up([receipt()])
    assert (desk.opened, desk.unsure) == ({}, {"r": 2})


@pytest.mark.parametrize(
    "said",
    [{"supplierLot": "urn:lot:FARM:D2"}, {"batchNo": "H2"}, {"quantity": {"value": "300", "unit": "kg"}}],
)
def test_of_several_the_row_may_say_which(said):
    second = offered("s2", lot="D2", amount="300", fromBatch="H2")
    desk = desk_of(InboxOf(offered("s1"), second))
    desk.take_up([receipt(amount="250", **said)])
    assert desk.opened["r"].stmt == "s2"


def test_two_receipts_share_what_one_hand_over_holds():
    desk = desk_of(InboxOf(offered("s1")))
    desk.take_up([receipt("r1", "250"), receipt("r2", "150"), receipt("r3", "1")])
    assert set(desk.opened) == {"r1", "r2"}


def test_a_note_at_hand_opens_what_the_inbox_does_not_have():
    desk = desk_of(InboxOf(offered("s1"), lines=(offered("s1"), offered("s9", lot="D9", productName="大豆"))))
    desk.take_up([receipt("r9", productName="大豆")], [DeliveryNote("A" * 43, 2, b"\0" * 16)])
    assert desk.opened["r9"].stmt == "s9"


def test_a_platform_without_an_inbox_leaves_receipts_as_they_are():
    desk = desk_of(InboxOf(status=404))
    desk.take_up([receipt()])
    assert desk.opened == {}


def test_a_platform_that_fails_is_told():
    with pytest.raises(Problem):
        desk_of(InboxOf(status=503)).take_up([receipt()])
