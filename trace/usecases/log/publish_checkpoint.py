"""Publication of checkpoints: commit, then sign, then have witnesses cosign (docs/record-format.md §5.5).

A checkpoint with missing lines is pending, and shown as such (1/2); the quorum is never lowered. What each
witness signed first for a size stays, because it proves "existed by". Witnesses are asked side by side: none
waits for another's answer (`ask_witnesses`). A line counts only with a time that can be: not before the same
witness's last one, and not ahead of the log's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from trace.errors import (
    AlreadyRecorded,
    LogForked,
    NoteMalformed,
    NoteNotVerified,
    Refusal,
    WitnessConflict,
    WitnessUnavailable,
)
from trace.exchange.entry_source import HandedEntries
from trace.exchange.witness_client import Cosigner, EntryTaker
from trace.ledger.checkpoint import Checkpoint, LogKey, sign_checkpoint
from trace.ledger.keybook import KEY_KINDS
from trace.ledger.merkle import consistency_proof
from trace.ledger.note import SignatureLine, parse_note
from trace.ledger.tiles import TileHashes
from trace.store.log.checkpoints import (
    StoredCheckpoint,
    StoredCosignature,
    add_checkpoint,
    find_checkpoint,
    read_last_signed,
)
from trace.store.log.entries import StoredTiles, load_tree, read_head, read_leaves, read_types
from trace.store.transaction import Transactions
from trace.usecases.log.ask_witnesses import AskedWitnesses
from trace.usecases.log.cosigned_size import CosignedSize
from trace.usecases.log.guard_fork import require_unforked

HEARTBEAT = timedelta(minutes=10)
_CLOCK_SKEW = "P02"


@dataclass(frozen=True, slots=True)
class Published:
    """The newest checkpoint: size, note with the newest lines, who signed and who did not."""

    size: int
    note: str
    present: tuple[str, ...]
    missing: tuple[str, ...]
    problems: tuple[Refusal, ...] = ()

    @property
    def pending(self) -> bool:
        return bool(self.missing)


def publish_checkpoint(
    transactions: Transactions,
    log_key: LogKey,
    cosigners: Sequence[Cosigner],
    now: datetime,
    *,
    heartbeat: timedelta = HEARTBEAT,
    asked: AskedWitnesses | None = None,
) -> Published | None:
    """Sign the tree as it is durable now and collect the witness lines it lacks; None for an empty log.

    A witness that signed this size within `heartbeat` is not asked again, nor one of `asked` that has not
    answered yet. A witness that does not answer leaves the checkpoint pending; ask again later. Raises
    `LogForked` when a witness has seen more than this log has.
    """
    checkpoint = _signed(transactions, log_key, now)
    if checkpoint is None:
        return None
    wanted = [one for one in cosigners if not _is_fresh(checkpoint, one.verifier.name, now, heartbeat)]
    problems = (asked or AskedWitnesses()).ask(
        transactions, wanted, lambda one: _asked(transactions, log_key, one, checkpoint)
    )
    with transactions.look("publisher") as tx:
        final = find_checkpoint(tx.connection, checkpoint.size) or checkpoint
    names = [one.verifier.name for one in cosigners]
    return Published(
        final.size,
        final.cosigned_note(newest=True),
        tuple([name for name in names if name in final.witnesses]),
        tuple([name for name in names if name not in final.witnesses]),
        problems,
    )


def publish_newest(
    transactions: Transactions,
    log_key: LogKey,
    cosigners: Sequence[Cosigner],
    cosigned: CosignedSize,
    asked: AskedWitnesses,
) -> tuple[Refusal, ...]:
    """What kept a witness from signing the log as it is now; `cosigned` is told where nothing did.

    One process at a time: what another has just published is asked of nobody again.
    """
    with transactions.alone("publisher"):
        published = publish_checkpoint(transactions, log_key, cosigners, transactions.clock(), asked=asked)
    if published is None:
        return ()
    if not published.pending:
        cosigned.tell(published.size)
    return published.problems


def _signed(transactions: Transactions, log_key: LogKey, now: datetime) -> StoredCheckpoint | None:
    """The checkpoint of what is committed; signed now unless that size was signed before."""
    with transactions.look("publisher") as tx:
        size = read_head(tx.connection).size
        if size == 0:
            return None
        known = find_checkpoint(tx.connection, size)
        root = load_tree(tx.connection, size).root()
    if known is None:
        note = sign_checkpoint(Checkpoint(transactions.origin, size, root), log_key)
        # Another process may have been quicker; the signature is the same, so its row is as good.
        with suppress(AlreadyRecorded), transactions.begin("publisher") as tx:
            add_checkpoint(tx.connection, size, root, note, now)
        known = StoredCheckpoint(size, root, note, now, ())
    if known.root != root:
        raise LogForked(origin=transactions.origin, witness="log", seen=size, size=size)
    return known


def _is_fresh(checkpoint: StoredCheckpoint, witness: str, now: datetime, heartbeat: timedelta) -> bool:
    times = [line.at for line in checkpoint.cosignatures if line.witness == witness]
    return bool(times) and now - max(times) < heartbeat


def _asked(
    transactions: Transactions, log_key: LogKey, cosigner: Cosigner, checkpoint: StoredCheckpoint
) -> list[StoredCosignature]:
    """The witness's line; raises what kept it from one, `LogForked` when it has seen another log."""
    try:
        return _cosigned(transactions, cosigner, checkpoint)
    except (WitnessUnavailable, WitnessConflict):
        # Perhaps it is not the witness's trouble but ours: then stop, and loudly.
        with suppress(WitnessUnavailable):
            require_unforked(transactions, log_key.verifier, cosigner)
        raise


