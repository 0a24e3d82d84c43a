"""The second step of signing in: an authenticator app, passkeys, and recovery codes for the day without them.

What a challenge or an app's secret is follows from the session and the form's key, so nothing waits on the
server, and a form that was answered is spent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from trace.credentials import passkey, password, recovery_codes, totp
from trace.credentials.passkey import Passkey, Place
from trace.credentials.totp import Learned
from trace.errors import CodeWrong, FormForged, PasswordWrong, Refusal
from trace.ledger.key_sealing import MasterKey
from trace.store.accounts.credentials import (
    PASSKEY,
    PASSWORD,
    RECOVERY,
    TOTP,
    Credential,
    add_credential,
    add_event,
    credentials_of,
    end_credential,
    end_credentials,
    learn,
)
from trace.store.accounts.sessions import FULL, Device, end_sessions
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.app_secrets import kept_secret, opened_secret
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.accounts.sign_in import Entered, open_session

SECOND: Final = (TOTP, PASSKEY)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a browser sent for a passkey: the answer, where it is, and the key of the form that asked."""

    text: str
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What somebody signs in with beside the password, and how many recovery codes are left."""

    second: tuple[Credential, ...]
    codes: int

    @property
    def has_app(self) -> bool:
        return any(one.kind == TOTP for one in self.second)

    def passkeys(self, host: str) -> list[Passkey]:
        """The passkeys that answer at a host."""
        found = [_passkey(one) for one in self.second if one.kind == PASSKEY]
        return [one for one in found if one.host == host]


def ways_in(transactions: Transactions, who: str) -> WaysIn:
    """What somebody has beside the password."""
    with transactions.look(f"person:{who}") as tx:
        return _ways(credentials_of(tx.connection, who))


def _ways(held: list[Credential]) -> WaysIn:
    second = tuple(one for one in held if one.kind in SECOND)
    return WaysIn(second, sum(one.kind == RECOVERY for one in held))


def seed_of(token: str, key: str, use: str) -> bytes:
    """Bytes that only this session's form has: an app's secret, a passkey's challenge."""
    return hashlib.sha256(f"{use}\0{token}\0{key}".encode("utf-8", "replace")).digest()


def confirm_password(transactions: Transactions, who: str, typed: str) -> None:
    """Return for one's own password; raises PasswordWrong."""
    with transactions.look(f"person:{who}") as tx:
        held = credentials_of(tx.connection, who)
    kept = next((one.secret for one in held if one.kind == PASSWORD), None)
    if not password.fits(kept, typed):
        raise PasswordWrong


def add_app(
    transactions: Transactions,
    signed: SignedIn,
    key: str,
    secret: str,
    typed: str,
    now: float,
    *,
    master: MasterKey | None = None,
) -> list[str]:
    """Take an authenticator app in by its first code, in place of an older one; new recovery codes where
    there were none. Raises CodeWrong, CodeClockOff, FormForged."""
    with transactions.begin(signed.actor.subject) as tx:
        if once(tx, key, signed.person.id).before:
            return []
        learned = totp.take_code(secret, typed, now, Learned())
        end_credentials(tx.connection, signed.person.id, tx.now, TOTP)
        kept = kept_secret(master, secret, signed.person.id)
        add_credential(tx.connection, signed.person.id, TOTP, kept, tx.now, state=asdict(learned))
        return _added(tx, signed)


def add_passkey(transactions: Transactions, signed: SignedIn, answer: Answered, label: str) -> list[str]:
    """Take a passkey in; new recovery codes where there were none. Raises CodeWrong, FormForged."""
    with transactions.begin(signed.actor.subject) as tx:
        if once(tx, answer.key, signed.person.id).before:
            return []
        found = passkey.made(answer.text, answer.place)
        kept: dict[str, Any] = asdict(found)
        add_credential(
            tx.connection, signed.person.id, PASSKEY, found.key, tx.now, label=label[:60], state=kept
        )
        return _added(tx, signed)


def _added(tx: Tx, signed: SignedIn) -> list[str]:
    add_event(tx.connection, signed.person.id, "second-added", Device(), tx.now)
    if _ways(credentials_of(tx.connection, signed.person.id)).codes:
        return []
    return _fresh_codes(tx, signed.person.id)


def _fresh_codes(tx: Tx, who: str) -> list[str]:
    end_credentials(tx.connection, who, tx.now, RECOVERY)
    codes = [recovery_codes.new_code() for _ in range(recovery_codes.COUNT)]
    for one in codes:
        add_credential(tx.connection, who, RECOVERY, recovery_codes.code_hash(one), tx.now)
    return codes


def renew_codes(transactions: Transactions, signed: SignedIn, key: str) -> list[str]:
    """New recovery codes; the old ones are worth nothing. [] for a form that was sent before."""
    with transactions.begin(signed.actor.subject) as tx:
        if once(tx, key, signed.person.id).before:
            return []
        return _fresh_codes(tx, signed.person.id)


