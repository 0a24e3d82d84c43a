"""Signed link lists (docs/record-format.md §12.1): a level as it is served, with proofs of its statements.

The key lies in the platform's folder and counts once a registrar registered it in the log (role resolver):
its validity is itself logged, and anybody with the policy can tell it from somebody else's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trace.errors import NotReady
from trace.ledger.algorithms import PrivateKey
from trace.ledger.detached import sign_detached
from trace.ledger.merkle import inclusion_proof
from trace.ledger.proof import TlogProof
from trace.ledger.signed_links import TYPE
from trace.ledger.tiles import TileHashes
from trace.parties import RESOLVER
from trace.store.log.checkpoints import StoredCheckpoint, find_newest_cosigned
from trace.store.log.entries import StoredEntry, StoredTiles, find_entries
from trace.store.log.keys import read_key_statements, read_keys
from trace.store.resolver.link_evidence import statements_behind
from trace.store.transaction import Transactions, Tx


@dataclass(frozen=True, slots=True)
class SignedThing:
    """The subject of a level: its state, the urns that links stand on, and who may keep links there."""

    state: str
    subjects: tuple[str, ...]
    owners: frozenset[str]


class LinkSigner:
    """The platform's key for link lists, and the witnesses that its log answers to."""

    def __init__(self, transactions: Transactions, key: PrivateKey, witnesses: Collection[str]) -> None:
        self._transactions = transactions
        self._key = key
        self._witnesses = frozenset(witnesses)

    @property
    def kid(self) -> str:
        return self._key.kid

    def in_force(self, tx: Tx) -> bool:
        """Whether the key is registered in our log for lists, not revoked, and within its time."""
        entry = read_keys(tx.connection, tx.origin, [self.kid]).get(self.kid)
        if entry is None or RESOLVER not in entry.roles or entry.revoked_at is not None:
            return False
        return entry.valid_from <= tx.now <= entry.valid_to

    def sign(self, level: Mapping[str, Any], thing: SignedThing) -> dict[str, Any]:
        """The document behind gs1:jws (`trace.ledger.signed_links`); raises `NotReady` without cosignatures.

        Statements and registrations that the newest cosigned checkpoint does not hold yet keep it back: a
        list whose proofs are still to come is none. That takes seconds.
        """
        with self._transactions.look("links") as tx:
            covering = find_newest_cosigned(tx.connection, self._witnesses)
            if covering is None:
                raise NotReady(part="cosignatures")
            behind = statements_behind(tx.connection, thing.subjects, thing.owners)
            entries = self._with_keys(tx, behind)
            proved = [_proved(tx, entry, covering) for entry in entries]
            header = {
                "iat": int(tx.now.timestamp()),
                "log": {"origin": tx.origin, "root": _root_of(covering), "size": covering.size},
                "state": thing.state,
                "typ": TYPE,
            }
        return {**sign_detached(level, self._key, header), "header": {"entries": proved}}

    def _with_keys(self, tx: Tx, statements: Iterable[str]) -> list[StoredEntry]:
        """The statements of our own log, and all that was stated about the keys that signed any of it."""
        found = dict(find_entries(tx.connection, list(statements)))
        wanted = {self.kid} | {entry.kid for entry in found.values()}
        known: set[str] = set()
        while wanted:
            known |= wanted
            stated = read_key_statements(tx.connection, tx.origin, wanted)
            registered = find_entries(tx.connection, [name for names in stated.values() for name in names])
            found |= registered
            wanted = {entry.kid for entry in registered.values()} - known
        return sorted(found.values(), key=lambda entry: entry.index)


def _proved(tx: Tx, entry: StoredEntry, covering: StoredCheckpoint) -> dict[str, Any]:
    if entry.index >= covering.size:
        raise NotReady(part="cosignatures")
    path = inclusion_proof(entry.index, covering.size, TileHashes(StoredTiles(tx.connection), covering.size))
    proof = TlogProof(entry.index, tuple(path), covering.cosigned_note()).encode()
    return {"index": entry.index, "leaf": entry.leaf, "jws": entry.jws, "proof": proof}


def _root_of(covering: StoredCheckpoint) -> str:
    return covering.note.split("\n", 3)[2]
