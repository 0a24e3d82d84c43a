"""Signing keys of one's own organisation: made on this device, by a key file, or held by the service."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.enterprise.scripted import answer, each, for_scripts, sent
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.workspace import desk_page
from trace.access.rights import KEYS
from trace.access.roles import LABORATORY
from trace.errors import KeyRequestUnfit, MemberUnknown, Refusal
from trace.parties import CATERER, DEPARTMENTS, GROWER, LAB, PROCESSOR, RETAILER
from trace.platform.opening import Platform
from trace.typed_texts import whole_text
from trace.usecases.accounts.key_files import ask_for_file_key
from trace.usecases.accounts.sessions import Organisation
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.held_keys import make_held_key
from trace.usecases.signing.key_requests import (
    Holder,
    NewKey,
    ask_for_key,
    draw_challenge,
    own_keys,
    revoke_key,
    roles_of,
    withdraw_request,
)

_ROLES: Final = (GROWER, PROCESSOR, RETAILER, CATERER)
_ICONS: Final = ("key", "phone", "doc", "pen", "shield")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of an organisation's keys."""

    @pages.get("/desk/keys")
    def keys() -> Response:
        """The keys of the organisation, and the ways to a new one."""
        return _page(platform)

    @pages.post("/desk/keys/challenge")
    @for_scripts
    def key_challenge() -> Response:
        """A challenge that a new key has to sign."""
        return answer({"challenge": draw_challenge(platform.transactions, signer())})

    @pages.post("/desk/keys/browser")
    @for_scripts
    def browser_key() -> Response:
        """Ask for the registration of a key that a browser made and keeps."""
        given, of = sent(), organisation()
        new = NewKey(
            _object(given.get("jwk")),
            str(given.get("challenge", "")),
            str(given.get("proof", "")),
            [str(one) for one in each(given.get("streams"))],
            "browser",
            str(given.get("label", "")),
        )
        roles = _roles(platform, of, [str(one) for one in each(given.get("roles"))])
        one = ask_for_key(platform.transactions, signer(), of.name, roles, new)
        return answer({"kid": one.kid, "state": one.state}, 201)

    _register_forms(pages, platform)


def _register_forms(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/keys/held")
    def held_key() -> AnyResponse:
        """Ask for a key that the service makes and keeps."""
        of = organisation()
        roles = _roles(platform, of, request.form.getlist("roles"))
        label = whole_text("label", request.form.get("label", ""), 60) or of.name[:60]
        make_held_key(platform.transactions, platform.master_key, signer(), of.name, roles, label)
        return to("/desk/keys")

    @pages.post("/desk/keys/file")
    def file_key() -> Response:
        """Ask for the registration of a key file, by what `enrol` printed; a token for its programs."""
        of = organisation()
        try:
            data = orjson.loads(request.form.get("application", ""))
            label = whole_text("label", request.form.get("label", ""), 60) or "file"
            may = Holder(of.urn, of.name, _known(platform, of) or _ROLES)
            token = ask_for_file_key(platform.transactions, signer(), may, label, _object(data))
        except orjson.JSONDecodeError:
            return _page(platform, refusal=KeyRequestUnfit(reason="key-form"))
        except Refusal as refusal:
            return _page(platform, refusal=refusal)
        return _page(platform, token=token)

    @pages.post("/desk/keys/<string:number>/withdraw")
    def withdraw_own_key(number: str) -> AnyResponse:
        """Take back what was asked for."""
        withdraw_request(platform.transactions, signer(), number)
        return to("/desk/keys")

    @pages.post("/desk/keys/<string:number>/revoke")
    def revoke_own_key(number: str) -> AnyResponse:
        """Prepare a key's revocation, to be signed with another one."""
        reason = request.form.get("reason", "")
        batch = revoke_key(platform.transactions, signer(), number, reason, number[:12])
        return to(f"/desk/sign/{batch}")


def signer() -> Signer:
    """Who is signed in, and for which organisation; raises `MemberUnknown` for who belongs to none."""
    of = organisation()
    actor = current_actor()
    return Signer(of.urn, signed_in().person.id, of.kind, actor.own_duties, actor.lent)


def organisation() -> Organisation:
    """The organisation that somebody acts for; raises `MemberUnknown`."""
    member = signed_in().membership
    if member is None:
        raise MemberUnknown
    return member.organisation


def _page(platform: Platform, *, token: str = "", refusal: Refusal | None = None) -> Response:
    of = organisation()
    found = own_keys(platform.transactions, of.urn)
    live = [one for one in found if one.state == "live"]
    known = _known(platform, of)
    return desk_page(
        "enterprise/keys.html",
        at="keys",
        icons=_ICONS,
        keys=found,
        live=live,
        account=signed_in().person.id,
        iss=of.urn,
        roles=() if known else _ROLES,
        manages=signed_in().may(KEYS),
        can_hold=platform.master_key is not None,
        lasting=request.args.get("lasting") != "no",
        token=token,
        refusal=refusal,
    )


def _roles(platform: Platform, of: Organisation, chosen: list[str]) -> tuple[str, ...]:
    """The roles of a new key: those in which the organisation has one, else those that were ticked."""
    known = _known(platform, of)
    roles = known or tuple(one for one in chosen if one in _ROLES)
    if not roles:
        raise KeyRequestUnfit(reason="roles-missing")
    return roles


def _known(platform: Platform, of: Organisation) -> tuple[str, ...]:
    """The roles that are settled: those of the keys that it has, of a laboratory or a department its own."""
    own = (LAB,) if of.kind == LABORATORY else tuple(filter(None, [DEPARTMENTS.get(of.department)]))
    return roles_of(platform.transactions, of.urn) or own


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
