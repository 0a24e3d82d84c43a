"""The sequencer: the one writer of the log, a transaction a batch (docs/adr/0006).

Callers hand in groups of candidates and get futures. A thread takes what has gathered while the last batch
was being made durable, decides it in memory, writes entries, tiles and projections in one transaction, and
answers after the commit. Two sequencers on one database are safe: each takes the log's lock first and
rereads where the log stands.
"""

from __future__ import annotations

import gc
import logging
import queue
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from trace.chain.admission import UNWORKABLE
from trace.chain.editions import NEWEST
from trace.errors import AlreadyRecorded, Refusal, SequencerStopped, StorageFull, ValueOutOfRange
from trace.errors.food import EditionUnknown, RecordUndecidable
from trace.ledger.tiles import TileTree
from trace.store.chain.effects import write_effects
from trace.store.log.entries import (
    ChainHead,
    Heads,
    LogHead,
    StoredEntry,
    append_entries,
    find_indices,
    load_tree,
    put_heads,
    put_tiles,
    read_head,
    read_heads,
)
from trace.store.log.keys import put_keys, read_keys
from trace.store.signing.keys import stopped_among
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.candidate import Candidate
from trace.usecases.intake.decide_round import Decided, LogPosition, Round, RoundState, refused_group
from trace.usecases.intake.keep_disclosures import keep_disclosures
from trace.usecases.intake.load_round import Stated, load_round
from trace.usecases.intake.receipt import Outcome
from trace.usecases.intake.repeated import load_repeats
from trace.usecases.intake.resting import each_of, load_resting, needs_again

BATCH = 256
_YOUNG = 100_000  # objects that may be made before the collector looks at them
_LOG = logging.getLogger(__name__)
_STOP = None

