"""The upload port for the city's food traceability platform (上海市食品安全信息追溯平台).

Its interface (DB31/T 1110.3-2018) was not readable: payload and answers are ours, in the terms of
沪府令33号 §13: nine fields of what came in and ten of what went out.

    POST {base}/api/v1/records        {"任务", "类别", "企业", "记录", …}     Idempotency-Key: <job id>
    GET  {base}/api/v1/records/{job}  the answer to an earlier upload

What is answered, and what it makes of a job, is `trace.exchange.upload_job`. The deadline (24 hours) comes in
from the rules. Jobs are kept in the outbox (table upload_job).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import orjson

from trace.errors.exchange import CityAnswerMalformed, CityUnreachable
from trace.exchange.transport import TRY_AGAIN, Answer, NoAnswer, TooMuch, Transport, bearer, host_of
from trace.exchange.upload_job import LATE, SENT, UploadJob, answered


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
            return _judged(job, answer, now)
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


def _judged(job: UploadJob, answer: Answer, now: datetime) -> UploadJob:
    """The job after an answer; raises `CityAnswerMalformed`."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise CityAnswerMalformed(path="$", expected="JSON") from None
    after = answered(job, answer.status, said, now)
    if after is None:
        raise CityAnswerMalformed(path="$.state", expected="accepted with a receipt, received or rejected")
    return after
