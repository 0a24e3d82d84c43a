"""The lot graph in the tables gives the traces of the one in memory, and their cost follows the answer."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import event

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.ids import row_id
from trace.chain.lineage.arcs import UP, Arc, GraphInMemory
from trace.chain.lineage.closure import trace_down, trace_up
from trace.quantities import Quantity
from trace.store.chain.effects import write_effects
from trace.store.columns import quantity
from trace.store.lots.graph import WALKS, StoredLotGraph, is_larger
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


@pytest.mark.parametrize("limit", [1, 2, 7, 30, 119, 120])
def test_a_limit_keeps_the_same_lots_in_the_store_as_in_memory(transactions, limit):
    story, arcs, lots = random_chain(120, 4)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        stored, memory = StoredLotGraph(tx.connection), GraphInMemory(arcs)
        for trace, start in ((trace_down, lots[0]), (trace_up, lots[-1])):
            found, wanted = (trace(graph, [start], max_lots=limit) for graph in (stored, memory))
            assert (found.keys, found.unexplored) == (wanted.keys, wanted.unexplored)
            assert (found.arcs, found.excluded) == (wanted.arcs, wanted.excluded)
            assert [found.witness(lot) for lot in found.keys] == [wanted.witness(lot) for lot in found.keys]


def fan(first_index, width):
    """One lot that `width` others took of, all of them used up in a last one."""
    middle = []
    one = EffectsOf(ORIGIN, first_index)
    top, last = (
        one.lot(f"urn:lot:T:{first_index}", kg("1000")),
        one.lot(f"urn:lot:L:{first_index}", kg("1000")),
    )
    made_of = [one]
    for index in range(first_index + 1, first_index + 1 + width):
        one = EffectsOf(ORIGIN, index)
        middle.append(one.lot(f"urn:lot:X:{index}", kg("1")))
        one.link(top, middle[-1], kg("1"), kg("1"))
        one.link(middle[-1], last, kg("1"), kg("1"))
        made_of.append(one)
    return [one.done() for one in made_of], top, last


class Counted(StoredLotGraph):
    """Counts the rows that came out of the store."""

    rows = 0

    def _rows(self, *given):
        for row in super()._rows(*given):
            self.rows += 1
            yield row


def steps_of(connection, work):
    """(result, statements, instructions of SQLite's machine) of some work."""
    statements, instructions = [], [0]

    def count():
        instructions[0] += 1

    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    driver = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        driver.set_progress_handler(count, 1)
    result = work()
    if sqlite:
        driver.set_progress_handler(None, 1)
    return result, len(statements), instructions[0]


def test_a_trace_is_one_statement_and_its_cost_follows_the_answer(transactions):
    """Twice the answer costs twice the rows and steps; four times as large a store costs nothing."""
    cost = {}
    with transactions.begin("test") as tx:
        small, large = fan(0, 150), fan(1_000, 300)
        for story, around in ((small[0] + large[0], 0), (fan(5_000, 1_800)[0], 1)):
            write_effects(tx.connection, story)
            for width, (_, top, last) in ((150, small), (300, large)):
                for trace, start in ((trace_down, top), (trace_up, last)):
                    graph = Counted(tx.connection)
                    closure, statements, steps = steps_of(tx.connection, lambda: trace(graph, [start]))  # noqa: B023
                    assert len(closure.lots) == width + 2
                    assert (statements, graph.rows) == (1, 2 * width)
                    cost[width, trace, around] = steps
    for trace in (trace_down, trace_up):
        small, large = cost[150, trace, 0], cost[300, trace, 0]
        assert cost[150, trace, 1] <= 1.01 * small  # a page of an index more is a few instructions
        assert cost[300, trace, 1] <= 1.01 * large
        assert large <= 2.02 * small


def test_what_is_shown_of_the_links_is_one_statement_more(transactions):
    story, top, _ = fan(0, 40)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        closure = trace_down(StoredLotGraph(tx.connection), [top])
        shown, statements, _ = steps_of(
            tx.connection, lambda: [closure.witness(lot) for lot in closure.keys] + [closure.arcs]
        )
        assert (len(shown), statements) == (43, 1)


def test_postgresql_walks_by_the_indexes_however_many_lots_it_expects(databases):
    url = databases.migrated("postgresql")
    engine = open_database(url)
    with engine.begin() as connection:
        write_effects(connection, [one for start in range(0, 20_000, 1_000) for one in fan(start, 200)[0]])
        connection.exec_driver_sql("ANALYZE link")
        for (dialect, _), text in WALKS.items():
            if dialect == "postgresql":
                plan = connection.exec_driver_sql(f"EXPLAIN {text}", ("{1,2,3}", None)).all()
                assert not any("Seq Scan" in row[0] or "Hash" in row[0] for row in plan), plan
    engine.dispose()
    databases.discard(url)


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


@pytest.mark.parametrize(("most", "larger"), [(1, True), (4, True), (5, False), (6, False)])
def test_whether_a_graph_is_larger_is_known_without_walking_all_of_it(transactions, most, larger):
    """Four lots above the last: a circle and a link that counts no longer among them."""
    story = [EffectsOf(ORIGIN, index) for index in range(6)]
    lots = [one.lot(f"urn:lot:X:{index}", kg("1")) for index, one in enumerate(story)]
    for above, below in ((0, 1), (1, 2), (2, 1), (2, 4), (3, 4)):
        story[below].link(lots[above], lots[below], kg("1"), kg("1"))
    gone = made.NewLink(
        story[5].next_id(), lots[5], lots[4], "transform", None, None, UNKNOWN, UNKNOWN, "superseded"
    )
    story[5].keep(gone)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in story])
    with transactions.look() as tx:
        assert is_larger(tx.connection, lots[4], UP, most) is larger
        assert not is_larger(tx.connection, lots[0], UP, 1)