Written = Callable[[Tx, Sequence[Decided]], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """Sequencer settings: the platform's `role` (food | agri), its policy's registrars (kid → name)."""

    registrars: Mapping[str, str]
    role: str = "food"
    batch: int = BATCH
    linger: float = 0.0  # seconds to wait for company; the last batch's commit is wait enough


@dataclass(slots=True)
class _Group:
    candidates: Sequence[Candidate]
    each: bool
    answer: Future[list[Outcome]] = field(default_factory=Future)


class Sequencer:
    """The one writer of the log: start it, `submit` from any thread, stop it; `with` does both ends."""

    def __init__(
        self,
        transactions: Transactions,
        settings: Settings,
        *,
        in_transaction: Written | None = None,
        after_commit: Callable[[int], None] | None = None,
    ) -> None:
        """`in_transaction` writes what must stand or fall with the entries (the outbox); `after_commit` gets
        the log's new size (the publisher's bell)."""
        self._transactions = transactions
        self._settings = settings
        self._in_transaction = in_transaction
        self._after_commit = after_commit
        self._tree: TileTree | None = None
        self._queue: queue.SimpleQueue[_Group | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._serve, name="sequencer", daemon=True)
        self.full = False
        """Whether the last round found no room on the disk."""
        self._open = False
        self._door = Lock()  # nobody gets in behind the stop

    def start(self) -> Self:
        calm_collector()
        self._open = True
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish what was submitted, then end."""
        with self._door:
            was_open, self._open = self._open, False
            if was_open:
                self._queue.put(_STOP)
        if was_open:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def submit(self, candidates: Sequence[Candidate], *, each: bool = False) -> Future[list[Outcome]]:
        """Hand in a group; the future holds one outcome per candidate, after the commit.

        Raises `SequencerStopped` when it does not run.
        """
        group = _Group(candidates, each)
        with self._door:
            if not self._open:
                raise SequencerStopped
            self._queue.put(group)
        return group.answer

    def _serve(self) -> None:
        running = True
        while running:
            groups, running = self._gather()
            if groups:
                self._run(groups)

    def _gather(self) -> tuple[list[_Group], bool]:
        """Wait for one group, then take what else is there, up to a batch."""
        groups: list[_Group] = []
        count = 0
        try:
            while count < self._settings.batch:
                group = self._queue.get(timeout=self._settings.linger) if groups else self._queue.get()
                if group is None:
                    return groups, False
                if group.answer.set_running_or_notify_cancel():
                    groups.append(group)
                    count += len(group.candidates)
        except queue.Empty:
            pass
        return groups, True

    def _run(self, groups: list[_Group]) -> None:
        try:
            outcomes = self._commit(groups)
        except (AlreadyRecorded, ValueOutOfRange) as refusal:
            self._run_apart(groups, refusal)
        except UNWORKABLE as failure:
            _LOG.exception("a batch held something that cannot be worked with")
            self._run_apart(groups, RecordUndecidable(reason=type(failure).__name__))
        except Refusal as refusal:
            self.full = isinstance(refusal, StorageFull)
            for group in groups:
                group.answer.set_result(_all_refused(group.candidates, refusal))
        except Exception as error:  # noqa: BLE001 - the callers get it; the thread must live on
            self._fail(groups, error)
        else:
            self.full = False
            for group, outcome in zip(groups, outcomes, strict=True):
                group.answer.set_result(outcome)

    def _fail(self, groups: list[_Group], error: Exception) -> None:
        """Nobody foresaw it; one caller's trouble must not become everybody's."""
        if len(groups) == 1:
            _LOG.error("a batch failed and nothing of it was kept", exc_info=error)
            groups[0].answer.set_exception(error)
            return
        for group in groups:
            self._run([group])

    def _run_apart(self, groups: list[_Group], refusal: Refusal) -> None:
        """A constraint refused what admission took: find whose it is, by smaller and smaller transactions."""
        if len(groups) > 1:
            for group in groups:
                self._run([group])
            return
        group = groups[0]
        if not group.each or len(group.candidates) == 1:
            group.answer.set_result(_all_refused(group.candidates, refusal))
            return
        outcomes: list[Outcome] = []
        for candidate in group.candidates:
            alone = _Group([candidate], each=True)
            self._run([alone])
            outcomes.extend(alone.answer.result())
        group.answer.set_result(outcomes)

    def _commit(self, groups: Sequence[_Group]) -> list[list[Outcome]]:
        """Decide and write one batch; returns after the commit."""
        tree, self._tree = self._tree, None
        with self._transactions.begin("sequencer", sequencing=True) as tx:
            head = read_head(tx.connection)
            if tree is None or tree.size != head.size:
                tree = load_tree(tx.connection, head.size)
            candidates = [candidate for group in groups for candidate in group.candidates]
            state = load_state(tx, candidates, [tx.origin])
            _require_known_edition(state, tx.origin)
            logged_at = max(tx.now, head.logged_at) if head.logged_at else tx.now
            place = LogPosition(
                tx.origin, head.size, logged_at, self._settings.registrars, self._settings.role
            )
            batch = Round(place, state, tx.rules)
            outcomes = [batch.group(group.candidates, each=group.each) for group in groups]
            write_decided(tx, tree, head, place, state.decided)
            if self._in_transaction is not None and state.decided:
                self._in_transaction(tx, state.decided)
        self._tree = tree
        if self._after_commit is not None and state.decided:
            self._after_commit(tree.size)
        return outcomes


def _require_known_edition(state: RoundState, origin: str) -> None:
    """A log that went over to later doors takes nothing through older ones; raises `EditionUnknown`."""
    begun = state.known.editions.get(origin, ())
    if begun and begun[-1][1] > NEWEST:
        raise EditionUnknown(edition=begun[-1][1], newest=NEWEST)


def calm_collector() -> None:
    """Keep Python's cycle collector off the batches.

    What lives when the log opens (modules, tables, rules) lives as long as the process and need not be
    walked again; a batch holds some 30,000 objects at once, which die by reference count when it ends.
    """
    gc.freeze()
    young, _, _ = gc.get_threshold()
    gc.set_threshold(max(young, _YOUNG), 20, 20)


def load_state(tx: Tx, candidates: Sequence[Candidate], origins: Collection[str]) -> RoundState:
    """Read all that the decisions need, with the keys of these logs; a fixed number of queries per log."""
    connection = tx.connection
    stated = [one.statement.claims for one in candidates]
    kids = {one.statement.kid for one in candidates}
    kids |= {one.key.kid for one in candidates if one.key is not None}
    each = [_stated(one) for one in candidates]
    waiting = load_resting(connection, tx.origin, _made_known(each))
    again = [one.candidate for one in each_of(waiting)]
    kids |= {one.statement.kid for one in again}
    logs = sorted({*origins, *(one.entry.origin for one in each_of(waiting))})
    each += [_stated(one) for one in again]
    known = load_round(connection, logs, each, needs_again(waiting))
    logged = find_indices(connection, [one.statement.statement_id for one in candidates])
    heads = read_heads(connection, {(claims.iss, claims.stream) for claims in stated})
    return RoundState(
        logged=logged,
        heads=heads,
        keys={
            (origin, kid): entry
            for origin in logs
            for kid, entry in read_keys(connection, origin, kids).items()
        },
        known=known,
        waiting=waiting,
        repeats=load_repeats(tx, candidates, logged, heads),
        stopped=stopped_among(connection, kids),
    )


def _made_known(stated: Sequence[Stated]) -> set[str]:
    """The lots and statements that these may make known."""
    return {name for one in stated for name in (one.statement, *one.needs.lots)}


def _stated(one: Candidate) -> Stated:
    return Stated.of(one.statement.claims, one.fact, one.statement.statement_id)


def write_decided(
    tx: Tx, tree: TileTree, head: LogHead, place: LogPosition, decided: Sequence[Decided]
) -> None:
    """Append entries and tiles and write every projection of the batch."""
    if not decided:
        return
    connection = tx.connection
    entries: list[StoredEntry] = []
    heads: dict[tuple[str, str], ChainHead] = {}
    for number, one in enumerate(decided):
        statement, claims = one.candidate.statement, one.candidate.statement.claims
        entries.append(
            StoredEntry(
                index=one.index,
                arrival=head.arrival + number,
                statement_id=statement.statement_id,
                kid=statement.kid,
                typ=claims.typ,
                iss=claims.iss,
                stream=claims.stream,
                seq=claims.seq,
                sub=claims.sub,
                jws=statement.compact,
                leaf=one.candidate.leaf.decode(),
                logged_at=place.logged_at,
                rules=tx.rules.version,
                via=one.candidate.via,
            )
        )
        heads[claims.iss, claims.stream] = ChainHead(claims.seq, statement.statement_id)
    append_entries(connection, entries)
    put_tiles(connection, tree, tree.extend([one.candidate.leaf_hash for one in decided]))
    write_projections(tx, decided, heads)
    keep_disclosures(connection, [one.candidate.statement for one in decided])


def write_projections(tx: Tx, decided: Sequence[Decided], heads: Heads) -> None:
    """Everything that replay writes again: food, chain heads, the register of keys."""
    write_effects(tx.connection, [each for one in decided for each in (one.effects, *one.woken)])
    put_heads(tx.connection, heads)
    put_keys(
        tx.connection,
        [(one.key, one.candidate.statement.statement_id) for one in decided if one.key is not None],
    )


def _all_refused(candidates: Sequence[Candidate], refusal: Refusal) -> list[Outcome]:
    return list(refused_group([one.statement.statement_id for one in candidates], 0, refusal))
