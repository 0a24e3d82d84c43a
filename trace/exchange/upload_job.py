"""A document that goes out once, as a value: its states, its deadline, and what an answer makes of it.

    200 {"state": "accepted", "receipt": "…"}      202 {"state": "received"}      422 {"state": "rejected",
    "reasons": [{"field", "reason"}]}

An `UploadJob` is a value; its steps give new values or refuse. Every neighbour that takes documents answers
in these words; how it is reached is its port's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import orjson

from trace.errors.exchange import UploadTransitionRefused

PENDING: Final = "pending"
SENT: Final = "sent"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
LATE: Final = "late"
OPEN: Final = frozenset({PENDING, SENT, LATE})
"""States in which the job is still worked on; `late` is open and past its deadline."""

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
_RECEIVED: Final = "received"
_TAKEN, _LATER, _UNFIT = 200, 202, 422
_LONGEST_RECEIPT: Final = 200


@dataclass(frozen=True, slots=True)
class UploadJob:
    """One record to be uploaded once. `document` is the JSON that goes out, `last_error` a slug or reasons.

    Several processes may pick up the same job: the neighbour knows it by `id` and answers the same again.
    """

    id: str
    target: str
    stmt: str
    document: str
    created_at: datetime
    due_at: datetime
    updated_at: datetime
    state: str = PENDING
    attempts: int = 0
    receipt: str | None = None
    last_error: str | None = None

    @property
    def next_try_at(self) -> datetime | None:
        """When it is due to be sent or asked after; None when done. 30 s, doubled each time, up to 1 h."""
        if self.state not in OPEN:
            return None
        if self.attempts == 0:
            return self.updated_at
        return self.updated_at + min(FIRST_PAUSE * (1 << min(self.attempts - 1, 20)), LONGEST_PAUSE)

    @property
    def overdue(self) -> bool:
        """Accepted after the deadline, or known to be late."""
        return self.state == LATE or (self.state == ACCEPTED and self.updated_at > self.due_at)

    def is_due(self, now: datetime) -> bool:
        return self.next_try_at is not None and self.next_try_at <= now

    def aged(self, now: datetime) -> UploadJob:
        """The same job, `late` when its deadline has passed without an acceptance."""
        return replace(self, state=LATE) if self.state in {PENDING, SENT} and now > self.due_at else self

    def sent(self, now: datetime) -> UploadJob:
        """The neighbour has it and has not decided."""
        self._only("sent", OPEN)
        state = LATE if now > self.due_at else SENT
        return replace(self, state=state, attempts=self.attempts + 1, updated_at=now, last_error=None)

    def failed(self, reason: str, now: datetime) -> UploadJob:
        """No usable answer; it is tried again by itself."""
        self._only("failed", OPEN)
        state = LATE if now > self.due_at else PENDING
        return replace(self, state=state, attempts=self.attempts + 1, updated_at=now, last_error=reason)

    def accepted(self, receipt: str, now: datetime) -> UploadJob:
        """Done. The same receipt again changes nothing; another one is refused."""
        if self.state == ACCEPTED and self.receipt == receipt:
            return self
        self._only("accepted", OPEN)
        return replace(
            self, state=ACCEPTED, attempts=self.attempts + 1, receipt=receipt, updated_at=now, last_error=None
        )

    def rejected(self, reasons: str, now: datetime) -> UploadJob:
        """The neighbour does not want it as it is; a person must look."""
        self._only("rejected", OPEN)
        return replace(self, state=REJECTED, attempts=self.attempts + 1, updated_at=now, last_error=reasons)

    def resent(self, now: datetime, document: str | None = None) -> UploadJob:
        """One click: try again at once, with a completed document if there is one."""
        self._only("resent", OPEN | {REJECTED})
        state = LATE if now > self.due_at else PENDING
        document = document or self.document
        return replace(self, state=state, attempts=0, updated_at=now, document=document, last_error=None)

    def _only(self, step: str, states: Iterable[str]) -> None:
        if self.state not in states:
            raise UploadTransitionRefused(job=self.id, state=self.state, step=step)


def new_job(
    target: str,
    stmt: str,
    document: Mapping[str, object],
    occurred_at: datetime,
    limit: timedelta,
    now: datetime,
) -> UploadJob:
    """A job for one statement; `limit` is the rule's deadline (R01), counted from production or delivery."""
    text = orjson.dumps(document).decode()
    return UploadJob(f"{target}:{stmt}", target, stmt, text, now, occurred_at + limit, now)


def resend_failed(jobs: Iterable[UploadJob], now: datetime) -> tuple[UploadJob, ...]:
    """All rejected jobs and all open ones that have failed at least once, to be tried at once."""
    return tuple(
        job.resent(now) for job in jobs if job.state == REJECTED or (job.state in OPEN and job.last_error)
    )


def answered(job: UploadJob, status: int, said: object, now: datetime) -> UploadJob | None:
    """The job after an answer; None for one that is no verdict, and so never a delivery."""
    told = said if isinstance(said, dict) else {}
    state = told.get("state")
    if state == ACCEPTED and status == _TAKEN:
        receipt = told.get("receipt")
        if isinstance(receipt, str) and 0 < len(receipt) <= _LONGEST_RECEIPT:
            return job.accepted(receipt, now)
        return None
    if state == _RECEIVED and status in {_TAKEN, _LATER}:
        return job.sent(now)
    if state == REJECTED and status in {_TAKEN, _UNFIT}:
        return job.rejected(_reasons(told.get("reasons")), now)
    return None


def _reasons(value: object) -> str:
    """ "field: reason; …" of a rejection, bounded."""
    listed = value if isinstance(value, list) else []
    said = [f"{one.get('field', '')}: {one.get('reason', '')}" for one in listed if isinstance(one, dict)]
    return "; ".join(said)[:1000] or "rejected"
