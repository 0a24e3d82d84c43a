"""Witnesses in the same process, spoken to in the bytes of their protocol; they can be switched off."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from tests.servers.platform import TestPlatform
from trace.errors import WitnessConflict, WitnessUnavailable
from trace.ledger.checkpoint import parse_signature_line
from trace.ledger.keys import REGISTER, REVOKE
from trace.ledger.note import COSIGNATURE_V1, NoteSigner, NoteVerifier, SignatureLine
from trace.ledger.witness import encode_add_checkpoint
from trace.platform.opening import Platform
from trace.store.log.entries import read_leaves, read_types
from trace.usecases.witness.cosign_checkpoint import Watched, Witness, open_witness_database


def log_key(origin: str) -> NoteSigner:
    return NoteSigner(origin, sha256(origin.encode()).digest())


class DirectSource:
    """The entries of a platform in the same process, as the HTTP source would read them."""

    def __init__(self, platform: TestPlatform | Platform) -> None:
        self.platform = platform

    def leaves(self, start: int, end: int) -> list[bytes]:
        with self.platform.transactions.look() as tx:
            return read_leaves(tx.connection, start, end)

    def key_statements(self, start: int, end: int) -> dict[int, str]:
        with self.platform.transactions.look() as tx:
            found = read_types(tx.connection, [REGISTER, REVOKE], start, end)
        return {entry.index: entry.jws for entry in found}


class DirectCosigner:
    """A witness in the same process, spoken to in the bytes of the protocol; it can be switched off."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self.up = True

    @property
    def verifier(self) -> NoteVerifier:
        return self.witness.key.verifier

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[SignatureLine]:
        self._require_up()
        answer = self.witness.add_checkpoint(encode_add_checkpoint(old, list(proof), note))
        if answer.status == 409:
            raise WitnessConflict(witness=self.verifier.name, size=int(answer.body))
        if answer.status != 200:
            raise WitnessUnavailable(witness=self.verifier.name, reason=f"{answer.status} {answer.body}")
        return [parse_signature_line(line) for line in answer.body.splitlines()]

    def newest(self, origin: str) -> str | None:
        self._require_up()
        return self.witness.latest(sha256(origin.encode()).hexdigest())

    def _require_up(self) -> None:
        if not self.up:
            raise WitnessUnavailable(witness=self.verifier.name, reason="unreachable")


def a_witness(name: str, platform: TestPlatform, folder: Path) -> DirectCosigner:
    """A witness of this platform's log, with its own database in `folder`."""
    origin = platform.transactions.origin
    transactions = open_witness_database(f"sqlite:///{folder / name}.db", platform.transactions.clock)
    key = NoteSigner(f"witness.test/{name}", name.encode().ljust(32, b"\x02"), COSIGNATURE_V1)
    registrars = frozenset({platform.registrar.key.kid})
    watched = Watched(log_key(origin).verifier, registrars, DirectSource(platform))
    return DirectCosigner(Witness(transactions, key, {origin: watched}))
