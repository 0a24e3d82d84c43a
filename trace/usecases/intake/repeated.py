"""Statements that say to the byte what one of their chain said before, under another valid signature.

Signatures of ECDSA, and in some browsers of Ed25519, differ each time: a device that lost an answer and signs
again makes a second statement id of the same claims. It is recognised by what was signed, by which key, and
by its number in its chain; the first statement stays the only one (docs/adr/0077).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trace.ledger.canonical import unb64u
from trace.ledger.claims import Claims
from trace.store.log.entries import ChainHead, StoredEntry, read_numbered
from trace.store.transaction import Tx
from trace.usecases.intake.candidate import Candidate

Number = tuple[str, str, int]
"""(iss, stream, seq): one place in one chain."""


@dataclass(slots=True)
class Repeats:
    """The statements of the log that those of a round may repeat, and the second ids found so far."""

    logged: Mapping[Number, StoredEntry] = field(default_factory=dict)
    second: dict[str, str] = field(default_factory=dict)
    """Statement id under the other signature -> the id that stands in the log."""

    def find(self, one: Candidate, decided: Iterable[tuple[Candidate, int]]) -> tuple[str, int] | None:
        """(statement id, index) of what `one` says again; `decided` are those of its own round."""
        statement = one.statement
        number = number_of(statement.claims)
        stands = self._standing(number, decided)
        if stands is None:
            return None
        stmt, index, kid, payload = stands
        if kid != statement.kid or self._said(statement.payload) != payload:
            return None
        self.second[statement.statement_id] = stmt
        return stmt, index

    def _standing(
        self, number: Number, decided: Iterable[tuple[Candidate, int]]
    ) -> tuple[str, int, str, bytes] | None:
        entry = self.logged.get(number)
        if entry is not None:
            return entry.statement_id, entry.index, entry.kid, unb64u(entry.jws.split(".")[1])
        for candidate, index in decided:
            statement = candidate.statement
            if number_of(statement.claims) == number:
                return statement.statement_id, index, statement.kid, statement.payload
        return None

    def _said(self, payload: bytes) -> bytes:
        """The claims with second ids as those that stand: each statement names the one before."""
        for second, stands in self.second.items():
            payload = payload.replace(second.encode(), stands.encode())
        return payload


def number_of(claims: Claims) -> Number:
    """The place of a statement in its chain."""
    return claims.iss, claims.stream, claims.seq


def load_repeats(
    tx: Tx,
    candidates: Sequence[Candidate],
    logged: Mapping[str, int],
    heads: Mapping[tuple[str, str], ChainHead],
) -> Repeats:
    """What stands where these would stand; it is read only where a chain has gone past one of them."""
    passed: set[Number] = set()
    for one in candidates:
        claims = one.statement.claims
        head = heads.get((claims.iss, claims.stream))
        if head is not None and claims.seq <= head.seq and one.statement.statement_id not in logged:
            passed.add(number_of(claims))
    found = read_numbered(tx.connection, passed) if passed else []
    return Repeats({(entry.iss, entry.stream, entry.seq): entry for entry in found})
