"""A process that does what only one may do at a time, until it is ended.

`python -m tests.builders.lonely_worker URL`: says "in" once it is alone.
"""

from __future__ import annotations

import sys

from tests.clock import SteppingClock
from trace.store.transaction import Transactions, open_database


def main(url: str) -> None:
    transactions = Transactions(open_database(url), SteppingClock(), None, "trace.test/food")
    with transactions.alone("work"):
        print("in", flush=True)  # noqa: T201 - for the test that waits
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
