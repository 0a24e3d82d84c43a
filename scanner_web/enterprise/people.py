"""The people of an organisation, for its head; every organisation's heads, for whoever runs the platform."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.access.roles import AUTHORITY, roles_for
from trace.errors import (
    CardTaken,
    CardUnfit,
    CasesLeft,
    LastHead,
    NameUnfit,
    ReceiverUnknown,
    Refusal,
    RolesUnfit,
)
from trace.platform.opening import Platform
from trace.usecases.accounts import people, recovery
from trace.usecases.accounts.cards import register_card
from trace.usecases.casework.departing import Successors, hand_over_cases, open_cases_of, takes_over

_ICONS: Final = ("people", "pen", "tick")
_CASE: Final = "successor-"
"""With the number of a case: who takes that one."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of people."""
    _register_people(pages, platform)
    _register_changes(pages, platform)
    _register_cards(pages, platform)
    _register_organisations(pages, platform)


def _register_people(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/people")
    def staff() -> Response:
        """Members, invitations, and the form for a new one."""
        return _page(platform)

    @pages.post("/desk/people")
    def invite() -> Response:
        """Make an invitation; its link is shown this once."""
        name, roles = request.form.get("name", ""), request.form.getlist("role")
        try:
            token = people.invite_member(platform.transactions, signed_in(), _key(), name, roles)
        except (NameUnfit, RolesUnfit) as refusal:
            return _page(platform, refusal.http_status, refusal, name=name, chosen=roles)
        return _page(platform, link=_link(platform, token), to=name)

    @pages.post("/desk/invitations/<string:number>/withdraw")
    def withdraw(number: str) -> AnyResponse:
        """Take an invitation back."""
        people.withdraw_invitation(platform.transactions, signed_in(), number)
        return to("/desk/people")


def _register_changes(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/people/<string:number>/roles")
    def change_roles(number: str) -> AnyResponse:
        """Give a member other roles."""
        roles = request.form.getlist("role")
        try:
            people.change_roles(platform.transactions, signed_in(), number, roles, _hands_over("other-roles"))
        except (CasesLeft, ReceiverUnknown) as refusal:
            return _page(platform, refusal.http_status, refusal, leaving=number, given=roles)
        except (RolesUnfit, LastHead) as refusal:
            return _page(platform, refusal.http_status, refusal)
        return to("/desk/people")

    @pages.post("/desk/people/<string:number>/remove")
    def remove(number: str) -> AnyResponse:
        """End a membership; keys of the member's own are revoked by a signature, which comes next."""
        try:
            batch = people.remove_member(platform.transactions, signed_in(), number, _hands_over("left"))
        except (LastHead, CasesLeft, ReceiverUnknown) as refusal:
            return _page(platform, refusal.http_status, refusal, leaving=number)
        return to(f"/desk/sign/{batch}" if batch and signed_in().may(SIGN) else "/desk/people")

    @pages.post("/desk/people/<string:number>/back")
    def let_back_in(number: str) -> Response:
        """Make a new way in for a member, which what the member still has is asked for with."""
        lost = request.form.get("lost", recovery.LOST[0])
        token = recovery.let_back_in(platform.transactions, signed_in(), _key(), number, lost)
        link = _link(platform, token) if token else ""
        found = recovery.read_recovery(platform.transactions, token) if token else None
        return _page(platform, link=link, back=True, found=found)


def _register_cards(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/people/<string:number>/card")
    def change_card(number: str) -> AnyResponse:
        """Register the card of a member of an authority."""
        try:
            register_card(platform.transactions, signed_in(), number, request.form.get("card", ""))
        except (CardUnfit, CardTaken) as refusal:
            typed = request.form.get("card", "")
            return _page(platform, refusal.http_status, refusal, leaving=number, card=typed)
        return to("/desk/people")


def _register_organisations(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/organisations")
    def organisations() -> Response:
        """Every organisation and who leads it."""
        return _organisations(platform)

    @pages.post("/desk/organisations/heads/<string:number>/back")
    def let_head_back_in(number: str) -> Response:
        """Make a new way in for a head, good after a wait."""
        token = recovery.let_head_back_in(platform.transactions, signed_in(), _key(), number)
        return _organisations(platform, link=_link(platform, token))


def _hands_over(why: str) -> people.Leaving:
    """Gives the cases of a member to whom the form names, for all of them and for single ones."""
    actor, told = signed_in().actor, reader_of(request).say(f"work.people.{why}")
    of = {name.removeprefix(_CASE): who for name, who in request.form.items() if name.startswith(_CASE)}
    successors = Successors(request.form.get("successor", ""), of)
    return lambda tx, leaving: hand_over_cases(tx, leaving, successors, actor, told)


def _page(
    platform: Platform, status: int = HTTPStatus.OK, refusal: Refusal | None = None, **shown: Any
) -> Response:
    """The page; `shown` is what a form was filled in with, or the link that was made."""
    signed = signed_in()
    told: dict[str, Any] = {
        "name": "",
        "chosen": [],
        "link": "",
        "to": "",
        "back": False,
        "found": None,
        "leaving": "",
        "given": None,
        "card": None,
        **shown,
    }
    staff, kind = people.list_staff(platform.transactions, signed), people.own_organisation(signed).kind
    in_hand = open_cases_of(platform.transactions, staff.members) if kind == AUTHORITY else {}
    return desk_page(
        "enterprise/people.html", at="people", status=status, refusal=refusal, icons=_ICONS,
        staff=staff, kinds_of_loss=recovery.LOST, roles=roles_for(kind), in_hand=in_hand,
        has_cards=kind == AUTHORITY,
        takes_over=takes_over, named=request.form if told["leaving"] else {}, **told,
    )  # fmt: skip


def _organisations(platform: Platform, link: str = "") -> Response:
    found = people.list_heads(platform.transactions, signed_in())
    return desk_page("enterprise/organisations.html", at="organisations", organisations=found, link=link)


def _key() -> str:
    return request.form.get(KEY, "")


def _link(platform: Platform, token: str) -> str:
    return f"{platform.public_url}/invitation/{token}"
