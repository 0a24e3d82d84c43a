"""The client of a witness: C2SP tlog-witness over HTTP, behind a port.

`add-checkpoint` answers with cosignature lines (200), with the size that the witness has seen (409), or with
a refusal; the monitoring address gives back the newest note that it cosigned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol, runtime_checkable

import orjson
from urllib3.exceptions import HTTPError

from trace.errors import NoteMalformed, WitnessConflict, WitnessUnavailable
from trace.exchange.deadline import bounded_pool, exchange
from trace.exchange.entry_source import HandedEntries
from trace.ledger.checkpoint import parse_signature_line
from trace.ledger.note import NoteVerifier, SignatureLine
from trace.ledger.witness import encode_add_checkpoint

_SECONDS = 10.0
HANDED_AT_MOST = 2_000
"""Entries that go along with a checkpoint; a witness that is further behind fetches them."""
_MAX_ANSWER = 1_000_000
_SIZE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_NOT_LET_IN = re.compile(r"^entries-unavailable status-40[13]$", re.MULTILINE)
_TOKEN_REFUSED = "token-refused"  # noqa: S105 - a reason: what we gave the witness to read our entries with
_UNKNOWN_CALL = frozenset({400, 404, 405, 413, 415, 501})


class Cosigner(Protocol):
    """A witness as the log sees it; `verifier` is its key from the trusted policy."""

    @property
    def verifier(self) -> NoteVerifier: ...

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[SignatureLine]:
        """Lines for the note, whose tree extends that of size `old` by the consistency `proof`.

        Raises `WitnessConflict` (size = what it has seen) or `WitnessUnavailable`.
        """
        ...

    def newest(self, origin: str) -> str | None:
        """The newest note of that log it cosigned, or None; raises `WitnessUnavailable`."""
        ...


@runtime_checkable
class EntryTaker(Protocol):
    """A witness that also takes the entries which it would have to fetch, `takes_at_most` of them at once."""

    takes_at_most: int

    def cosign_entries(
        self, old: int, proof: Sequence[bytes], note: str, entries: HandedEntries
    ) -> list[SignatureLine]:
        """As `Cosigner.cosign`; a witness that knows no such call is asked without the entries."""
        ...


class HttpCosigner:
    """A witness at an address: `<url>/add-checkpoint` and `<url>/<hex SHA-256 of origin>/checkpoint`.

    Witnesses of ours take a checkpoint's new entries at `<url>/add-entries` as well; of others that is asked
    once.
    """

    def __init__(
        self,
        url: str,
        verifier: NoteVerifier,
        *,
        timeout: float = _SECONDS,
        takes_at_most: int = HANDED_AT_MOST,
    ) -> None:
        self.takes_at_most = takes_at_most
        self._url = url.rstrip("/")
        self._verifier = verifier
        self._pool = bounded_pool(timeout)
        self._takes_entries = True

    @property
    def verifier(self) -> NoteVerifier:
        return self._verifier

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[SignatureLine]:
        body = encode_add_checkpoint(old, list(proof), note)
        return self._lines(*self._ask("POST", "add-checkpoint", body))

    def cosign_entries(
        self, old: int, proof: Sequence[bytes], note: str, entries: HandedEntries
    ) -> list[SignatureLine]:
        if self._takes_entries:
            request = encode_add_checkpoint(old, list(proof), note).decode()
            body = orjson.dumps({"addCheckpoint": request, **entries.encode()})
            status, said = self._ask("POST", "add-entries", body)
            if status not in _UNKNOWN_CALL:
                return self._lines(status, said)
            self._takes_entries = False
        return self.cosign(old, proof, note)

    def _lines(self, status: int, body: str) -> list[SignatureLine]:
        if status == 200:
            try:
                return [parse_signature_line(line) for line in body.splitlines() if line]
            except NoteMalformed as error:
                raise self._failure("answer-unreadable") from error
        if status == 409 and _SIZE.fullmatch(body.strip()):
            raise WitnessConflict(witness=self._verifier.name, size=int(body.strip()))
        raise self._failure(_TOKEN_REFUSED if _NOT_LET_IN.search(body) else f"status-{status}")

    def newest(self, origin: str) -> str | None:
        status, body = self._ask("GET", f"{sha256(origin.encode()).hexdigest()}/checkpoint")
        if status == 404:
            return None
        if status != 200:
            raise self._failure(f"status-{status}")
        return body

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        try:
            status, said = exchange(self._pool, method, f"{self._url}/{path}", body=body, limit=_MAX_ANSWER)
        except HTTPError as error:
            raise self._failure("unreachable") from error
        return status, said.decode("utf-8", "replace")

    def _failure(self, reason: str) -> WitnessUnavailable:
        return WitnessUnavailable(witness=self._verifier.name, reason=reason)
