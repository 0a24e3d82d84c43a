"""The test vectors of docs/record-format.md: made anew, and read by the client of one file as by ours."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from docs.generate_vectors import TARGET, judged, put_in, text
from tests.builders.one_file_client import client_module
from trace.errors import NotCanonical
from trace.ledger.bundle import TrustPolicy
from trace.ledger.canonical import decode, unb64u
from trace.ledger.merkle import leaf_hash, verify_consistency
from trace.ledger.note import parse_note

VECTORS: dict[str, Any] = json.loads(TARGET.read_bytes())
CLIENT = client_module()
POLICY = CLIENT.Policy(VECTORS["trust"]["policy.txt"])


def test_they_are_those_of_the_code() -> None:
    assert TARGET.read_bytes() == text(), "run `make docs`"
    assert Path(TARGET).stat().st_size < 60_000


@pytest.mark.parametrize("one", VECTORS["canonical"]["same"])
def test_a_value_has_one_form(one: dict[str, str]) -> None:
    assert CLIENT.canonical(json.loads(one["json"])) == one["canonical"].encode()
    assert decode(one["canonical"].encode()) == json.loads(one["json"])


@pytest.mark.parametrize("refused", VECTORS["canonical"]["refused"])
def test_a_text_of_another_form_is_refused(refused: str) -> None:
    with pytest.raises(NotCanonical):
        decode(refused.encode())


@pytest.mark.parametrize("refused", VECTORS["base64url"]["refused"])
def test_bytes_have_one_text(refused: str) -> None:
    with pytest.raises(NotCanonical):
        unb64u(refused)
    with pytest.raises(ValueError, match=r"(?i)base64|padd|decoded"):
        CLIENT.unb64u(refused)


def test_a_key_of_the_seed_signs_the_same_bytes() -> None:
    keys = [
        CLIENT.Key(CLIENT.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one["seed"])))
        for one in VECTORS["keys"]
    ]
    assert [(key.jwk, key.kid) for key in keys] == [(one["jwk"], one["kid"]) for one in VECTORS["keys"]]
    for one in VECTORS["statements"]:
        header = json.loads(CLIENT.unb64u(one["jws"]["protected"]))
        (key,) = [key for key in keys if key.kid == header["kid"]]
        claims = json.loads(one["claims"])
        assert key.sign(header["typ"], CLIENT.canonical(claims)).items() <= one["jws"].items()


@pytest.mark.parametrize("one", VECTORS["statements"])
def test_ids_and_disclosures_are_hashes_of_what_is_shown(one: dict[str, Any]) -> None:
    assert CLIENT.compact(one["jws"]) == one["compact"]
    assert CLIENT.statement_id(one["jws"]) == one["stmt"]
    for shown in one["disclosures"]:
        triple = [shown["salt"], shown["name"], shown["value"]]
        assert CLIENT.b64u(CLIENT.canonical(triple)) == shown["text"]
        assert shown["digest"] in one["claims"]
        assert shown["value"] not in one["claims"]


def test_the_log_is_a_tree_of_the_leaves() -> None:
    log = VECTORS["log"]
    _, size, root, times = POLICY.open(log["notes"][-1])
    assert (size, len(times)) == (len(VECTORS["leaves"]), 2)
    for index, (leaf, path) in enumerate(zip(VECTORS["leaves"], log["inclusion"], strict=True)):
        assert leaf_hash(leaf["leaf"].encode()).hex() == leaf["hash"]
        assert CLIENT.root_of(leaf["leaf"].encode(), index, size, list(map(b64decode, path))) == root
    roots = {int(parse_note(note).text.split("\n")[1]): parse_note(note).text for note in log["notes"]}
    for old, path in log["consistency"].items():
        earlier = b64decode(roots[int(old)].split("\n")[2])
        verify_consistency(int(old), size, earlier, root, list(map(b64decode, path)))


def test_the_receipt_holds() -> None:
    receipt = VECTORS["receipt"]
    jws, leaf = (
        VECTORS["statements"][receipt["statement"]]["jws"],
        VECTORS["leaves"][receipt["index"]]["leaf"],
    )
    found = CLIENT.verify_receipt(jws, leaf, receipt["proof"], POLICY)
    assert (found["index"], found["size"]) == (receipt["index"], receipt["size"])


@pytest.mark.parametrize("one", VECTORS["verdicts"], ids=lambda one: one["what"])
def test_a_changed_bundle_fails_at_its_step(one: dict[str, Any]) -> None:
    trust = TrustPolicy.parse([VECTORS["trust"]["policy.txt"]], VECTORS["trust"]["registrars"])
    found = judged(put_in(VECTORS["bundle"], one["path"], one["value"]), trust)
    assert found == {"ok": one["ok"], "failed": one["failed"]}
    assert one["ok"] is (not one["path"])
