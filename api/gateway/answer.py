"""Answers of a WSGI application: made at once where they are short, in parts where they are long."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.boundary import request_id
from api.problems import RETRY_SECONDS, describe
from trace.errors import Refusal, Unavailable
from trace.wording import negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = list[tuple[bytes, bytes]]
AT_ONCE: Final = 1024 * 1024
"""An answer up to this size leaves its place before a byte of it is sent."""
_LOG: Final = logging.getLogger("greentrace.gateway")


@dataclass(slots=True)
class Answer:
    """What the application answered; `rest` where it is too long to be held."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None
    granted: tuple[str, Collection[str]] | None = None
    """Of a page made elsewhere that may be kept here: its route, and the keys of all that it was made of."""


def make_answer(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """What the application says to a request, whole where it is not too long; a failure is a 500."""
    answer = Answer()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        answer.status = int(status[:3])
        answer.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return _no_writing

    try:
        made = application(environ, start_response)
        answer.body, answer.rest = _gathered(made)
    except Exception:  # noqa: BLE001 - logged, and answered as a failure
        _LOG.exception("an answer could not be made")
        return Answer(headers=[(b"content-type", b"text/plain")], body=b"Internal Server Error")
    answer.close = getattr(made, "close", None)
    if answer.rest is None and answer.close is not None:
        answer.close()
        answer.close = None
    return answer


def next_part(rest: Iterator[bytes]) -> bytes | None:
    """As much more as is held at a time; None at the end."""
    parts, size = list[bytes](), 0
    for part in rest:
        parts.append(part)
        size += len(part)
        if size >= AT_ONCE:
            break
    return b"".join(parts) if parts else None


def refused(refusal: Refusal, environ: Mapping[str, Any]) -> Answer:
    """A problem document, or a page where a browser asks, and the end of the connection: what is left of its
    body is not read."""
    locale = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    number = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
    _LOG.warning("%s refused: %s", environ["REQUEST_METHOD"], refusal)
    problem = describe(refusal, locale)
    page = "text/html" in environ.get("HTTP_ACCEPT", "")
    kind = b"text/html; charset=utf-8" if page else b"application/problem+json"
    headers = [
        (b"content-type", kind),
        (b"content-language", locale.encode()),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", number.encode()),
    ]
    if refusal.http_status == Unavailable.http_status:
        headers.append((b"retry-after", RETRY_SECONDS.encode()))
    if environ["SERVER_PROTOCOL"].startswith("HTTP/1"):
        headers.append((b"connection", b"close"))
    body = _page(problem, locale) if page else orjson.dumps({**problem, "instance": f"urn:request:{number}"})
    return Answer(refusal.http_status, headers, body)


def _page(problem: Mapping[str, object], locale: str) -> bytes:
    title, detail, action = (escape(str(problem[name])) for name in ("title", "detail", "action"))
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<h1>{title}</h1><p>{detail}</p><p>{action}</p></html>"
    ).encode()


def _gathered(made: Iterable[bytes]) -> tuple[bytes, Iterator[bytes] | None]:
    """The answer's bytes, or the first of them and the rest."""
    parts, size, rest = list[bytes](), 0, iter(made)
    for part in rest:
        parts.append(part)
        size += len(part)
        if size > AT_ONCE and not isinstance(made, list):
            return b"".join(parts), rest
    return b"".join(parts), None


def _no_writing(_: bytes) -> object:
    raise NotImplementedError("the application gives its answer as an iterable")
