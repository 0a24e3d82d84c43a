"""Key registration and revocation in the log, and when a key counted (docs/record-format.md §4).

Validity goes by log position: a statement at index i holds iff its key was registered before i and not
revoked up to i, so that a stolen key cannot reach into the past and rotation breaks no old record. A
registration carries a proof of possession: a JWS by the new key over what its holder accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from trace.errors import KeyNotValid, NotAuthentic, NotCanonical, RegistrationRefused
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PrivateKey, PublicKey
from trace.ledger.canonical import JsonValue, b64u, decode_object, encode, unb64u
from trace.ledger.claims import timestamp
from trace.ledger.jwk import named_algorithm, thumbprint
from trace.ledger.times import instant

REGISTER, REVOKE = "party.key.register", "party.key.revoke"
CUSTODIES = frozenset({"file", "browser", "server", "ukey"})
REASONS = frozenset({"superseded", "compromised", "ceased"})
ANY_STREAM = "*"
COMPROMISED = "compromised"
"""Why what a key signed does not count: it was revoked back to before it."""
_PROOF_TYPE = "trace+key-proof"
_REGISTER_REQUIRED = frozenset(
    {"kid", "jwk", "holder", "roles", "streams", "custody", "validFrom", "validTo", "proof"}
)
_REGISTER_ALLOWED = _REGISTER_REQUIRED | {"assurance", "certSha256"}
_REVOKE_REQUIRED = frozenset({"kid", "reason"})
_REVOKE_ALLOWED = _REVOKE_REQUIRED | {"invalidFromIndex"}


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One registered key. Indices are positions in the log `origin`; times bound when it may be used."""

    kid: str
    jwk: Mapping[str, str]
    alg: str
    holder: str
    holder_name: str
    roles: tuple[str, ...]
    streams: tuple[str, ...]
    custody: str
    registered_at: int
    origin: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: int | None = None
    revoke_reason: str | None = None
    invalid_from: int | None = None

    def check(self, index: int, iss: str, stream: str, when: datetime | None) -> None:
        """Raise `KeyNotValid` unless the key counts at `index` for (`iss`, `stream`).

        `when` is the proved upper bound of the time of existence (None while no witness has signed).
        """
        reason = self._objection(index, iss, stream) or self._objection_in_time(when)
        if reason is not None:
            raise KeyNotValid(kid=self.kid, reason=reason, index=index)

    def _objection(self, index: int, iss: str, stream: str) -> str | None:
        if index <= self.registered_at:
            return "registered-later"
        if self.revoked_at is not None and self.revoked_at <= index:
            return "revoked"
        if self.invalid_from is not None and self.invalid_from <= index:
            return COMPROMISED
        if iss != self.holder:
            return "other-holder"
        if ANY_STREAM not in self.streams and stream not in self.streams:
            return "stream-not-granted"
        return None

    def _objection_in_time(self, when: datetime | None) -> str | None:
        if when is None:
            return None
        if when < self.valid_from:
            return "not-yet-valid"
        return "expired" if when > self.valid_to else None

    def revoked(self, revocation: Revocation, index: int) -> KeyEntry:
        """Return the entry after a revocation logged at `index`; the first revocation stands.

        A later one may only reach further back (`invalid_from`), as when theft comes out afterwards.
        """
        reach = [at for at in (self.invalid_from, revocation.invalid_from) if at is not None]
        return replace(
            self,
            revoked_at=index if self.revoked_at is None else self.revoked_at,
            revoke_reason=self.revoke_reason or revocation.reason,
            invalid_from=min(reach, default=None),
        )


@dataclass(frozen=True, slots=True)
class Revocation:
    """The content of a `party.key.revoke`; `invalid_from` is the index from which nothing counts."""

    kid: str
    reason: str
    invalid_from: int | None

    def reaches(self, index: int) -> bool:
        """Whether it takes back what the key signed at `index`."""
        return self.invalid_from is not None and self.invalid_from <= index


def registration_data(  # noqa: PLR0913 - one argument per member
    private_key: PrivateKey,
    holder: str,
    holder_name: str,
    *,
    roles: Sequence[str],
    streams: Sequence[str],
    custody: str,
    valid_from: datetime,
    valid_to: datetime,
    assurance: str | None = None,
    cert_sha256: str | None = None,
) -> dict[str, JsonValue]:
    """Return the `data` of a `party.key.register`, with the new key's proof of possession."""
    data: dict[str, JsonValue] = {
        "kid": private_key.kid,
        "jwk": private_key.public_jwk(),
        "holder": {"iss": holder, "name": holder_name},
        "roles": list(roles),
        "streams": list(streams),
        "custody": custody,
        "validFrom": timestamp(valid_from),
        "validTo": timestamp(valid_to),
    }
    if assurance is not None:
        data["assurance"] = assurance
    if cert_sha256 is not None:
        data["certSha256"] = cert_sha256
    header = encode({"alg": private_key.alg, "kid": private_key.kid, "typ": _PROOF_TYPE})
    signed = f"{b64u(header)}.{b64u(_accepted(private_key.kid, holder, streams))}"
    data["proof"] = f"{signed}.{b64u(private_key.sign(signed.encode('ascii')))}"
    return data


