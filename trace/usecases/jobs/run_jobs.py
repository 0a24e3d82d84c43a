"""The house's scheduler: threads of each server process that do what is due, each job in one of them.

Which process does a job is decided by a lease in the database (`trace.store.jobs`, docs/adr/0037). The lease
is renewed while the job runs; when a process dies, its lease ends and another process does the job again. So
a job's effect has to be such that twice is as good as once, or to end in one transaction with `finish_job`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from trace.errors import Refusal
from trace.store.jobs import (
    Claim,
    LeaseLost,
    claim_job,
    fail_job,
    finish_job,
    is_job_due,
    put_recurring,
    renew_lease,
)
from trace.store.transaction import Transactions

LEASE: Final = timedelta(seconds=60)
LOOK_SECONDS: Final = 5.0
HANDS: Final = 2
_AGAIN: Final = timedelta(seconds=10)
_AGAIN_AT_MOST: Final = timedelta(hours=1)
_RENEWALS: Final = 3
_LOG: Final = logging.getLogger("greentrace.jobs")


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job and who does it; with `every` it recurs, counted from the end of the last time."""

    name: str
    work: Callable[[Claim], object]
    every: timedelta | None = None


class JobRunner:
    """One per server process. Jobs of other kinds than these are left to processes that know them."""

    def __init__(
        self,
        transactions: Transactions,
        kinds: Sequence[JobKind],
        *,
        hands: int = HANDS,
        lease: timedelta = LEASE,
        look: float = LOOK_SECONDS,
    ) -> None:
        """`hands`: jobs at a time in this process; `look`: seconds between looks for what others hand in."""
        self._transactions = transactions
        self._kinds = {kind.name: kind for kind in kinds}
        self._lease = lease
        self._look = look
        self._wanted = threading.Condition()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"jobs-{number}", daemon=True) for number in range(hands)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Look now: something was handed in. From any thread."""
        with self._wanted:
            self._wanted.notify_all()

    def stop(self) -> None:
        """Begin nothing more; a job that runs has ten seconds, then its lease ends by itself."""
        self._stopping.set()
        self.nudge()
        for thread in self._threads:
            thread.join(timeout=10)

    def run_one(self) -> bool:
        """Do the one job that has been due longest; False when there is none."""
        with self._transactions.look("jobs") as tx:
            if not is_job_due(tx.connection, self._kinds, tx.now):
                return False
        with self._transactions.begin("jobs") as tx:
            claim = claim_job(tx.connection, self._kinds, tx.now, self._lease)
        if claim is None:
            return False
        try:
            with self._held(claim):
                self._kinds[claim.kind].work(claim)
        except LeaseLost:
            _LOG.warning("job %s %s was taken over while it ran", claim.kind, claim.key)
        except Exception as failure:  # noqa: BLE001 - the thread must live on; the row says why it could not
            _LOG.warning(
                "job %s %s has to wait: %s",
                claim.kind,
                claim.key,
                failure,
                exc_info=None if isinstance(failure, Refusal) else failure,
            )
            self._fail(claim, failure)
        else:
            self._finish(claim)
        return True

    def _run(self) -> None:
        known, trouble = False, ""
        while not self._stopping.is_set():
            try:
                known = known or self._make_known()
                busy, trouble = self.run_one(), ""
            except Exception as failure:  # noqa: BLE001 - the database may be away; the thread must live on
                if str(failure) != trouble:
                    _LOG.warning("jobs have to wait: %s", failure)
                busy, trouble = False, str(failure)
            if not busy:
                with self._wanted:
                    if not self._stopping.is_set():
                        self._wanted.wait(self._look)

    def _make_known(self) -> bool:
        """What recurs has its row."""
        with self._transactions.begin("jobs") as tx:
            for kind in self._kinds.values():
                if kind.every is not None:
                    put_recurring(tx.connection, kind.name, kind.every, tx.now)
        return True

    @contextmanager
    def _held(self, claim: Claim) -> Iterator[None]:
        """Renew the lease for as long as the block runs."""
        over = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(claim, over), name="job-lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _keep(self, claim: Claim, over: threading.Event) -> None:
        while not over.wait(self._lease.total_seconds() / _RENEWALS):
            try:
                with self._transactions.begin("jobs") as tx:
                    renew_lease(tx.connection, claim, tx.now + self._lease)
            except LeaseLost:
                return
            except Exception as failure:  # noqa: BLE001 - it is tried again before the lease ends
                _LOG.warning("lease of job %s %s not renewed: %s", claim.kind, claim.key, failure)

    def _finish(self, claim: Claim) -> None:
        try:
            with self._transactions.begin("jobs") as tx:
                finish_job(tx.connection, claim, tx.now)
        except LeaseLost:  # it finished itself in its own transaction, or another process has it
            _LOG.debug("job %s %s is no longer ours to finish", claim.kind, claim.key)

    def _fail(self, claim: Claim, failure: Exception) -> None:
        wait = min(_AGAIN * 2 ** min(claim.attempts, 20), _AGAIN_AT_MOST)
        try:
            with self._transactions.begin("jobs") as tx:
                fail_job(tx.connection, claim, f"{type(failure).__name__}: {failure}", tx.now + wait)
        except LeaseLost:
            _LOG.debug("job %s %s is no longer ours", claim.kind, claim.key)
