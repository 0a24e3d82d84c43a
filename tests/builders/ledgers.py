"""A whole log in memory for tests: its key, two witnesses, registered signers, tiles and checkpoints."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trace.ledger.algorithms import PrivateKey
from trace.ledger.bundle import EarlierCheckpoint, Entry
from trace.ledger.checkpoint import Checkpoint, add_signatures, cosign, sign_checkpoint
from trace.ledger.claims import Anchor, InputRef
from trace.ledger.keys import registration_data
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from trace.ledger.note import COSIGNATURE_V1, NoteSigner
from trace.ledger.statement import Statement, new_claims, sign_statement
from trace.ledger.tiles import TileHashes, TileTree

START = datetime(2026, 10, 1, tzinfo=UTC)
PLATFORM_KEY = b"p" * 32
REGISTRAR = "urn:uscc:11310000MB2F3045XX"


def a_key(number: int) -> PrivateKey:
    """The same Ed25519 key for the same number."""
    return PrivateKey.from_seed(number.to_bytes(32, "big"))


def a_witness(name: str, number: int) -> NoteSigner:
    return NoteSigner(name, number.to_bytes(32, "big"), COSIGNATURE_V1)


class Signer:
    """A party with one key and one chain."""

    def __init__(self, iss: str, number: int, stream: str = "s1") -> None:
        self.iss, self.stream, self.key, self.number = iss, stream, a_key(number), number
        self.seq = 0
        self.prev: str | None = None
        self._random = random.Random(number)

    def on(self, stream: str) -> Signer:
        """The same party and key, another chain."""
        return Signer(self.iss, self.number, stream)

    def state(
        self,
        typ: str,
        sub: str,
        data: dict[str, Any],
        when: datetime,
        *,
        conceal: Sequence[str] = (),
        anchor: Anchor | None = None,
        inputs: Sequence[InputRef] = (),
        **changes: Any,
    ) -> Statement:
        """Sign the next statement of the chain; `changes` overwrite raw claims."""
        claims = new_claims(
            typ,
            self.iss,
            self.stream,
            seq=self.seq + 1,
            prev=self.prev,
            sub=sub,
            occurred_at=when,
            signed_at=when,
            data=data,
            anchor=anchor,
            inputs=inputs,
            jti="A" * 21 + "Q",
        )
        claims.update(changes)
        entropy = self._random.randbytes
        signed = sign_statement(claims, self.key, conceal=conceal, decoys=1, entropy=entropy)
        self.seq, self.prev = self.seq + 1, signed.statement_id
        return signed


class MemoryLog:
    """A log with cosigned checkpoints at the sizes at which `publish` was called."""

    def __init__(self, origin: str, number: int, witnesses: Sequence[NoteSigner]) -> None:
        self.origin = origin
        self.key = NoteSigner(origin, number.to_bytes(32, "big"))
        self.witnesses = list(witnesses)
        self.tree = TileTree()
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []
        self.statements: list[Statement] = []
        self.notes: dict[int, str] = {}
        self.roots: dict[int, bytes] = {}

    def tile(self, level: int, n: int, width: int) -> bytes:
        full = self.tiles.get((level, n))
        return full if full is not None else self.tree.edges()[level]

    def append(self, statement: Statement) -> int:
        leaf = leaf_of(statement, lot_secret(PLATFORM_KEY, statement.claims.sub)).encode()
        return self.append_leaf(leaf, statement)

    def append_leaf(self, leaf: bytes, statement: Statement) -> int:
        self.leaves.append(leaf)
        self.statements.append(statement)
        for tile in self.tree.extend([leaf_hash(leaf)]):
            self.tiles[tile.level, tile.n] = tile.data
        return len(self.leaves) - 1

    def publish(self, when: datetime) -> str:
        checkpoint = self.checkpoint()
        note = sign_checkpoint(checkpoint, self.key)
        lines = [cosign(checkpoint.text(), when, witness) for witness in self.witnesses]
        self.notes[checkpoint.size] = add_signatures(note, lines)
        self.roots[checkpoint.size] = checkpoint.root
        return self.notes[checkpoint.size]

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.origin, self.tree.size, self.tree.root())

    def anchor(self) -> Anchor:
        size = max(self.notes)
        return Anchor(self.origin, size, Checkpoint(self.origin, size, self.roots[size]).root_text)

    def hashes(self) -> TileHashes:
        return TileHashes(self, self.tree.size)

    def entry(self, index: int, log: int, size: int, **changes: Any) -> Entry:
        statement = self.statements[index]
        members: dict[str, Any] = {
            "jws": statement.flattened(),
            "leaf": self.leaves[index],
            "log": log,
            "index": index,
            "proof": tuple(inclusion_proof(index, size, self.hashes())),
            "secret": lot_secret(PLATFORM_KEY, statement.claims.sub),
        }
        return Entry(**(members | changes))

    def earlier(self, old: int, new: int) -> EarlierCheckpoint:
        return EarlierCheckpoint(self.notes[old], tuple(consistency_proof(old, new, self.hashes())))

    def vkeys(self) -> str:
        return f"log {self.key.vkey}\n"

    def register(self, registrar: Signer, signer: Signer, when: datetime, **changes: Any) -> int:
        """Log a key registration by the registrar."""
        members: dict[str, Any] = {
            "roles": ["processor"],
            "streams": ["*"],
            "custody": "file",
            "valid_from": START - timedelta(days=1),
            "valid_to": START + timedelta(days=365),
        }
        data = registration_data(signer.key, signer.iss, "某某单位", **(members | changes))
        statement = registrar.state("party.key.register", signer.iss, data, when, conceal=["holder.name"])
        return self.append(statement)
