"""Effects become rows, the same ones on both databases, and the sums of a batch are right."""

from __future__ import annotations

import typing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.handover_effects import Answered, ClaimSet, Formed, HandoverSet
from trace.chain.ids import row_id
from trace.chain.loss_effects import LossNoted
from trace.chain.order_effects import CodesFreed, DisposalWitnessed, OrderEnded, OrderMade, Rested
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.store.base import to_micros
from trace.store.chain.effects import _KEEP, write_effects
from trace.store.chain.rebuild import table_hashes, truncate_food
from trace.store.chain.touched import TOUCHES
from trace.store.columns import json_text
from trace.store.tables import food, master, orders
from trace.store.transaction import Transactions, open_database
from trace.store.versions import parts_of, read_version

ORIGIN = "food.example/log"


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, ORIGIN)
    engine.dispose()


def one_day():
    return made.Interval(datetime(2026, 10, 12, tzinfo=UTC), datetime(2026, 10, 13, tzinfo=UTC))


def every_change():
    """One statement that makes one row of each kind, and three that change them."""
    one = EffectsOf(ORIGIN, 7)
    lot = one.lot("urn:lot:X:1", kg("16900.000"), detail={"plots": ["urn:place:p1"], "crop": "水稻"})
    two = one.lot("urn:lot:X:2", kg("20000"))
    link = one.link(lot, two, kg("16900"), kg("16900"))
    mark = one.next_id()
    dispute = one.next_id()
    report = one.next_id()
    order = one.next_id()
    disposal = one.next_id()
    one.keep(
        made.LotTaken(lot, kg("16900")),
        made.Mark(mark, "R08", "pre-harvest-interval", lot, ("release", "code"), {"limit": 7}, "said why"),
        made.NewDispute(dispute, lot, ("s1", "s2"), "quantity", ("18400 kg", "18550 kg")),
        made.MasterStated(one.next_id(), "party", "urn:uscc:1", {"name": "甲"}),
        made.MasterStated(one.next_id(), "place", "urn:place:p1", {"name": "田"}),
        made.MasterStated(one.next_id(), "product", "urn:gtin:09521234100010", {"name": "米"}),
        made.MasterStated(one.next_id(), "licence", "urn:licence:LB", {"holder": "urn:uscc:1"}),
        made.OperationNoted(one.next_id(), "urn:place:p1", "spray", "x", date(2026, 10, 1), None, 7, {}),
        made.CertificateNoted(one.next_id(), lot, "HGZ-1", {"basis": "controlled"}),
        ReportNoted(report, lot, "J-1", "release", "pass", one.entry.statement_id, {}, 0),
        made.PackNoted(one.next_id(), two, "urn:gtin:09521234100010", None, "B1", "batch", "inactive", {}),
        made.LicenceUsed("urn:licence:LB", date(2026, 5, 1), kg("13.6")),
        made.DisposalNoted(disposal, lot, kg("100"), "sampled", {"manner": "sampled"}),
        LossNoted(one.next_id(), lot, kg("3")),
        made.LotMentioned(lot, "report"),
        made.PlotHarvested("urn:place:p1", lot, date(2026, 10, 5)),
        made.RecordKept(one.next_id(), "urn:case:1", {"matter": "x"}),
        OrderMade(order, "recall", "urn:uscc:2", "案1", "2"),
        HandoverSet(
            one.next_id(),
            one.entry.statement_id,
            "urn:uscc:X",
            two,
            lot,
            "party",
            None,
            (("d1", "d2"),),
            kg("400"),
            kg("0"),
            "open",
        ),
        ClaimSet(
            one.next_id(),
            two,
            "urn:uscc:Y",
            one.entry.statement_id,
            "urn:lot:X:1",
            None,
            False,
            True,
            kg("380"),
            "claimed",
        ),
        Formed(one.next_id(), two, lot, None, "transform", kg("5"), "corrected"),
        Answered(one.next_id(), "another statement"),
    )
    after = EffectsOf(ORIGIN, 8)
    restated = made.NewLot(
        "urn:lot:X:2", "product", "精米", kg("19000"), one_day(), batch_no="B1", detail={"n": 1}, id=two
    )
    codes = after.next_id()
    after.keep(
        made.LotAmended(restated, kg("-1000")),
        made.RecordSuperseded("report", report, lot, None),
        made.StatementAmended(one.entry.statement_id, ORIGIN, 7),
        made.LotState(lot, "locked"),
        made.LotState(lot, "recalled"),
        made.LinkState(link, "disputed", two, lot),
        made.MarkCleared(mark),
        made.DisputeEnded(dispute, "supplier-right"),
        made.PackState(two, "active", "ABCD-EFGH-JKMN"),
        made.RangeAllocated(after.next_id(), two, "platform", "0", 0, 5),
        made.ItemsPacked(after.next_id(), "urn:sscc:095212341000000010", two, 0, 24),
        made.CodesChanged(codes, two, "platform", "void", 2, 1),
        CodesFreed(codes, two, "platform", 2, 1),
        OrderEnded(order, one.entry.statement_id, "withdrawn"),
        DisposalWitnessed(disposal, lot),
        Rested(one.entry.index, "urn:lot:X:9"),
        Rested(one.entry.index, "urn:lot:X:9", order),
        Rested(one.entry.index, "urn:lot:X:10"),
        ReportNamed(report, lot),
        made.LicenceUsed("urn:licence:LB", date(2026, 5, 1), kg("0.4")),
        made.LotTaken(two, kg("1.5")),
        made.LotTaken(two, kg("2")),
        made.EditionNoted(after.next_id(), ORIGIN, 8, 2),
        made.MasterStated(after.next_id(), "party", "urn:uscc:1", {"name": "甲（更名）"}),
    )
    return one.done(), after.done()


