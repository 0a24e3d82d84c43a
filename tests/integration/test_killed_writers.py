"""Killed at any moment: what was acknowledged is there, nothing is half, and the log goes on."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from tests import soak
from tests.builders.signers import Registrar
from tests.patience import until
from tests.servers.platform import TestPlatform
from trace.ledger.merkle import CompactRange, leaf_hash
from trace.store.log.entries import load_tree, read_entries, read_head, read_leaves
from trace.usecases.intake.replay_log import replay


def kill_rounds(url: str, clock, root, rounds: int, seed: int) -> int:
    """Kill an uploader `rounds` times; returns how many records were acknowledged, all of them found."""
    dice = random.Random(seed)
    acknowledged: dict[int, str] = {}
    for number in range(rounds):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulators.uploader", url, str(number), "4"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]  # it is at it
        time.sleep(dice.uniform(0.0, 0.4))
        process.kill()
        lines += process.stdout.read().splitlines()
        process.stdout.close()
        process.wait()
        for line in lines:
            index, _, name = line.strip().partition(" ")
            if len(name) == 43:
                acknowledged[int(index)] = name
        check_whole(url, clock, acknowledged)
    return len(acknowledged)


_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def _nobody_writes(platform: TestPlatform) -> bool:
    """What a killed process had sent, PostgreSQL may still be writing down."""
    if platform.engine.dialect.name == "sqlite":
        return True
    with platform.transactions.look() as tx:
        return tx.connection.exec_driver_sql(_AT_WORK).scalar_one() == 0


def check_whole(url: str, clock, acknowledged: dict[int, str]) -> None:
    platform = TestPlatform(url, clock, registrar=Registrar())
    until(lambda: _nobody_writes(platform))
    with platform.transactions.look() as tx:
        size = read_head(tx.connection).size
        entries = read_entries(tx.connection, 0, size)
        leaves = read_leaves(tx.connection, 0, size)
        root = load_tree(tx.connection, size).root()
    names = {entry.index: entry.statement_id for entry in entries}
    assert sorted(names) == list(range(size))
    assert {index: names.get(index) for index in acknowledged} == acknowledged
    edge = CompactRange()
    edge.extend([leaf_hash(leaf) for leaf in leaves])
    assert root == edge.root()
    lots = sum(entry.typ == "farm.harvest" for entry in entries)
    assert platform.count("lot") == lots
    assert replay(platform.transactions).equal
    platform.engine.dispose()


@pytest.mark.slow
def test_a_killed_writer_loses_no_acknowledged_record_and_leaves_no_half(database_url, clock, root) -> None:
    clock.advance(timedelta(hours=24))
    assert kill_rounds(database_url, clock, root, rounds=3, seed=1) >= 6


@pytest.mark.soak
def test_twenty_kills_at_random_moments(database_url, clock, root) -> None:
    clock.advance(timedelta(hours=48))
    count = kill_rounds(database_url, clock, root, rounds=20, seed=20)
    soak.tell(f"20 kills: {count} acknowledged records, all there, replay equal")


@pytest.mark.slow
def test_a_restarted_database_takes_uploads_again(new_postgres, databases, clock) -> None:
    """PostgreSQL stops at once in the middle of uploads; the same bytes are taken afterwards."""
    import signal

    from tests.builders import facts as made
    from tests.builders.signers import Signer
    from tests.servers.databases import migrate
    from trace.errors import StorageLost
    from trace.usecases.intake.receipt import Receipt, Refused

    clock.advance(timedelta(hours=6))
    server = new_postgres(durable=True)
    url = server.create("restarted")
    migrate(url)
    with TestPlatform(url, clock) as platform:
        grower = Signer(made.COOPERATIVE, "grower")
        platform.register(grower)
        kept = platform.log(*[grower.harvest(f"H{number}") for number in range(20)])
        server.restart(signal.SIGQUIT)
        statement = grower.harvest("after")
        (outcome,) = platform.accept(statement)
        if isinstance(outcome, Refused):
            assert isinstance(outcome.refusal, StorageLost)
            (outcome,) = platform.accept(statement)
        assert isinstance(outcome, Receipt)
        assert outcome.index == kept[-1].index + 1
        check_whole(url, clock, {one.index: one.statement_id for one in kept})
