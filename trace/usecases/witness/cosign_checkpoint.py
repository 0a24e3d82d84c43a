"""The witness: decides on a checkpoint, checks the new entries, remembers, then signs.

Semantic: before it cosigns it fetches what is new and checks leaves, keys and chains itself
(`ledger.semantic`). It persists what it has seen before its signature leaves the process, so that no crash
makes it sign two histories. It signs no time before its last one: with its clock set back it waits, since an
earlier time would date back what it signs. Each log is looked at by itself: a slow one keeps no other.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock

import orjson

from trace.errors import EntriesUnavailable, Refusal
from trace.exchange.entry_source import EntrySource, HandedEntries
from trace.ledger.checkpoint import Checkpoint, add_signatures, cosign
from trace.ledger.note import NoteSigner, NoteVerifier, make_note, parse_note
from trace.ledger.semantic import SemanticState, check_entries, name_keys
from trace.ledger.witness import SIZE_TYPE, SeenTree, WitnessAnswer, check_add_checkpoint
from trace.rules import load
from trace.store.transaction import Clock, Transactions, open_database
from trace.store.witness import create_tables, load_state, read_notes, read_seen, save_round, save_tree

_CLOCK_BEHIND = "clock-behind-last-signature\n"
_REFUSED = frozenset({"status-401", "status-403"})
_NOT_TAKEN = ": the token is not taken; ask that platform for a new one (scope log:entries)"
_LOG = logging.getLogger("greentrace.witness")


@dataclass(frozen=True, slots=True)
class Watched:
    """A log that this witness watches: its key, its registrars (kids), and where its entries are read."""

    key: NoteVerifier
    registrars: frozenset[str]
    source: EntrySource


@dataclass(slots=True)
class Witness:
    """One witness process: its key, its own database, the logs it watches by origin."""

    transactions: Transactions
    key: NoteSigner
    logs: Mapping[str, Watched]
    _locks: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))
    _states: dict[str, SemanticState] = field(default_factory=dict)

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """Answer C2SP `add-checkpoint`; at 200 the body holds the cosignature line.

        Besides the statuses of `check_add_checkpoint`: 422 when an entry is not as it must be (the body names
        the problem), 503 when the entries could not be read or the clock stands before the last signature.
        """
        return self._add(body, None)

    def add_entries(self, body: bytes) -> WitnessAnswer:
        """As `add_checkpoint`, with the new entries beside it, which then need not be fetched.

        They are checked against the signed root as fetched ones are; where they fail, the log is asked.
        """
        try:
            form = orjson.loads(body)
            request = form["addCheckpoint"].encode()
            handed = HandedEntries.decode(form)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, EntriesUnavailable):
            return WitnessAnswer(400, "not handed entries\n")
        return self._add(request, handed)

    def _add(self, body: bytes, handed: HandedEntries | None) -> WitnessAnswer:
        with self._locks[_origin_of(body, self.logs)]:
            with self.transactions.look("witness") as tx:
                seen = read_seen(tx.connection)
            keys = {origin: one.key for origin, one in self.logs.items()}
            decision = check_add_checkpoint(body, seen, keys)
            if decision.accepted is None:
                return decision
            note = body.decode().partition("\n\n")[2]
            return self._cosign(note, decision.accepted, decision.seen, handed)

    def latest(self, origin_hash: str) -> str | None:
        """The newest cosigned note of the log whose origin has this hex SHA-256."""
        with self.transactions.look("witness") as tx:
            for origin, note in read_notes(tx.connection).items():
                if sha256(origin.encode()).hexdigest() == origin_hash:
                    return note
        return None

    def _cosign(
        self, note: str, checkpoint: Checkpoint, seen: SeenTree, handed: HandedEntries | None
    ) -> WitnessAnswer:
        origin = checkpoint.origin
        before = self._state(origin, seen.size)
        now = self.transactions.clock()
        try:
            entries, after = self._examined(before, checkpoint, now, handed)
        except EntriesUnavailable as refusal:
            reason = refusal.params.get("reason")
            hint = _NOT_TAKEN if reason in _REFUSED else ""
            _LOG.warning("entries of %s not read: %s%s", origin, reason, hint)
            return WitnessAnswer(503, f"{refusal.code} {reason}\n", seen=seen)
        except Refusal as refusal:
            return WitnessAnswer(422, f"{refusal}\n", seen=seen)
        line = cosign(checkpoint.text(), now, self.key)
        with self.transactions.begin("witness") as tx:
            current = read_seen(tx.connection).get(origin, SeenTree())
            if current != seen:
                # Another process of this witness was quicker: the log has to ask again from there.
                return WitnessAnswer(409, f"{current.size}\n", SIZE_TYPE, seen=current)
            if self._signed_later(read_notes(tx.connection).values(), now):
                return WitnessAnswer(503, _CLOCK_BEHIND, seen=seen)
            save_round(tx.connection, before, after, entries)
            save_tree(tx.connection, after, checkpoint.root, add_signatures(_own(note, self.logs), [line]))
        self._states[origin] = after
        return WitnessAnswer(200, str(line), accepted=checkpoint, seen=seen)

    def _signed_later(self, notes: Iterable[str], now: datetime) -> bool:
        """Whether this witness has signed anything, of whichever log, with a time after `now`."""
        key = self.key.verifier
        for note in map(parse_note, notes):
            times = [key.verify(note.text, line.signature) for line in note.lines if key.matches(line)]
            if any(at is not None and at > now for at in times):
                return True
        return False

    def _examined(
        self, before: SemanticState, checkpoint: Checkpoint, now: datetime, handed: HandedEntries | None
    ) -> tuple[Sequence[bytes], SemanticState]:
        if before.size == checkpoint.size:
            return (), before
        if handed is not None:
            with suppress(Refusal):
                return _read(handed, before, checkpoint, now)
        return _read(self.logs[checkpoint.origin].source, before, checkpoint, now)

    def _state(self, origin: str, size: int) -> SemanticState:
        state = self._states.get(origin)
        if state is None or state.size != size:
            with self.transactions.look("witness") as tx:
                state = load_state(tx.connection, origin, self.logs[origin].registrars)
        return state


def _read(
    source: EntrySource, before: SemanticState, checkpoint: Checkpoint, now: datetime
) -> tuple[Sequence[bytes], SemanticState]:
    """The new entries as the source has them, and the state after them; raises what is wrong with them."""
    entries = source.leaves(before.size, checkpoint.size)
    # A second request only where it is needed: it stands in the log's line like anybody's.
    bodies = source.key_statements(before.size, checkpoint.size) if name_keys(entries) else {}
    return entries, check_entries(before, entries, bodies, checkpoint, now)


def _origin_of(body: bytes, logs: Mapping[str, Watched]) -> str:
    """The log that a request is about; "" for one that is not watched here."""
    origin = body.partition(b"\n\n")[2].partition(b"\n")[0].decode("utf-8", "replace")
    return origin if origin in logs else ""


def _own(note: str, logs: Mapping[str, Watched]) -> str:
    """The note with the log's line alone: lines that strangers added are not ours to pass on."""
    parsed = parse_note(note)
    key = logs[parsed.text.partition("\n")[0]].key
    return make_note(parsed.text, [line for line in parsed.lines if key.matches(line)])


def open_witness_database(url: str, clock: Clock) -> Transactions:
    """The witness's own database, with its tables."""
    transactions = Transactions(open_database(url), clock, load(), "witness")
    create_tables(transactions)
    return transactions
