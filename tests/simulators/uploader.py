"""A process that uploads harvests and says which were acknowledged, until somebody kills it.

    python -m tests.simulators.uploader DATABASE_URL ROUND THREADS

Each line of its output is "index statement-id", written after the receipt and flushed.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock

from tests.builders import facts as made
from tests.builders.signers import Registrar, Signer
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform


def main(url: str, round_: int, threads: int) -> None:
    clock = SteppingClock()
    clock.advance(timedelta(hours=6 + round_))
    lock = Lock()
    registrar = Registrar()
    registrar.stream = f"register-{round_}"  # the registrar's key stays, each round has a chain of its own
    growers = [Signer(made.COOPERATIVE, "grower", stream=f"r{round_}-{at}") for at in range(threads)]
    with TestPlatform(url, clock, registrar=registrar) as platform:
        if round_ == 0:
            platform.log(registrar.register(registrar))
        platform.log(*[registrar.register(one) for one in growers])

        def upload(grower: Signer) -> None:
            for number in range(1_000_000):
                (receipt,) = platform.log(grower.harvest(f"{grower.stream}-{number}"))
                with lock:
                    sys.stdout.write(f"{receipt.index} {receipt.statement_id}\n")
                    sys.stdout.flush()

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(upload, growers))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
