"""The machines' part of the table of access (`trace.access`): which line a request stands on.

The application admits by it, and the interface description is made from it. A token that does not open a
route is, where anybody may ask, as good as none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from flask import Flask, request

from trace import access
from trace.access import API as TABLE
from trace.access import Access, line_of, path_of

__all__ = ["GUARDED", "TABLE", "Access", "lines_of", "of_request", "path_of", "require_lines", "requirements"]

GUARDED: Final = ("/api/v1/", "/log/", "/.well-known/")
"""Where every route has a line here; the pages of people who sign in have theirs in `trace.access.PAGES`, and
elsewhere are pages and descriptions for anybody."""


def lines_of(app: Flask) -> Iterator[str]:
    """The guarded routes of an application as the table names them."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(GUARDED):
            for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield line_of(verb, rule.rule)


def require_lines(routes: Iterable[str]) -> None:
    """Refuse to serve a route that has no line: it would be open to everybody by oversight."""
    access.require_lines(routes, TABLE)


def of_request(more: str = "") -> Access | None:
    """The line of the route that was asked for; None for pages. `more` is what stands after the `?`."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith(GUARDED) or request.method == "OPTIONS":
        return None
    return TABLE[f"{line_of(request.method, rule.rule)}{more}"]


def requirements(access: Access) -> list[dict[str, list[str]]]:
    """The security requirement of a route in OpenAPI 3.1: any one of its scopes, or none."""
    return [*({"token": [scope]} for scope in access.scopes), *([{}] if access.public else [])]
