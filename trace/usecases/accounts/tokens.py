"""API tokens of organisations: issued once, asked for at every call, ended by their day or before.

A token opens scopes (what its bearer may do here) and carries roles (which department it speaks for); both
are kept in one list of grants, a role as `role:<name>`. An authority's has an area: the digits that the
GB/T 2260 codes of its places begin with, or the whole country; a token without one is no authority's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_of
from trace.errors import TokenExpired, TokenUnfit, TokenUnknown
from trace.parties import ALL, COUNTRY, REGULATORS, ROLES, SCOPES, STEPS, Actor, grants_of
from trace.store.accounts.people import members_of, memberships_of
from trace.store.accounts.tokens import (
    TokenHolder,
    add_token,
    find_labelled,
    find_token,
    list_arealess_tokens,
    list_ending_tokens,
    new_token,
)
from trace.store.accounts.tokens import revoke_tokens as end_tokens
from trace.store.transaction import Transactions, Tx

LIFE: Final = "P40"
WARNING: Final = "P41"
AREAS: Final = f"GB/T 2260: 31, 3101, 310151 … | {COUNTRY}"
_REGION: Final = re.compile(r"(?:[1-6][0-9]|71|8[12])(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{3}(?:[0-9]{3})?)?)?)?")


@dataclass(frozen=True, slots=True)
class EndingToken:
    """A token that ends soon: whose it is, what for, and its last moment."""

    holder: str
    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What bounds a new token: an authority's area, its days where it is to be shorter, and the person to
    whom it is shown, with whose membership it ends."""

    region: str = ""
    days: int | None = None
    given_to: str = ""


def authenticate(transactions: Transactions, token: str) -> Actor:
    """The caller behind a token; raises `TokenUnknown` also for one that was revoked, `TokenExpired`."""
    with transactions.look("access") as tx:
        found, now = find_token(tx.connection, token), tx.now
        duties = _duties(tx, found) if found is not None else frozenset()
    if found is None:
        raise TokenUnknown
    if found.expires_at is not None and found.expires_at <= now:
        raise TokenExpired(until=day_of(found.expires_at))
    actor = Actor.granted(found.label or found.holder, found.holder, found.scopes, found.region)
    return replace(actor, person=found.given_to, duties=duties) if STEPS in found.scopes else actor


def _duties(tx: Tx, token: TokenHolder) -> frozenset[str]:
    """Roles that the person of a token has now: what was taken from a person is taken from the token."""
    if STEPS not in token.scopes or not token.given_to:
        return frozenset()
    held = memberships_of(tx.connection, token.given_to)
    return frozenset(role for one in held if one.organisation.urn == token.holder for role in one.roles)


def person_named(transactions: Transactions, holder: str, login: str) -> str:
    """The member of an organisation with that login, to give a token to; raises `TokenUnfit`."""
    with transactions.look("access") as tx:
        for one in members_of(tx.connection, holder):
            if one.login == login:
                return one.person
    raise TokenUnfit(member="person", value=login[:40], allowed=holder)


def issue_token(
    transactions: Transactions,
    holder: str,
    label: str,
    scopes: Iterable[str],
    roles: Iterable[str] = (),
    terms: Terms = Terms(),
) -> str:
    """A new token for an organisation; it is returned once and kept only as its hash.

    It ends after the days of rule P40, or sooner. Raises `TokenUnfit` for what no token can have.
    """
    opened, named = tuple(scopes), tuple(roles)
    _require_known("scope", opened, SCOPES)
    _require_known("role", named, ROLES)
    require_area(terms.region)
    with transactions.begin("access") as tx:
        return issue_in(tx, holder, label, grants_of(opened, named), terms)


def issue_in(tx: Tx, holder: str, label: str, grants: Iterable[str], terms: Terms) -> str:
    """A new token within a transaction that does more; raises as `issue_token`."""
    token, longest = new_token(), _days(tx, LIFE)
    days = longest if terms.days is None else terms.days
    if not 1 <= days <= longest:
        raise TokenUnfit(member="days", value=str(days), allowed=f"1–{longest}")
    until = tx.now + timedelta(days=days)
    held = TokenHolder(holder, label, frozenset(grants), terms.region, until, terms.given_to)
    add_token(tx.connection, token, held, tx.now)
    return token


def require_area(region: str) -> None:
    """Return for no area, the whole country, or what codes of GB/T 2260 begin with; raises TokenUnfit."""
    if region not in {"", COUNTRY} and _REGION.fullmatch(region) is None:
        raise TokenUnfit(member="region", value=region[:40], allowed=AREAS)


def require_department(scopes: Iterable[str], roles: Iterable[str], region: str) -> None:
    """Refuse the sight of an authority to who speaks for none, and a department without an area: it would
    read nothing. Raises `TokenUnfit`."""
    if ALL in scopes and REGULATORS.isdisjoint(roles):
        raise TokenUnfit(member="scope", value=ALL, allowed=f"{ALL} --department market | agriculture")
    if not region and not REGULATORS.isdisjoint(roles):
        raise TokenUnfit(member="region", value="", allowed=AREAS)


def revoke_tokens(transactions: Transactions, holder: str, label: str) -> int:
    """The number of living tokens of that holder and label, all ended now."""
    with transactions.begin("access") as tx:
        return end_tokens(tx.connection, holder, label, tx.now)


def has_token(transactions: Transactions, holder: str, label: str) -> bool:
    """Whether that holder has a living token of that label."""
    with transactions.look("access") as tx:
        return bool(find_labelled(tx.connection, holder, label, tx.now))


def ending_tokens(transactions: Transactions) -> list[EndingToken]:
    """The tokens that end within the days of rule P41, the first to end first."""
    with transactions.look("access") as tx:
        found = list_ending_tokens(tx.connection, tx.now, tx.now + timedelta(days=_days(tx, WARNING)))
    return [EndingToken(one.holder, one.label, one.expires_at) for one in found if one.expires_at is not None]


def blind_tokens(transactions: Transactions) -> list[TokenHolder]:
    """Living tokens that were issued for an authority and name no area: they read as nobody's."""
    with transactions.look("access") as tx:
        found = list_arealess_tokens(tx.connection, tx.now)
    return [one for one in found if ALL in one.scopes or not _departments(one).isdisjoint(REGULATORS)]


def _departments(one: TokenHolder) -> frozenset[str]:
    return Actor.granted(one.label, one.holder, one.scopes).roles


def _days(tx: Tx, rule: str) -> int:
    return int(tx.rules.at(rule, tx.now.astimezone(SHANGHAI_TIME).date()).number)


def _require_known(member: str, given: Iterable[str], known: Iterable[str]) -> None:
    for one in given:
        if one not in set(known):
            raise TokenUnfit(member=member, value=one[:40], allowed=", ".join(sorted(known)))
