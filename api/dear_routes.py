"""Which questions are dear: what takes long to answer in proportion to the asking.

They have places and processes of their own (`api.gateway.dear`), those of known holders of a token apart from
those of everybody else. A page over a graph that turns out to be large goes there by itself
(`scanner_web.frame.page_caching`).
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
        *("GET /api/v1/recalls", "GET /api/v1/recalls/<string:statement>", "GET /api/v1/search"),
        *("GET /lots/<path:lot>/trace.html", "POST /api/v1/verify", "POST /scan"),
        *("GET /api/v1/lots/<path:lot>/scope", "GET /api/v1/unanswered"),
        *("POST /api/v1/analyses/common-source", "POST /api/v1/analyses/contribution"),
    }
)
"""As Flask writes them."""

_PATTERNS: Final = tuple(
    (verb, re.compile(re.sub(r"<string:\w+>", "[^/]+", re.sub(r"<path:\w+>", ".+", path)), re.DOTALL))
    for verb, path in sorted(one.split(" ", 1) for one in DEAR)
)


def dear_route(environ: Mapping[str, Any]) -> str | None:
    """The dear route that a request asks for, if it is one."""
    asked = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
    path = environ["PATH_INFO"]
    for verb, pattern in _PATTERNS:
        if verb == asked and pattern.fullmatch(path):
            return pattern.pattern
    return None
