"""Log leaves: what the log shows of a statement, free of business fields (docs/record-format.md §5.1).

`v` 1 · `s` statement id · `p` payload digest · `k` kid · `t` typ · `n` seq · `b` lot tag · `c` stream tag ·
`r` prev (absent at seq 1) · `s2` id of a second signature (optional). `c` and `r` let a witness check
gapless chains from leaves alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from trace.errors import LeafMalformed, NotCanonical
from trace.frozen import quickly_made
from trace.ledger.canonical import MAX_INTEGER, b64u, decode_object
from trace.ledger.statement import Statement

_REQUIRED = frozenset({"v", "s", "p", "k", "t", "n", "b", "c"})
_ALLOWED = _REQUIRED | {"r", "s2"}
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_TAG = re.compile(r"[A-Za-z0-9_-]{22}")
_TYP = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")


@quickly_made
@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf; the JSON letters are in the module text."""

    statement_id: str
    payload_digest: str
    kid: str
    typ: str
    seq: int
    lot_tag: str
    stream_tag: str
    prev: str | None = None
    second_id: str | None = None

    def encode(self) -> bytes:
        """Return the JCS-R bytes that go into the log."""
        members: dict[str, object] = {
            "b": self.lot_tag,
            "c": self.stream_tag,
            "k": self.kid,
            "n": self.seq,
            "p": self.payload_digest,
            "s": self.statement_id,
            "t": self.typ,
            "v": 1,
        }
        if self.prev is not None:
            members["r"] = self.prev
        if self.second_id is not None:
            members["s2"] = self.second_id
        return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


def leaf_of(statement: Statement, secret: bytes, *, second_id: str | None = None) -> Leaf:
    """Return the leaf of a statement; `secret` is the lot secret (`lot_secret`), 16 bytes."""
    claims = statement.claims
    return Leaf(
        statement.statement_id,
        statement.payload_digest,
        statement.kid,
        claims.typ,
        claims.seq,
        lot_tag(secret, claims.sub),
        stream_tag(claims.iss, claims.stream),
        claims.prev,
        second_id,
    )


def is_leaf_of(leaf: Leaf, statement: Statement) -> bool:
    """Whether a leaf shows this statement. The lot tag is not compared: it takes the lot's secret."""
    claims = statement.claims
    return (leaf.statement_id, leaf.payload_digest, leaf.kid, leaf.typ, leaf.seq, leaf.prev) == (
        statement.statement_id,
        statement.payload_digest,
        statement.kid,
        claims.typ,
        claims.seq,
        claims.prev,
    ) and leaf.stream_tag == stream_tag(claims.iss, claims.stream)


def lot_secret(platform_key: bytes, sub: str) -> bytes:
    """Return the 16-byte secret of a lot, the same on every replay of the log."""
    return hmac.digest(platform_key, b"trace-lot-secret\n" + sub.encode(), "sha256")[:16]


def lot_tag(secret: bytes, sub: str) -> str:
    """Return `b`: 22 characters that say nothing about the lot without its secret.

    By the secret of another lot it is the tag of what a record about that one makes, in recall lists alone.
    """
    return b64u(hashlib.sha256(b"trace-lot\n" + secret + sub.encode()).digest()[:16])


@lru_cache(maxsize=4096)
def stream_tag(iss: str, stream: str) -> str:
    """Return `c`: 22 characters, one per signer's chain."""
    return b64u(hashlib.sha256(f"trace-stream\n{iss}\n{stream}".encode()).digest()[:16])


def parse_leaf(raw: bytes) -> Leaf:
    """Read leaf bytes strictly; raises `LeafMalformed`."""
    try:
        members = decode_object(raw)
    except NotCanonical as error:
        raise LeafMalformed(reason="not-canonical") from error
    if not (members.keys() >= _REQUIRED and members.keys() <= _ALLOWED):
        raise LeafMalformed(reason="members")
    seq = members["n"]
    if type(members["v"]) is not int or members["v"] != 1:
        raise LeafMalformed(reason="version")
    if type(seq) is not int or not 1 <= seq <= MAX_INTEGER or ("r" in members) != (seq > 1):
        raise LeafMalformed(reason="chain")
    return Leaf(
        _text(members, "s", _DIGEST),
        _text(members, "p", _DIGEST),
        _text(members, "k", _DIGEST),
        _text(members, "t", _TYP),
        seq,
        _text(members, "b", _TAG),
        _text(members, "c", _TAG),
        _text(members, "r", _DIGEST) if "r" in members else None,
        _text(members, "s2", _DIGEST) if "s2" in members else None,
    )


def _text(members: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = members[name]
    if type(value) is not str or pattern.fullmatch(value) is None:
        raise LeafMalformed(reason="member", member=name)
    return value
