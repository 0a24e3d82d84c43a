"""Signed harvests in any number, cheap to make and the same for the same seed: what a log is grown with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.builders import facts as made
from tests.builders.signers import Signer
from trace.ledger.canonical import b64u
from trace.ledger.statement import Statement

REAPED = datetime(2026, 10, 14, tzinfo=UTC)
LATER = REAPED + timedelta(hours=2)
"""When a platform's clock should stand at first to take them; they are late from a day after `REAPED`."""

PLOTS = 1_000


class ManyHarvests:
    """Register `signers`, then take statements from `stated`: each one a lot of its own, chains kept."""

    def __init__(self, growers: int = 50, seed: int = 1) -> None:
        self.signers = [Signer(made.COOPERATIVE, "grower", stream=f"field-{at}") for at in range(growers)]
        self._random = random.Random(seed)
        self._numbers = count()

    def stated(self, number: int) -> Iterator[Statement]:
        """The next `number` harvests."""
        for _ in range(number):
            at = next(self._numbers)
            lot = made.lot(made.COOPERATIVE, f"H-{at}")
            harvest = made.a_harvest(
                lot=lot,
                plots=[made.plot(self._random.randrange(PLOTS))],
                quantity=made.kg(self._random.randrange(100, 20_000)),
                harvestedFrom=(REAPED - timedelta(hours=1)).isoformat(),
                harvestedTo=REAPED.isoformat(),
            )
            signer = self.signers[at % len(self.signers)]
            jti = b64u(self._random.randbytes(16))
            yield signer.state("farm.harvest", lot, harvest, at=REAPED, jti=jti)
