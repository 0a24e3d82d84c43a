from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from tests.builders.ledgers import PLATFORM_KEY, START, Signer
from trace.errors import LeafMalformed
from trace.ledger.leaf import is_leaf_of, leaf_of, lot_secret, lot_tag, parse_leaf, stream_tag

LOT = "urn:lot:x:1"


@pytest.fixture
def raw() -> bytes:
    signer = Signer("urn:uscc:91310000MA1FL0LG7A", 2)
    signer.state("food.receipt", LOT, {}, START)
    return leaf_of(signer.state("food.split", LOT, {"a": 1}, START), lot_secret(PLATFORM_KEY, LOT)).encode()


def test_a_leaf_shows_ids_and_tags_and_no_business_field(raw):
    members = orjson.loads(raw)
    assert sorted(members) == ["b", "c", "k", "n", "p", "r", "s", "t", "v"]
    assert members["c"] == stream_tag("urn:uscc:91310000MA1FL0LG7A", "s1")
    assert members["b"] == lot_tag(lot_secret(PLATFORM_KEY, LOT), LOT)
    assert LOT.encode() not in raw


def test_a_leaf_is_of_its_statement_by_every_member_but_the_lots():
    signer = Signer("urn:uscc:91310000MA1FL0LG7A", 2)
    signer.state("food.receipt", LOT, {}, START)
    statement = signer.state("food.split", LOT, {"a": 1}, START)
    leaf = leaf_of(statement, lot_secret(PLATFORM_KEY, LOT))
    assert is_leaf_of(leaf, statement)
    assert is_leaf_of(replace(leaf, lot_tag="x" * 22), statement)
    for member in ("statement_id", "payload_digest", "kid", "prev", "typ", "stream_tag"):
        assert not is_leaf_of(replace(leaf, **{member: "x" * 43}), statement), member
    assert not is_leaf_of(replace(leaf, seq=leaf.seq + 1), statement)


def test_a_leaf_reads_back(raw):
    assert parse_leaf(raw).encode() == raw


def test_a_first_leaf_has_no_prev_and_a_second_signature_has_its_id():
    signer = Signer("urn:uscc:91310000MA1FL0LG7A", 2)
    statement = signer.state("food.receipt", LOT, {}, START)
    leaf = leaf_of(statement, b"s" * 16, second_id="2" * 43)
    assert "r" not in orjson.loads(leaf.encode())
    assert parse_leaf(leaf.encode()) == leaf
    assert orjson.loads(leaf.encode())["s2"] == "2" * 43


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"n": 0},
        {"n": True},
        {"n": "2"},
        {"n": 1},
        {"s": "short"},
        {"p": 1},
        {"k": "x" * 44},
        {"t": "Upper.Case"},
        {"b": "x" * 21},
        {"c": None},
        {"r": "x"},
        {"s2": "x"},
        {"x": 1},
    ],
)
def test_leaves_of_another_shape_are_refused(raw, change: dict[str, Any]):
    with pytest.raises(LeafMalformed):
        parse_leaf(orjson.dumps(orjson.loads(raw) | change, option=orjson.OPT_SORT_KEYS))


def test_leaves_out_of_canonical_form_or_incomplete_are_refused(raw):
    members = orjson.loads(raw)
    with pytest.raises(LeafMalformed, match="not-canonical"):
        parse_leaf(raw + b" ")
    for name in members:
        rest = {key: value for key, value in members.items() if key != name}
        with pytest.raises(LeafMalformed):
            parse_leaf(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS))


def test_tags_have_fixed_vectors():
    assert stream_tag("urn:uscc:X", "s1") == "i3gPhLRab1NivX0jLvi0fQ"
    assert lot_tag(bytes(16), "urn:lot:x:1") == "-hA6WcFUHr0PUjdW3eFbbw"
    assert lot_secret(b"k" * 32, "urn:lot:x:1").hex() == "81a73dfb1045515d755b3fc0993359e4"
