"""Pairs of consignment and receipt: delivered in parts, or received by the name of the pack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.traced_chain import D1, K1, SHOP, made
from trace.store.casework.exports import BUNDLE, ExportRow, add_part, begin_export
from trace.store.casework.goods import GoodsRow, add_rows, begin_reading
from trace.store.columns import json_text
from trace.usecases.intake.erase_private import erase_private

S1, S2 = made.lot(SHOP, "S1"), made.lot(SHOP, "S2")


@pytest.fixture
def delivered_at_once(rice):
    rice.chain.ship("D1", 3_000, K1, report=rice.report)
    rice.chain.receive("S1", 3_000, D1, by=SHOP, at="15 09:00", role="goods")
    return rice.chain


@pytest.fixture
def delivered_in_two_parts(rice):
    """3 000 kg sent, 1 000 kg and 2 000 kg received."""
    rice.chain.ship("D1", 3_000, K1, report=rice.report)
    rice.chain.receive("S1", 1_000, D1, by=SHOP, at="15 09:00", role="goods")
    rice.chain.receive("S2", 2_000, D1, by=SHOP, at="16 09:00", role="goods")
    return rice.chain


@pytest.fixture
def received_by_the_name_of_the_pack(rice):
    """1 000 kg sent as consignment D1, and received with the pack K1 as the supplier's lot."""
    rice.chain.ship("D1", 1_000, K1, report=rice.report)
    rice.chain.receive("S1", 1_000, K1, by=SHOP, at="15 09:00", role="goods")
    return rice.chain


def test_one_delivery_of_the_whole_consignment_agrees(delivered_at_once):
    down = delivered_at_once.downstream(K1)
    assert (down.left(K1), down.left(D1), down.left(S1)) == ("2000", "0", "3000")
    assert (down.open_disputes, down.marked("R18")) == ([], set())


def test_both_deliveries_are_reached_and_the_consignment_is_empty(delivered_in_two_parts):
    down = delivered_in_two_parts.downstream(K1)
    assert {S1, S2} <= down.lots.keys()
    assert (down.left(D1), down.left(S1), down.left(S2)) == ("0", "1000", "2000")


def test_two_deliveries_that_add_up_leave_no_open_dispute(delivered_in_two_parts):
    assert delivered_in_two_parts.downstream(K1).open_disputes == []


def test_two_deliveries_that_add_up_are_not_marked_as_differing(delivered_in_two_parts):
    assert delivered_in_two_parts.downstream(K1).marked("R18") == set()


def test_a_receipt_that_names_the_pack_is_reached_from_it(received_by_the_name_of_the_pack):
    down = received_by_the_name_of_the_pack.downstream(K1)
    assert {D1, S1} <= down.lots.keys()


def test_a_receipt_that_names_the_pack_takes_nothing_twice_or_is_marked(received_by_the_name_of_the_pack):
    down = received_by_the_name_of_the_pack.downstream(K1)
    assert down.left(K1) == "4000" or down.marks(K1)


def test_who_received_goods_is_their_receiver_also_when_the_disclosure_is_erased(rice):
    rice.chain.ship("D1", 400, K1, report=rice.report)
    rice.chain.receive("S1", 400, D1, by=SHOP, at="15 09:00", role="goods")
    rice.chain.clock.advance(timedelta(days=2 * 366))
    stmt, of = rice.chain.openings[D1]["stmt"], rice.chain.platform.transactions
    line = GoodsRow(0, b"", "", json_text({"statement": stmt, "contact": "021-5555"}))
    with of.begin("test") as tx:
        for number, row in (("AJ2026-00001", line), ("AJ2026-00002", line._replace(body="{}"))):
            begin_reading(tx.connection, number, number, tx.now)
            add_rows(tx.connection, number, "line", [row])
            for sort in ("receivers", BUNDLE):
                copy = ExportRow(number + sort, number, sort, "", 0, 0, tx.now, tx.now)
                begin_export(tx.connection, copy)
                add_part(tx.connection, copy.export, 0, b"x")
    erase_private(of, stmt)
    with of.look() as tx:
        left = [f"SELECT number FROM {table}" for table in ("case_goods", "case_export")]
        left += ["SELECT reading FROM case_goods_row", "SELECT export FROM case_export_part"]
        kept = {one for text in left for (one,) in tx.connection.exec_driver_sql(text)}
    assert kept == {"AJ2026-00002", "AJ2026-00002receivers"}, "no copy says what was erased, nor any bundle"
    (told,) = rice.chain.downstream(K1).document["receivers"]
    assert (told["lot"], told["receiver"]) == (D1, made.uscc(SHOP))
