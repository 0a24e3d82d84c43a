"""Write docs/record-format.json, the test vectors of docs/record-format.md (`make docs`); a test compares.

Everything in them follows from seeds and stated times: two runs write the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from trace.ledger.bundle import (
    Bundle,
    EarlierCheckpoint,
    LogEvidence,
    StepState,
    TrustPolicy,
    build_bundle,
    verify_bundle,
)
from trace.ledger.canonical import b64u, encode
from trace.ledger.keys import registration_data
from trace.ledger.leaf import lot_secret, lot_tag, stream_tag
from trace.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from trace.ledger.proof import TlogProof, hash_texts
from trace.ledger.statement import Statement, label_digest

TARGET = Path(__file__).parent / "record-format.json"

ORIGIN, FARM, LOT = "vectors.example/food", "urn:party:grower-1", "urn:lot:grower-1:H1"
CANONICAL = (
    '{ "b": [true, false, null], "a": {"z": "\\u0041\\u0001\\/", "Z": "\\u00e9"} }',
    '{"$a":-9007199254740991,"@b":"镉 0.27","_c":"𠮷"}',
)
REFUSED_TEXTS = (
    '{"b":1,"a":2}',
    '{"a": 1}',
    '{"a":1.0}',
    '{"a":1e3}',
    '{"a":9007199254740992}',
    '{"a":1,"a":1}',
    '{"":1}',
    '{"a b":1}',
    '{"a":"e\u0301"}',
    '{"a":"\\u0041"}',
    '{"a":"\\ud800"}',
    "[" * 17 + "]" * 17,
)
REFUSED_BASE64URL = ("AA==", "AB", "A", "AA+A", "AA/A", "AA A")


def vectors() -> dict[str, Any]:
    """All of them."""
    log = MemoryLog(ORIGIN, 60, [a_witness("witness.example/one", 61), a_witness("witness.example/two", 62)])
    signers = Signer(REGISTRAR, 50, "register"), Signer(FARM, 53, "field")
    statements = _stated(*signers)
    for number, one in enumerate(statements):
        log.append(one)
        if number in {0, 2}:
            log.publish(START + timedelta(hours=number + 1))
    log.publish(START + timedelta(hours=6))
    return {
        "about": "Test vectors of docs/record-format.md, made by docs/generate_vectors.py of seeds.",
        "base64url": {"refused": list(REFUSED_BASE64URL)},
        "canonical": {"same": [_same(text) for text in CANONICAL], "refused": list(REFUSED_TEXTS)},
        "keys": [
            {"seed": one.number.to_bytes(32, "big").hex(), "jwk": one.key.public_jwk(), "kid": one.key.kid}
            for one in signers
        ],
        "statements": [_statement(one) for one in statements],
        "leaves": [_leaf(leaf, one) for leaf, one in zip(log.leaves, statements, strict=True)],
        "log": _log(log),
        "trust": _trust(log, signers[0]),
        "receipt": _receipt(log),
        "bundle": (form := _bundle(log)),
        "verdicts": list(_verdicts(form, _trust(log, signers[0]))),
    }


def _stated(bureau: Signer, farm: Signer) -> list[Statement]:
    def registered(one: Signer, roles: tuple[str, ...]) -> Statement:
        data = registration_data(
            one.key,
            one.iss,
            one.iss,
            roles=roles,
            streams=("*",),
            custody="file",
            valid_from=START - timedelta(days=30),
            valid_to=START + timedelta(days=700),
        )
        return bureau.state("party.key.register", one.iss, data, START)

    harvested = {"crop": "tomato", "quantity": {"value": "120.5", "unit": "kg"}, "worker": "W. L."}
    first = [registered(bureau, ("registrar",)), registered(farm, ("grower",))]
    said = farm.state("farm.harvest", LOT, harvested, START + timedelta(hours=2), conceal=["worker"])
    whole = {"crop": "tomato", "quantity": {"value": "125.0", "unit": "kg"}, "worker": "W. L."}
    amended = {"amends": said.statement_id, "reason": "weighed again", "replacement": whole}
    again = farm.state("correction", LOT, amended, START + timedelta(hours=4), conceal=["replacement.worker"])
    return [*first, said, again]


def _same(text: str) -> dict[str, str]:
    """A value as any JSON writer may have it, and its one form."""
    return {"json": text, "canonical": encode(orjson.loads(text)).decode()}


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "claims": one.payload.decode(),
        "jws": one.flattened(),
        "compact": one.compact,
        "stmt": one.statement_id,
        "label": label_digest(one.compact),
        "disclosures": [
            {"text": shown.encoded, "salt": b64u(shown.salt), "name": shown.name, "value": shown.value}
            | {"digest": b64u(hashlib.sha256(shown.encoded.encode()).digest())}
            for shown in one.disclosures
        ],
    }


def _leaf(leaf: bytes, one: Statement) -> dict[str, str]:
    secret = lot_secret(PLATFORM_KEY, one.claims.sub)
    return {
        "leaf": leaf.decode(),
        "hash": leaf_hash(leaf).hex(),
        "lotSecret": b64u(secret),
        "lotTag": lot_tag(secret, one.claims.sub),
        "streamTag": stream_tag(one.claims.iss, one.claims.stream),
    }


def _log(log: MemoryLog) -> dict[str, Any]:
    size = len(log.leaves)
    return {
        "origin": log.origin,
        "notes": [log.notes[each] for each in sorted(log.notes)],
        "inclusion": [hash_texts(inclusion_proof(index, size, log.hashes())) for index in range(size)],
        "consistency": {
            str(old): hash_texts(consistency_proof(old, size, log.hashes()))
            for old in sorted(log.notes)
            if old < size
        },
    }


def _trust(log: MemoryLog, registrar: Signer) -> dict[str, str]:
    one, two = (witness.verifier.vkey for witness in log.witnesses)
    policy = (
        f"log {log.key.vkey}\nwitness one {one}\nwitness two {two}\ngroup both all one two\nquorum both\n"
    )
    return {"policy.txt": policy, "registrars": f"{registrar.key.kid} bureau\n"}


def _receipt(log: MemoryLog) -> dict[str, Any]:
    """The proof of the harvest under the first checkpoint that covers it."""
    size = min(each for each in log.notes if each > 2)
    proof = TlogProof(2, tuple(inclusion_proof(2, size, log.hashes())), log.notes[size])
    return {"statement": 2, "index": 2, "size": size, "proof": proof.encode()}


def _bundle(log: MemoryLog) -> dict[str, Any]:
    size, hashes = len(log.leaves), log.hashes()
    secret = lot_secret(PLATFORM_KEY, LOT)
    older = [EarlierCheckpoint(log.notes[old], tuple(consistency_proof(old, size, hashes))) for old in (1, 3)]
    evidence = LogEvidence(log.notes[size], earlier=tuple(older))
    entries = tuple(log.entry(index, 0, size) for index in range(size))
    return dict(build_bundle(Bundle(LOT, secret, "public", entries, (evidence,))))


CHANGES: tuple[tuple[str, list[str | int], Any], ...] = (
    ("nothing is changed", [], None),
    ("the harvest's signature is another", ["statements", 2, "jws", "signature"], "A" * 86),
    ("the harvest's leaf has another number", ["statements", 2, "leaf"], None),
    ("the harvest is said to stand elsewhere", ["statements", 2, "index"], 1),
    ("a lot secret of another lot", ["statements", 2, "secret"], "A" * 22),
    ("a hash of the audit path is another", ["statements", 3, "proof", 0], "A" * 43 + "="),
    ("a disclosure that nothing names", ["statements", 2, "jws", "header"], None),
    ("one witness alone has cosigned", ["logs", 0, "checkpoint"], None),
    ("an older checkpoint is no prefix", ["logs", 0, "earlier", 1, "consistency"], []),
)


def _verdicts(form: dict[str, Any], trust: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What a change of the bundle does: the first step that fails, and of which entry."""
    whom = TrustPolicy.parse([trust["policy.txt"]], trust["registrars"])
    for what, path, value in CHANGES:
        changed = put_in(form, path, value := _made(what, form) if path and value is None else value)
        yield {"what": what, "path": path, "value": value, **judged(changed, whom)}


