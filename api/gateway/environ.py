"""The WSGI environment (PEP 3333) of an ASGI request, with the path as it was sent beside the decoded one."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

_PLAIN: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_NO_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_HOST: Final = re.compile(rb"(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
"""RFC 3986, 3.2.2: a name, maybe empty, or an address in brackets, and a port."""


def environ_of(scope: Mapping[str, Any]) -> dict[str, Any]:
    """All but the body: `with_body` adds it."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    host, port = scope.get("server") or ("localhost", 80)
    address = (scope.get("client") or ("", 0))[0]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "RAW_URI": (raw + (b"?" + query if query else b"")).decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(address),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,  # not of PEP 3333: a body without a length is read to its end
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ["REQUEST_URI"] = environ["RAW_URI"]
    for name, value in _fields(scope["headers"]):
        key = _PLAIN.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ


def names_its_host(scope: Mapping[str, Any]) -> bool:
    """Whether a request of HTTP/1.1 has one well-formed Host: programs on its way may each take another of
    several, and answer or keep what was meant for one as the other's."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return scope["http_version"] != "1.1" or (len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None)


def _fields(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    """A name with an underscore would be taken for the one with a hyphen: it is left out."""
    return ((name, value) for name, value in headers if b"_" not in name)


def announced(environ: Mapping[str, Any]) -> int | None:
    """How long the body says that it is: 0 for none, None where it does not say."""
    length: str = environ.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit():
        return int(length)
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    streams = not environ["SERVER_PROTOCOL"].startswith("HTTP/1")  # they end without a length
    return None if streams and environ["REQUEST_METHOD"] not in _NO_BODY else 0


def with_body(environ: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The environment of a request whose whole body is here."""
    whole = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
    whole["wsgi.input"] = io.BytesIO(body)
    whole["CONTENT_LENGTH"] = str(len(body))
    return whole
