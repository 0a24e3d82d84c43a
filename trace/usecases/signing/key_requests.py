"""Keys that people ask to have registered: proof that the device holds the key, then a registrar's signature.

The new key signs two things: a challenge that this server drew for this person a moment ago (so that a key
which a browser made and could not keep never gets this far), and what its registration will say
(docs/record-format.md §4.2). A registrar's acceptance makes a draft; it counts once it has been signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from trace.chain.facts.keys import KEY_REGISTER, KEY_REVOKE
from trace.errors import (
    AlreadyRecorded,
    ChallengeUnknown,
    KeyRequestDecided,
    KeyRequestOwn,
    KeyRequestUnfit,
    KeyRequestUnknown,
    Refusal,
)
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.ledger.algorithms import PublicKey
from trace.ledger.canonical import b64u, decode_object
from trace.ledger.claims import timestamp
from trace.ledger.keys import REASONS, KeyEntry, parse_registration, revocation_data
from trace.ledger.sealed import opened
from trace.store.accounts.applications import known_party
from trace.store.log.keys import list_keys, read_holder_roles, read_keys
from trace.store.signing.keys import (
    ACCEPTED,
    ASKED,
    REFUSED,
    WITHDRAWN,
    KeyRequest,
    add_challenge,
    add_request,
    decide_request,
    find_request,
    last_uses,
    list_open_requests,
    list_requests,
    note_registration,
    see_key,
    stopped_among,
    take_challenge,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.signing.batches import Signer, keep_batch, keep_in, living_key
from trace.usecases.signing.content import content_of

CHALLENGE: Final = "trace+key-challenge"
VALID: Final = timedelta(days=730)
_TIME_LIMIT: Final = timedelta(minutes=10)
_MOST_LABEL: Final = 60
_OF_PEOPLE: Final = frozenset({"browser", "file", "ukey"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a key is registered for, under which name, and what it may state."""

    iss: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a device sends of its key: the public part, two proofs by it, and what it is called."""

    jwk: Mapping[str, Any]
    challenge: str
    proof: str
    streams: Sequence[str]
    custody: str
    label: str


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key of an organisation as its people see it: asked for, registered, or both."""

    kid: str
    request: KeyRequest | None
    entry: KeyEntry | None
    used_at: datetime | None
    stopped: bool = False

    @property
    def state(self) -> str:
        """asked, accepted (its registration is still to be signed), live, stopped (its revocation is still to
        be signed), revoked, refused or withdrawn."""
        if self.entry is not None:
            living = "stopped" if self.stopped else "live"
            return living if self.entry.revoked_at is None else "revoked"
        return self.request.state if self.request is not None else WITHDRAWN

    @property
    def custody(self) -> str:
        return self.entry.custody if self.entry is not None else self.request.custody if self.request else ""

    @property
    def seen_at(self) -> datetime | None:
        """When it was last used or shown."""
        seen = self.request.seen_at if self.request is not None else None
        return max((at for at in (seen, self.used_at) if at is not None), default=None)


def draw_challenge(transactions: Transactions, who: Signer) -> str:
    """A challenge for a new key of this person, good once and for ten minutes."""
    challenge = b64u(secrets.token_bytes(32))
    with transactions.begin("keys") as tx:
        add_challenge(tx.connection, challenge, who.person, who.iss, tx.now)
    return challenge


def ask_for_key(
    transactions: Transactions, who: Signer, name: str, roles: Sequence[str], new: NewKey
) -> KeyRequest:
    """Note that a person asks for a key's registration for its organisation, called `name`.

    Raises `ChallengeUnknown`, `KeyRequestUnfit` where a proof does not hold, `AlreadyRecorded`.
    """
    if new.custody not in _OF_PEOPLE or not 1 <= len(new.label.strip()) <= _MOST_LABEL:
        raise KeyRequestUnfit(reason="key-form")
    key = _shown_key(new)
    challenge = _proven_challenge(new, key, who.iss)
    with transactions.begin("keys") as tx:
        if not take_challenge(tx.connection, challenge, who.person, who.iss, tx.now - _TIME_LIMIT):
            raise ChallengeUnknown
        data = _registration(tx, key, Holder(who.iss, name, tuple(roles)), new)
        return note_request(tx, who, new.label.strip(), data)


