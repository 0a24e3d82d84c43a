"""Hard times for a log: two processes at once, a full disk under it, a database that goes away under load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sized
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from tests.builders import facts as made
from tests.builders.signers import Registrar, Signer
from tests.integration.test_killed_writers import check_whole
from tests.patience import until
from tests.servers.databases import migrate
from tests.servers.platform import TestPlatform
from trace.errors import StorageLost
from trace.usecases.intake.receipt import Receipt

ID = 43


def uploader(url: str, round_: int, root: Path, *, limit: int | None = None) -> subprocess.Popen[str]:
    """A process that uploads; `limit` is the most bytes that any file of it may have (RLIMIT_FSIZE)."""
    command = [sys.executable, "-m", "tests.simulators.uploader", url, str(round_), "4"]
    if limit is not None:
        # Python ignores the signal that comes with it: writes fail with EFBIG, as on a full disk.
        command = ["/bin/sh", "-c", f'ulimit -f {limit // 512}; exec "$@"', "sh", *command]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=root, env=environment)


def acknowledged(lines: list[str]) -> dict[int, str]:
    found = (line.strip().partition(" ") for line in lines)
    return {int(index): name for index, _, name in found if len(name) == ID}


@pytest.mark.slow
def test_two_processes_write_one_log(database_url, clock, root) -> None:
    clock.advance(timedelta(hours=24))
    first = uploader(database_url, 0, root)
    assert first.stdout is not None
    lines = [first.stdout.readline()]  # the registrar's key is in
    second = uploader(database_url, 1, root)
    assert second.stdout is not None
    for _ in range(6):  # in turn: both are at it
        lines += [second.stdout.readline(), first.stdout.readline()]
    for process in (first, second):
        process.kill()
        out, _ = process.communicate()
        lines += out.splitlines()
    kept = acknowledged(lines)
    assert len(kept) >= 13
    check_whole(database_url, clock, kept)


@pytest.mark.slow
def test_a_file_that_may_not_grow_any_more_loses_no_acknowledged_record(databases, clock, root) -> None:
    clock.advance(timedelta(hours=24))
    url = databases.migrated("sqlite")
    size = Path(url.removeprefix("sqlite:///")).stat().st_size
    process = uploader(url, 0, root, limit=size + 512 * 1024)
    out, err = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "storage-full" in err, err[-2000:]
    kept = acknowledged(out.splitlines())
    assert len(kept) > 4
    check_whole(url, clock, kept)
    with TestPlatform(url, clock, registrar=_later(Registrar())) as platform:  # there is room again
        grower = Signer(made.COOPERATIVE, "grower", stream="afterwards")
        platform.log(platform.registrar.register(grower), grower.harvest("afterwards"))
    databases.discard(url)


def _later(registrar: Registrar) -> Registrar:
    registrar.stream, registrar.seq = "register-later", 0
    return registrar


def _more(happened: Sized) -> None:
    """Wait until it has happened five more times."""
    enough = len(happened) + 5
    until(lambda: len(happened) >= enough)


@pytest.mark.slow
def test_a_database_restarted_under_load_loses_no_acknowledged_record(new_postgres, clock) -> None:
    clock.advance(timedelta(hours=6))
    server = new_postgres(durable=True)
    url = server.create("loaded")
    migrate(url)
    kept: dict[int, str] = {}
    lost: list[StorageLost] = []
    over = Event()
    with TestPlatform(url, clock) as platform:
        growers = [Signer(made.COOPERATIVE, "grower", stream=f"field-{at}") for at in range(4)]
        platform.register(*growers)

        def upload(grower: Signer) -> None:
            number = 0
            while not over.is_set():
                number += 1
                statement = grower.harvest(f"{grower.stream}-{number}")
                while statement.statement_id not in kept.values():  # the same bytes until they are taken
                    (outcome,) = platform.accept(statement)
                    if isinstance(outcome, Receipt):
                        kept[outcome.index] = outcome.statement_id
                    else:
                        assert isinstance(outcome.refusal, StorageLost), outcome
                        lost.append(outcome.refusal)
                        time.sleep(0.05)

        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(upload, grower) for grower in growers]
            for _ in range(2):
                _more(kept)
                server.stop(signal.SIGQUIT)
                _more(lost)
                server.start()
            _more(kept)
            over.set()
            for one in running:
                one.result(timeout=60)
        assert sorted(kept) == list(range(5, 5 + len(kept)))
    check_whole(url, clock, kept)
