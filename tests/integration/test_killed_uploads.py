"""Uploads whose workers are killed at any moment: they go on by themselves, and every row counts once."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench.uploads import workbook
from tests.builders.signers import Signer
from tests.builders.upload_worker import MILL
from tests.builders.workbooks import ISSUER
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.servers.door import Door
from trace.store.jobs import LeaseLost, claim_job
from trace.store.uploads.files import WORK, find_upload, put_step
from trace.usecases.intake.receipt import Receipt
from trace.usecases.uploads.answers import UploadState, state_of
from trace.usecases.uploads.receive import Announced, announce, discard_upload, take_part
from trace.usecases.uploads.take_rows import take_rows
from trace.usecases.uploads.working import Work

PART = 20_000


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    with Door(tmp_path, database_url) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        signer = Signer(ISSUER.rsplit(":", 1)[1], "processor")
        for one in (door.registrar.register(door.registrar), door.registrar.register(signer)):
            (outcome,) = door.platform.acceptance.accept([one.flattened()], each=False)
            assert isinstance(outcome, Receipt), outcome
        yield door


class Killed:
    """Workers of a platform that are killed a random while after each of them began."""

    def __init__(self, door: Door, kills: int, longest: float) -> None:
        self.door, self.kills, self.longest = door, kills, longest
        self.chance = random.Random(20261129)

    def run(self, *what: str) -> int:
        """Begin again until the work is done; how often a worker was killed in it."""
        killed = 0
        while True:
            command = [sys.executable, "-m", "tests.builders.upload_worker", str(self.door.path), *what]
            worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            if killed < self.kills:
                time.sleep(self.chance.uniform(0.0, self.longest))
                over = worker.poll() is not None
                worker.kill()
                worker.communicate(timeout=PATIENCE)
                killed += not over
                # What a dead worker held is free after its lease; nobody has to do anything.
                self.door.clock.advance(timedelta(minutes=2))
                if over:
                    return killed
                continue
            # Not `communicate`: it reads past what came together with the first line and waits in the buffer.
            assert worker.stdout.read() == "ended\n"
            worker.stdout.close()
            assert worker.wait(PATIENCE) == 0
            return killed


def send(door: Door, body: bytes) -> str:
    """Send a file up in parts, with breaks: each time the client asks how much is there."""
    one = Announced("season.xlsx", hashlib.sha256(body).hexdigest(), len(body), "xlsx")
    while True:
        upload, _ = announce(door.platform.transactions, MILL, one)
        there = state(door, upload.id).received
        if there == len(body):
            return upload.id
        take_part(door.platform.transactions, MILL, upload.id, there, body[there : there + PART])


def state(door: Door, upload: str) -> UploadState:
    return state_of(door.platform.transactions, MILL, upload)


def _goes_through(door: Door, rows: int, kills: int, longest: float) -> None:
    body = workbook(rows)
    upload = send(door, body)
    killed = Killed(door, kills, longest)
    times = killed.run("work")
    now = state(door, upload)
    assert (now.state, now.rows, now.sound, now.faults, now.fresh) == ("done", rows, rows, 0, rows)
    before = door.counts()["log_entry"]
    times += killed.run("sign", upload)
    now = state(door, upload)
    assert now.fresh == 0
    # What was taken by a signer that died before it heard so is known, not stated twice.
    assert now.stated + now.known == rows
    assert door.counts()["log_entry"] == before + rows
    assert times >= min(kills, 2)
    again = send(door, body)
    assert again != upload
    killed.kills = 0
    killed.run("work")
    now = state(door, again)
    assert (now.known, now.fresh, now.faults) == (rows, 0, 0)


@pytest.mark.slow
def test_an_upload_outlives_its_workers(door: Door) -> None:
    _goes_through(door, rows=900, kills=2, longest=1.5)


@pytest.mark.soak
def test_a_season_outlives_twenty_kills(door: Door) -> None:
    _goes_through(door, rows=5_000, kills=10, longest=6.0)


def test_a_worker_leaves_nothing_of_an_upload_that_was_discarded_meanwhile(door: Door) -> None:
    upload = send(door, workbook(3))
    with door.platform.transactions.begin("test") as tx:
        claim = claim_job(tx.connection, [WORK], tx.now, timedelta(seconds=60))
        row = find_upload(tx.connection, upload)
    assert claim is not None
    assert row is not None
    discard_upload(door.platform.transactions, MILL, upload)
    with pytest.raises(LeaseLost):
        take_rows(Work(door.platform.transactions, row, claim), None)
    counts = door.counts()
    assert (counts["upload_sheet"], counts["upload_row"], counts["upload_step"]) == (0, 0, 0)


def test_work_that_nobody_does_is_stopped_and_goes_on(door: Door) -> None:
    upload = send(door, workbook(3))
    assert state(door, upload).state == "waiting"
    with door.platform.transactions.begin("test") as tx:
        assert claim_job(tx.connection, [WORK], tx.now, timedelta(seconds=60)) is not None
        put_step(tx.connection, upload, "read", 0, tx.now)
    assert state(door, upload).state == "running"
    door.clock.advance(timedelta(seconds=61))
    assert state(door, upload).state == "stopped"
    Killed(door, 0, 0.0).run("work")
    assert state(door, upload).state == "done"