def rows(connection, table):
    return [row._asdict() for row in connection.execute(select(table))]


def write_and_fail(transactions):
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [EffectsOf(ORIGIN, 9).done()])
        raise KeyError("after writing")


def test_every_kind_of_change_has_a_row_writer():
    assert set(_KEEP) == set(TOUCHES) == set(typing.get_args(made.Effect))


def test_effects_become_rows(transactions):
    with transactions.begin("test") as tx:
        write_effects(tx.connection, every_change())
    with transactions.look() as tx:
        lots = {row["urn"]: row for row in rows(tx.connection, food.lot)}
        first, second = lots["urn:lot:X:1"], lots["urn:lot:X:2"]
        assert (first["quantity"], first["available"], first["state"]) == (16_900_000_000, 0, "recalled")
        assert (second["quantity"], second["available"]) == (19_000_000_000, 18_996_500_000)
        assert (second["product_name"], second["detail"]) == ("精米", '{"n":1}')
        assert {row["idx"]: row["amended_by"] for row in rows(tx.connection, food.statement)} == {
            7: row_id(ORIGIN, 8),
            8: None,
        }
        assert first["detail"] == '{"crop":"水稻","plots":["urn:place:p1"]}'
        assert [row["state"] for row in rows(tx.connection, food.link)] == ["disputed"]
        (mark,) = rows(tx.connection, food.mark)
        assert (mark["gates"], mark["declared"], mark["cleared_by"]) == (
            "release code",
            "said why",
            row_id(ORIGIN, 8),
        )
        (dispute,) = rows(tx.connection, food.dispute)
        assert (dispute["outcome"], dispute["ended_by"]) == ("supplier-right", row_id(ORIGIN, 8))
        assert [row["superseded_by"] for row in rows(tx.connection, food.report)] == [row_id(ORIGIN, 8)]
        assert [row["asked"] for row in rows(tx.connection, food.report)] == [1]  # named since
        (pack,) = rows(tx.connection, food.pack)
        assert (pack["state"], pack["platform_code"]) == ("active", "ABCD-EFGH-JKMN")
        (counter,) = rows(tx.connection, food.code_counter)
        assert counter == {"scope": "platform", "epoch": "0", "next": 5}
        (void,) = rows(tx.connection, food.code_interval)
        assert (void["standing"], void["first"], void["count"]) == ("void", 2, 1)
        assert void["ended_by"] == row_id(ORIGIN, 8)
        waits = {row["name"]: row["woken_by"] is None for row in rows(tx.connection, orders.resting)}
        assert waits == {"urn:lot:X:9": False, "urn:lot:X:10": True}
        (order,) = rows(tx.connection, orders.goods_order)
        assert (order["state"], order["ended_by"]) == ("withdrawn", row_id(ORIGIN, 8))
        (disposal,) = rows(tx.connection, food.disposal)
        assert disposal["witnessed_by"] == row_id(ORIGIN, 8)
        (used,) = rows(tx.connection, food.licence_use)
        assert (used["quantity"], used["year_from"]) == (14_000_000, "2026-05-01")
        (party,) = rows(tx.connection, master.party)
        assert party["data"] == '{"name":"甲（更名）"}'
        for table in food.FOOD_TABLES:
            assert rows(tx.connection, table), table.name


