"""Entry sources of a witness: a log's new leaves as C2SP entry bundles, and the statements about keys.

`GET <log>/tile/entries/<N>[.p/<W>]` (256 leaves a bundle) and `GET <log>/keys` (the signed statements
of `party.key.*` with their indices), both behind a token of scope `log:entries`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from urllib3.exceptions import HTTPError

from trace.errors import EntriesUnavailable, TileMalformed
from trace.exchange.deadline import bounded_pool, exchange
from trace.exchange.transport import bearer
from trace.ledger.tiles import ENTRIES, WIDTH, decode_entries, tile_path

_SECONDS = 10.0
_MAX_BODY = 64 * 2**20

Body = str | bytes | Mapping[str, object]


class EntrySource(Protocol):
    """A log's entries as a witness may read them."""

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Leaf bytes of the entries [start, end); raises `EntriesUnavailable`."""
        ...

    def key_statements(self, start: int, end: int) -> Mapping[int, Body]:
        """The statements of `party.key.*` in [start, end) by index; raises `EntriesUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class HandedEntries:
    """Entries that the log sent along with its checkpoint: from index `first` on, nothing else."""

    first: int
    handed: tuple[bytes, ...]
    statements: Mapping[int, Body]

    @classmethod
    def decode(cls, form: object) -> HandedEntries:
        """From the JSON of `encode`; raises `EntriesUnavailable`."""
        try:
            read: Any = form
            leaves = tuple([leaf.encode() for leaf in read["leaves"]])
            return cls(
                int(read["first"]), leaves, {int(one["index"]): one["jws"] for one in read["statements"]}
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise EntriesUnavailable(reason="not-handed-entries", url="") from error

    def encode(self) -> dict[str, object]:
        """As JSON: leaves as text, statements of `party.key.*` with their indices."""
        rows = [{"index": index, "jws": jws} for index, jws in self.statements.items()]
        return {"first": self.first, "leaves": [leaf.decode() for leaf in self.handed], "statements": rows}

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Raises `EntriesUnavailable` for what was not handed over."""
        if start < self.first or end - self.first != len(self.handed):
            raise EntriesUnavailable(reason="too-few", url="")
        return list(self.handed[start - self.first :])

    def key_statements(self, start: int, end: int) -> Mapping[int, Body]:
        return {index: jws for index, jws in self.statements.items() if start <= index < end}


class HttpEntrySource:
    """A log at an address, such as `https://trace.example.cn/log`."""

    def __init__(self, url: str, token: str = "", *, timeout: float = _SECONDS) -> None:
        self._url = url.rstrip("/")
        self._headers = bearer(token)
        self._pool = bounded_pool(timeout)

    def leaves(self, start: int, end: int) -> list[bytes]:
        found: list[bytes] = []
        for n in range(start // WIDTH, -(-end // WIDTH)):
            width = min(WIDTH, end - n * WIDTH)
            try:
                bundle = decode_entries(self._get(tile_path(ENTRIES, n, width)))
            except TileMalformed as error:
                raise EntriesUnavailable(reason="not-an-entry-bundle", url=self._url) from error
            found += bundle[max(0, start - n * WIDTH) : width]
        if len(found) != end - start:
            raise EntriesUnavailable(reason="too-few", url=self._url)
        return found

    def key_statements(self, start: int, end: int) -> Mapping[int, Body]:
        try:
            document: Any = orjson.loads(self._get(f"keys?start={start}&end={end}"))
            return {int(one["index"]): one["jws"] for one in document["statements"]}
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise EntriesUnavailable(reason="not-key-statements", url=self._url) from error

    def _get(self, path: str) -> bytes:
        try:
            url = f"{self._url}/{path}"
            status, content = exchange(self._pool, "GET", url, headers=self._headers, limit=_MAX_BODY)
        except HTTPError as error:
            raise EntriesUnavailable(reason="unreachable", url=self._url) from error
        if status != 200:
            raise EntriesUnavailable(reason=f"status-{status}", url=self._url)
        return content
