"""The first person of an organisation, from the command line or after its application."""

from __future__ import annotations

from collections.abc import Sequence

from trace.access.roles import AUTHORITY, KINDS, LEADING
from trace.errors import RolesUnfit
from trace.parties import DEPARTMENTS, parse_urn
from trace.store.accounts.people import Organisation, add_organisation, find_organisation
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.invite import invite, named
from trace.usecases.accounts.tokens import require_area

__all__ = ["Organisation", "begin_organisation", "first_of"]


def begin_organisation(
    transactions: Transactions, new: Organisation, head: str, entrusted: Sequence[str] = ()
) -> str:
    """The token of a link for the first head of an organisation, which is made where it is not there yet;
    `entrusted` are roles that no head gives.

    Raises NumberMalformed, RolesUnfit, NameUnfit, TokenUnfit.
    """
    with transactions.begin("command line") as tx:
        return first_of(tx, new, head, entrusted=entrusted)


def first_of(
    tx: Tx, new: Organisation, head: str, given_by: str | None = None, entrusted: Sequence[str] = ()
) -> str:
    """The same within a transaction."""
    parse_urn(new.urn)
    if new.kind not in KINDS:
        raise RolesUnfit(roles=[new.kind])
    if (new.kind == AUTHORITY) != (new.department in DEPARTMENTS and new.region != ""):
        raise RolesUnfit(roles=[new.kind, new.department, new.region])
    require_area(new.region)
    known = find_organisation(tx.connection, new.urn)
    if known is None:
        named(new.name)
        add_organisation(tx.connection, new, tx.now)
        known = new
    return invite(tx, new.urn, head, [LEADING[known.kind], *entrusted], given_by)
