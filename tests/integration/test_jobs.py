"""Jobs of several workers: each done once, taken over from the dead, tried again when it fails."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import ROOT
from tests.patience import PATIENCE, until
from tests.servers.door import Door, SlowClock
from trace.platform.jobs import jobs_of
from trace.store import jobs
from trace.store.transaction import Transactions, open_database
from trace.usecases.jobs.run_jobs import JobKind, JobRunner
from trace.usecases.scans.count_scans import SeenScan, count_scans

LEASE = timedelta(minutes=1)


@pytest.fixture
def clock(tmp_path: Path) -> SlowClock:
    return SlowClock(tmp_path / "clock")


@pytest.fixture
def transactions(database_url: str, clock: SlowClock) -> Iterator[Transactions]:
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, "trace.test/food")
    engine.dispose()


@contextmanager
def worker(url: str, folder: Path, lease: float = 60) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.builders.job_worker",
            url,
            folder / "clock",
            folder / "notes",
            f"{lease}",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.communicate("", timeout=PATIENCE)


def noted(folder: Path) -> list[str]:
    path = folder / "notes"
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def put(transactions: Transactions, key: str, **payload: object) -> None:
    with transactions.begin("test") as tx:
        jobs.put_job(tx.connection, "slow", key, payload, tx.now)


def row(transactions: Transactions, key: str) -> dict[str, object]:
    with transactions.look() as tx:
        found = tx.connection.execute(text("SELECT * FROM job WHERE key = :key"), {"key": key})
        return dict(found.mappings().one())


# Workers --------------------------------------------------------------------------------------------------


def test_two_workers_do_a_recurring_job_once_each_time(
    transactions: Transactions, database_url: str, clock: SlowClock, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(database_url, tmp_path)) for _ in range(2)]
        assert [each.stdout.readline() for each in workers] == ["ready\n"] * 2
        until(lambda: noted(tmp_path) == ["tick"])
        clock.advance(timedelta(hours=5))
        time.sleep(0.5)
        assert noted(tmp_path) == ["tick"]
        clock.advance(timedelta(hours=1, minutes=1))
        until(lambda: len(noted(tmp_path)) > 1)
        time.sleep(0.5)
        assert noted(tmp_path) == ["tick"] * 2


def test_two_workers_do_what_is_handed_in_each_once(
    transactions: Transactions, database_url: str, tmp_path: Path
) -> None:
    with worker(database_url, tmp_path) as one, worker(database_url, tmp_path) as other:
        assert [each.stdout.readline() for each in (one, other)] == ["ready\n"] * 2
        for number in range(20):
            put(transactions, f"{number}", seconds=0.05)
        until(lambda: noted(tmp_path).count("ended") == 20)
        time.sleep(0.3)
    assert noted(tmp_path).count("begun") == noted(tmp_path).count("ended") == 20


def test_what_a_dead_worker_held_is_done_by_another(
    transactions: Transactions, database_url: str, tmp_path: Path
) -> None:
    put(transactions, "1", seconds=1.0)
    with worker(database_url, tmp_path, lease=0.6) as first:
        until(lambda: "begun" in noted(tmp_path))
        first.kill()
        first.wait()
        with worker(database_url, tmp_path, lease=0.6):
            until(lambda: "ended" in noted(tmp_path))
            until(lambda: row(transactions, "1")["open"] == 0)
    assert noted(tmp_path).count("begun") == 2
    assert noted(tmp_path).count("ended") == 1


def test_a_job_that_outlasts_its_lease_keeps_it(
    transactions: Transactions, database_url: str, tmp_path: Path
) -> None:
    put(transactions, "1", seconds=2.5)
    with worker(database_url, tmp_path, lease=1.0), worker(database_url, tmp_path, lease=1.0):
        until(lambda: "ended" in noted(tmp_path))
    assert noted(tmp_path).count("begun") == 1


# Rows -----------------------------------------------------------------------------------------------------


def test_what_fails_is_due_again_later_and_says_why(transactions: Transactions, clock: SlowClock) -> None:
    put(transactions, "1")
    tries: list[int] = []

    def work(claim: jobs.Claim) -> None:
        tries.append(claim.attempts)
        if len(tries) < 3:
            raise RuntimeError("the city is away")

    runner = JobRunner(transactions, [JobKind("slow", work)])
    assert runner.run_one()
    assert not runner.run_one(), "not before its time"
    assert row(transactions, "1")["last_error"] == "RuntimeError: the city is away"
    for wait in (10, 20):
        clock.advance(timedelta(seconds=wait))
        assert runner.run_one()
    assert tries == [0, 1, 2]
    done = row(transactions, "1")
    assert (done["open"], done["attempts"], done["last_error"], done["holder"]) == (0, 0, None, None)
    put(transactions, "1")
    assert not runner.run_one(), "what is known by its key is not done twice"


def test_whoever_lost_its_lease_changes_nothing(transactions: Transactions, clock: SlowClock) -> None:
    """The effect stands or falls with the job, where both end in one transaction."""
    put(transactions, "1")
    with transactions.begin("first") as tx:
        first = jobs.claim_job(tx.connection, ["slow"], tx.now, LEASE)
        assert jobs.claim_job(tx.connection, ["slow"], tx.now, LEASE) is None
    clock.advance(LEASE)
    with transactions.begin("second") as tx:
        second = jobs.claim_job(tx.connection, ["slow"], tx.now, LEASE)
    assert first.holder != second.holder

    def attempt(act) -> None:
        with transactions.begin("first") as tx:
            jobs.put_job(tx.connection, "effect", "of the first", {}, tx.now)
            act(tx)

    for act in (
        lambda tx: jobs.finish_job(tx.connection, first, tx.now),
        lambda tx: jobs.fail_job(tx.connection, first, "late", tx.now),
        lambda tx: jobs.renew_lease(tx.connection, first, tx.now + LEASE),
    ):
        with pytest.raises(jobs.LeaseLost):
            attempt(act)
    with transactions.begin("second") as tx:
        jobs.put_job(tx.connection, "effect", "of the second", {}, tx.now)
        jobs.finish_job(tx.connection, second, tx.now)
    with transactions.look() as tx:
        keys = tx.connection.execute(text("SELECT key FROM job WHERE kind = 'effect'")).scalars().all()
    assert keys == ["of the second"]


def test_jobs_of_kinds_that_a_process_does_not_know_are_left_to_others(transactions: Transactions) -> None:
    put(transactions, "1")
    done: list[str] = []
    other = JobRunner(transactions, [JobKind("other", lambda claim: done.append(claim.key))])
    assert not other.run_one()
    mine = JobRunner(transactions, [JobKind("slow", lambda claim: done.append(claim.key))])
    assert mine.run_one()
    assert done == ["1"]


def test_what_is_done_once_has_a_key(transactions: Transactions) -> None:
    with pytest.raises(ValueError, match="key"), transactions.begin("test") as tx:
        jobs.put_job(tx.connection, "slow", "", {}, tx.now)


def test_who_is_away_from_the_database_comes_back(new_postgres, clock: SlowClock) -> None:
    from tests.servers.databases import migrate

    server = new_postgres()
    url = server.create("jobs")
    migrate(url)
    engine = open_database(url)
    transactions = Transactions(engine, clock, None, "trace.test/food")
    done: list[str] = []
    runner = JobRunner(transactions, [JobKind("slow", lambda claim: done.append(claim.key))], look=0.05)
    server.stop()
    runner.start()
    time.sleep(0.3)
    server.start()
    put(transactions, "1")
    runner.nudge()
    until(lambda: done == ["1"])
    runner.stop()
    engine.dispose()


def done_once(transactions: Transactions) -> bool:
    with transactions.look() as tx:
        return bool(tx.connection.scalar(text("SELECT count(done_at) FROM job")))


def test_details_of_scans_are_forgotten_by_a_job(databases, tmp_path: Path) -> None:
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        scans = [
            SeenScan(f"01/09521234100010/21/{number}", None, door.clock(), "310100", f"d{number}")
            for number in range(3)
        ]
        count_scans(door.platform.transactions, scans)
        assert door.counts()["scan"] == 3
        runner = JobRunner(door.platform.transactions, jobs_of(door.platform), look=0.05)
        runner.start()
        until(lambda: done_once(door.platform.transactions))
        assert door.counts()["scan"] == 3
        door.clock.advance(timedelta(days=91))
        until(lambda: door.counts()["scan"] == 0)
        runner.stop()
