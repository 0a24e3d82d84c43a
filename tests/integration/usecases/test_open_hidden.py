"""Attempts at hidden codes on both databases: limited, locked for a time, one way, and safe when raced."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import SteppingClock
from tests.servers.served import RING
from trace.codes.hidden import hidden_code
from trace.codes.platform_code import SCOPE, shown
from trace.codes.ranges import Standing
from trace.codes.serials import gtin_scope
from trace.rules import load
from trace.store.transaction import Transactions, open_database
from trace.usecases.codes.item_codes import IssuedCode
from trace.usecases.codes.open_hidden import LOCKED, RIGHT, WRONG, open_hidden
from trace.usecases.scans.scan_state import NEVER, scan_state

GTIN = "09521234100010"
SERIAL = RING.key("0", gtin_scope(GTIN)).serial(7)
ISSUED = IssuedCode(f"01/{GTIN}/21/{SERIAL}", SERIAL, 7, "urn:lot:A:B", GTIN, "B", Standing.ACTIVE)
DIGITS = hidden_code(RING, gtin_scope(GTIN), SERIAL)
FALSE = "".join(str(9 - int(digit)) for digit in DIGITS)
NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)


def over(url: str) -> Transactions:
    return Transactions(open_database(url), SteppingClock(NOON), load(), "t")


@pytest.fixture
def transactions(database_url):
    found = over(database_url)
    yield found
    found.engine.dispose()


def test_the_first_right_answer_opens_and_stays_the_first(transactions) -> None:
    first = open_hidden(transactions, RING, ISSUED, DIGITS)
    assert (first.state, first.opened_at) == (RIGHT, None)
    opened_at = scan_state(transactions, ISSUED.code).opened_at
    assert opened_at is not None
    transactions.clock.advance(timedelta(days=3))
    again = open_hidden(transactions, RING, ISSUED, DIGITS)
    assert (again.state, again.opened_at) == (RIGHT, opened_at)
    assert open_hidden(transactions, RING, ISSUED, FALSE).opened_at == opened_at
    assert scan_state(transactions, ISSUED.code).opened_at == opened_at


def test_a_code_without_gtin_has_digits_of_its_own(transactions) -> None:
    serial = RING.key("0", SCOPE).serial(3)
    loose = IssuedCode(f"t/{shown(serial)}", serial, 3, "urn:lot:A:C", None, "C", Standing.ACTIVE)
    assert open_hidden(transactions, RING, loose, hidden_code(RING, SCOPE, serial)).state == RIGHT
    assert scan_state(transactions, ISSUED.code) == NEVER


def test_five_wrong_ones_in_a_row_lock_for_a_day(transactions) -> None:
    lefts = [open_hidden(transactions, RING, ISSUED, FALSE).left for _ in range(5)]
    assert lefts == [4, 3, 2, 1, 0]
    locked = open_hidden(transactions, RING, ISSUED, DIGITS)
    assert locked.state == LOCKED
    assert timedelta(hours=23) < locked.locked_until - transactions.clock() < timedelta(hours=24)
    assert scan_state(transactions, ISSUED.code).opened_at is None
    transactions.clock.advance(timedelta(hours=24))
    assert open_hidden(transactions, RING, ISSUED, FALSE).left == 4
    assert open_hidden(transactions, RING, ISSUED, DIGITS).state == RIGHT
    assert open_hidden(transactions, RING, ISSUED, FALSE).left == 4


def raced(url: str, attempts: list[str]) -> Counter[str]:
    """Every attempt from a process's own engine, all at the same moment."""
    states: list[str] = []
    start = threading.Barrier(len(attempts))

    def attempt(digits: str) -> None:
        transactions = over(url)
        start.wait()
        states.append(open_hidden(transactions, RING, ISSUED, digits).state)
        transactions.engine.dispose()

    threads = [threading.Thread(target=attempt, args=(digits,)) for digits in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(states)


def test_eight_racing_guesses_get_five_attempts(database_url) -> None:
    assert raced(database_url, [f"{number:08d}" for number in range(8)]) == {WRONG: 5, LOCKED: 3}


def test_eight_racing_openings_open_once(database_url, transactions) -> None:
    assert raced(database_url, [DIGITS] * 8) == {RIGHT: 8}
    with transactions.look() as tx:
        (row,) = tx.connection.exec_driver_sql("SELECT openings, failures FROM hidden_attempt").all()
    assert tuple(row) == (8, 0)
