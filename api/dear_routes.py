"""Which questions are dear: what anybody may ask, and what takes long in proportion to it.

They have places and processes of their own (`api.gateway.dear`). Whoever shows a token is known, and answered
on the ordinary places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

DEAR: Final = frozenset(
    {
        *("GET /api/v1/lots/<path:lot>/upstream", "GET /api/v1/lots/<path:lot>/downstream"),
        *("GET /api/v1/lots/<path:lot>/marks", "GET /api/v1/lots/<path:lot>/orders"),
        *("GET /api/v1/lots/<path:lot>/events", "GET /api/v1/lots/<path:lot>/bundle"),
        *("GET /api/v1/recalls", "GET /api/v1/recalls/<string:statement>"),
        *("GET /lots/<path:lot>/trace.html", "POST /api/v1/verify", "POST /scan"),
    }
)
"""As Flask writes them; all without a token."""

_PATTERNS: Final = tuple(
    (verb, re.compile(re.sub(r"<string:\w+>", "[^/]+", re.sub(r"<path:\w+>", ".+", path)), re.DOTALL))
    for verb, path in sorted(one.split(" ", 1) for one in DEAR)
)


def dear_route(environ: Mapping[str, Any]) -> str | None:
    """The dear route that a request without a token asks for, if it is one."""
    if "HTTP_AUTHORIZATION" in environ:
        return None
    asked = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
    path = environ["PATH_INFO"]
    for verb, pattern in _PATTERNS:
        if verb == asked and pattern.fullmatch(path):
            return pattern.pattern
    return None
