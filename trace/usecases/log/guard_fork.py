"""The fork guard: before the log signs anything, every witness is asked what it has seen.

A database restored from an old backup, or a second copy of one, would sign a second history. It must not
start: the witnesses' memory is larger than ours, or differs from ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trace.errors import LogForked, NoteMalformed, NoteNotVerified, TileMissing, WitnessUnavailable
from trace.exchange.witness_client import Cosigner
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.merkle import root_from
from trace.ledger.note import NoteVerifier
from trace.ledger.tiles import TileHashes
from trace.store.log.checkpoints import find_latest_checkpoint
from trace.store.log.entries import StoredTiles, read_head
from trace.store.transaction import Transactions, Tx


@dataclass(frozen=True, slots=True)
class Guarded:
    """The log's size, and the witnesses that agreed with it, knew nothing of it, or did not answer."""

    size: int
    agreed: tuple[str, ...]
    silent: tuple[str, ...]


def guard_fork(
    transactions: Transactions, log: NoteVerifier, cosigners: Sequence[Cosigner], *, alone: bool = False
) -> Guarded:
    """Compare the own tree with what it signed and with what each witness cosigned.

    Raises `LogForked` on any difference. When there are witnesses and none answers, raises
    `WitnessUnavailable` unless `alone` says that the operator answers for it.
    """
    with transactions.look("guard") as tx:
        size = read_head(tx.connection).size
        own = find_latest_checkpoint(tx.connection)
        if own is not None:
            _require_same(tx, size, Checkpoint(tx.origin, own.size, own.root), "log")
        agreed, silent = [], []
        failure: WitnessUnavailable | None = None
        for cosigner in cosigners:
            name = cosigner.verifier.name
            try:
                seen = _seen_by(cosigner, tx.origin, log)
            except WitnessUnavailable as refusal:
                silent.append(name)
                failure = refusal
                continue
            if seen is not None:
                _require_same(tx, size, seen, name)
            agreed.append(name)
    if failure is not None and not agreed and size and not alone:
        raise failure
    return Guarded(size, tuple(agreed), tuple(silent))


def require_unforked(transactions: Transactions, log: NoteVerifier, cosigner: Cosigner) -> None:
    """Ask one witness what it has seen; raises `LogForked` where our tree is another or a smaller one.

    Raises `WitnessUnavailable` when it gives no answer that our own key once signed.
    """
    seen = _seen_by(cosigner, transactions.origin, log)
    if seen is not None:
        with transactions.look("guard") as tx:
            size = read_head(tx.connection).size
            _require_same(tx, size, seen, cosigner.verifier.name)


def _seen_by(cosigner: Cosigner, origin: str, log: NoteVerifier) -> Checkpoint | None:
    """What the witness shows, if the log's own key signed it: a witness alone cannot invent a fork."""
    note = cosigner.newest(origin)
    if note is None:
        return None
    try:
        return open_checkpoint(note, log)
    except (NoteMalformed, NoteNotVerified) as error:
        raise WitnessUnavailable(witness=cosigner.verifier.name, reason="answer-unreadable") from error


def _require_same(tx: Tx, size: int, seen: Checkpoint, witness: str) -> None:
    if seen.origin != tx.origin or seen.size > size:
        raise LogForked(origin=tx.origin, witness=witness, seen=seen.size, size=size)
    try:
        root = root_from(seen.size, TileHashes(StoredTiles(tx.connection), size))
    except TileMissing as error:
        raise LogForked(origin=tx.origin, witness=witness, seen=seen.size, size=size) from error
    if root != seen.root:
        raise LogForked(origin=tx.origin, witness=witness, seen=seen.size, size=size)
