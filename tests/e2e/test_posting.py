"""The production server with its two witnesses as processes: whoever posts leaves them room to read."""

from __future__ import annotations

import os
import re
import signal
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest

from api.waiting import WAIT_SECONDS
from bench.figures import children, family_cpu
from bench.former import HERE
from bench.posting import Crowd
from bench.served_log import growers, harvest_of, served_log
from tests.builders.signers import Signer

POSTERS = 4
_TAKEN = r'^greentrace_statements_accepted_total\{state="logged"\} (\S+)$'


@pytest.mark.slow
def test_as_many_posters_as_threads_are_answered_and_cosigned(tmp_path: Path) -> None:
    """Were each to wait for its cosignatures on its thread, all would wait in vain and to the end."""
    with served_log(HERE, tmp_path / "platform", threads=str(POSTERS)) as served:
        crowd = Crowd.at(served, POSTERS)
        stretch = crowd.ask(POSTERS, 4, 4.0)
        assert statistics.median(stretch.posted.seconds) < WAIT_SECONDS / 2
        assert stretch.cosigned > 0, "the witnesses signed while others posted"
        assert stretch.read.in_time > 0


@pytest.mark.slow
def test_two_workers_serve_one_log_and_one_set_of_counters(tmp_path: Path) -> None:
    """Whichever worker a connection reaches: the log is gapless and cosigned, /metrics counts for both."""
    with served_log(HERE, tmp_path / "platform", workers="2") as served:
        workers = children(served.pid)
        assert len(workers) == 2
        signers = growers(served, 8)
        before = [family_cpu(each) for each in workers]

        def state(signer: Signer) -> list[int]:
            bodies = [harvest_of(signer, number, served.clock()) for number in range(12)]
            told = [
                served.call("POST", "/api/v1/statements", body, "application/jose+json") for body in bodies
            ]
            assert {status for status, _ in told} <= {201, 202}
            return [orjson.loads(said)["index"] for _, said in told]

        begun = served.progress()[0]
        with ThreadPoolExecutor(len(signers)) as together:
            indices = sorted(index for each in together.map(state, signers) for index in each)
        assert indices == list(range(begun, begun + 96))
        assert all(family_cpu(each) > spent for each, spent in zip(workers, before, strict=True))
        deadline = time.monotonic() + 60
        while served.progress() != (begun + 96, begun + 96):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for _ in range(6):  # connections of their own: to either worker
            text = served.call("GET", "/metrics")[1].decode()
            taken = re.search(_TAKEN, text, re.MULTILINE)
            assert taken is not None
            assert int(float(taken[1])) == begun + 96, "every record of this log was taken by one of the two"


@pytest.mark.slow
def test_a_worker_that_is_killed_takes_nobody_along_and_is_replaced(tmp_path: Path) -> None:
    with served_log(HERE, tmp_path / "platform", workers="2") as served:
        workers = children(served.pid)
        os.kill(workers[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(set(children(served.pid)) - {workers[0]}) < 2:
            assert time.monotonic() < deadline, "nobody took its place"
            time.sleep(0.1)
        (signer,) = growers(served, 1)
        for number in range(6):  # connections of their own: to either worker
            body = harvest_of(signer, number, served.clock())
            assert served.call("POST", "/api/v1/statements", body, "application/jose+json")[0] in {201, 202}
