"""The cache of public pages: WSGI in front of Flask (docs/adr/0032).

Browsers may keep no page (`no-store`); this process may, because it compares the shared version and the day
before every hit, so that a recall, a cosignature or a midnight shows at once in every worker. Where the
version has moved, a page stays that hangs on nothing of what was touched since. A page is kept only when its
own view said so, and only as the plain answer of a GET: 200, without a cookie.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from api.boundary import request_id
from api.elsewhere import MadeElsewhere, MadePage
from api.metrics import Metrics
from api.resolver import REFUSAL
from trace.usecases.batch_page.page_state import Basis, PageMoment, PageState

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MEGABYTES: Final = 32
_LONGEST_ADDRESS: Final = 512
_PAGE_BYTES: Final = 256 * 1024
_OVERHEAD: Final = 1_000  # bytes that the objects around a page take
_OK: Final = "200"

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Terms of the pages behind the cache, given by the skin that makes them.

    `variant`: of a request, all that the page depends on besides scheme, host, path and query; None where no
    page is ever kept. `granted`: after the answer, of a page that may be kept its route and the keys of all
    that it was made of, else None.
    """

    variant: Callable[[WSGIEnvironment], Hashable | None]
    granted: Callable[[WSGIEnvironment], tuple[str, Collection[str]] | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """One answer, true at `moment`, and until something of `basis` is touched; headers without those of the
    request that it answered."""

    moment: PageMoment
    basis: Basis
    status: str
    headers: Headers
    body: bytes
    route: str

    @property
    def size(self) -> int:
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + headers + len(self.basis) * self.basis.itemsize + _OVERHEAD


class PageCache:
    """WSGI middleware between the resolver and Flask; `state` knows what was recorded, and the day.

    At most `megabytes` are held; what nobody asked for longest goes first. Behind a database that does not
    answer every request goes on to Flask.
    """

    def __init__(
        self,
        application: WSGIApplication,
        pages: PublicPages,
        state: PageState,
        metrics: Metrics,
        megabytes: int = MEGABYTES,
    ) -> None:
        self._application = application
        self._pages = pages
        self._state = state
        self._metrics = metrics
        self._budget = megabytes << 20
        self._held = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        try:
            now = self._state()
            kept = self._find(key, now)
        except Exception:  # noqa: BLE001 - Flask meets the same, words and logs it
            return self._application(environ, start_response)
        if kept is None:
            return self._make(key, now, environ, start_response)
        return self._answer(kept, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Hashable | None:
        """What one page is kept under; None for what is never kept."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or REFUSAL in environ:
            return None
        variant = self._pages.variant(environ)
        if variant is None or "HTTP_AUTHORIZATION" in environ:
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if len(path) + len(query) > _LONGEST_ADDRESS:
            return None
        return environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), path, query, variant

    def _find(self, key: Hashable, now: PageMoment) -> _Kept | None:
        """The page, if it still says what it said; it is then as good as made now."""
        kept = self._kept.get(key)
        if kept is None or not (kept.moment == now or self._state.holds(kept.basis, kept.moment, now)):
            return None
        with self._lock:
            if self._kept.get(key) is kept:
                self._kept[key] = replace(kept, moment=now)
                self._kept.move_to_end(key)
        return kept

    def _answer(
        self, kept: _Kept, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        method: str = environ["REQUEST_METHOD"]
        self._metrics.kept_page("hit")
        self._metrics.answered(method, kept.route, kept.status[:3])
        number = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response(kept.status, [*kept.headers, ("X-Request-Id", number)])
        return [b"" if method == "HEAD" else kept.body]

    def _make(
        self, key: Hashable, now: PageMoment, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Flask answer. `now` was read before, so what is kept is as new as it says, or newer."""
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[..., object]:
            begun.append((status, list(headers)))
            return start_response(status, headers, exc_info)

        try:
            answer = self._application(environ, start)
        except MadeElsewhere as wanted:
            wanted.keep = partial(self._keep_from_elsewhere, key, now)
            raise
        granted = self._pages.granted(environ)
        if granted is None or environ["REQUEST_METHOD"] != "GET" or not _is_plain(*begun[-1]):
            self._metrics.kept_page("passed")
            return answer
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        route, keys = granted
        basis = self._state.basis(keys)
        self._keep(key, _Kept(now, basis, begun[-1][0], _lasting(begun[-1][1]), body, route))
        return [body]

    def _keep_from_elsewhere(self, key: Hashable, now: PageMoment, made: MadePage) -> None:
        """What another process made after `now`."""
        status = f"{made.status} {HTTPStatus(made.status).phrase}"
        if _is_plain(status, made.headers):
            basis = self._state.basis(made.keys)
            self._keep(key, _Kept(now, basis, status, _lasting(made.headers), made.body, made.route))

    def _keep(self, key: Hashable, page: _Kept) -> None:
        if page.size > min(_PAGE_BYTES, self._budget):
            self._metrics.kept_page("passed")
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = page
            self._held += page.size - (before.size if before is not None else 0)
            while self._held > self._budget:
                self._held -= self._kept.popitem(last=False)[1].size
            held = self._held
        self._metrics.kept_page("kept", held)


def _is_plain(status: str, headers: Headers) -> bool:
    return status.startswith(_OK) and all(name.lower() != "set-cookie" for name, _ in headers)


def _lasting(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() != "x-request-id"]
