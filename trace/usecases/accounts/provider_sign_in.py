"""Signing in with an account elsewhere: by the provider that platform.toml names, for accounts linked before.

Nobody gets an account or a right by it. Who is signed in here and types the own password links the account
there; a second step that one has here is asked for all the same. State, nonce and verifier follow from a
secret that only the browser has which began the try; each try is answered once, within ten minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from trace.errors import DemoOnly, ProviderAnswerUnfit, ProviderLinkTaken, ProviderOff, ProviderUnlinked
from trace.exchange.identity_provider import IdentityProvider, Try
from trace.ledger.bundle import is_demo_origin
from trace.ledger.canonical import b64u
from trace.store.accounts.credentials import (
    PROVIDER,
    add_credential,
    add_event,
    credentials_of,
    end_credential,
    linked_accounts,
    note_use,
)
from trace.store.accounts.people import find_person
from trace.store.accounts.sessions import Device
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.accounts.sign_in import Entered, enter_without_password

BACK: Final = "/sign-in/provider/back"
LIFE: Final = 600
"""Seconds from the beginning of a try to its answer."""
SIGN_IN: Final = "sign-in"


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back by the browser: its secret, and what the provider gave along."""

    secret: str
    state: str
    code: str
    issuer: str
    error: str


def new_secret(now: float) -> str:
    """What only the browser has that begins a try; it says when."""
    return f"{int(now)}.{secrets.token_urlsafe(32)}"


def try_of(secret: str, purpose: str, public_url: str) -> Try:
    """The try of a browser: for `SIGN_IN`, or to link the account of the person of that number."""
    state, nonce, verifier = (_derived(secret, f"{use} {purpose}") for use in ("state", "nonce", "verifier"))
    return Try(public_url.rstrip("/") + BACK, state, nonce, verifier)


def begin(provider: IdentityProvider | None, secret: str, purpose: str, public_url: str) -> str:
    """Where the browser goes; raises `ProviderOff`, `ProviderSilent`."""
    if provider is None:
        raise ProviderOff
    return provider.address(try_of(secret, purpose, public_url))


def answered(
    provider: IdentityProvider | None, back: Returned, purpose: str, public_url: str, now: float
) -> str:
    """The account that the provider let in for this try: its issuer and subject.

    Raises `ProviderOff`, `ProviderSilent`, `ProviderAnswerUnfit`.
    """
    if provider is None:
        raise ProviderOff
    wanted = try_of(back.secret, purpose, public_url)
    if not back.secret or not hmac.compare_digest(back.state.encode(), wanted.state.encode()):
        raise ProviderAnswerUnfit(reason="not-this-try")
    begun = back.secret.partition(".")[0]
    if not (begun.isdecimal() and 0 <= now - int(begun) <= LIFE):
        raise ProviderAnswerUnfit(reason="too-late")
    if back.issuer and back.issuer != provider.issuer:
        raise ProviderAnswerUnfit(reason="not-this-try")
    if back.error or not back.code:
        raise ProviderAnswerUnfit(reason="code-refused")
    return f"{provider.issuer} {provider.subject(wanted, back.code, now)}"


def enter(transactions: Transactions, account: str, secret: str, device: Device, former: str = "") -> Entered:
    """Let the person in who linked that account; raises `ProviderUnlinked`, `ProviderAnswerUnfit`,
    `DemoOnly`."""
    with transactions.begin("access") as tx:
        linked = linked_accounts(tx.connection, account)
        who = find_person(tx.connection, linked[0].person) if len(linked) == 1 else None
        if who is None:
            raise ProviderUnlinked
        if who.demo and not is_demo_origin(tx.origin):
            raise DemoOnly
        done = once(tx, _derived(secret, "used"), who.id)
        if done.before:
            raise ProviderAnswerUnfit(reason="not-this-try")
        done.to("/desk")
        note_use(tx.connection, linked[0].id, linked[0].state, tx.now)
        return enter_without_password(tx, who, device, former)


def link(transactions: Transactions, signed: SignedIn, account: str, secret: str) -> None:
    """Link one's account elsewhere with one's own, in place of an earlier one.

    Raises `ProviderLinkTaken`, `FormForged`.
    """
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, _derived(secret, "used"), signed.person.id)
        if done.before:
            return
        done.to("/desk/account")
        if any(one.person != signed.person.id for one in linked_accounts(tx.connection, account)):
            raise ProviderLinkTaken
        for one in credentials_of(tx.connection, signed.person.id):
            if one.kind == PROVIDER:
                end_credential(tx.connection, one.id, tx.now)
        add_credential(tx.connection, signed.person.id, PROVIDER, account, tx.now)
        add_event(tx.connection, signed.person.id, "provider-linked", Device(), tx.now)


def unlink(transactions: Transactions, signed: SignedIn) -> None:
    """Sign in here alone again."""
    with transactions.begin(signed.actor.subject) as tx:
        for one in credentials_of(tx.connection, signed.person.id):
            if one.kind == PROVIDER:
                end_credential(tx.connection, one.id, tx.now)
                add_event(tx.connection, signed.person.id, "provider-unlinked", Device(), tx.now)


def is_linked(transactions: Transactions, signed: SignedIn) -> bool:
    with transactions.look(signed.actor.subject) as tx:
        return any(one.kind == PROVIDER for one in credentials_of(tx.connection, signed.person.id))


def _derived(secret: str, use: str) -> str:
    return b64u(hashlib.sha256(f"{use}\0{secret}".encode("utf-8", "replace")).digest())
