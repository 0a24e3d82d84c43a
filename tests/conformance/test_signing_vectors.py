"""Published vectors of what the ledger signs with: Ed25519, RFC 6962 trees, JCS, signed notes, logs."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.conftest import CI
from trace.errors import (
    AlgorithmUnavailable,
    KeyMalformed,
    NotAuthentic,
    NotCanonical,
    NoteNotVerified,
    ProofInvalid,
    QuorumNotMet,
)
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.canonical import b64u, decode, encode
from trace.ledger.edwards import is_prime_order
from trace.ledger.merkle import verify_consistency, verify_inclusion
from trace.ledger.note import NoteSigner, NoteVerifier, make_note, open_note, parse_note
from trace.ledger.policy import parse_policy
from trace.ledger.proof import parse_proof
from trace.ledger.sm2 import load_library

pytestmark = pytest.mark.vectors


@pytest.fixture(scope="session")
def signing(vectors: Path) -> Path:
    return vectors / "signing"


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def ed25519_key(point: bytes) -> PublicKey:
    return PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64u(point)})


def holds(point: bytes, signature: bytes, message: bytes) -> bool:
    try:
        ed25519_key(point).verify(signature, message)
    except (KeyMalformed, NotAuthentic):
        return False
    return True


@pytest.mark.parametrize(
    ("file", "count"), [("rfc8032_7_1.json", 5), ("supercop_sign_input_1024.json", 1024)]
)
def test_ed25519_signs_as_published(signing, file, count):
    cases = load(signing / "ed25519" / file)
    assert len(cases) == count
    for case in cases:
        seed, point, message, signature = (
            bytes.fromhex(case[name]) for name in ("seed", "pub", "msg", "sig")
        )
        key = PrivateKey.from_seed(seed)
        assert key.public_jwk()["x"] == b64u(point)
        assert key.sign(message) == signature
        key.public_key().verify(signature, message)


def test_wycheproof_ed25519(signing):
    checked = 0
    for group in load(signing / "ed25519" / "wycheproof_ed25519_test.json")["testGroups"]:
        point = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            found = holds(point, bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
            # No key of this file is of mixed order, so the key rule refuses nothing that is valid.
            assert found == (test["result"] == "valid"), test["tcId"]
            checked += 1
    assert checked == 151


def test_no_edge_case_passes_here_that_a_strict_verifier_refuses(signing):
    """Of C2SP's 914 cases on which verifiers disagree, we accept the one without any oddity."""
    cases = load(signing / "ed25519" / "cctv_ed25519vectors.json")
    assert len(cases) == 914
    accepted = [
        case
        for case in cases
        if holds(bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode())
    ]
    assert [case["flags"] for case in accepted] == [None]
    assert sum(is_prime_order(bytes.fromhex(case["key"])) for case in cases) == 28


def test_the_key_rule_only_ever_narrows_what_the_library_accepts(signing):
    for case in load(signing / "ed25519" / "cctv_ed25519vectors.json"):
        point, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        message = case["msg"].encode()
        try:
            Ed25519PublicKey.from_public_bytes(point).verify(signature, message)
            library = True
        except (InvalidSignature, ValueError):
            library = False
        neutral_point = signature[:32] == b"\x01" + bytes(31)
        assert holds(point, signature, message) == (library and is_prime_order(point) and not neutral_point)


# RFC 8785's own files, and where the restricted profile says no.
JCS = {
    "arrays": "key-pattern",  # member names that begin with a digit
    "french": "key-pattern",  # member names outside ASCII
    "structures": "float",  # 56.0
    "unicode": "not-nfc",  # A followed by a combining ring
    "values": "float",
    "weird": "key-pattern",
}


def neutral(value: Any) -> Any:
    """The same document with what the profile excludes replaced: names, floats, denormalised text."""
    if isinstance(value, dict):
        return {f"k{at}": neutral(item) for at, item in enumerate(value.values())}
    if isinstance(value, list):
        return [neutral(item) for item in value]
    return (
        int(value)
        if isinstance(value, float) and value < 2**53
        else "x"
        if isinstance(value, float)
        else value
    )


@pytest.mark.parametrize(("name", "reason"), sorted(JCS.items()))
def test_rfc_8785_files_are_refused_only_for_named_reasons(signing, name, reason):
    raw = bytes.fromhex((signing / "jcs" / "outhex" / f"{name}.txt").read_text())
    assert raw == (signing / "jcs" / "output" / f"{name}.json").read_bytes()
    with pytest.raises(NotCanonical) as refusal:
        decode(raw)
    assert refusal.value.params["reason"] in {reason, "key-pattern"}


@pytest.mark.parametrize("name", ["french", "structures", "arrays", "values", "weird"])
def test_rfc_8785_files_agree_once_the_exclusions_are_replaced(signing, name):
    import rfc8785

    value = neutral(load(signing / "jcs" / "input" / f"{name}.json"))
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value)) == value


def optional(text: str | None) -> bytes:
    return b64decode(text) if text else b""


def test_transparency_dev_inclusion(signing):
    files = sorted((signing / "merkle/transparency-dev-merkle/inclusion").rglob("*.json"))
    assert len(files) == 98
    for file in files:
        case = load(file)
        proof = [b64decode(one) for one in case["proof"] or ()]
        place = (case["leafIdx"], case["treeSize"], optional(case["leafHash"]))
        try:
            verify_inclusion(*place, proof, optional(case["root"]))
            found = True
        except ProofInvalid:
            found = False
        assert found == (not case["wantErr"]), (file.name, case["desc"])