def remove_second(transactions: Transactions, signed: SignedIn, number: str) -> None:
    """Take a second step away; with the last of them the recovery codes go."""
    with transactions.begin(signed.actor.subject) as tx:
        _remove(tx, signed.person.id, [number], Device())


def _remove(tx: Tx, who: str, numbers: Collection[str], device: Device) -> None:
    held = [one for one in credentials_of(tx.connection, who) if one.kind in SECOND]
    gone = [one for one in held if one.id in numbers]
    for one in gone:
        end_credential(tx.connection, one.id, tx.now)
        add_event(tx.connection, who, "second-removed", device, tx.now)
    if gone and len(gone) == len(held):
        end_credentials(tx.connection, who, tx.now, RECOVERY)


def change_password(
    transactions: Transactions,
    signed: SignedIn,
    typed: str,
    device: Device,
    former: str,
    *,
    without: Collection[str] = (),
) -> str:
    """A new password, and a new session's token: every other session ends, and what of the second steps is
    named in `without`. Raises PasswordUnfit."""
    firms = [one.organisation for one in signed.memberships]
    own = (signed.person.login, signed.person.name, *(one.name for one in firms))
    password.require_good(typed, own, [one.urn for one in firms])
    kept = password.hashed(typed)
    with transactions.begin(signed.actor.subject) as tx:
        who = signed.person.id
        end_credentials(tx.connection, who, tx.now, PASSWORD)
        add_credential(tx.connection, who, PASSWORD, kept, tx.now)
        end_sessions(tx.connection, who, "password-changed", tx.now)
        add_event(tx.connection, who, "password-changed", device, tx.now)
        _remove(tx, who, without, device)
        return open_session(tx, who, FULL, device, former)


def finish_with_code(
    transactions: Transactions,
    pending: SignedIn,
    typed: str,
    now: float,
    device: Device,
    former: str,
    *,
    master: MasterKey | None = None,
) -> Entered:
    """Go in by an app's code or a recovery code, whose form must not be sent twice: each is good once.

    Raises CodeWrong, CodeClockOff; MasterKeyAbsent for an app's code where its secret cannot be opened.
    """
    who = pending.person.id
    try:
        with transactions.begin(pending.actor.subject) as tx:
            held = credentials_of(tx.connection, who)
            if recovery_codes.is_like_one(typed):
                _use_recovery(tx, who, held, typed, device)
            else:
                _use_app(tx, held, typed, now, master)
            return _in(tx, who, device, former)
    except Refusal:
        _note(transactions, who, device)
        raise


def _use_app(tx: Tx, held: list[Credential], typed: str, now: float, master: MasterKey | None) -> None:
    app = next((one for one in held if one.kind == TOTP), None)
    if app is None:
        raise CodeWrong
    secret = opened_secret(master, app.secret, app.person)
    learned = totp.take_code(secret, typed, now, Learned(**app.state))
    if not learn(tx.connection, app, asdict(learned), tx.now):
        raise CodeWrong


def _use_recovery(tx: Tx, who: str, held: list[Credential], typed: str, device: Device) -> None:
    wanted = recovery_codes.code_hash(typed)
    found = next((one for one in held if one.kind == RECOVERY and one.secret == wanted), None)
    if found is None or not end_credential(tx.connection, found.id, tx.now):
        raise CodeWrong
    add_event(tx.connection, who, "recovery-code-used", device, tx.now)


def finish_with_passkey(
    transactions: Transactions, pending: SignedIn, answer: Answered, device: Device, former: str
) -> Entered:
    """Go in by a passkey's answer to the form's challenge. Raises CodeWrong, FormForged."""
    who = pending.person.id
    try:
        with transactions.begin(pending.actor.subject) as tx:
            if once(tx, answer.key, who).before:
                raise FormForged
            known = _answering(credentials_of(tx.connection, who), answer.text)
            kept = _passkey(known)
            count = passkey.used(answer.text, answer.place, kept)
            if not learn(tx.connection, known, {**asdict(kept), "count": count}, tx.now):
                raise CodeWrong
            return _in(tx, who, device, former)
    except CodeWrong:
        _note(transactions, who, device)
        raise


def _answering(held: list[Credential], answer: str) -> Credential:
    try:
        named = orjson.loads(answer)["id"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise CodeWrong from None
    found = next((one for one in held if one.kind == PASSKEY and one.state["id"] == named), None)
    if found is None:
        raise CodeWrong
    return found


def _in(tx: Tx, who: str, device: Device, former: str) -> Entered:
    add_event(tx.connection, who, "signed-in", device, tx.now)
    return Entered(open_session(tx, who, FULL, device, former), False, who)


def _note(transactions: Transactions, who: str, device: Device) -> None:
    with transactions.begin("access") as tx:
        add_event(tx.connection, who, "second-wrong", device, tx.now)


def _passkey(one: Credential) -> Passkey:
    return Passkey(**one.state)
