"""The lot graph in the tables gives the same traces as the one in memory, one query a level."""

from __future__ import annotations

import random

import pytest

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.ids import row_id
from trace.chain.lineage.arcs import Arc, GraphInMemory
from trace.chain.lineage.closure import trace_down, trace_up
from trace.quantities import Quantity
from trace.store.chain.effects import write_effects
from trace.store.columns import quantity
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Transactions, open_database

ORIGIN = "food.example/log"


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, ORIGIN)
    engine.dispose()


def random_chain(lots, seed):
    """Lots that each take from up to three earlier ones; some links without quantities or times."""
    draw = random.Random(seed)
    story, arcs = [], []
    known: list[int] = []
    for index in range(lots):
        one = EffectsOf(ORIGIN, index)
        lot = one.lot(f"urn:lot:X:{index}", kg("100"))
        for above in draw.sample(known, min(len(known), draw.randint(0, 3))):
            taken = kg(str(draw.randint(1, 50))) if draw.random() < 0.9 else None
            when = made.Interval(one.done().occurred_at, None) if draw.random() < 0.9 else UNKNOWN
            link = made.NewLink(
                one.next_id(), above, lot, "transform", taken, taken, when, when, draw.choice(STATES)
            )
            one.keep(link)
            arcs.append(arc_of(link, one.entry.statement_id))
        known.append(lot)
        story.append(one.done())
    return story, arcs, known


UNKNOWN = made.Interval(None, None)
STATES = ("signed", "signed", "signed", "disputed", "superseded")


def arc_of(link, stmt):
    return Arc(
        link.id,
        link.from_lot,
        link.to_lot,
        link.kind,
        link.taken,
        link.given,
        link.departure,
        link.arrival,
        link.state,
        stmt,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_trace_in_the_store_is_the_trace_in_memory(transactions, seed):
    story, arcs, lots = random_chain(120, seed)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    with transactions.look() as tx:
        stored, memory = StoredLotGraph(tx.connection), GraphInMemory(arcs)
        for trace, start in ((trace_down, lots[3]), (trace_up, lots[-1]), (trace_up, lots[60])):
            found, wanted = trace(stored, [start]), trace(memory, [start])
            assert found.lots == wanted.lots
            assert found.arcs == wanted.arcs
            assert found.excluded == wanted.excluded


def test_a_level_is_one_query_whatever_its_width(transactions):
    wide = [EffectsOf(ORIGIN, 0)]
    first = wide[0].lot("urn:lot:X:0", kg("1000"))
    for index in range(1, 301):
        one = EffectsOf(ORIGIN, index)
        one.link(first, one.lot(f"urn:lot:X:{index}", kg("1")), kg("1"), kg("1"))
        wide.append(one)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in wide])
        graph = StoredLotGraph(tx.connection)
        assert len(trace_down(graph, [first]).lots) == 301
        assert graph.levels == 2


def test_sqlite_reads_a_level_from_the_covering_index_alone(databases):
    url = databases.migrated("sqlite")
    engine = open_database(url)
    with engine.connect() as connection:
        for end, index in (("from_lot", "COVERING INDEX ix_link_down"), ("to_lot", "PRIMARY KEY")):
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN SELECT link.id, link.taken FROM json_each('[1]') AS asked "
                f"CROSS JOIN link ON link.{end} = asked.value"
            ).all()
            assert any(index in row[-1] and row[-1].startswith("SEARCH link") for row in plan), plan
    engine.dispose()
    databases.discard(url)


@pytest.mark.parametrize("unit", ["kg", "t", "斤", "g", "件", "mg"])
def test_a_stored_quantity_reads_back_exactly_and_without_idle_zeros(unit):
    for micro in (0, 1_000, 500_000, 1_000_000, 16_900_000_000, 123_456_001_000, -2_500_000):
        read, slow = quantity(micro, unit), Quantity.from_micro(micro, unit)
        assert read is not None
        assert (read, str(read), read.micro) == (slow, str(slow), micro)


def test_lots_without_links_have_none(transactions):
    with transactions.look() as tx:
        assert StoredLotGraph(tx.connection).arcs_above([row_id(ORIGIN, 5)]) == []
        assert StoredLotGraph(tx.connection).arcs_below([]) == []
