"""The door of the workspaces: who is signed in, whether a page is open to them, whether a form is ours.

`install(blueprint, platform)` frames every route of a skin. A page asks `signed_in()`, `current_actor()`.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.cookies import SESSION, VISIT, give_cookie, read_cookie
from scanner_web.frame.csrf import require_form_token
from trace.access import PAGES, Access, line_of, require_lines
from trace.access.page_lines import UNDER
from trace.errors import RightMissing, ScopeMissing, SignInNeeded, TokenMissing
from trace.parties import VISITOR, Actor
from trace.platform.opening import Platform
from trace.usecases.accounts.sessions import Device, SignedIn, find_session

_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def install(pages: Blueprint, platform: Platform) -> None:
    """Let nobody through whom the table of access does not let through."""

    @pages.before_request
    def admit() -> None:
        rule = request.url_rule
        if rule is None:
            return
        g.signed_in = find_session(platform.transactions, read_cookie(SESSION))
        if request.method == "OPTIONS":  # answered by the framework for every route, with its verbs alone
            return
        line = PAGES[line_of(request.method, rule.rule)]
        g.page_actor = g.signed_in.actor if g.signed_in is not None else VISITOR
        if line.scopes:
            _require(g.signed_in, line)
        if request.method in _CHANGES:
            require_form_token(public=line.public)

    @pages.after_request
    def keep_private(response: AnyResponse) -> AnyResponse:
        response.headers["Cache-Control"] = "private, no-store"
        if new := g.get("new_visit"):
            give_cookie(response, VISIT, new)
        return response


def _require(signed: SignedIn | None, line: Access) -> None:
    try:
        line.admitted(signed.actor if signed is not None else None)
    except TokenMissing:
        raise SignInNeeded from None
    except ScopeMissing as missing:
        raise RightMissing(**missing.params) from None


def opens(path: str) -> bool:
    """Whether the reader may open a page of the workspaces, by the table of access; else it is no link."""
    signed: SignedIn | None = g.get("signed_in")
    try:
        rule, _ = current_app.url_map.bind("").match(path, method="GET", return_rule=True)
    except HTTPException:
        return False
    line = PAGES.get(line_of("GET", rule.rule))
    return line is not None and (line.public or (signed is not None and line.opens(signed.actor)))


def require_page_lines(app: Flask) -> None:
    """Refuse to serve a page of the workspaces that stands on no line of the table of access."""
    require_lines(page_lines_of(app), PAGES)


def page_lines_of(app: Flask) -> list[str]:
    """The workspaces' routes of an application, as the table names them."""
    return [
        line_of(verb, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(UNDER)
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def signed_in() -> SignedIn:
    """Who is signed in; raises SignInNeeded."""
    found: SignedIn | None = g.get("signed_in")
    if found is None:
        raise SignInNeeded
    return found


def current_actor() -> Actor:
    """Who asks, as use cases know a caller; a visitor on pages that are open to anybody."""
    found: Actor = g.get("page_actor", VISITOR)
    return found


def device() -> Device:
    """Where the request comes from."""
    return Device(request.remote_addr or "", request.headers.get("User-Agent", ""))