def _cosigned(
    transactions: Transactions, cosigner: Cosigner, checkpoint: StoredCheckpoint
) -> list[StoredCosignature]:
    with transactions.look("publisher") as tx:
        old, last = read_last_signed(tx.connection, cosigner.verifier.name)
    try:
        answer = _ask(transactions, cosigner, old, checkpoint)
    except WitnessConflict as conflict:
        # It signed without our keeping the answer (a crash between the two), or it knows a later tree.
        seen = int(str(conflict.params["size"]))
        if seen == old or seen > checkpoint.size:
            raise
        answer = _ask(transactions, cosigner, seen, checkpoint)
    line = _checked(cosigner, checkpoint, answer)
    _require_possible(transactions, line, last)
    return [line]


def _require_possible(transactions: Transactions, line: StoredCosignature, last: datetime | None) -> None:
    """A witness's time only goes on: an earlier one would date back what it signs, and one ahead of every
    clock would make all that follows look earlier."""
    now = transactions.clock()
    skew = transactions.rules.find(_CLOCK_SKEW, now.date())
    if last is not None and line.at < last:
        raise WitnessUnavailable(witness=line.witness, reason="time-backwards")
    if skew is not None and line.at > now + skew.duration:
        raise WitnessUnavailable(witness=line.witness, reason="time-ahead")


def _ask(
    transactions: Transactions, cosigner: Cosigner, old: int, checkpoint: StoredCheckpoint
) -> list[SignatureLine]:
    """Entries go along where they are few and the witness takes them: it then needs no request of ours."""
    proof = _proof(transactions, old, checkpoint.size)
    if not isinstance(cosigner, EntryTaker) or not 0 < checkpoint.size - old <= cosigner.takes_at_most:
        return cosigner.cosign(old, proof, checkpoint.note)
    with transactions.look("publisher") as tx:
        leaves = read_leaves(tx.connection, old, checkpoint.size)
        about_keys = read_types(tx.connection, sorted(KEY_KINDS), old, checkpoint.size)
    entries = HandedEntries(old, tuple(leaves), {one.index: one.jws for one in about_keys})
    return cosigner.cosign_entries(old, proof, checkpoint.note, entries)


def _proof(transactions: Transactions, old: int, new: int) -> list[bytes]:
    if old in {0, new}:
        return []
    with transactions.look("publisher") as tx:
        return consistency_proof(old, new, TileHashes(StoredTiles(tx.connection), new))


def _checked(
    cosigner: Cosigner, checkpoint: StoredCheckpoint, answer: Sequence[SignatureLine]
) -> StoredCosignature:
    """The witness's own line, verified; other lines of its answer (other algorithms) are left out."""
    text = parse_note(checkpoint.note).text
    for line in answer:
        if cosigner.verifier.matches(line):
            try:
                at = cosigner.verifier.verify(text, line.signature)
            except (NoteNotVerified, NoteMalformed) as error:
                raise WitnessUnavailable(witness=line.name, reason="wrong-signature") from error
            if at is not None:
                return StoredCosignature(checkpoint.size, line.name, at, str(line).rstrip("\n"))
    raise WitnessUnavailable(witness=cosigner.verifier.name, reason="no-line")
