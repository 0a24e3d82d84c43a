"""Page-cache permission and variant: which pages may be kept, and for which requests (docs/adr/0032).

A view calls `may_be_kept` when its page is made of nothing but signed records, checkpoints, the day and the
reader of `reader_of`, with the basis that its use case gave it. Whatever else a page comes to show (scans,
complaints) must raise the shared version (`bump_version`) or take the call away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_cookie

from scanner_web.frame.reader import COOKIE, locale_of
from trace.platform.content_coding import coding_for

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_GRANTED: Final = "greentrace.kept"
_ELSEWHERE: Final = "greentrace.elsewhere"
_LONGEST_HEADER: Final = 512


def may_be_kept(basis: Collection[str]) -> None:
    """Say of the page being made that it may be kept while nothing of its basis is touched."""
    rule = request.url_rule
    told: list[tuple[str, Collection[str]]] = request.environ.setdefault(_GRANTED, [])
    told.append((rule.rule if rule is not None else request.path, basis))


def watched(environ: WSGIEnvironment) -> WSGIEnvironment:
    """The environment of a request of which `granted` tells although what stands between copies it."""
    return {**environ, _GRANTED: []}


def granted(environ: WSGIEnvironment) -> tuple[str, Collection[str]] | None:
    """Route and basis of a page that said so; None of every other answer."""
    told: list[tuple[str, Collection[str]]] = environ.get(_GRANTED, [])
    return told[-1] if told else None


def elsewhere() -> Callable[[], NoReturn] | None:
    """Where the server makes long answers apart from the others: what sends this one there, before it is
    begun (`api.gateway.elsewhere`). None where it is to be made here."""
    found: Callable[[], NoReturn] | None = request.environ.get(_ELSEWHERE)
    return found


@dataclass(frozen=True, slots=True)
class CacheablePaths:
    """Where pages that may be kept are: below one of `under`, and nowhere below `never`."""

    under: tuple[str, ...]
    never: str

    def variant(self, environ: WSGIEnvironment) -> tuple[str, str] | None:
        """Language and compression: `rendering.page` and `reader_of` look at nothing else."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(self.under) or self.never in path:
            return None
        cookie = environ.get("HTTP_COOKIE", "")
        languages = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
        if len(languages) > _LONGEST_HEADER or len(encodings) > _LONGEST_HEADER:
            return None
        chosen = parse_cookie(cookie).get(COOKIE, "") if COOKIE in cookie else ""
        return _locale(chosen, languages), _coding(encodings)


_locale = lru_cache(maxsize=1_000)(locale_of)


@lru_cache(maxsize=1_000)
def _coding(encodings: str) -> str:
    return coding_for(parse_accept_header(encodings, Accept))
