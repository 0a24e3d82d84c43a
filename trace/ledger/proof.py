"""Self-contained inclusion proofs (C2SP tlog-proof): index, hashes and a cosigned checkpoint as one text."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trace.errors import ProofMalformed
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE = "text/plain; charset=utf-8"
_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")
_INDEX = re.compile(r"index (0|[1-9]\d{0,18})", re.ASCII)
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Leaf `index`, audit path `hashes` (32 bytes each), and the signed `checkpoint` note; `extra` opaque."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def encode(self) -> str:
        """Return the proof text."""
        rows = [HEADER]
        if self.extra is not None:
            rows.append(f"extra {b64encode(self.extra).decode()}")
        rows.append(f"index {self.index}")
        rows += hash_texts(self.hashes)
        return "\n".join(rows) + "\n\n" + self.checkpoint

    def verify(self, entry: bytes, policy: Policy) -> tuple[Checkpoint, dict[str, datetime]]:
        """Return checkpoint and witness times when `entry` stands at `index`; raises `ProofInvalid`,
        `QuorumNotMet`, `NoteMalformed`."""
        checkpoint, times = policy.open(self.checkpoint)
        verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root)
        return checkpoint, times


def parse_proof(text: str) -> TlogProof:
    """Read a proof text; raises `ProofMalformed`."""
    head, blank, note = text.partition("\n\n")
    rows = head.split("\n")
    if not blank or rows.pop(0) != HEADER:
        raise ProofMalformed(reason="header")
    extra = _extra(rows.pop(0)) if rows and rows[0].startswith("extra ") else None
    match = _INDEX.fullmatch(rows.pop(0)) if rows else None
    if match is None:
        raise ProofMalformed(reason="index")
    return TlogProof(int(match[1]), parse_hashes(rows), note, extra)


def parse_hashes(texts: Sequence[object]) -> tuple[bytes, ...]:
    """Return hashes from their base64 forms; raises `ProofMalformed`."""
    if len(texts) > MAX_HASHES:
        raise ProofMalformed(reason="too-many-hashes", limit=MAX_HASHES)
    return tuple([_hash(text) for text in texts])


def hash_texts(hashes: Sequence[bytes]) -> list[str]:
    """Return base64 of each hash."""
    return [b64encode(one).decode() for one in hashes]


def _hash(text: object) -> bytes:
    if type(text) is not str or _HASH.fullmatch(text) is None:
        raise ProofMalformed(reason="hash")
    raw = b64decode(text)
    if b64encode(raw).decode() != text:
        raise ProofMalformed(reason="hash")
    return raw


def _extra(row: str) -> bytes:
    try:
        return b64decode(row.removeprefix("extra "), validate=True)
    except ValueError as error:
        raise ProofMalformed(reason="extra") from error
