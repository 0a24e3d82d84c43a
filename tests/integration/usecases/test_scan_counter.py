"""The counter's queue and thread: never waits, drops when full, writes what is left when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from tests.clock import SteppingClock
from tests.patience import until
from trace.rules import load
from trace.store.scans.scans import take_turn
from trace.store.transaction import WAIT_SECONDS, Transactions, open_database
from trace.usecases.scans.count_scans import SeenScan, count_scans
from trace.usecases.scans.scan_counter import ScanCounter
from trace.usecases.scans.scan_state import scan_state

NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
CODE = "01/09521234100010/21/0ABCDEFGHJKM"


def scan(number: int, code: str = CODE) -> SeenScan:
    return SeenScan(code, None, NOON + timedelta(seconds=number), "310100", f"d{number}")


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(NOON), load(), "t")
    engine.dispose()


def test_what_was_offered_is_written_soon(transactions) -> None:
    counter = ScanCounter(lambda: transactions, linger=0.01)
    assert all(counter.offer(scan(number)) for number in range(30))
    until(lambda: counter.figures.counted == 30)
    assert scan_state(transactions, CODE).count == 30
    counter.stop()


def test_stopping_writes_what_is_left_and_takes_no_more(transactions) -> None:
    counter = ScanCounter(lambda: transactions, linger=30)
    for number in range(450):
        counter.offer(scan(number))
    counter.stop()
    assert counter.figures.counted == 450
    assert not counter.offer(scan(451))
    assert counter.figures.dropped == 1
    counter.stop()


def test_a_counter_that_was_never_used_stops_at_once(transactions) -> None:
    ScanCounter(lambda: transactions).stop()


def test_a_full_queue_drops_and_nobody_waits(database_url, transactions) -> None:
    """Another writer holds the database: offers return at once, the first ones wait, the rest drop."""
    held = open_database(database_url)
    counter = ScanCounter(lambda: transactions, room=20, linger=0.0)
    with Transactions(held, SteppingClock(NOON), load(), "t").begin("other") as tx:
        take_turn(tx.connection)
        counter.offer(scan(0))
        until(lambda: counter.waiting() == 0)
        begun = time.monotonic()
        taken = [counter.offer(scan(number)) for number in range(1, 61)]
        assert time.monotonic() - begun < WAIT_SECONDS, "somebody waited for the database"
        assert taken == [True] * 20 + [False] * 40
        assert counter.figures.dropped == 40
    counter.stop()
    assert scan_state(transactions, CODE).count == counter.figures.counted == 21
    held.dispose()


def test_a_batch_that_the_database_never_takes_is_lost_and_said_so(database_url, caplog) -> None:
    gone = Transactions(open_database("sqlite:////nowhere/at/all.db"), SteppingClock(NOON), load(), "t")
    counter = ScanCounter(lambda: gone, linger=0.0, retries=(0.0,))
    counter.offer(scan(0))
    until(lambda: counter.figures.lost == 1)
    assert "scans have to wait" in caplog.text
    counter.offer(scan(1))
    until(lambda: counter.figures.lost == 2)
    counter.stop()


def impatient(url: str) -> Transactions:
    """Gives up on a busy database at once instead of after ten seconds."""
    engine = open_database(url)

    def hurry(connection, _record) -> None:
        connection.execute("PRAGMA busy_timeout = 20")

    event.listen(engine, "connect", hurry)
    return Transactions(engine, SteppingClock(NOON), load(), "t")


def test_a_busy_database_is_asked_again(databases, caplog) -> None:
    url = databases.migrated("sqlite")
    transactions, other = impatient(url), Transactions(open_database(url), SteppingClock(NOON), load(), "t")
    counter = ScanCounter(lambda: transactions, linger=0.0, retries=(0.05,) * 100)
    with other.begin("other"):
        counter.offer(scan(0))
        until(lambda: "scans have to wait" in caplog.text)
        assert counter.figures.counted == 0
    until(lambda: counter.figures.counted == 1)
    assert counter.figures.lost == 0
    counter.stop()
    for each in (transactions, other):
        each.engine.dispose()
    databases.discard(url)


SERVER = """
    import sys, time
    from datetime import UTC, datetime
    from tests.integration.usecases.test_scan_counter import scan
    from trace.rules import load
    from trace.store.transaction import Transactions, open_database
    from trace.usecases.scans.scan_counter import ScanCounter

    noon = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
    transactions = Transactions(open_database(sys.argv[1]), lambda: noon, load(), "t")
    counter = ScanCounter(lambda: transactions, linger=60)
    for number in range(25):
        counter.offer(scan(number))
    print("offered", flush=True)
    if sys.argv[2] == "wait":
        time.sleep(60)
"""


def test_a_process_that_ends_writes_what_it_took(database_url, transactions, root) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SERVER), database_url, "end"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert scan_state(transactions, CODE).count == 25


def test_a_process_that_is_killed_leaves_all_or_nothing(database_url, transactions, root) -> None:
    count_scans(transactions, [scan(1000)])
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVER), database_url, "wait"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "offered\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert scan_state(transactions, CODE).count in {1, 26}