def test_transparency_dev_consistency(signing):
    files = sorted((signing / "merkle/transparency-dev-merkle/consistency").rglob("*.json"))
    assert len(files) == 98
    differing = []
    for file in files:
        case = load(file)
        proof = [b64decode(one) for one in case["proof"] or ()]
        roots = (optional(case["root1"]), optional(case["root2"]))
        try:
            verify_consistency(case["size1"], case["size2"], *roots, proof)
            found = True
        except ProofInvalid:
            found = False
        if found != (not case["wantErr"]):
            differing.append((case["size1"], case["desc"]))
    assert differing == []


def test_signed_notes(signing):
    for case in load(signing / "signed-note" / "notes.json"):
        known = [NoteVerifier.from_vkey(vkey) for vkey in case.get("vkeys") or [case["vkey"]]]
        note = parse_note(case["note"])
        assert str(note) == case["note"]
        if case["valid"]:
            assert set(open_note(note, known)) == {one.name for one in known}
        else:
            with pytest.raises(NoteNotVerified):
                open_note(note, known)
        if "skey" in case:
            signer = NoteSigner.from_private(case["skey"])
            assert (signer.private, signer.vkey) == (case["skey"], case["vkey"])
            assert (make_note(note.text, [signer.sign(note.text)]) == case["note"]) == case["valid"]


def test_a_log_of_70000_leaves(signing):
    folder = signing / "signed-note" / "tlog70000"
    policy = parse_policy((folder / "policy").read_text())
    assert policy.emit() == (folder / "policy").read_text()
    note = (folder / "checkpoint").read_text()
    checkpoint, times = policy.open(note)
    assert (checkpoint.size, sorted(times)) == (70_000, ["agri", "amr"])
    proof = parse_proof((folder / "rec.tlog-proof").read_text())
    assert proof.encode() == (folder / "rec.tlog-proof").read_text()
    assert proof.verify((folder / "leaf/12345").read_bytes(), policy) == (checkpoint, times)
    with pytest.raises(ProofInvalid):
        proof.verify((folder / "leaf/255").read_bytes(), policy)
    one = parse_proof((folder / "one.tlog-proof").read_text())
    with pytest.raises(QuorumNotMet):
        one.verify((folder / "leaf/12345").read_bytes(), policy)
    size, root, *hashes = (folder / "consistency.txt").read_text().split()
    path = [b64decode(one) for one in hashes]
    verify_consistency(int(size), 70_000, b64decode(root), checkpoint.root, path)
    with pytest.raises(ProofInvalid):
        verify_consistency(int(size) + 1, 70_000, b64decode(root), checkpoint.root, path)


@pytest.fixture(scope="session")
def with_sm2() -> frozenset[str]:
    try:
        load_library()
    except AlgorithmUnavailable:
        reason = "libcrypto.so.3 of OpenSSL 3 is missing (Debian: apt-get install libssl3); SM2 did not run"
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return frozenset({"SM2-SM3"})


def sm2_key(point: bytes, uid: str, enabled: frozenset[str]) -> PublicKey:
    jwk = {"kty": "EC", "crv": "SM2", "uid": uid, "x": b64u(point[:32]), "y": b64u(point[32:])}
    return PublicKey.from_jwk(jwk, enabled=enabled)


def test_gb_t_32918_5_signature(signing, with_sm2):
    (case,) = load(signing / "sm" / "gbt32918_5_A2_sm2_sign.json")
    key = sm2_key(bytes.fromhex(case["px"] + case["py"]), case["id"], with_sm2)
    signature = bytes.fromhex(case["r"] + case["s"])
    key.verify(signature, case["msg"].encode())
    for wrong in (case["msg"].upper().encode(), b""):
        with pytest.raises(NotAuthentic):
            key.verify(signature, wrong)


# certificate, its issuer; signer id as GM/T 0009-2012 has it
CERTIFICATES = [
    ("tongsuo_sm2-root-cert.pem", "tongsuo_sm2-root-cert.pem"),
    ("tongsuo_sm2-leaf.crt", "tongsuo_sm2-chain-ca.crt"),
]
SPKI = bytes.fromhex("06082a811ccf5501822d03420004")


@pytest.mark.parametrize(("subject", "issuer"), CERTIFICATES)
def test_sm2_certificates_of_another_implementation_verify(signing, with_sm2, subject, issuer):
    certificate = x509.load_pem_x509_certificate((signing / "sm" / subject).read_bytes())
    above = x509.load_pem_x509_certificate((signing / "sm" / issuer).read_bytes())
    body = above.tbs_certificate_bytes
    at = body.index(SPKI) + len(SPKI)
    r, s = decode_dss_signature(certificate.signature)
    key = sm2_key(body[at : at + 64], "1234567812345678", with_sm2)
    key.verify(r.to_bytes(32, "big") + s.to_bytes(32, "big"), certificate.tbs_certificate_bytes)


def test_tongsuo_keys_open_and_sign(signing, with_sm2):
    pem = (signing / "sm" / "tongsuo_sm2-leaf.key").read_bytes()
    key = PrivateKey.from_pem(pem, enabled=with_sm2)
    PublicKey.from_jwk(key.public_jwk(), enabled=with_sm2).verify(key.sign(b"x"), b"x")
