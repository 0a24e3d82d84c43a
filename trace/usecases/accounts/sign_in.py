"""Signing in: name and password, and a new session for it.

Whoever types a name that nobody has gets the same answer after the same work. How often somebody may try is
the edge's to count (`scanner_web.frame.limits`): it knows the address.
"""

from __future__ import annotations

from dataclasses import dataclass

from trace.credentials import password
from trace.credentials.login import folded
from trace.errors import DemoOnly, SignInFailed
from trace.ledger.bundle import is_demo_origin
from trace.store.accounts.credentials import (
    PASSKEY,
    PASSWORD,
    TOTP,
    Credential,
    add_event,
    credentials_of,
    note_use,
    renew_secret,
)
from trace.store.accounts.people import Person, find_login, memberships_of
from trace.store.accounts.sessions import FULL, HALF, Device, add_session, end_session, find_session
from trace.store.transaction import Transactions, Tx

SECOND = frozenset({TOTP, PASSKEY})


@dataclass(frozen=True, slots=True)
class Entered:
    """A new session's token, and whether a second factor is still to come."""

    token: str
    pending: bool
    person: str


def sign_in(transactions: Transactions, login: str, typed: str, device: Device, former: str = "") -> Entered:
    """Let somebody in by password; `former` is the session that the browser had, which ends.

    Raises SignInFailed, for a name that nobody has as for a wrong password, and DemoOnly.
    """
    with transactions.look("access") as tx:
        who = find_login(tx.connection, folded(login))
        held = credentials_of(tx.connection, who.id) if who is not None else []
    kept = next((one for one in held if one.kind == PASSWORD), None)
    # the slow hash is outside of any transaction: nobody waits for it but who asked
    right = password.fits(kept.secret if kept is not None else None, typed)
    if who is None:
        raise SignInFailed
    if not right or kept is None:
        _note_failure(transactions, who, device)
        raise SignInFailed
    renewed = password.hashed(typed) if password.is_aged(kept.secret) else ""
    with transactions.begin(f"person:{who.id}") as tx:
        if who.demo and not is_demo_origin(tx.origin):
            raise DemoOnly
        if renewed:
            renew_secret(tx.connection, kept.id, renewed)
        note_use(tx.connection, kept.id, kept.state, tx.now)
        return _entered(tx, who, held, device, former)


def _entered(tx: Tx, who: Person, held: list[Credential], device: Device, former: str) -> Entered:
    pending = any(one.kind in SECOND for one in held)
    token = open_session(tx, who.id, HALF if pending else FULL, device, former)
    if not pending:
        add_event(tx.connection, who.id, "signed-in", device, tx.now)
    return Entered(token, pending, who.id)


def enter_without_password(tx: Tx, who: Person, device: Device, former: str) -> Entered:
    """Let somebody in whom another vouches for; a second step that one has here is still to come."""
    return _entered(tx, who, credentials_of(tx.connection, who.id), device, former)


def open_session(tx: Tx, who: str, level: str, device: Device, former: str) -> str:
    """A fresh session instead of the one that the browser came with: what it had before is worth nothing."""
    if former:
        old = find_session(tx.connection, former)
        if old is not None:
            end_session(tx.connection, old.id, "renewed", tx.now)
    members = memberships_of(tx.connection, who)
    return add_session(tx.connection, who, members[0].id if members else None, level, device, tx.now)


def _note_failure(transactions: Transactions, who: Person, device: Device) -> None:
    with transactions.begin("access") as tx:
        add_event(tx.connection, who.id, "password-wrong", device, tx.now)
