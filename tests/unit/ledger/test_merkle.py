from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest

from trace.errors import ProofInvalid
from trace.ledger.merkle import (
    EMPTY_ROOT,
    CompactRange,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(70)]


def slow_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 to the letter."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


def hashes(nodes: Sequence[Node]) -> list[bytes]:
    return [slow_root(LEAVES[n << level : (n + 1) << level]) for level, n in nodes]


def test_roots_grow_as_the_rfc_defines_them():
    edge = CompactRange()
    assert edge.root() == EMPTY_ROOT == root_from(0, hashes)
    for size in range(1, 71):
        edge.append(LEAVES[size - 1])
        assert edge.root() == slow_root(LEAVES[:size]) == root_from(size, hashes)
        assert CompactRange(edge.size, edge.peaks).root() == edge.root()
    with pytest.raises(ProofInvalid, match="peak-count"):
        CompactRange(3, [LEAVES[0]])


def test_every_inclusion_proof_holds_and_no_neighbour_passes():
    for size in (1, 2, 3, 7, 8, 9, 64, 70):
        root = slow_root(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, hashes)
            verify_inclusion(index, size, LEAVES[index], proof, root)
            with pytest.raises(ProofInvalid):
                verify_inclusion(index, size, LEAVES[(index + 1) % 70], proof, root)
            with pytest.raises(ProofInvalid):
                verify_inclusion(index, size, LEAVES[index], [*proof, root], root)
            if proof:
                with pytest.raises(ProofInvalid):
                    verify_inclusion(index, size, LEAVES[index], proof[:-1], root)


def test_every_consistency_proof_holds():
    for new in (1, 2, 3, 7, 8, 9, 64, 70):
        root = slow_root(LEAVES[:new])
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, hashes)
            before = slow_root(LEAVES[:old])
            verify_consistency(old, new, before, root, proof)
            if old < new:
                for wrong in (proof[:-1], [*proof, root], proof[::-1][:1]):
                    if wrong == proof:
                        continue
                    with pytest.raises(ProofInvalid):
                        verify_consistency(old, new, before, root, wrong)
                with pytest.raises(ProofInvalid):
                    verify_consistency(old, new, LEAVES[69], root, proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_an_index_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ProofInvalid, match="index-not-in-tree"):
        inclusion_proof(index, size, hashes)
    with pytest.raises(ProofInvalid, match="index-not-in-tree"):
        verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_sizes_out_of_order_have_no_proof(old, new):
    with pytest.raises(ProofInvalid, match="sizes"):
        consistency_proof(old, new, hashes)
    with pytest.raises(ProofInvalid, match="sizes"):
        verify_consistency(old, new, LEAVES[0], LEAVES[0], [])


def test_hashes_of_another_length_are_refused():
    with pytest.raises(ProofInvalid, match="hash-length"):
        verify_inclusion(0, 2, LEAVES[0], [b"short"], LEAVES[1])
    with pytest.raises(ProofInvalid, match="hash-length"):
        verify_consistency(1, 2, b"", LEAVES[1], [LEAVES[0]])


def test_equal_trees_need_no_proof_and_equal_roots():
    verify_consistency(3, 3, LEAVES[0], LEAVES[0], [])
    for proof, root in (([], LEAVES[1]), ([LEAVES[1]], LEAVES[0])):
        with pytest.raises(ProofInvalid, match="root-differs"):
            verify_consistency(3, 3, LEAVES[0], root, proof)
    with pytest.raises(ProofInvalid, match="too-short"):
        verify_consistency(3, 5, LEAVES[0], LEAVES[1], [])
