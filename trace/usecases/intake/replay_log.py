"""Replay of the log: projections deleted, every recorded statement decided again, tables compared.

The log is the truth, tables are its index (docs/adr/0002). Entries and evidence go through the same
parsing, admission and effects in the order in which they arrived, with the times that were recorded then.
Disclosures take no part in it, so that erased values change nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from trace.chain.effects import EntryRef
from trace.errors import Refusal
from trace.ledger.algorithms import DEFAULT_ALGORITHMS
from trace.ledger.statement import parse_statement
from trace.store.log.entries import ChainHead, read_head
from trace.store.log.evidence import RecordedEntry, recorded_evidence, recorded_own
from trace.store.projections import Hashes, delete_projections, hash_projections
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.candidate import Candidate, recall_candidate
from trace.usecases.intake.decide_round import Decided, enter
from trace.usecases.intake.sequence import load_state, write_projections

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Diverged:
    """A recorded statement that admission refused this time: a defect, or rules other than those recorded."""

    origin: str
    index: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """`before`, `after`: table → (rows, hash). `other_rules`: entries recorded under another rule version."""

    entries: int
    evidence: int
    before: Hashes
    after: Hashes
    diverged: tuple[Diverged, ...]
    other_rules: int

    @property
    def equal(self) -> bool:
        return self.before == self.after and not self.diverged

    @property
    def differing(self) -> tuple[str, ...]:
        """The tables that came out otherwise."""
        return tuple(sorted(name for name in self.before if self.before[name] != self.after[name]))


def replay(transactions: Transactions, *, algorithms: frozenset[str] = DEFAULT_ALGORITHMS) -> ReplayReport:
    """Make all projections again, in one transaction that holds the log's lock; nobody sees it half done."""
    with transactions.begin("replay", sequencing=True) as tx:
        before = hash_projections(tx.connection)
        delete_projections(tx.connection)
        run = _Replay(tx, algorithms)
        for chunk in _chunks(_recorded(tx)):
            run.take(chunk)
        after = hash_projections(tx.connection)
    return ReplayReport(run.entries, run.evidence, before, after, tuple(run.diverged), run.other_rules)


def _recorded(tx: Tx) -> Iterator[RecordedEntry]:
    """Own entries and evidence in the order of their arrival."""
    return heapq.merge(_own(tx), _evidence(tx), key=lambda entry: entry.arrival)


def _own(tx: Tx) -> Iterator[RecordedEntry]:
    size = read_head(tx.connection).size
    for start in range(0, size, CHUNK):
        yield from recorded_own(tx.connection, tx.origin, start, min(start + CHUNK, size))


def _evidence(tx: Tx) -> Iterator[RecordedEntry]:
    above = -1
    while found := recorded_evidence(tx.connection, above, CHUNK):
        yield from found
        above = found[-1].arrival


def _chunks(entries: Iterator[RecordedEntry]) -> Iterator[list[RecordedEntry]]:
    while chunk := list(islice(entries, CHUNK)):
        yield chunk


class _Replay:
    def __init__(self, tx: Tx, algorithms: frozenset[str]) -> None:
        self._tx = tx
        self._algorithms = algorithms
        self.entries = 0
        self.evidence = 0
        self.other_rules = 0
        self.diverged: list[Diverged] = []

    def take(self, chunk: Sequence[RecordedEntry]) -> None:
        """Decide on a chunk and write what follows from it."""
        candidates = [self._recall(entry) for entry in chunk]
        state = load_state(self._tx, candidates, sorted({entry.origin for entry in chunk}))
        heads: dict[tuple[str, str], ChainHead] = {}
        decided: list[Decided] = []
        for entry, candidate in zip(chunk, candidates, strict=True):
            claims, name = candidate.statement.claims, candidate.statement.statement_id
            place = EntryRef(entry.origin, entry.index, name, claims.iss, entry.at)
            try:
                decided.append(enter(state, candidate, place, self._tx.rules, None))
            except Refusal as refusal:
                self.diverged.append(Diverged(entry.origin, entry.index, refusal))
            self._count(entry)
            if entry.origin == self._tx.origin:
                heads[claims.iss, claims.stream] = ChainHead(claims.seq, name)
        write_projections(self._tx, decided, heads)

    def _recall(self, entry: RecordedEntry) -> Candidate:
        return recall_candidate(parse_statement(entry.jws), entry.leaf.encode(), self._algorithms)

    def _count(self, entry: RecordedEntry) -> None:
        own = entry.origin == self._tx.origin
        self.entries += own
        self.evidence += not own
        self.other_rules += entry.rules != self._tx.rules.version
