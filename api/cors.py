"""Cross-origin reading (Fetch standard, CORS): a verifier's page of any origin may read what is public.

Nothing here grants a right: none hangs on a cookie, `*` goes without credentials, and what needs a token
needs it as before. Only reading is let through; to state something from a browser takes this origin.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Flask, Response, request

METHODS: Final = "GET, HEAD, OPTIONS"
_A_DAY: Final = "86400"
HEADERS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", METHODS),
    ("Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, If-None-Match"),
    ("Access-Control-Expose-Headers", "Link, Location, Content-Type, ETag, Retry-After, X-Request-Id"),
    ("Access-Control-Max-Age", _A_DAY),
)
_READABLE: Final = re.compile(
    r"/(?:api/|log/|\.well-known/|page/|lots/|problems/|static/|files/|t/|[0-9]{2,4}/"
    r"|verifier\.json$|linkset-context\.jsonld$|[0-9a-f]{64}/checkpoint$)"
)
"""The machines' interface, the log, keys and policy, what linksets and bundles lead to, originals of
reports among it, a witness's checkpoint."""


def install(app: Flask) -> None:
    """Let any origin read the public addresses of `app`, and ask first (preflight)."""

    @app.after_request
    def share(response: Response) -> Response:
        if request.method in METHODS and _READABLE.match(request.path) is not None:
            for name, value in HEADERS:
                response.headers[name] = value
        return response
