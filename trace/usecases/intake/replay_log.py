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

from trace.chain.admission import Door
from trace.chain.editions import ADMITTED, NEWEST
from trace.chain.effects import EntryRef
from trace.ledger.algorithms import DEFAULT_ALGORITHMS
from trace.ledger.statement import parse_statement
from trace.store.log.entries import ChainHead, read_head
from trace.store.log.evidence import RecordedEntry, read_recorded, read_recorded_evidence
from trace.store.projections import (
    Hashes,
    TableDifference,
    delete_projections,
    hash_projections,
    list_differences,
    set_aside,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.candidate import Candidate, recall_candidate
from trace.usecases.intake.decide_round import Decided, enter
from trace.usecases.intake.sequence import load_state, write_projections

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Diverged:
    """A recorded statement that today's door would refuse. Within the newest edition it is a defect."""

    origin: str
    index: int
    edition: int
    refusal: str

    def as_dict(self) -> dict[str, object]:
        """As JSON: log, index, edition, why (the code of the refusal)."""
        return {"log": self.origin, "index": self.index, "edition": self.edition, "why": self.refusal}


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """`before`, `after`: table → (rows, hash); `differences`: how the tables that differ came out.

    `other_rules`: entries recorded under another rule version. `kept`: whether the tables were written.
    """

    entries: int
    evidence: int
    before: Hashes
    after: Hashes
    differences: tuple[TableDifference, ...]
    diverged: tuple[Diverged, ...]
    admitted: tuple[Diverged, ...]
    other_rules: int
    kept: bool

    @property
    def equal(self) -> bool:
        return self.before == self.after and not self.diverged

    def as_dict(self) -> dict[str, object]:
        """As JSON: equal, kept, entries, evidence, otherRules, differences, diverged, admitted, tables."""
        return {
            "equal": self.equal,
            "kept": self.kept,
            "entries": self.entries,
            "evidence": self.evidence,
            "otherRules": self.other_rules,
            "differing": list(self.differing),
            "differences": [
                {"table": one.table, "gone": one.gone, "came": one.came, "examples": list(one.examples)}
                for one in self.differences
            ],
            "diverged": [one.as_dict() for one in self.diverged],
            "admitted": [one.as_dict() for one in self.admitted],
            "tables": {name: {"rows": rows, "sha256": digest} for name, (rows, digest) in self.after.items()},
        }

    @property
    def differing(self) -> tuple[str, ...]:
        """The tables that came out otherwise."""
        return tuple(sorted(name for name in self.before if self.before[name] != self.after[name]))


class _NotKeptError(Exception):
    """Leaves a transaction that only compares."""


def replay(
    transactions: Transactions,
    *,
    repair: bool = False,
    algorithms: frozenset[str] = DEFAULT_ALGORITHMS,
    chunk: int = CHUNK,
) -> ReplayReport:
    """Make all projections again and compare, in one transaction that holds the log's lock.

    So many entries are decided on together as `chunk` says: the tables are the same whatever it is.

    The tables stay as they were: a difference is a finding, and a finding must not erase itself. With
    `repair` what was made is kept. Nobody sees it half done either way.
    """
    report: ReplayReport | None = None
    try:
        with transactions.begin("replay", sequencing=True) as tx:
            report = _compared(tx, algorithms, repair, chunk)
            if not repair:
                raise _NotKeptError
    except _NotKeptError:
        pass
    assert report is not None  # noqa: S101 - either set or raised
    return report


def _compared(tx: Tx, algorithms: frozenset[str], repair: bool, size: int) -> ReplayReport:
    before = hash_projections(tx.connection)
    set_aside(tx.connection)
    delete_projections(tx.connection)
    run = _Replay(tx, algorithms)
    for chunk in _chunks(_recorded(tx), size):
        run.take(chunk)
    after = hash_projections(tx.connection)
    differing = [name for name in before if before[name] != after[name]]
    return ReplayReport(
        run.entries,
        run.evidence,
        before,
        after,
        tuple(list_differences(tx.connection, differing)),
        tuple(run.diverged),
        tuple(run.admitted),
        run.other_rules,
        repair,
    )


def _recorded(tx: Tx) -> Iterator[RecordedEntry]:
    """Own entries and evidence in the order of their arrival."""
    return heapq.merge(_own(tx), _evidence(tx), key=lambda entry: entry.arrival)


def _own(tx: Tx) -> Iterator[RecordedEntry]:
    size = read_head(tx.connection).size
    for start in range(0, size, CHUNK):
        yield from read_recorded(tx.connection, tx.origin, start, min(start + CHUNK, size))


def _evidence(tx: Tx) -> Iterator[RecordedEntry]:
    above = -1
    while found := read_recorded_evidence(tx.connection, above, CHUNK):
        yield from found
        above = found[-1].arrival


def _chunks(entries: Iterator[RecordedEntry], size: int) -> Iterator[list[RecordedEntry]]:
    while chunk := list(islice(entries, size)):
        yield chunk


class _Replay:
    def __init__(self, tx: Tx, algorithms: frozenset[str]) -> None:
        self._tx = tx
        self._algorithms = algorithms
        self.entries = 0
        self.evidence = 0
        self.other_rules = 0
        self.diverged: list[Diverged] = []
        self.admitted: list[Diverged] = []

    def take(self, chunk: Sequence[RecordedEntry]) -> None:
        """Decide on a chunk and write what follows from it."""
        candidates = [self._recall(entry) for entry in chunk]
        state = load_state(self._tx, candidates, sorted({entry.origin for entry in chunk}))
        heads: dict[tuple[str, str], ChainHead] = {}
        decided: list[Decided] = []
        for entry, candidate in zip(chunk, candidates, strict=True):
            claims, name = candidate.statement.claims, candidate.statement.statement_id
            place = EntryRef(entry.origin, entry.index, name, claims.iss, entry.at)
            own = entry.origin == self._tx.origin
            made = enter(state, candidate, place, self._tx.rules, None, Door.LOGGED if own else Door.CARRIED)
            decided.append(made)
            self._note(made, own=own)
            self._count(entry)
            if own:
                heads[claims.iss, claims.stream] = ChainHead(claims.seq, name)
        write_projections(self._tx, decided, heads)

    def _note(self, made: Decided, *, own: bool) -> None:
        """What today's doors would have refused: excused by an earlier edition, or else a defect."""
        entry = made.effects.entry
        for mark in made.effects.marks:
            if mark.code.startswith(ADMITTED):
                edition = int(str(mark.params["edition"]))
                noted = Diverged(entry.origin, entry.index, edition, str(mark.params["refusal"]))
                (self.diverged if own and edition == NEWEST else self.admitted).append(noted)

    def _recall(self, entry: RecordedEntry) -> Candidate:
        return recall_candidate(parse_statement(entry.jws), entry.leaf.encode(), self._algorithms)

    def _count(self, entry: RecordedEntry) -> None:
        own = entry.origin == self._tx.origin
        self.entries += own
        self.evidence += not own
        self.other_rules += entry.rules != self._tx.rules.version
