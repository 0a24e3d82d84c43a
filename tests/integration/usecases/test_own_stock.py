"""A firm's stock: what is left, until when it keeps, one step up and down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import D1, H1, K1, MILL, P1, R1, SHOP, TracedChain, october
from tests.servers.platform import TestPlatform
from trace.errors import UnknownLot
from trace.parties import Actor
from trace.usecases.duties.by_rule import duties_of, failed_goods
from trace.usecases.lots.own_stock import list_stock, look_around


@pytest.fixture
def chain(database_url, clock) -> Iterator[TracedChain]:
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        report = chain.packed_rice()
        chain.ship("D1", 4_800, K1, to=SHOP, report=report)
        yield chain


def stock_of(chain: TracedChain, firm: str = MILL):
    return list_stock(chain.platform.transactions, Actor("t", made.uscc(firm)))


def test_what_is_left_of_own_lots_stands_there_exactly(chain) -> None:
    left = {one.row.urn: str(one.row.available.as_json()["value"]) for one in stock_of(chain).lots}
    assert left == {P1: "2000", K1: "200"}
    assert R1 not in left, "used up"
    assert [one.row.urn for one in stock_of(chain, SHOP).lots] == [], "on its way is no stock yet"


def first_duty(chain: TracedChain, firm: str):
    return duties_of(chain.platform.transactions, Actor("t", made.uscc(firm)))[0]


def test_goods_of_a_batch_that_failed_do_not_stand_as_sound(chain) -> None:
    s1 = chain.receive("S1", 4_800, D1, by=SHOP, at="15 09:00", role="goods")
    assert first_duty(chain, MILL).slug != "failed"
    assert failed_goods(chain.platform.transactions, Actor("t", made.uscc(MILL))) is None
    assert {one.row.state for one in stock_of(chain).lots} == {"normal"}
    at = october("20 10:00").isoformat()
    failed = made.a_report(lot=P1, reportNo="R-9", sampledAt=at, testedAt=at, conclusion="fail")
    chain.state(MILL, "lab.report", P1, failed, "20 10:00")
    assert {one.row.urn: one.row.state for one in stock_of(chain).lots} == {P1: "failed", K1: "source-failed"}
    around = look_around(chain.platform.transactions, Actor("t", made.uscc(MILL)), K1)
    assert around.row.state == "source-failed"
    for firm, lots in ((MILL, {P1, K1}), (SHOP, {s1})):
        first = first_duty(chain, firm)
        assert (first.slug, first.state, {lot for _, lot in first.lots}) == ("failed", "stop", lots)
        assert failed_goods(chain.platform.transactions, Actor("t", made.uscc(firm))) == first
    chain.recall(K1, "22 08:00")
    assert {lot for _, lot in first_duty(chain, MILL).lots} == {P1}, "a recall has duties of its own"
    first = first_duty(chain, SHOP)
    assert (first.slug, first.state, {lot for _, lot in first.lots}) == ("recalled", "stop", {s1}), (
        "nobody told the shop, and it has them all the same"
    )


@pytest.mark.requirement("S2-04")
def test_goods_near_their_end_are_a_duty_and_then_expired(chain) -> None:
    mill = Actor("t", made.uscc(MILL))

    def listed():
        return {one.slug: one for one in duties_of(chain.platform.transactions, mill)}

    def at(days: int) -> None:
        """So many days before the last day of K1."""
        (pack,) = [one for one in stock_of(chain).lots if one.row.urn == K1]
        chain.clock.advance(timedelta(days=pack.shelf.days - days))

    at(46)
    assert "near-expiry" not in listed()
    at(45)
    near = listed()["near-expiry"]
    assert (near.count, near.state, near.rule, near.doubtful) == (1, "due", "R52", True)
    at(0)
    assert "expired" not in listed()
    at(-1)
    assert listed()["expired"].count == 1
    assert "near-expiry" not in listed()


def test_received_goods_end_by_their_day_of_making_and_shelf_life(chain) -> None:
    data = made.a_receipt(
        lot=made.lot(SHOP, "S9"), quantity=made.kg(10), role="goods", supplierLot=made.ABSENT,
        productionDate="2026-10-01", shelfLife={"value": 20, "unit": "day"},
        receivedAt=october("14 12:00").isoformat(), handover=made.ABSENT,
    )  # fmt: skip
    chain.state(SHOP, "food.receipt", made.lot(SHOP, "S9"), data, "14 12:00")
    (one,) = stock_of(chain, SHOP).lots
    assert (str(one.shelf.last), one.counted) == ("2026-10-20", True), (
        "the day of making is the first of twenty, as on a label"
    )


def test_a_lot_has_its_neighbours_and_another_firm_has_none(chain) -> None:
    mill = Actor("t", made.uscc(MILL))
    around = look_around(chain.platform.transactions, mill, K1)
    assert [(one.lot, one.step, one.own) for one in around.up] == [(P1, "pack", True)]
    assert [(one.lot, one.party, one.own) for one in around.down] == [(D1, made.uscc(SHOP), False)]
    whole = look_around(chain.platform.transactions, mill, K1, whole=True)
    assert R1 in {one.lot for one in whole.up}
    assert H1 not in {one.lot for one in whole.up if one.own}
    with pytest.raises(UnknownLot):
        look_around(chain.platform.transactions, mill, H1)
