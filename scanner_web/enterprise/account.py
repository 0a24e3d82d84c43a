"""One's own account: where one is signed in, for which organisation, and what was kept of a form."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.provider import provider_name
from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import signed_in
from scanner_web.frame.workspace import desk_page
from trace.errors import MemberUnknown
from trace.platform.opening import Platform
from trace.usecases.accounts.forms import drop_kept, kept_forms
from trace.usecases.accounts.provider_sign_in import is_linked
from trace.usecases.accounts.recovery import object_to_recovery
from trace.usecases.accounts.second_step import ways_in
from trace.usecases.accounts.sessions import act_for, end_own_session, list_own_events, list_own_sessions


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one's own account."""

    @pages.get("/desk/account")
    def account() -> Response:
        """Sessions, organisations, and what happened to the account."""
        found = list_own_sessions(platform.transactions, signed_in())
        events = list_own_events(platform.transactions, signed_in())
        ways = ways_in(platform.transactions, signed_in().person.id)
        return desk_page(
            "enterprise/account.html", at="account", sessions=found, events=events, ways=ways,
            icons=("keys", "doc", "pen"), provider=provider_name(platform),
            linked=is_linked(platform.transactions, signed_in()),
        )  # fmt: skip

    @pages.post("/desk/account/recovery/refuse")
    def refuse_recovery() -> AnyResponse:
        """Object to a new way in that oneself did not ask for."""
        object_to_recovery(platform.transactions, signed_in())
        return to("/desk")

    @pages.post("/desk/account/sessions/<string:number>/end")
    def end_session(number: str) -> AnyResponse:
        """End one of one's own sessions."""
        end_own_session(platform.transactions, signed_in(), number)
        return to("/desk/account")

    @pages.post("/desk/account/organisation")
    def choose_organisation() -> AnyResponse:
        """Go on for another organisation of one's own."""
        if not act_for(platform.transactions, signed_in(), request.form.get("membership", "")):
            raise MemberUnknown
        return to("/desk")

    @pages.get("/desk/kept")
    def kept() -> Response:
        """What was filled in when a session ended."""
        found = kept_forms(platform.transactions, signed_in().person.id)
        return desk_page("enterprise/kept.html", at="home", kept=found)

    @pages.post("/desk/kept/<string:number>/drop")
    def drop(number: str) -> AnyResponse:
        """Throw it away."""
        drop_kept(platform.transactions, signed_in().person.id, number)
        return to("/desk/kept")