def revocation_data(kid: str, reason: str, *, invalid_from: int | None = None) -> dict[str, JsonValue]:
    """Return the `data` of a `party.key.revoke`."""
    data: dict[str, JsonValue] = {"kid": kid, "reason": reason}
    if invalid_from is not None:
        data["invalidFromIndex"] = invalid_from
    return data


def parse_registration(
    data: Mapping[str, JsonValue],
    index: int,
    origin: str,
    *,
    enabled: frozenset[str] = DEFAULT_ALGORITHMS,
) -> KeyEntry:
    """Return the entry that a `party.key.register` logged at `index` makes.

    `data` has its disclosures merged; a withheld `holder.name` reads as "". Raises `RegistrationRefused`,
    `KeyMalformed`, `AlgorithmNotEnabled`.
    """
    if not (data.keys() >= _REGISTER_REQUIRED and data.keys() <= _REGISTER_ALLOWED):
        raise RegistrationRefused(reason="members")
    jwk, holder = data["jwk"], data["holder"]
    if type(jwk) is not dict or type(holder) is not dict or not {"iss"} <= holder.keys() <= {"iss", "name"}:
        raise RegistrationRefused(reason="members")
    public = PublicKey.from_jwk(jwk, enabled=enabled)
    if public.kid != data["kid"]:
        raise RegistrationRefused(reason="kid-differs", kid=public.kid)
    custody = _text(data, "custody")
    if custody not in CUSTODIES:
        raise RegistrationRefused(reason="custody")
    streams = _texts(data, "streams")
    _require_proof(_text(data, "proof"), public, _text(holder, "iss"), streams)
    valid_from, valid_to = _time(data, "validFrom"), _time(data, "validTo")
    if valid_to <= valid_from:
        raise RegistrationRefused(reason="validity")
    return KeyEntry(
        public.kid,
        public.jwk,
        public.alg,
        _text(holder, "iss"),
        _text(holder, "name") if "name" in holder else "",
        _texts(data, "roles"),
        streams,
        custody,
        index,
        origin,
        valid_from,
        valid_to,
    )


def parse_revocation(data: Mapping[str, JsonValue]) -> Revocation:
    """Return the content of a `party.key.revoke`; raises `RegistrationRefused`."""
    if not (data.keys() >= _REVOKE_REQUIRED and data.keys() <= _REVOKE_ALLOWED):
        raise RegistrationRefused(reason="members")
    reason, invalid_from = _text(data, "reason"), data.get("invalidFromIndex")
    if reason not in REASONS:
        raise RegistrationRefused(reason="reason")
    if invalid_from is not None and (type(invalid_from) is not int or invalid_from < 0):
        raise RegistrationRefused(reason="invalid-from-index")
    return Revocation(_text(data, "kid"), reason, invalid_from)


def _accepted(kid: str, holder: str, streams: Sequence[str]) -> bytes:
    return encode({"iss": holder, "kid": kid, "streams": list(streams), "v": 1})


def _require_proof(proof: str, public: PublicKey, holder: str, streams: Sequence[str]) -> None:
    try:
        header, payload, signature = proof.split(".")
        claimed = decode_object(unb64u(header))
        due = {"alg": public.alg, "kid": public.kid, "typ": _PROOF_TYPE}
        if {**claimed, "alg": named_algorithm(claimed.get("alg"))} != due:
            raise RegistrationRefused(reason="proof-header")
        if unb64u(payload) != _accepted(public.kid, holder, streams):
            raise RegistrationRefused(reason="proof-content")
        public.verify(unb64u(signature), f"{header}.{payload}".encode("ascii"))
    except (NotCanonical, NotAuthentic, ValueError) as error:
        raise RegistrationRefused(reason="proof-of-possession", kid=public.kid) from error


def _text(members: Mapping[str, JsonValue], name: str) -> str:
    value = members[name]
    if type(value) is not str or not value:
        raise RegistrationRefused(reason="member", member=name)
    return value


def _texts(members: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    values = members[name]
    if type(values) is not list or not values or not all(type(one) is str and one for one in values):
        raise RegistrationRefused(reason="member", member=name)
    return tuple(cast("list[str]", values))


def _time(members: Mapping[str, JsonValue], name: str) -> datetime:
    when = instant(_text(members, name))
    if when is None:
        raise RegistrationRefused(reason="member", member=name)
    return when


__all__ = [
    "COMPROMISED",
    "REGISTER",
    "REVOKE",
    "KeyEntry",
    "Revocation",
    "parse_registration",
    "parse_revocation",
    "registration_data",
    "revocation_data",
    "thumbprint",
]
