"""Several workers on one folder: one numbers records at a time, one publishes, all see the same log."""

from __future__ import annotations

import copy
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.application import create_api
from api.publisher import Publisher
from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.clock import SteppingClock
from tests.conftest import ROOT
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.simulators.witnesses import NAMES, SigningWitness
from trace.ledger.note import SignatureLine
from trace.platform.opening import open_platform
from trace.store.transaction import Transactions, open_database
from trace.usecases.log.read_log import log_progress


@pytest.fixture
def transactions(database_url: str) -> Iterator[Transactions]:
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


def test_what_only_one_may_do_waits_for_the_other_or_for_its_death(
    transactions: Transactions, database_url: str
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.builders.lonely_worker", database_url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "in\n"
    entered = threading.Event()

    def enter() -> None:
        with transactions.alone("work"):
            entered.set()

    with transactions.alone("other work"):
        waiting = threading.Thread(target=enter)
        waiting.start()
        assert not entered.wait(0.3)
        other.kill()
        assert entered.wait(20), "the dead hold nothing"
        waiting.join()
    other.communicate()


class CountingWitness(SigningWitness):
    """Remembers how often it was asked to sign each note."""

    def __init__(self, name: str, door: Door, asked: Counter[tuple[str, str]]) -> None:
        super().__init__(name, door.clock)
        self._asked = asked

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[SignatureLine]:
        self._asked[self.verifier.name, note] += 1
        return super().cosign(old, proof, note)


@contextmanager
def second(door: Door) -> Iterator[Door]:
    """Another worker on the same folder: everything that a process has for itself is its own."""
    other = copy.copy(door)
    other.platform = open_platform(door.path)
    other.platform.cosigners = door.platform.cosigners
    other.app = create_api(other.platform)
    other.publisher = Publisher(other.platform)
    assert other.platform.guard()
    other.publisher.start()
    yield other
    other.publisher.stop()
    other.platform.close()


def test_two_workers_make_one_log_and_ask_each_witness_once(
    databases: Databases, database_kind: str, tmp_path: Path
) -> None:
    """Both take records at the same time; whoever waited at either has its proof."""
    asked: Counter[tuple[str, str]] = Counter()
    signers = [Signer(made.COOPERATIVE, "grower", stream=f"phone-{number}") for number in range(6)]
    with Door(tmp_path, databases.migrated(database_kind)) as door:
        door.platform.cosigners = tuple(CountingWitness(name, door, asked) for name in NAMES)
        door.register(*signers)
        with second(door) as other, ThreadPoolExecutor(len(signers)) as together:

            def state(signer: Signer) -> list[tuple[int, int, bool]]:
                at = door if signers.index(signer) % 2 else other
                answers = [at.state(signer.harvest(f"{signer.stream}-{n}")) for n in range(8)]
                return [(one.status_code, one.json["index"], "proof" in one.json) for one in answers]

            told = [one for each in together.map(state, signers) for one in each]
            assert {status for status, _, _ in told} <= {201, 202}
            assert sorted(index for _, index, _ in told) == list(range(7, 7 + len(told)))
            assert all(proven == (status == 201) for status, _, proven in told)
            last = [
                at.state(signers[0].harvest(f"last-{n}"), prefer="wait=10")
                for n, at in enumerate((door, other))
            ]
            assert [one.status_code for one in last] == [201, 201], "alone, nobody lacks a place to wait"
            for at in (door, other):
                served = at.platform
                assert log_progress(served.transactions, served.witnesses)[:2] == (
                    9 + len(told),
                    9 + len(told),
                )
        assert set(asked.values()) == {1}, "what one worker published the other asks nobody for again"
