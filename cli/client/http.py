"""An HTTP client of a platform's API: tokens, problems, retries of what may be repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
import urllib3

from trace.exchange.transport import bearer
from trace.wording import say

SERVER, TOKEN = "GREENTRACE_SERVER", "GREENTRACE_TOKEN"
"""Settings that name the platform and one's own token, where the command does not."""


_PARTS: Final = ("title", "detail", "action")
_ADDRESS: Final = re.compile(r"https?://[^/\s]+", re.IGNORECASE)

Repeated = Sequence[tuple[str, str]]
"""Parameters of a query that may stand more than once."""


class Problem(Exception):
    """What the platform answered instead of what was asked for (RFC 9457); status 0: nothing came back."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.document = document

    def __str__(self) -> str:
        document = self.document
        said = " ".join(str(document[part]) for part in _PARTS if document.get(part))
        if not self.status and said:
            return said
        return f"{self.status} {document.get('code', '')}: {said}"


class PlatformClient:
    """Speaks to one platform. `token` is the organisation's, `language` that of the problems."""

    def __init__(self, base: str, token: str = "", language: str = "zh-CN") -> None:
        self.base = base.rstrip("/")
        self._language = language
        self._headers = {"Accept-Language": language, "User-Agent": "greentrace", **bearer(token)}
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=60))

    def get(self, path: str, repeated: Repeated = (), /, **query: str) -> bytes:
        """The body at `path`; a GET may be repeated, so a broken connection is tried three times.

        `repeated` are parameters that may stand more than once.
        """
        asked = [*repeated, *query.items()]
        target = path + (f"?{urlencode(asked)}" if asked else "")
        return self._ask("GET", target, None, {}, urllib3.Retry(total=3, backoff_factor=0.2))

    def get_json(self, path: str, repeated: Repeated = (), /, **query: str) -> Any:
        return orjson.loads(self.get(path, repeated, **query))

    def get_file(self, path: str) -> tuple[bytes, Mapping[str, str]]:
        """The body at `path` with its headers; tried three times as `get` is."""
        response = self._respond("GET", path, None, {}, urllib3.Retry(total=3, backoff_factor=0.2))
        return response.data, response.headers

    def put(self, path: str, body: bytes, content_type: str) -> Any:
        """The answer to a PUT, which says the same twice as once."""
        answer = self._ask("PUT", path, body, {"Content-Type": content_type}, urllib3.Retry(total=3))
        return orjson.loads(answer) if answer else None

    def post(self, path: str, body: bytes, content_type: str) -> Any:
        """The answer to one POST, sent once. Statements are idempotent: the caller may send again."""
        answer = self._ask("POST", path, body, {"Content-Type": content_type}, None)
        return orjson.loads(answer) if answer else None

    def lot(self, urn: str) -> Any:
        return self.get_json(f"/api/v1/lots/{quote(urn, safe=':')}")

    def has_statement(self, stmt: str) -> bool:
        """Whether the platform's log holds a statement."""
        try:
            self.get_json(f"/api/v1/statements/{stmt}")
        except Problem as problem:
            if problem.status != 404:
                raise
            return False
        return True

    def head(self, iss: str, stream: str) -> Any:
        return self.get_json("/api/v1/heads", iss=iss, stream=stream)

    def open_note(self, note: str) -> list[dict[str, Any]]:
        """The lines of a delivery note that are addressed to the token's party."""
        body = orjson.dumps({"note": note})
        lines: list[dict[str, Any]] = self.post("/api/v1/inbox/note", body, "application/json")["lines"]
        return lines

    def state(self, statements: Sequence[Mapping[str, object]], mode: str = "all") -> list[dict[str, Any]]:
        """Upload flattened statements as one batch; the results, or Problem with the first refusal."""
        body = b"\n".join(orjson.dumps(one) for one in statements)
        answer = self.post(f"/api/v1/statements?mode={mode}", body, "application/jsonl")
        results: list[dict[str, Any]] = answer["results"]
        return results

    def _unreachable(self) -> Mapping[str, str]:
        """That nobody answers, in words; a base that is no address is named as that."""
        key = "unreachable" if _ADDRESS.match(self.base) else "no-address"
        said = {part: say(self._language, f"client.{key}.{part}", base=self.base) for part in _PARTS}
        return {"code": "unreachable", **said}

    def _ask(
        self, verb: str, path: str, body: bytes | None, extra: dict[str, str], retries: urllib3.Retry | None
    ) -> bytes:
        return self._respond(verb, path, body, extra, retries).data

    def _respond(
        self, verb: str, path: str, body: bytes | None, extra: dict[str, str], retries: urllib3.Retry | None
    ) -> urllib3.BaseHTTPResponse:
        if _ADDRESS.match(self.base) is None:
            raise Problem(0, self._unreachable())
        try:
            response = self._pool.request(
                verb,
                self.base + path,
                body=body,
                headers={**self._headers, **extra},
                retries=retries if retries is not None else False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as failure:
            raise Problem(0, self._unreachable()) from failure
        if response.status < 400:
            return response
        raise Problem(response.status, _document(response.data))


def _document(raw: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {"code": "unreadable", "detail": raw[:200].decode("utf-8", "replace")}
    if "results" in found:
        refused = next(one for one in found["results"] if "problem" in one)
        return {**refused["problem"], "position": refused["position"], "results": found["results"]}
    return dict(found)
