"""The work on one upload by whoever holds its job: steps that are committed one after another.

Each step is a transaction that renews the lease: who lost it commits nothing any more, so that a step is
done once, whatever becomes of the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from trace.exchange.tabular.grids import CellError
from trace.store.jobs import Claim, renew_lease
from trace.store.transaction import Transactions, Tx
from trace.store.uploads.files import UploadRow, put_step
from trace.store.uploads.rows import FaultRow
from trace.usecases.jobs.run_jobs import LEASE

READ, CHECKED, PLANNED, TRIED, ENDED = "read", "checked", "planned", "tried", "ended"
ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Work:
    """One upload in work; `claim` is None where a person waits for the answer and no job is needed."""

    transactions: Transactions
    upload: UploadRow
    claim: Claim | None = None

    @contextmanager
    def step(self, phase: str, count: int) -> Iterator[Tx]:
        """A transaction of the work, noted with how far it came; raises `LeaseLost`."""
        with self.transactions.begin("uploads") as tx:
            if self.claim is not None:
                renew_lease(tx.connection, self.claim, tx.now + LEASE)
            yield tx
            put_step(tx.connection, self.upload.id, phase, count, tx.now)


def faults_at(
    stage: int, errors: Iterable[CellError], place: int, records: dict[int, str] | None = None
) -> list[FaultRow]:
    """Faults as rows; `records`: row number -> the record that it belongs to."""
    known = records or {}
    return [
        FaultRow(stage, one.sheet, place, one.row, one.column, one.code, one.params, known.get(one.row, ""))
        for one in errors
    ]
