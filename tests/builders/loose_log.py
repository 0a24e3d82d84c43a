"""A log in memory that takes any bytes, also what a log refuses; its bundles are proved all the same."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

import orjson

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from tests.builders.oddities import (
    as_text,
)
from trace.ledger.bundle import Bundle, LogEvidence, build_bundle
from trace.ledger.canonical import b64u
from trace.ledger.leaf import lot_secret, lot_tag, stream_tag
from trace.ledger.merkle import inclusion_proof, leaf_hash

MILL = "urn:uscc:91310000MA1FL0LG7A"
MARKET = "urn:uscc:11310000002420633X"
PACK = "urn:lot:91310000MA1FL0LG7A:P1"


class LooseLog:
    """One log that takes any signed bytes of a mill, each with a leaf of its own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.witness = a_witness("witness.agri.test/w1", 801)
        self.log = MemoryLog("trace.test/food", 800, [self.witness])
        self.registrar, self.mill = Signer(REGISTRAR, 802), Signer(MILL, 803)
        self.market = Signer(MARKET, 804)
        self.log.register(self.registrar, self.registrar, START, roles=["registrar"])
        self.log.register(self.registrar, self.mill, START)
        self.log.register(self.registrar, self.market, START, roles=["regulator_market"])
        self.log.publish(START)
        self.entries: list[dict[str, Any]] = []
        self.status: dict[str, Any] | None = None
        for index in range(3):
            self._keep(self.log.statements[index].flattened(), self.log.leaves[index], index)
        self._number = 0
        self.add(self.a_pack())

    @property
    def policy(self) -> str:
        return f"{self.log.vkeys()}witness agri {self.witness.vkey}\nquorum agri\n"

    @property
    def registrars(self) -> str:
        return f"{self.registrar.key.kid} 登记机关\n"

    def form(self, view: str = "public") -> dict[str, Any]:
        """The bundle of the pack with all records so far; the log grows no more."""
        self.log.publish(START)
        size, hashes = self.log.tree.size, self.log.hashes()
        proofs = {one["index"]: inclusion_proof(one["index"], size, hashes) for one in self._all()}
        proven = [{**one, "proof": [_b64(each) for each in proofs[one["index"]]]} for one in self._all()]
        first = tuple(self.log.entry(index, 0, size) for index in range(3))
        bundle = Bundle(
            PACK, lot_secret(PLATFORM_KEY, PACK), view, first, (LogEvidence(self.log.notes[size]),)
        )
        form: dict[str, Any] = orjson.loads(orjson.dumps(build_bundle(bundle)))
        form["statements"] = proven[: len(self.entries)]
        if self.status is not None:
            form["status"] = proven[-1]
        return form

    def _all(self) -> list[dict[str, Any]]:
        return self.entries if self.status is None else [*self.entries, self.status]

    def add(self, record: dict[str, Any]) -> None:
        """Log what was made: `claims` or a whole `payload`, by a header, with a leaf of its own."""
        payload: bytes = record.get("payload") or as_text(record["claims"], record.get("dice")).encode(
            "utf-8", "surrogatepass"
        )
        header: bytes = record.get("raw_header") or as_text(record["header"]).encode("utf-8", "surrogatepass")
        spoil: Callable[[str], str] = record.get("spoil") or (lambda text: text)
        protected, body = b64u(header), b64u(payload)
        which = record.get("part", "payload")
        protected = spoil(protected) if which == "protected" else protected
        body = spoil(body) if which == "payload" else body
        signed = f"{protected}.{body}"
        signature = b64u(record.get("signer", self.mill).key.sign(signed.encode("utf-8", "surrogatepass")))
        signature = spoil(signature) if which == "signature" else signature
        jws: dict[str, Any] = {"protected": protected, "payload": body, "signature": signature}
        jws |= record.get("envelope", {})
        leaf = record.get("leaf") or self._leaf(f"{signed}.{signature}", payload, record)
        self.log.leaves.append(leaf)
        self.log.statements.append(self.log.statements[0])
        for tile in self.log.tree.extend([leaf_hash(leaf)]):
            self.log.tiles[tile.level, tile.n] = tile.data
        self._keep(jws, leaf, len(self.log.leaves) - 1)

    def _keep(self, jws: Any, leaf: bytes, index: int) -> None:
        self.entries.append({"jws": jws, "leaf": leaf.decode("utf-8", "replace"), "log": 0, "index": index})

    def _leaf(self, compact: str, payload: bytes, record: dict[str, Any]) -> bytes:
        claims = record["claims"]
        members: dict[str, Any] = {
            "v": 1,
            "s": hash_of(compact.encode("utf-8", "surrogatepass")),
            "p": hash_of(payload),
            "k": record.get("signer", self.mill).key.kid,
            "t": claims.get("typ"),
            "n": claims.get("seq"),
            "b": lot_tag(lot_secret(PLATFORM_KEY, PACK), PACK),
            "c": stream_tag(
                str(claims.get("iss")), str(claims.get("stream")).encode("utf-8", "replace").decode()
            ),
        }
        if "prev" in claims:
            members["r"] = claims["prev"]
        members |= record.get("leaf_members", {})
        return as_text(members).encode("utf-8", "replace")

    def a_pack(self) -> dict[str, Any]:
        """A good pack record in a chain of its own."""
        self._number += 1
        when = "2026-10-01T04:00:00+00:00"
        claims: dict[str, Any] = {
            "v": 1,
            "typ": "food.pack",
            "iss": MILL,
            "stream": f"n{self._number}",
            "seq": 1,
            "jti": b64u(self.dice.randbytes(16)),
            "sub": PACK,
            "occurredAt": when,
            "signedAt": when,
            "data": {
                "packs": {"value": "500", "unit": "件"},
                "gtin": "6901234567892",
                "list": [{"a": 1}, "x"],
            },
        }
        return {"claims": claims, "header": {"alg": "EdDSA", "kid": self.mill.key.kid, "typ": "trace+sd-jwt"}}


def hash_of(raw: bytes) -> str:
    return b64u(hashlib.sha256(raw).digest())


def _b64(raw: bytes) -> str:
    text = b64u(raw).replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)
