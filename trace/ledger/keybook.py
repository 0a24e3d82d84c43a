"""The key book of one log: who may sign at an index, and what registrations change, in log order.

Used wherever entries are gone through in order: by the platform, by witnesses, by the verifier of a bundle.
Registrars are named by kid in the trust policy; a registrar's own key enters by a registration that it
signs itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from trace.errors import KeyNotValid, KeyUnknown, NotAuthentic, RegistrationRefused
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PublicKey
from trace.ledger.keys import (
    REGISTER,
    REVOKE,
    KeyEntry,
    Revocation,
    parse_registration,
    parse_revocation,
)
from trace.ledger.statement import Statement, verify_statement

KEY_KINDS = frozenset({REGISTER, REVOKE})


@dataclass(frozen=True, slots=True)
class _Revoked:
    """A revocation where it was logged, and the key that signed it."""

    at: int
    signer: str
    said: Revocation


class KeyBook:
    """Key entries of the log `origin`, changed by `record` in index order.

    Whoever judges records that were logged before what he knows about their keys goes through the statements
    about keys first and calls `settle`; then `signer` answers by all of them.
    """

    def __init__(
        self,
        origin: str,
        registrars: Collection[str],
        entries: Mapping[str, KeyEntry] | None = None,
        *,
        enabled: frozenset[str] = DEFAULT_ALGORITHMS,
    ) -> None:
        self.origin = origin
        self._registrars = frozenset(registrars)
        self._entries = dict(entries or {})
        self._enabled = enabled
        self._public: dict[str, PublicKey] = {}
        self._registered: list[tuple[str, KeyEntry]] = []  # with the key that signed the registration
        self._revoked: list[_Revoked] = []
        self._standing: list[_Revoked] = []
        self._void: set[str] = set()

    @property
    def entries(self) -> Mapping[str, KeyEntry]:
        return self._entries

    def copy(self) -> KeyBook:
        """Return a book that can be tried out without changing this one."""
        return KeyBook(self.origin, self._registrars, self._entries, enabled=self._enabled)

    def settle(self) -> None:
        """Let what was logged later about keys act on what they signed before.

        A revocation that a registrar dates back takes the signed of its key from there on, revocations and
        registrations among them; what it was signed with is judged by later ones only, so that the last
        word stands. A key that a void registration brought in never counted.
        """
        self._standing, self._void = [], set()
        for one in reversed(self._revoked):
            if not self.is_void(one.signer, one.at):
                self._standing.insert(0, one)
        for signer, entry in self._registered:
            void = signer != entry.kid and self.is_void(signer, entry.registered_at)
            self._entries[entry.kid] = replace(entry, invalid_from=0) if void else entry
            if void:
                self._void.add(entry.kid)
        for one in self._standing:
            kid = one.said.kid
            self._entries[kid] = self._entries[kid].revoked(one.said, one.at)

    def is_void(self, kid: str, index: int) -> bool:
        """Whether what the key signed at `index` counts for nothing by what was logged about it later."""
        return kid in self._void or any(
            one.said.kid == kid and one.at > index and one.said.reaches(index) for one in self._standing
        )

    def signer(self, statement: Statement, index: int, when: datetime | None) -> KeyEntry:
        """Return the entry that counts for the statement at `index`; raises `KeyUnknown`, `KeyNotValid`.

        `when` is the proved upper bound of its time, or None.
        """
        claims = statement.claims
        if self.is_void(statement.kid, index):
            raise KeyNotValid(kid=statement.kid, reason="compromised", index=index)
        entry = self._entries.get(statement.kid)
        if entry is None and self._introduces_itself(statement):
            entry = parse_registration(statement.revealed_data(), index, self.origin, enabled=self._enabled)
            # It may sign its own registration, therefore one index early.
            entry.check(index + 1, claims.iss, claims.stream, when)
            return entry
        if entry is None:
            raise KeyUnknown(kid=statement.kid)
        entry.check(index, claims.iss, claims.stream, when)
        return entry

    def verify(self, statement: Statement, entry: KeyEntry) -> None:
        """Return when the key of `entry` signed the statement; raises `NotAuthentic`."""
        public = self._public.get(entry.kid)
        if public is None:
            public = self._public[entry.kid] = PublicKey.from_jwk(entry.jwk, enabled=self._enabled)
        if statement.kid != entry.kid:
            raise NotAuthentic(kid=statement.kid)
        verify_statement(statement, public)

    def record(self, statement: Statement, index: int) -> KeyEntry | None:
        """Take in a verified `party.key.*` and return the entry it made or changed (None for others).

        Raises `RegistrationRefused`, `KeyUnknown`.
        """
        if statement.claims.typ == REGISTER:
            return self._register(statement, index)
        if statement.claims.typ == REVOKE:
            return self._revoke(statement, index)
        return None

    def _introduces_itself(self, statement: Statement) -> bool:
        return (
            statement.claims.typ == REGISTER
            and statement.claims.data.get("kid") == statement.kid
            and statement.kid in self._registrars
        )

    def _register(self, statement: Statement, index: int) -> KeyEntry:
        if statement.kid not in self._registrars:
            raise RegistrationRefused(reason="not-a-registrar", kid=statement.kid)
        entry = parse_registration(statement.revealed_data(), index, self.origin, enabled=self._enabled)
        if entry.kid in self._entries:
            raise RegistrationRefused(reason="already-registered", kid=entry.kid)
        self._entries[entry.kid] = entry
        self._registered.append((statement.kid, entry))
        return entry

    def _revoke(self, statement: Statement, index: int) -> KeyEntry:
        revocation = parse_revocation(statement.revealed_data())
        by_registrar = statement.kid in self._registrars
        entry = self._entries.get(revocation.kid)
        if entry is None:
            raise KeyUnknown(kid=revocation.kid)
        if not by_registrar:
            if statement.claims.iss != entry.holder:
                raise RegistrationRefused(reason="not-the-holder", kid=entry.kid)
            # A holder ends its key; it cannot unsay what it signed.
            revocation = replace(revocation, invalid_from=None)
        self._revoked.append(_Revoked(index, statement.kid, revocation))
        self._entries[entry.kid] = entry.revoked(revocation, index)
        return self._entries[entry.kid]
