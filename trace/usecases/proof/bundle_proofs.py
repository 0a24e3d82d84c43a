"""Proofs for a bundle: inclusion of every entry under one cosigned checkpoint a log, and older checkpoints.

The own log proves anything from its tiles. Of another log we hold what was carried over: the proofs that
came along, which lead to the checkpoint of their own delivery, and the leaves, from which proofs to a later
checkpoint can be made where the leaves are complete. All is verified before it leaves the house.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from trace.errors import CheckpointPending, ProofInvalid, TileMissing
from trace.errors.lineage import EvidenceApart
from trace.ledger.bundle import EarlierCheckpoint, LogEvidence
from trace.ledger.checkpoint import parse_checkpoint
from trace.ledger.merkle import (
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from,
)
from trace.ledger.note import parse_note
from trace.ledger.tiles import TileHashes
from trace.store.log.carried import LoggedEntry, list_carried_checkpoints, read_carried_leaves
from trace.store.log.checkpoints import (
    StoredCheckpoint,
    find_checkpoint,
    find_first_covering,
    find_last_before,
)
from trace.store.log.entries import StoredTiles
from trace.store.transaction import Connection

Read = Callable[[Sequence[Node]], list[bytes]]


@dataclass(frozen=True, slots=True)
class ProvenLog:
    """One log of a bundle: its checkpoints, and the audit path of each of its entries by index."""

    origin: str
    evidence: LogEvidence
    paths: dict[int, tuple[bytes, ...]]


def prove_own(
    connection: Connection,
    origin: str,
    entries: Sequence[LoggedEntry],
    witnesses: Collection[str],
    timed: Collection[int],
    anchors: Collection[int] = (),
) -> ProvenLog:
    """Paths to the first checkpoint that covers all entries and that every witness signed.

    `timed` are the indices whose own first checkpoint is added, so that the time of each shows; `anchors` the
    sizes that statements name in their anchor, so that "signed after" shows. Raises `CheckpointPending`.
    """
    indices = sorted(entry.index for entry in entries)
    newest = find_first_covering(connection, indices[-1], witnesses)
    if newest is None:
        raise CheckpointPending(index=indices[-1], present=0, needed=len(witnesses))
    read = TileHashes(StoredTiles(connection), newest.size)
    earlier: dict[int, StoredCheckpoint] = {}
    for index in sorted(timed):
        first = find_first_covering(connection, index, witnesses)
        if first is not None and first.size < newest.size:
            earlier[first.size] = first
    for size in sorted(anchors):
        named = find_checkpoint(connection, size)
        if named is not None and size < newest.size and named.witnesses >= set(witnesses):
            earlier[size] = named
    before = find_last_before(connection, indices[0], witnesses)
    evidence = LogEvidence(
        newest.cosigned_note(),
        _older(before, newest.size, read) if before is not None and before.size else None,
        tuple(_older(each, newest.size, read) for _, each in sorted(earlier.items())),
    )
    return ProvenLog(origin, evidence, {index: _path(index, newest.size, read) for index in indices})


def _older(checkpoint: StoredCheckpoint, size: int, read: Read) -> EarlierCheckpoint:
    return EarlierCheckpoint(
        checkpoint.cosigned_note(), tuple(consistency_proof(checkpoint.size, size, read))
    )


def _path(index: int, size: int, read: Read) -> tuple[bytes, ...]:
    return tuple(inclusion_proof(index, size, read))


def prove_carried(
    connection: Connection, origin: str, entries: Sequence[LoggedEntry], timed: Collection[int] = ()
) -> ProvenLog:
    """Paths to one checkpoint of another log.

    `timed` are the indices whose own first checkpoint is added where the leaves that prove it are here, so
    that a late delivery to us makes nobody late. Raises `EvidenceApart` when the entries were delivered
    under different checkpoints and the leaves between them are not all here: fetch that log's evidence again.
    """
    first = list_carried_checkpoints(connection, origin, min(timed, default=0))
    notes = [(size, note) for size, note in first if size > max(entry.index for entry in entries)]
    for size, note in notes:
        if all(entry.size == size for entry in entries):
            paths = {entry.index: entry.proof or () for entry in entries}
            read = _Leaves(read_carried_leaves(connection, origin, size)) if timed else None
            return ProvenLog(origin, _evidence(note, size, first, timed, read), paths)
    for size, note in notes:
        read = _Leaves(read_carried_leaves(connection, origin, size))
        with suppress(TileMissing, ProofInvalid):
            root = parse_checkpoint(parse_note(note).text).root
            if root_from(size, read) == root:
                paths = {entry.index: _path(entry.index, size, read) for entry in entries}
                return ProvenLog(origin, _evidence(note, size, first, timed, read), paths)
    raise EvidenceApart(log=origin, entries=len(entries))


def _evidence(
    note: str, size: int, kept: Sequence[tuple[int, str]], timed: Collection[int], read: _Leaves | None
) -> LogEvidence:
    """The note with the first older ones that cover each of `timed`, as far as they can be proved."""
    earlier: dict[int, EarlierCheckpoint] = {}
    for index in sorted(timed):
        old, before = next(((at, each) for at, each in kept if at > index), (size, note))
        if old < size and read is not None:
            with suppress(TileMissing, ProofInvalid):
                root = parse_checkpoint(parse_note(before).text).root
                if root_from(old, read) == root:
                    earlier[old] = EarlierCheckpoint(before, tuple(consistency_proof(old, size, read)))
    return LogEvidence(note, None, tuple(each for _, each in sorted(earlier.items())))


class _Leaves:
    """Nodes of a tree of which the leaves are here; `TileMissing` where one is not."""

    def __init__(self, leaves: dict[int, bytes]) -> None:
        self._nodes: dict[Node, bytes] = {(0, index): leaf_hash(leaf) for index, leaf in leaves.items()}

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        return [self._node(level, n) for level, n in nodes]

    def _node(self, level: int, n: int) -> bytes:
        found = self._nodes.get((level, n))
        if found is None:
            if level == 0:
                raise TileMissing(level=level, n=n)
            found = node_hash(self._node(level - 1, 2 * n), self._node(level - 1, 2 * n + 1))
            self._nodes[level, n] = found
        return found
