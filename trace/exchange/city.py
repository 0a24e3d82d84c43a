"""The upload port for the city's food traceability platform (上海市食品安全信息追溯平台).

Its interface (DB31/T 1110.3-2018) was not readable: payload and answers are ours, in the terms of
沪府令33号 §13: nine fields of what came in and ten of what went out.

    POST {base}/api/v1/records        {"任务", "类别", "企业", "记录", …}     Idempotency-Key: <job id>
    GET  {base}/api/v1/records/{job}  the answer to an earlier upload
    200 {"state": "accepted", "receipt": "…"}      202 {"state": "received"}      422 {"state": "rejected",
    "reasons": [{"field", "reason"}]}

An `UploadJob` is a value; its steps give new values or refuse. The deadline (24 hours) comes in from the
rules. Jobs are kept in the outbox (table upload_job), whose columns are the fields here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import orjson

from trace.errors.exchange import CityAnswerMalformed, CityUnreachable, UploadTransitionRefused
from trace.exchange.transport import TRY_AGAIN, Answer, NoAnswer, TooMuch, Transport, bearer, host_of

PENDING: Final = "pending"
SENT: Final = "sent"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
LATE: Final = "late"
OPEN: Final = frozenset({PENDING, SENT, LATE})
"""States in which the job is still worked on; `late` is open and past its deadline."""

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UploadJob:
    """One record to be uploaded once. `document` is the JSON that goes out, `last_error` a slug or reasons.

    Several processes may pick up the same job: the city knows it by `id` and answers the same again.
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
        """The city has it and has not decided."""
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
        """The city does not want it as it is; a person must look."""
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


class CityPlatform:
    """The city platform over HTTP; `upload` and `ask` are one exchange each and give the job's next value."""

    def __init__(self, base: str, *, token: str | None = None, transport: Transport | None = None) -> None:
        self._base = base.rstrip("/")
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        self._headers |= bearer(token)
        self._transport = transport or Transport()

    def close(self) -> None:
        self._transport.close()

    def upload(self, job: UploadJob, now: datetime) -> UploadJob:
        """Send it (or send it again: the id makes it the same upload)."""
        headers = self._headers | {"Idempotency-Key": job.id}
        return self._exchanged(job, now, "POST", "/api/v1/records", headers, job.document.encode())

    def ask(self, job: UploadJob, now: datetime) -> UploadJob:
        """Ask after a job that was `sent`; one that the city does not know is sent again."""
        path = f"/api/v1/records/{quote(job.id, safe='')}"
        return self._exchanged(job, now, "GET", path, self._headers, None)

    def work(self, job: UploadJob, now: datetime) -> UploadJob:
        """The next step of a due job: ask when the city has it, else upload."""
        has_it = job.state == SENT or (job.state == LATE and job.attempts > 0 and job.last_error is None)
        return self.ask(job, now) if has_it else self.upload(job, now)

    def _exchanged(
        self,
        job: UploadJob,
        now: datetime,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> UploadJob:
        try:
            answer = self._answer(method, path, headers, body)
            return _step(job, answer, now)
        except (CityUnreachable, CityAnswerMalformed) as refusal:
            reason = refusal.params.get("reason", "answer-malformed")
            return job.failed(str(reason), now)

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            answer = self._transport.ask(method, self._base + path, headers, body)
        except NoAnswer as missing:
            raise CityUnreachable(host=host_of(self._base), reason=missing.reason) from None
        except TooMuch:
            raise CityAnswerMalformed(path="$", expected="a short answer") from None
        if answer.status in TRY_AGAIN or answer.status in {401, 403, 404}:
            raise CityUnreachable(host=host_of(self._base), reason=f"status-{answer.status}")
        return answer


def _step(job: UploadJob, answer: Answer, now: datetime) -> UploadJob:
    """The job after an answer; raises `CityAnswerMalformed`."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise CityAnswerMalformed(path="$", expected="JSON") from None
    state = said.get("state") if isinstance(said, dict) else None
    if state == "accepted" and answer.status == 200:
        receipt = said.get("receipt")
        if not isinstance(receipt, str) or not 0 < len(receipt) <= 200:
            raise CityAnswerMalformed(path="$.receipt", expected="receipt number")
        return job.accepted(receipt, now)
    if state == "received" and answer.status in {200, 202}:
        return job.sent(now)
    if state == "rejected" and answer.status in {200, 422}:
        return job.rejected(_reasons(said.get("reasons")), now)
    raise CityAnswerMalformed(path="$.state", expected="accepted, received or rejected")


def _reasons(value: object) -> str:
    """ "field: reason; …" of a rejection, bounded."""
    listed = value if isinstance(value, list) else []
    said = [f"{one.get('field', '')}: {one.get('reason', '')}" for one in listed if isinstance(one, dict)]
    return "; ".join(said)[:1000] or "rejected"
