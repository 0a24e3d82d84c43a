"""Forgetting of uploads, after the days of rule P76: what was signed of them is in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.store.transaction import Transactions, Tx
from trace.store.uploads.files import UploadRow, forget, last_step, list_old
from trace.store.uploads.files import job_state as state_of_job

KEPT: Final = "P76"
_AT_ONCE: Final = 100


def kept_until(tx: Tx, one: UploadRow) -> datetime:
    """Until when an upload is kept, if nothing more is done with it."""
    step = last_step(tx.connection, one.id)
    last = one.created_at if step is None else max(one.created_at, step.at)
    return last + tx.rules.at(KEPT, day_in_shanghai(tx.now)).duration


def forget_old_uploads(transactions: Transactions) -> int:
    """Delete files, rows and drafts of uploads whose time is over; how many uploads that were."""
    gone = 0
    while True:
        with transactions.begin("job") as tx:
            before = tx.now - tx.rules.at(KEPT, day_in_shanghai(tx.now)).duration
            found = list_old(tx.connection, before, _AT_ONCE)
            over = [one for one in found if not _in_work(tx, one)]
            for one in over:
                forget(tx.connection, one)
        gone += len(over)
        if len(over) < _AT_ONCE:
            return gone


def _in_work(tx: Tx, one: UploadRow) -> bool:
    job = state_of_job(tx.connection, one)
    return job is not None and job.open and one.discarded_at is None
