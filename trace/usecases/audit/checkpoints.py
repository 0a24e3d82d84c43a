"""Checkpoints and cosignatures of the own log, and what stands beside them in columns of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from trace.errors import Refusal
from trace.ledger.checkpoint import Checkpoint, open_checkpoint, parse_signature_line
from trace.ledger.note import NoteVerifier, parse_note
from trace.ledger.policy import Policy
from trace.store.log.audited import list_cosigned_sizes, list_signers
from trace.store.log.checkpoints import StoredCheckpoint, StoredCosignature
from trace.usecases.audit.findings import AuditContext, Finding
from trace.usecases.audit.times import times_backwards


def audit_checkpoints(
    around: AuditContext,
    policy: Policy,
    checkpoints: Sequence[StoredCheckpoint],
    roots: Mapping[int, bytes],
    logged: Mapping[int, datetime],
) -> Iterator[Finding]:
    """Each note, root, line and time. `roots` by size, recomputed; `logged`: the last entry's time."""
    log = policy.log(around.tx.origin)
    keys = {witness.key.name: witness.key for witness in policy.witnesses}
    for one in checkpoints:
        around.counted["checkpoints"] += 1
        signed = _opened(one, log)
        if signed is None or (signed.size, signed.root) != (one.size, roots.get(one.size)):
            yield Finding("root-differs", {"size": one.size})
        elif one.root != signed.root:
            place = {"log": around.tx.origin, "index": one.size}
            yield Finding("column-differs", {**place, "table": "log_checkpoint", "column": "root"})
        yield from _signing_time(around, one, logged.get(one.size))
        for line in one.cosignatures:
            around.counted["cosignatures"] += 1
            if line.witness not in keys or not _holds(one, line, keys[line.witness]):
                yield Finding("witness-line-wrong", {"size": one.size, "witness": line.witness})
    yield from _order([line for one in checkpoints for line in one.cosignatures])
    yield from _signers(around, checkpoints)


def _opened(one: StoredCheckpoint, log: NoteVerifier) -> Checkpoint | None:
    try:
        return open_checkpoint(one.note, log)
    except Refusal:
        return None


def _signing_time(
    around: AuditContext, one: StoredCheckpoint, last_logged: datetime | None
) -> Iterator[Finding]:
    """The log signed after the last entry and before the first witness, as far as clocks agree."""
    first = min((line.at for line in one.cosignatures), default=None)
    early = last_logged is not None and one.at < last_logged - around.skew
    if early or (first is not None and one.at > first + around.skew):
        yield Finding("checkpoint-time", {"size": one.size})


def _order(lines: Sequence[StoredCosignature]) -> Iterator[Finding]:
    for line in times_backwards(lines):
        yield Finding("witness-time-backwards", {"size": line.size, "witness": line.witness})


def _signers(around: AuditContext, checkpoints: Sequence[StoredCheckpoint]) -> Iterator[Finding]:
    """A trigger notes the signers of a size beside their lines: what is missing from either is named."""
    noted = list_signers(around.tx.connection)
    held = {one.size: one.witnesses for one in checkpoints}
    for size in list_cosigned_sizes(around.tx.connection):
        if size not in held:
            yield Finding("checkpoint-missing", {"size": size})
    for size in sorted(noted.keys() | held.keys()):
        if size not in held:
            yield Finding("checkpoint-missing", {"size": size})
            continue
        for witness in sorted(set(noted.get(size, ())) - held[size]):
            yield Finding("cosignature-missing", {"size": size, "witness": witness})
        for witness in sorted(held[size] - set(noted.get(size, ()))):
            yield Finding("signer-unnoted", {"size": size, "witness": witness})


def _holds(one: StoredCheckpoint, line: StoredCosignature, key: NoteVerifier) -> bool:
    try:
        parsed = parse_signature_line(line.line)
        return bool(
            key.matches(parsed) and key.verify(parse_note(one.note).text, parsed.signature) == line.at
        )
    except Refusal:
        return False
