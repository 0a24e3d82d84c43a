"""API tokens of organisations: issued once, asked for at every call, ended.

A token opens scopes (what its bearer may do here) and carries roles (which side of the law it speaks for);
both are kept in one list of grants, a role as `role:<name>`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trace.errors import TokenUnknown
from trace.parties import Actor, grants_of
from trace.store.accounts.tokens import add_token, find_token, new_token
from trace.store.accounts.tokens import revoke_tokens as end_tokens
from trace.store.transaction import Transactions


def authenticate(transactions: Transactions, token: str) -> Actor:
    """The caller behind a token; raises `TokenUnknown` also for one that was revoked."""
    with transactions.look("access") as tx:
        found = find_token(tx.connection, token)
    if found is None:
        raise TokenUnknown
    return Actor.granted(found.label or found.holder, found.holder, found.scopes)


def issue_token(
    transactions: Transactions, holder: str, label: str, scopes: Iterable[str], roles: Iterable[str] = ()
) -> str:
    """A new token for an organisation; it is returned once and kept only as its hash."""
    token = new_token()
    with transactions.begin("access") as tx:
        add_token(tx.connection, token, holder, label, grants_of(scopes, roles), tx.now)
    return token


def revoke_tokens(transactions: Transactions, holder: str, label: str) -> int:
    """The number of living tokens of that holder and label, all ended now."""
    with transactions.begin("access") as tx:
        return end_tokens(tx.connection, holder, label, tx.now)
