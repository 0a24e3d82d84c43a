"""The Merkle tree of RFC 6962 §2 over SHA-256: roots, inclusion and consistency proofs (RFC 9162 §2.1).

A node is (level, n): the root of the complete subtree over leaves [n·2^level, (n+1)·2^level). Subtrees
that the right edge cuts are folded from complete ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from trace.errors import ProofInvalid

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]
ReadHashes = Callable[[Sequence[Node]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: enough to append leaf hashes and to know the root."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Restore from `size` and its complete subtree roots, largest first (one per set bit of size)."""
        if len(peaks) != size.bit_count():
            raise ProofInvalid(reason="peak-count", size=size)
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        peaks, size = self._peaks, self._size
        for node in leaves:
            carry = size
            while carry & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()  # noqa: PLW2901 - climbing
                carry >>= 1
            peaks.append(node)
            size += 1
        self._size = size

    def root(self) -> bytes:
        """Return the root; of the empty tree SHA-256 of nothing."""
        return fold(self._peaks) if self._peaks else EMPTY_ROOT


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the hash over complete subtree roots, largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def complete_subtrees(start: int, end: int) -> list[Node]:
    """Return the complete subtrees that cover leaves [start, end), left to right."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def root_from(size: int, read_hashes: ReadHashes) -> bytes:
    """Return the root at `size` from stored hashes."""
    return fold(read_hashes(complete_subtrees(0, size))) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read_hashes: ReadHashes) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` (RFC 6962 §2.1.1), leaf side first."""
    if not 0 <= index < size:
        raise ProofInvalid(reason="index-not-in-tree", index=index, size=size)
    start, end = 0, size
    siblings = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return _read_ranges(siblings[::-1], read_hashes)


def consistency_proof(old: int, new: int, read_hashes: ReadHashes) -> list[bytes]:
    """Return the proof that the tree of `old` is a prefix of the tree of `new` (RFC 6962 §2.1.2)."""
    if not 0 < old <= new:
        raise ProofInvalid(reason="sizes", old=old, new=new)
    start, end = 0, new
    ranges = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return _read_ranges(ranges[::-1], read_hashes)


def _split(width: int) -> int:
    return 1 << (width - 1).bit_length() - 1


def _read_ranges(ranges: Sequence[tuple[int, int]], read_hashes: ReadHashes) -> list[bytes]:
    covers = [complete_subtrees(start, end) for start, end in ranges]
    hashes = read_hashes([node for cover in covers for node in cover])
    proof = []
    position = 0
    for cover in covers:
        proof.append(fold(hashes[position : position + len(cover)]))
        position += len(cover)
    return proof


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return when the leaf hash stands at `index` under `root` (RFC 9162 §2.1.3.2); raises `ProofInvalid`."""
    if not 0 <= index < size:
        raise ProofInvalid(reason="index-not-in-tree", index=index, size=size)
    _require_hashes((leaf, root, *proof))
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid(reason="too-long")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last or found != root:
        raise ProofInvalid(reason="root-differs")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when the old tree is a prefix of the new one (RFC 9162 §2.1.4.2); raises `ProofInvalid`."""
    if not 0 < old <= new:
        raise ProofInvalid(reason="sizes", old=old, new=new)
    if old == new:
        if proof or old_root != new_root:
            raise ProofInvalid(reason="root-differs")
        return
    _require_hashes((old_root, new_root, *proof))
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise ProofInvalid(reason="too-short")
    found_old, found_new = _climb(old - 1, new - 1, path)
    if found_old != old_root or found_new != new_root:
        raise ProofInvalid(reason="root-differs")


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofInvalid(reason="too-long")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid(reason="too-short")
    return old, new


def _require_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofInvalid(reason="hash-length")
