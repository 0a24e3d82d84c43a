"""The first page of a firm costs a database the same however many records the firm has."""

from __future__ import annotations

from bench.home import MOST_GROWTH, NOW, fill, see
from tests.servers.databases import migrate
from trace.rules import load
from trace.store.transaction import Transactions, open_database

FEW, MANY = 5_500, 11_000
"""More lots than the page looks at, and twice as many."""


def test_the_first_page_asks_and_reads_as_much_of_twice_the_records(tmp_path) -> None:
    migrate(url := f"sqlite:///{tmp_path / 'home.db'}")
    transactions = Transactions(open_database(url), lambda: NOW, load(), "home.example/food")
    fill(transactions, 0, FEW)
    few = see(transactions)
    fill(transactions, FEW, MANY)
    many = see(transactions)
    transactions.engine.dispose()
    assert (many.statements, many.rows) == (few.statements, few.rows)
    assert few.statements < 60
    assert 0 < many.steps <= MOST_GROWTH * few.steps
