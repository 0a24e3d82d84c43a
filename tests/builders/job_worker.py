"""A process that does jobs beside others, as a worker of the server does; it writes down what it did.

`python -m tests.builders.job_worker URL CLOCK NOTES LEASE`: `tick` recurs every six hours, `slow` takes as
long as its payload says. It says "ready" when it has looked once, and ends with its standard input.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from trace.platform.clocks import DemoClock
from trace.store.jobs import Claim
from trace.store.transaction import Transactions, open_database
from trace.usecases.jobs.run_jobs import JobKind, JobRunner


def main(url: str, clock: str, notes: str, lease: str) -> None:
    engine = open_database(url)

    def note(text: str) -> None:
        with Path(notes).open("a") as book:
            book.write(f"{text} {os.getpid()}\n")

    def slow(claim: Claim) -> None:
        note("begun")
        time.sleep(claim.payload["seconds"])
        note("ended")

    kinds = [
        JobKind("tick", lambda _: note("tick"), every=timedelta(hours=6)),
        JobKind("slow", slow),
    ]
    transactions = Transactions(engine, DemoClock(Path(clock)), None, "trace.test/food")
    runner = JobRunner(transactions, kinds, lease=timedelta(seconds=float(lease)), look=0.05)
    runner.start()
    time.sleep(0.3)
    print("ready", flush=True)  # noqa: T201 - for the test that waits
    sys.stdin.read()
    runner.stop()
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
