"""Accounts of a demo: somebody for each role, all with one password. They cannot exist outside a demo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trace.credentials import password
from trace.credentials.login import parse
from trace.errors import DemoOnly
from trace.ledger.bundle import is_demo_origin
from trace.store.accounts.credentials import PASSWORD, add_credential
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_organisation,
    add_person,
    demo_members,
    find_organisation,
    is_login_taken,
)
from trace.store.transaction import Transactions
from trace.usecases.accounts.invite import named, require_roles

__all__ = ["DemoAccount", "Organisation", "add_demo_accounts", "list_demo_accounts"]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody in a made-up organisation."""

    login: str
    name: str
    organisation: Organisation
    roles: tuple[str, ...]


def add_demo_accounts(transactions: Transactions, accounts: Iterable[DemoAccount], typed: str) -> None:
    """Make the accounts that are not there yet; raises DemoOnly where the log is no demo's."""
    if not is_demo_origin(transactions.origin):
        raise DemoOnly
    kept = password.hashed(typed)
    with transactions.begin("command line") as tx:
        for one in accounts:
            login = parse(one.login)
            if is_login_taken(tx.connection, login):
                continue
            if find_organisation(tx.connection, one.organisation.urn) is None:
                add_organisation(tx.connection, one.organisation, tx.now)
            require_roles(one.organisation.kind, one.roles)
            who = add_person(tx.connection, login, named(one.name), tx.now, demo=True)
            add_credential(tx.connection, who, PASSWORD, kept, tx.now)
            add_membership(tx.connection, who, one.organisation.urn, one.roles, None, tx.now)


def list_demo_accounts(transactions: Transactions) -> list[DemoAccount]:
    """The accounts of a demo, for whoever would sign in; none where the log is no demo's."""
    if not is_demo_origin(transactions.origin):
        return []
    with transactions.look("door") as tx:
        members = demo_members(tx.connection)
    return [DemoAccount(one.login, one.name, one.organisation, one.roles) for one in members]
