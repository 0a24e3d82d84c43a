"""The one port to systems of others that the founding documents name (`trace/rules/systems.toml`).

None of them publishes an interface; this one is ours, and says so. A real connection is an adapter that does
what `SystemPort` says; here it is HTTP:

    POST {base}/documents        {"id", "type", "digest", "document"}     Idempotency-Key: <id>
    GET  {base}/documents/{id}   the answer to an earlier one
    GET  {base}/outgoing?after=  {"documents": [{"number", "type", "document"}], "next": "…"}

Answers are those of `trace.exchange.upload_job`; "accepted" names the digest of what was taken, too: a
receipt for another document delivers nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

import orjson

from trace.exchange.transport import OK, TRY_AGAIN, Answer, NoAnswer, TooMuch, Transport, bearer
from trace.exchange.upload_job import ACCEPTED, LATE, SENT, UploadJob, answered

MALFORMED: Final = "answer-malformed"
OF_ANOTHER: Final = "receipt-of-another-document"
_UNKNOWN: Final = 404
_CLOSED: Final = TRY_AGAIN | {401, 403, _UNKNOWN}
_MOST: Final = 500
_LONGEST: Final = 200


class SystemSilent(Exception):
    """The system gave no usable answer; `reason` is a slug."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document that a system has for us, under its own number, as it came."""

    number: str
    type: str
    document: object


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """Documents and the cursor behind them; "" where there is nothing more."""

    documents: tuple[Incoming, ...]
    next: str


class SystemPort(Protocol):
    """What the platform needs of a system, whichever it is."""

    def work(self, job: UploadJob, typ: str, now: datetime) -> UploadJob:
        """Hand a document over, or ask after one that it has; the job as it then stands.

        Raises `SystemSilent` where nothing was answered: nothing has happened to the job.
        """
        ...

    def collect(self, after: str) -> IncomingPage:
        """What it has for us behind a cursor; raises `SystemSilent`."""
        ...

    def close(self) -> None:
        """End the connections."""
        ...


class HttpSystem:
    """A system over HTTP."""

    def __init__(self, base: str, *, token: str = "", transport: Transport | None = None) -> None:
        self._base = base.rstrip("/")
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        self._headers |= bearer(token)
        self._transport = transport or Transport()

    def close(self) -> None:
        self._transport.close()

    def work(self, job: UploadJob, typ: str, now: datetime) -> UploadJob:
        has_it = job.state == SENT or (job.state == LATE and job.attempts > 0 and job.last_error is None)
        digest = digest_of(job.document)
        found = self._ask("GET", f"/documents/{quote(job.id, safe='')}", {}, None) if has_it else None
        # What it forgot, or never knew, is handed over again.
        answer = found if found is not None and found.status != _UNKNOWN else self._post(job, typ, digest)
        if answer.status in _CLOSED:
            raise SystemSilent(f"status-{answer.status}")
        said = _json(answer.body)
        after = answered(job, answer.status, said, now)
        if after is None:
            return job.failed(MALFORMED, now)
        if after.state == ACCEPTED and (not isinstance(said, dict) or said.get("digest") != digest):
            return job.failed(OF_ANOTHER, now)
        return after

    def collect(self, after: str) -> IncomingPage:
        answer = self._ask("GET", f"/outgoing?{urlencode({'after': after})}", {}, None)
        if answer.status != OK:
            raise SystemSilent(f"status-{answer.status}")
        said = _json(answer.body)
        listed = said.get("documents") if isinstance(said, dict) else None
        following = said.get("next", "") if isinstance(said, dict) else None
        if not isinstance(listed, list) or len(listed) > _MOST or not _is_name(following, 0):
            raise SystemSilent(MALFORMED)
        return IncomingPage(tuple(map(_incoming, listed)), str(following))

    def _post(self, job: UploadJob, typ: str, digest: str) -> Answer:
        content = {"id": job.id, "type": typ, "digest": digest, "document": orjson.Fragment(job.document)}
        return self._ask("POST", "/documents", {"Idempotency-Key": job.id}, orjson.dumps(content))

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            return self._transport.ask(method, self._base + path, {**self._headers, **headers}, body)
        except NoAnswer as missing:
            raise SystemSilent(missing.reason) from None
        except TooMuch:
            raise SystemSilent(MALFORMED) from None


def digest_of(document: str) -> str:
    """SHA-256 of a document's bytes as it goes out, in hex."""
    return hashlib.sha256(document.encode()).hexdigest()


def _incoming(value: Any) -> Incoming:
    if (
        not isinstance(value, dict)
        or not _is_name(value.get("number"), 1)
        or not _is_name(value.get("type"), 1)
    ):
        raise SystemSilent(MALFORMED)
    return Incoming(value["number"], value["type"], value.get("document"))


def _is_name(value: object, least: int) -> bool:
    return isinstance(value, str) and least <= len(value) <= _LONGEST and value.isprintable()


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