def _registration(tx: Tx, key: PublicKey, holder: Holder, new: NewKey) -> dict[str, Any]:
    """The data that a registrar will sign for this key; raises `KeyRequestUnfit`."""
    now = tx.now.replace(microsecond=0)
    data: dict[str, Any] = {
        "kid": key.kid,
        "jwk": key.jwk,
        "holder": {"iss": holder.iss, "name": holder.name},
        "roles": sorted(holder.roles),
        "streams": list(new.streams),
        "custody": new.custody,
        "validFrom": timestamp(now),
        "validTo": timestamp(now + VALID),
        "proof": new.proof,
    }
    _require_sound(tx, data)
    return data


def _require_sound(tx: Tx, data: Mapping[str, Any]) -> KeyEntry:
    try:
        return parse_registration(data, 0, tx.origin)
    except Refusal as refusal:
        raise KeyRequestUnfit(reason=str(refusal.params.get("reason", refusal.code))) from None


def note_request(tx: Tx, who: Signer, label: str, data: Mapping[str, Any]) -> KeyRequest:
    """Keep a request whose proofs hold."""
    if read_keys(tx.connection, tx.origin, {data["kid"]}):
        raise AlreadyRecorded
    one = KeyRequest(
        data["kid"], who.iss, who.person, label, data["custody"], data, ASKED, tx.now, seen_at=tx.now
    )
    add_request(tx.connection, one)
    return one


def note_file_key(tx: Tx, who: Signer, of: Holder, label: str, data: Mapping[str, Any]) -> KeyRequest:
    """Note the application that `enrol` printed for a key file: it carries its own proof.

    The proof says nothing of name and roles, which anybody can write: the name is that of `of`, and so are
    the roles or some of them. Raises `KeyRequestUnfit` where it does not hold, is another organisation's or
    names other roles, and `AlreadyRecorded`.
    """
    holder = data.get("holder")
    if not isinstance(holder, Mapping) or holder.get("iss") != who.iss or data.get("custody") == "server":
        raise KeyRequestUnfit(reason="key-form")
    named = {**data, "holder": {"iss": of.iss, "name": of.name}}
    entry = _require_sound(tx, named)
    if not entry.roles or not set(entry.roles) <= set(of.roles):
        raise KeyRequestUnfit(reason="roles-of-others")
    return note_request(tx, who, label, named)


def own_keys(transactions: Transactions, iss: str) -> list[OwnKey]:
    """The keys of an organisation, those that wait first, then by registration, the newest first."""
    with transactions.look("keys") as tx:
        requests = {one.kid: one for one in list_requests(tx.connection, iss)}
        entries = {one.kid: one for one in list_keys(tx.connection, tx.origin, holder=iss)}
        used = last_uses(tx.connection, iss)
        stopped = stopped_among(tx.connection, entries)
    kids = [*(kid for kid in requests if kid not in entries), *reversed(entries)]
    return [OwnKey(kid, requests.get(kid), entries.get(kid), used.get(kid), kid in stopped) for kid in kids]


def roles_of(transactions: Transactions, iss: str) -> tuple[str, ...]:
    """The roles in which an organisation signs: of its keys; before the first, as its registrar stated it."""
    with transactions.look("keys") as tx:
        return roles_in(tx, iss)


def roles_in(tx: Tx, iss: str) -> tuple[str, ...]:
    """As above, within a transaction that reads more."""
    found = read_holder_roles(tx.connection, iss) or known_party(tx.connection, iss).stated.get("roles")
    return tuple(sorted(found or ()))


def waiting_requests(transactions: Transactions) -> list[KeyRequest]:
    """What waits for a registrar, the oldest first."""
    with transactions.look("keys") as tx:
        return list_open_requests(tx.connection)


