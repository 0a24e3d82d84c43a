"""The key book of one log: who may sign at an index, and what registrations change, in log order.

Used wherever entries are gone through in order: by the platform, by witnesses, by the verifier of a bundle.
Registrars are named by kid in the trust policy; a registrar's own key enters by a registration that it
signs itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from trace.errors import KeyUnknown, NotAuthentic, RegistrationRefused
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PublicKey
from trace.ledger.keys import REGISTER, REVOKE, KeyEntry, parse_registration, parse_revocation
from trace.ledger.statement import Statement, verify_statement


class KeyBook:
    """Key entries of the log `origin`, changed by `record` in index order."""

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

    @property
    def entries(self) -> Mapping[str, KeyEntry]:
        return self._entries

    def copy(self) -> KeyBook:
        """Return a book that can be tried out without changing this one."""
        return KeyBook(self.origin, self._registrars, self._entries, enabled=self._enabled)

    def signer(self, statement: Statement, index: int, when: datetime | None) -> KeyEntry:
        """Return the entry that counts for the statement at `index`; raises `KeyUnknown`, `KeyNotValid`.

        `when` is the proved upper bound of its time, or None.
        """
        claims = statement.claims
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
        return entry

    def _revoke(self, statement: Statement, index: int) -> KeyEntry:
        revocation = parse_revocation(statement.revealed_data())
        entry = self._entries.get(revocation.kid)
        if entry is None:
            raise KeyUnknown(kid=revocation.kid)
        if statement.kid not in self._registrars and statement.claims.iss != entry.holder:
            raise RegistrationRefused(reason="not-the-holder", kid=entry.kid)
        self._entries[entry.kid] = entry.revoked(revocation, index)
        return self._entries[entry.kid]
