"""Which checkpoint every witness signed is found at one price, however many others there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event

from tests.clock import SteppingClock
from trace.store.base import to_micros
from trace.store.bulk import insert_rows
from trace.store.log import checkpoints
from trace.store.tables.log import log_checkpoint, log_cosignature
from trace.store.transaction import Transactions, open_database

BOTH = {"agri", "market"}
START = SteppingClock()()
FEW, MANY = 60, 1_500
QUESTIONS: dict[str, Callable[[Connection, int], object]] = {
    "first_covering": lambda c, _: checkpoints.find_first_covering(c, 1, BOTH),
    "last_before": lambda c, size: checkpoints.find_last_before(c, size - 1, BOTH),
    "newest_cosigned": lambda c, _: checkpoints.find_newest_cosigned(c, BOTH),
    "latest_checkpoint": lambda c, _: checkpoints.find_latest_checkpoint(c),
    "last_signed_by": lambda c, _: checkpoints.read_last_signed(c, "agri"),
    "checkpoint_at": checkpoints.find_checkpoint,
}


@pytest.fixture
def transactions(database_url: str) -> Iterator[Transactions]:
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


def fill(transactions: Transactions, size: int, *, beats: int = 1) -> None:
    """The sizes 1 and `size` under both witnesses, those between under one, by turns; `beats` lines for the
    last one."""
    at = to_micros(START)
    rows = [(each, b"r", f"note {each}\n\n", at) for each in range(1, size + 1)]
    lines = [(each, ("agri", "market")[each % 2], at + each, f"— {each}") for each in range(2, size)]
    for name in BOTH:
        lines.append((1, name, at, f"— {name} 1"))
        lines += [(size, name, at + 1_000_000 * beat, f"— {name} {beat}") for beat in range(beats)]
    with transactions.begin("test") as tx:
        insert_rows(tx.connection, log_checkpoint, ("size", "root", "note", "at"), rows)
        insert_rows(tx.connection, log_cosignature, ("size", "witness", "at", "line"), lines)


@contextmanager
def counted(connection: Connection) -> Iterator[list[int]]:
    """Statements sent, and steps that SQLite took for them."""
    spent = [0, 0]

    def sent(*_: object) -> None:
        spent[0] += 1

    def stepped() -> int:
        spent[1] += 1
        return 0

    driver = connection.connection.driver_connection
    event.listen(connection, "before_cursor_execute", sent)
    if connection.dialect.name == "sqlite":
        driver.set_progress_handler(stepped, 1)
    yield spent
    event.remove(connection, "before_cursor_execute", sent)
    if connection.dialect.name == "sqlite":
        driver.set_progress_handler(None, 1)


def prices(transactions: Transactions, size: int) -> dict[str, list[int]]:
    with transactions.look() as tx:
        found = {}
        for name, ask in QUESTIONS.items():
            with counted(tx.connection) as spent:
                assert ask(tx.connection, size)
            found[name] = spent
    return found


def test_checkpoints_that_lack_a_witness_cost_nothing(databases, database_kind) -> None:
    found = []
    for size in (FEW, MANY):
        url = databases.migrated(database_kind)
        engine = open_database(url)
        transactions = Transactions(engine, SteppingClock(), None, "trace.test/food")
        fill(transactions, size)
        with transactions.look() as tx:
            assert checkpoints.find_first_covering(tx.connection, 1, BOTH).size == size
            assert checkpoints.find_last_before(tx.connection, size - 1, BOTH).size == 1
            assert checkpoints.find_newest_cosigned(tx.connection, BOTH).size == size
            assert checkpoints.find_newest_cosigned(tx.connection, {"agri"}).size == size
            assert checkpoints.find_first_covering(tx.connection, 1, {"agri"}).size == 2
            assert checkpoints.find_first_covering(tx.connection, 1, {"market"}).size == 3
            assert checkpoints.find_newest_cosigned(tx.connection, {*BOTH, "third"}) is None
            assert checkpoints.find_newest_cosigned(tx.connection, set()).size == size
        found.append(prices(transactions, size))
        engine.dispose()
        databases.discard(url)
    few, many = found
    for name in QUESTIONS:
        assert many[name][0] == few[name][0] <= 3, name
        assert many[name][1] <= 1.2 * few[name][1], name


def test_a_log_that_stands_still_for_weeks_costs_nothing(transactions: Transactions) -> None:
    fill(transactions, 3, beats=4_000)
    spent = prices(transactions, 3)
    assert all(steps < 1_000 for _, steps in spent.values()), spent
    with transactions.look() as tx:
        found = checkpoints.find_newest_cosigned(tx.connection, BOTH)
        listed = checkpoints.list_checkpoints(tx.connection)
    assert found is not None
    assert found.cosigned_note() == "note 3\n\n— agri 0\n— market 0\n"
    assert found.cosigned_note(newest=True) == "note 3\n\n— agri 3999\n— market 3999\n"
    assert [one.at - START for one in found.cosignatures] == [timedelta()] * 2 + [timedelta(seconds=3999)] * 2
    assert [len(one.cosignatures) for one in listed] == [2, 1, 8_000], "whoever audits sees every line"


def test_who_signed_is_known_of_lines_kept_one_by_one(transactions: Transactions) -> None:
    fill(transactions, 3)
    line = checkpoints.StoredCosignature(2, "agri", START, "— agri late")
    with transactions.begin("test") as tx:
        checkpoints.add_cosignatures(tx.connection, [line])
        checkpoints.add_cosignatures(
            tx.connection, [line, checkpoints.StoredCosignature(2, "market", START, "— market late")]
        )
        assert checkpoints.find_first_covering(tx.connection, 1, BOTH).size == 2