def accept_request(transactions: Transactions, registrar: Signer, kid: str, roles: Sequence[str] = ()) -> str:
    """Accept a key: a batch with its registration, for the registrar to sign; the name of the batch.

    `roles` replace those asked for. Nobody accepts what he asked for himself. What was accepted and has
    neither batch nor registration (it broke off between the two, once) is accepted again. Raises
    `KeyRequestUnknown`, `KeyRequestDecided`, `KeyRequestOwn`.
    """
    with transactions.begin("keys") as tx:
        asked = find_request(tx.connection, kid)
        if asked is not None and asked.person == registrar.person:
            raise KeyRequestOwn
        halfway = asked is not None and asked.state == ACCEPTED and not asked.batch
        if asked is not None and halfway and not read_keys(tx.connection, tx.origin, {kid}):
            one = asked
        else:
            one = _decided(tx, kid, ACCEPTED, registrar, "")
        data = {**one.data, **({"roles": sorted(roles)} if roles else {})}
        draft = _draft(KEY_REGISTER.typ, one.iss, data, registrar.iss, tx.now)
        title = f"{one.data['holder']['name']} · {one.label}"
        batch = keep_in(tx, registrar, title, [content_of(draft)])
        note_registration(tx.connection, kid, batch)
    return batch


def refuse_request(transactions: Transactions, registrar: Signer, kid: str, reason: str) -> None:
    """Refuse a key with a reason; raises as `accept_request`."""
    with transactions.begin("keys") as tx:
        _decided(tx, kid, REFUSED, registrar, reason)


def withdraw_request(transactions: Transactions, who: Signer, kid: str) -> None:
    """Take a request back before it was decided; raises as `accept_request`."""
    with transactions.begin("keys") as tx:
        one = find_request(tx.connection, kid)
        if one is None or one.iss != who.iss:
            raise KeyRequestUnknown
        _decided(tx, kid, WITHDRAWN, who, "")


def revoke_key(transactions: Transactions, who: Signer, kid: str, reason: str, title: str) -> str:
    """A batch with the revocation of an own key, to be signed with another one; its name.

    Raises `KeyUnknown`, `KeyNotValid`, `KeyRequestUnfit` for a reason that there is none of.
    """
    return _revocation(transactions, who, who.iss, kid, reason, title)


def revoke_for(transactions: Transactions, registrar: Signer, holder: str, kid: str, reason: str) -> str:
    """A batch with the revocation of another's key, lost with the only device, for the registrar to sign.

    Raises as `revoke_key`.
    """
    return _revocation(transactions, registrar, holder, kid, reason, kid[:12])


def _revocation(
    transactions: Transactions, who: Signer, holder: str, kid: str, reason: str, title: str
) -> str:
    if reason not in REASONS:
        raise KeyRequestUnfit(reason="reason")
    with transactions.look("keys") as tx:
        living_key(tx, holder, kid)
        draft = _draft(KEY_REVOKE.typ, holder, revocation_data(kid, reason), who.iss, tx.now)
    return keep_batch(transactions, who.iss, who.person, title, [content_of(draft)])


def show_key(transactions: Transactions, who: Signer, kid: str) -> None:
    """Note that a device of the organisation still has its key."""
    with transactions.begin("keys") as tx:
        see_key(tx.connection, kid, who.iss, tx.now)


def _decided(tx: Tx, kid: str, state: str, by: Signer, reason: str) -> KeyRequest:
    one = find_request(tx.connection, kid)
    if one is None:
        raise KeyRequestUnknown
    if not decide_request(tx.connection, kid, state, by.person, tx.now, reason):
        raise KeyRequestDecided(state=one.state)
    return one


def _draft(typ: str, sub: str, data: Mapping[str, Any], iss: str, at: datetime) -> Draft:
    key = draft_key(iss, typ, str(data["kid"]))
    return Draft(typ, sub, at.replace(microsecond=0), data, (), (), RowOrigin("keys", ()), key)


def _shown_key(new: NewKey) -> PublicKey:
    try:
        return PublicKey.from_jwk(new.jwk)
    except Refusal as refusal:
        raise KeyRequestUnfit(reason=refusal.code) from None


def _proven_challenge(new: NewKey, key: PublicKey, iss: str) -> str:
    try:
        answer = opened(new.challenge, CHALLENGE)
        answer.verify(key)
        said = decode_object(answer.payload)
    except Refusal:
        raise KeyRequestUnfit(reason="challenge-not-signed") from None
    if said.keys() != {"challenge", "iss", "kid"} or (said["iss"], said["kid"]) != (iss, key.kid):
        raise KeyRequestUnfit(reason="challenge-not-signed")
    return str(said["challenge"])