def _made(what: str, form: dict[str, Any]) -> Any:
    harvest, log = form["statements"][2], form["logs"][0]
    if "leaf" in what:
        return harvest["leaf"].replace('"n":1', '"n":2')
    if "witness" in what:
        return log["checkpoint"][: log["checkpoint"].rindex("— ")]
    return {"disclosures": [b64u(b'["AAAAAAAAAAAAAAAAAAAAAA","worker","X. Y."]')]}


def put_in(form: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    """A copy of a bundle with one value at a path; without a path the bundle as it is."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(form))
    inner: Any = copy
    for part in path[:-1]:
        inner = inner[part]
    if path:
        inner[path[-1]] = value
    return copy


def judged(form: dict[str, Any], whom: TrustPolicy) -> dict[str, Any]:
    """`ok`, and the first failed step as {"step", "code", "statement"}; null is the bundle as a whole."""
    verdict = verify_bundle(form, whom)
    entries = [(place, step) for place, one in enumerate(verdict.statements) for step in one.steps]
    for place, step in [*entries, *((None, step) for step in verdict.steps)]:
        if step.state is StepState.FAILED:
            failed = {"step": step.number, "code": step.code, "statement": place}
            return {"ok": verdict.ok, "failed": failed}
    return {"ok": verdict.ok, "failed": None}


def text() -> bytes:
    """The file's content."""
    return orjson.dumps(vectors(), option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    TARGET.write_bytes(text())
