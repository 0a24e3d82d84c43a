"""Trusted proxies: the only callers whose forwarded host, scheme and address are believed.

`Host`, `X-Forwarded-*` and `X-Client-Region` are believed only when the connection comes from a trusted
proxy's address or network; otherwise the request carries the platform's own public name, so that no link we
make can be poisoned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

from trace.platform.proxy_addresses import ProxyAddresses

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_FORWARDED",
    "HTTP_X_CLIENT_REGION",
)


class TrustedProxies:
    """WSGI middleware: `addresses` are the trusted proxies, `public_url` our own name for all others."""

    def __init__(self, application: WSGIApplication, addresses: Iterable[str], public_url: str) -> None:
        self._plain = application
        self._behind = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
        self._addresses = ProxyAddresses(addresses)
        own = urlsplit(public_url)
        self._scheme, self._host = own.scheme, own.netloc

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR", "") in self._addresses:
            return self._behind(environ, start_response)
        for name in _FORWARDED:
            environ.pop(name, None)
        environ["HTTP_HOST"] = self._host
        environ["wsgi.url_scheme"] = self._scheme
        return self._plain(environ, start_response)
