"""The registrar's page of keys: what organisations ask for, accepted or refused."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.keys import signer
from scanner_web.enterprise.redirects import to
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.typed_texts import whole_text
from trace.usecases.signing.key_requests import (
    accept_request,
    refuse_request,
    revoke_for,
    waiting_requests,
)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the registrar's list."""

    @pages.get("/desk/key-requests")
    def key_requests() -> Response:
        """What waits for a registrar."""
        found = waiting_requests(platform.transactions)
        return desk_page("enterprise/key_requests.html", at="key-requests", icons=("key",), rows=found)

    @pages.post("/desk/key-requests/<string:number>/accept")
    def accept_key(number: str) -> AnyResponse:
        """Accept one: its registration is prepared for the registrar's signature."""
        batch = accept_request(platform.transactions, signer(), number)
        return to(f"/desk/sign/{batch}")

    @pages.post("/desk/key-requests/revoke")
    def revoke_lost_key() -> AnyResponse:
        """Prepare the revocation of a key whose holder has no other, for the registrar's signature."""
        given = [request.form.get(name, "").strip() for name in ("iss", "key", "reason")]
        return to(f"/desk/sign/{revoke_for(platform.transactions, signer(), *given)}")

    @pages.post("/desk/key-requests/<string:number>/refuse")
    def refuse_key(number: str) -> AnyResponse:
        """Refuse one, with a reason."""
        reason = whole_text("reason", request.form.get("reason", ""), 500)
        refuse_request(platform.transactions, signer(), number, reason)
        return to("/desk/key-requests")