def test_one_batch_or_many_give_the_same_tables_and_a_deleted_one_is_made_again(transactions):
    with transactions.begin("test") as tx:
        write_effects(tx.connection, every_change())
        together = table_hashes(tx.connection)
        truncate_food(tx.connection)
        assert {count for count, _ in table_hashes(tx.connection).values()} == {0}
        for each in every_change():
            write_effects(tx.connection, [each])
        assert table_hashes(tx.connection) == together


def test_both_databases_give_the_same_hashes(databases, clock):
    hashes = []
    for kind in ("sqlite", "postgresql"):
        url = databases.migrated(kind)
        engine = open_database(url)
        with Transactions(engine, clock, None, ORIGIN).begin("test") as tx:
            write_effects(tx.connection, every_change())
            hashes.append(table_hashes(tx.connection))
        engine.dispose()
        databases.discard(url)
    assert hashes[0] == hashes[1]


def test_a_changed_row_changes_the_hash(transactions):
    with transactions.begin("test") as tx:
        write_effects(tx.connection, every_change())
        before = table_hashes(tx.connection)
        tx.connection.execute(food.lot.update().values(available=food.lot.c.available + 1))
        after = table_hashes(tx.connection)
    assert [name for name in before if before[name] != after[name]] == ["lot"]


def test_the_version_moves_with_each_batch_and_back_with_a_rollback(transactions):
    with transactions.look() as tx:
        start = read_version(tx.connection)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, every_change())
    with pytest.raises(KeyError):
        write_and_fail(transactions)
    with transactions.look() as tx:
        assert parts_of(read_version(tx.connection))["projections"] == parts_of(start)["projections"] + 1


def test_a_wide_batch_goes_through_copy_and_keeps_its_sums(transactions):
    batch = []
    for index in range(300):
        one = EffectsOf(ORIGIN, index)
        one.lot(f"urn:lot:X:{index}", kg("10"))
        one.keep(made.LotTaken(row_id(ORIGIN, 0), kg("0.01")))
        batch.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, batch)
        available = tx.connection.execute(
            select(food.lot.c.available).where(food.lot.c.id == row_id(ORIGIN, 0))
        ).scalar_one()
    assert available == 7_000_000


def test_json_of_the_store_is_canonical_and_refuses_floats_of_unknown_kind():
    assert json_text({"b": kg("1.50"), "a": ("x",), "c": frozenset("ba")}) == (
        '{"a":["x"],"b":{"unit":"kg","value":"1.50"},"c":["a","b"]}'
    )
    with pytest.raises(TypeError):
        json_text({"a": Decimal("1.5")})
    with pytest.raises(ValueError, match="naive"):
        to_micros(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
