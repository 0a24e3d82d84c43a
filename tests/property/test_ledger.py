"""Properties of the ledger: canonical bytes, disclosures, trees and tiles of any shape."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.ledgers import START, MemoryLog, Signer, a_key
from trace.errors import NotCanonical, ProofInvalid
from trace.ledger.canonical import MAX_INTEGER, b64u, decode, encode, unb64u
from trace.ledger.disclosure import conceal_members, place_disclosures, reveal_members
from trace.ledger.merkle import (
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from trace.ledger.statement import new_claims, parse_statement, sign_statement, verify_statement
from trace.ledger.tiles import TileHashes, TileTree, parse_tile_path, tile_path

NAMES = st.from_regex(r"[A-Za-z_@$][A-Za-z0-9_.$-]{0,8}", fullmatch=True)
PLAIN_NAMES = st.from_regex(r"[a-z][A-Za-z0-9]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def canonical_or_none(value: Any) -> bytes | None:
    try:
        return encode(value)
    except NotCanonical as refusal:
        if refusal.params["reason"] in {"not-nfc", "too-deep", "too-long"}:
            return None
        raise


@given(VALUES)
def test_canonical_bytes_are_rfc_8785_and_read_back(value):
    raw = canonical_or_none(value)
    if raw is not None:
        assert raw == rfc8785.dumps(value)
        assert decode(raw) == value


@given(VALUES, st.data())
def test_any_other_bytes_of_the_same_value_are_refused(value, data):
    raw = canonical_or_none(value)
    other = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    if raw is not None and other != raw:
        with pytest.raises(NotCanonical):
            decode(other)
        at = data.draw(st.integers(0, len(raw)))
        with pytest.raises(NotCanonical):
            decode(raw[:at] + b"\x00" + raw[at:])


@given(st.binary(max_size=60))
def test_base64url_goes_both_ways(raw):
    assert unb64u(b64u(raw)) == raw


@given(st.text("ABab01-_+/=", max_size=9))
def test_base64url_has_one_form_for_each_value(text):
    try:
        raw = unb64u(text)
    except NotCanonical:
        return
    assert b64u(raw) == text


FACTS = st.dictionaries(
    PLAIN_NAMES,
    SCALARS | st.dictionaries(PLAIN_NAMES, SCALARS, min_size=1, max_size=3),
    min_size=1,
    max_size=5,
)


def paths_of(data: dict[str, Any]) -> list[str]:
    inner = [f"{name}.{below}" for name, value in data.items() if isinstance(value, dict) for below in value]
    return inner + [name for name, value in data.items() if not isinstance(value, dict)]


@given(FACTS, st.data())
def test_what_is_concealed_comes_back_and_a_subset_shows_just_that(data, draw):
    if canonical_or_none(data) is None:
        return
    paths = draw.draw(st.lists(st.sampled_from(paths_of(data)), unique=True))
    concealed, disclosures = conceal_members(data, paths, decoys=1)
    assert reveal_members(concealed, place_disclosures(concealed, disclosures)) == data
    shown = draw.draw(st.lists(st.sampled_from(disclosures), unique=True)) if disclosures else []
    placed = place_disclosures(concealed, shown)
    assert set(placed) <= set(paths)
    seen = reveal_members(concealed, placed)
    assert set(paths_of(seen)) == set(paths_of(data)) - (set(paths) - set(placed))


@given(FACTS, st.data())
def test_every_view_of_a_statement_verifies_with_the_same_id(data, draw):
    if canonical_or_none(data) is None:
        return
    paths = draw.draw(st.lists(st.sampled_from(paths_of(data)), unique=True))
    claims = new_claims(
        "food.split", "urn:x", "s", seq=1, prev=None, sub="l", occurred_at=START, signed_at=START, data=data
    )
    whole = sign_statement(claims, a_key(1), conceal=paths)
    view = draw.draw(st.lists(st.sampled_from(paths), unique=True)) if paths else []
    seen = parse_statement(orjson.dumps(whole.flattened(view=view)))
    verify_statement(seen, a_key(1).public_key())
    assert seen.statement_id == whole.statement_id
    assert set(seen.disclosure_paths()) == set(view)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6), st.data())
def test_trees_of_any_batches_prove_any_leaf_and_any_prefix(batches, data):
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(sum(batches))]
    tree, edge, tiles = TileTree(), CompactRange(), {}
    start = 0
    for end in accumulate(batches):
        for tile in tree.extend(leaves[start:end]):
            tiles[tile.level, tile.n] = tile.data
        start = end
    edge.extend(leaves)
    assert tree.root() == edge.root()
    if not leaves:
        return

    class Reader:
        def tile(self, level: int, n: int, width: int) -> bytes:
            return tiles.get((level, n)) or tree.edges()[level]

    hashes = TileHashes(Reader(), tree.size)
    index = data.draw(st.integers(0, tree.size - 1))
    proof = inclusion_proof(index, tree.size, hashes)
    verify_inclusion(index, tree.size, leaves[index], proof, tree.root())
    old = CompactRange()
    old.extend(leaves[: index + 1])
    path = consistency_proof(old.size, tree.size, hashes)
    verify_consistency(old.size, tree.size, old.root(), tree.root(), path)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        broken = [*proof[:at], bytes(32), *proof[at + 1 :]]
        with pytest.raises(ProofInvalid):
            verify_inclusion(index, tree.size, leaves[index], broken, tree.root())


@given(st.integers(0, 7), st.integers(0, 10**12), st.integers(1, 256))
def test_tile_paths_read_back(level, n, width):
    assert parse_tile_path(tile_path(level, n, width)) == (level, n, width)


@given(st.integers(1, 40))
def test_the_logs_of_the_tests_chain_without_gaps(count):
    log, signer = MemoryLog("o", 1, []), Signer("urn:x", 2)
    for number in range(count):
        log.append(signer.state("food.split", f"l{number}", {}, START))
    assert [one.claims.seq for one in log.statements] == list(range(1, count + 1))
