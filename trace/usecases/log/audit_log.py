"""The log audit: everything recomputed from the stored bytes, to tell whether the log is what was signed.

Checked, of the own log and of what was carried over from others: bytes, ids, leaves, chains, signatures by
the keys as registered at that index, every column beside the bytes, tiles, roots, checkpoints, witness lines,
times between those of the witnesses, disclosures against their digests, and gaps. Findings name the place;
nothing is repaired. What no audit can see stands in docs/operations.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trace.ledger.keybook import KeyBook
from trace.ledger.policy import Policy
from trace.store.log.checkpoints import list_checkpoints
from trace.store.log.entries import read_entries_in_chunks, read_head
from trace.store.transaction import Transactions, Tx
from trace.usecases.audit.checkpoints import audit_checkpoints
from trace.usecases.audit.disclosures import audit_disclosures
from trace.usecases.audit.evidence import audit_evidence
from trace.usecases.audit.findings import AuditContext, Finding
from trace.usecases.audit.own_log import LogAudit
from trace.usecases.audit.times import WitnessedTimes

_CLOCK_SKEW = "P02"
_COUNTS = ("entries", "evidence", "checkpoints", "cosignatures", "disclosures")
REMARKS = ("void", "refused", "unproved")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The report of an audit: what was looked at, and what did not fit.

    `void`: statements that a later revocation of their key took back; `refused`: entries of feeds that came
    and could not be verified; `unproved`: entries taken in before the checkpoints of their times were kept.
    None of these is a finding.
    """

    counted: Counter[str]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings

    def counts(self) -> dict[str, int]:
        named = {name: self.counted[name] for name in (*_COUNTS, *REMARKS)}
        return {**named, "findings": len(self.findings)}

    def as_dict(self) -> dict[str, Any]:
        found = [{"code": one.code, **one.params} for one in self.findings]
        return {"sound": self.sound, **self.counts(), "found": found}


def audit_log(
    transactions: Transactions,
    policy: Policy,
    registrars: frozenset[str],
    lot_key: bytes | None = None,
    *,
    neighbours: Sequence[Policy] = (),
) -> AuditReport:
    """Recompute the log of `transactions` and all evidence; without `lot_key` lot tags are taken as they are.

    `policy` names the own log and its witnesses, it or one of `neighbours` each log that was carried over.
    """
    with transactions.look("audit") as tx:
        around = AuditContext(tx, _skew(tx))
        findings = [
            *_own(around, policy, registrars, lot_key),
            *audit_evidence(around, (policy, *neighbours), registrars),
            *audit_disclosures(around),
        ]
    return AuditReport(around.counted, tuple(findings))


def _own(
    around: AuditContext, policy: Policy, registrars: frozenset[str], lot_key: bytes | None
) -> Iterator[Finding]:
    tx = around.tx
    checkpoints = list_checkpoints(tx.connection)
    times = WitnessedTimes([line for one in checkpoints for line in one.cosignatures], around.skew)
    walk = LogAudit(around, KeyBook(tx.origin, registrars), lot_key, times, [one.size for one in checkpoints])
    size = read_head(tx.connection).size
    last: dict[int, datetime] = {}
    sizes = {one.size for one in checkpoints}
    for chunk in read_entries_in_chunks(tx.connection, size):
        yield from walk.chunk(chunk)
        last |= {entry.index + 1: entry.logged_at for entry in chunk if entry.index + 1 in sizes}
    yield from walk.end(size)
    yield from audit_checkpoints(around, policy, checkpoints, walk.roots, last)


def _skew(tx: Tx) -> timedelta:
    """How far the clocks of log and witnesses may differ."""
    rule = tx.rules.find(_CLOCK_SKEW, tx.now.date())
    return rule.duration if rule is not None else timedelta(0)


__all__ = ["REMARKS", "AuditReport", "Finding", "audit_log"]
