"""Asking to be taken in: an organisation states who it is, and follows what a registrar makes of it.

The form is checked by the reader of `master.party`, the record that a registrar will sign for it; so what is
accepted can be stated. An accepted application opens the way for the first head: its link makes an invitation
until somebody leads the organisation.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.access.roles import LABORATORY, LEADING, OPERATOR
from trace.chain.facts import parse_fact
from trace.chain.facts.master import PARTY
from trace.errors import ApplicationUnfit, ApplicationUnknown, OrganisationKnown
from trace.identity import uscc
from trace.parties import CATERER, GROWER, LAB, PROCESSOR, RETAILER
from trace.store.accounts.applications import (
    ACCEPTED,
    ApplicationRow,
    add_application,
    find_followed,
)
from trace.store.accounts.invitations import close_invitation, list_invitations
from trace.store.accounts.people import find_organisation, hold_organisation, members_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once_by_anybody
from trace.usecases.accounts.invite import invite, named, token_of_form

ROLES: Final = (PROCESSOR, GROWER, RETAILER, CATERER, LAB)
KINDS: Final = ("company", "cooperative", "family_farm", "farm_enterprise", "institution", "lab")
FIELDS: Final = (
    *(
        "name",
        "uscc",
        "kind",
        "role",
        "region",
        "address",
        "permit",
        "gfCode",
        "legalPerson",
        "contact",
        "head",
    ),
)
_PERMITS: Final = {PROCESSOR: "scNo", LAB: "cma"}
"""The member of `master.party` that the permit of a role is; of others it is told in the form alone."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An application as it was filled in, each field a text."""

    fields: Mapping[str, str]

    @property
    def urn(self) -> str:
        return f"urn:uscc:{self.fields['uscc']}"

    @property
    def kind(self) -> str:
        """The kind of organisation that it will be."""
        return LABORATORY if self.fields["role"] == LAB else OPERATOR

    def party(self) -> dict[str, Any]:
        """The data of its `master.party`."""
        given = self.fields
        data: dict[str, Any] = {
            "name": given["name"],
            "kind": given["kind"],
            "roles": [given["role"]],
            "region": given["region"],
            "licenceNo": given["uscc"],
        }
        told = {
            "address": given["address"],
            _PERMITS.get(given["role"], ""): given["permit"],
            "gfCode": given["gfCode"],
            "contact": given["contact"],
            "legalPerson": given["legalPerson"],
        }
        return data | {name: value for name, value in told.items() if name and value}


def read_form(filled: Mapping[str, str]) -> Stated:
    """The fields of a form without idle blanks, numbers in capitals."""
    plain = {name: " ".join(filled.get(name, "").split()) for name in FIELDS}
    return Stated(plain | {name: plain[name].upper() for name in ("uscc", "permit", "gfCode")})


def apply_for(transactions: Transactions, filled: Mapping[str, str], key: str) -> str:
    """The token of the link by which the applicant follows it; the same for a form that is sent again.

    Raises ApplicationUnfit, NumberMalformed, NameUnfit, OrganisationKnown, and what reading a `master.party`
    raises.
    """
    stated = read_form(filled)
    token = token_of_form(key)
    if stated.fields["role"] not in ROLES or stated.fields["kind"] not in KINDS:
        raise ApplicationUnfit
    uscc.parse(stated.fields["uscc"])
    named(stated.fields["name"])
    named(stated.fields["head"])
    with transactions.begin("applicant") as tx:
        if once_by_anybody(tx, key):
            parse_fact(PARTY.typ, stated.party(), stated.urn, tx.now)
            _require_new(tx, stated.urn)
            number = f"{tx.now:%Y%m%d}-{secrets.token_hex(3)}"
            add_application(tx.connection, number, token, stated.urn, stated.fields, tx.now)
    return token


def _require_new(tx: Tx, urn: str) -> None:
    """An application that waits keeps nobody out: whoever wrote it first need not be the owner."""
    if find_organisation(tx.connection, urn) is not None:
        raise OrganisationKnown


def follow(transactions: Transactions, token: str) -> ApplicationRow:
    """How far an application is, for whoever has its link; raises ApplicationUnknown."""
    with transactions.look("applicant") as tx:
        return _followed(tx, token)


def _followed(tx: Tx, token: str) -> ApplicationRow:
    found = find_followed(tx.connection, token)
    if found is None:
        raise ApplicationUnknown
    return found


def is_led(transactions: Transactions, urn: str) -> bool:
    """Whether somebody leads an organisation already."""
    with transactions.look("applicant") as tx:
        return _is_led(tx, urn)


def _is_led(tx: Tx, urn: str) -> bool:
    return any(set(LEADING.values()) & set(one.roles) for one in members_of(tx.connection, urn))


def begin_as_head(transactions: Transactions, token: str) -> str:
    """The token of an invitation for the first head of an accepted organisation; only the newest counts.

    Raises ApplicationUnknown, OrganisationKnown once somebody leads it.
    """
    with transactions.begin("applicant") as tx:
        found = _followed(tx, token)
        if found.state != ACCEPTED:
            raise ApplicationUnknown
        hold_organisation(tx.connection, found.urn)
        if _is_led(tx, found.urn):
            raise OrganisationKnown
        for earlier in list_invitations(tx.connection, found.urn, tx.now):
            close_invitation(tx.connection, earlier.hash, "withdrawn", tx.now)
        stated = Stated(found.data)
        return invite(tx, found.urn, stated.fields["head"], [LEADING[stated.kind]], None)
