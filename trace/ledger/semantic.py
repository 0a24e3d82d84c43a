"""Entry checks of a semantic witness: well-formed leaves, registered keys, gapless chains.

From leaves alone it sees who signed (`k`), which chain (`c`), its place (`n`, `r`); only the bodies of
`party.key.*` are served to it. It knows neither goods nor parties' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trace.errors import (
    ChainConflict,
    KeyNotValid,
    KeyUnknown,
    LeafMalformed,
    ProofInvalid,
    RegistrationRefused,
)
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.keybook import KEY_KINDS, KeyBook
from trace.ledger.keys import ANY_STREAM, KeyEntry
from trace.ledger.leaf import Leaf, is_leaf_of, parse_leaf, stream_tag
from trace.ledger.merkle import CompactRange, leaf_hash
from trace.ledger.statement import parse_statement

# As a leaf spells them: a leaf in any other spelling is malformed.
_SPELT = tuple(f'"t":"{kind}"'.encode() for kind in sorted(KEY_KINDS))
Body = str | bytes | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest record of one chain, and whose chain it is."""

    seq: int
    statement_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class SemanticState:
    """Everything a semantic witness remembers of a log. A value: `check_entries` returns the next one."""

    origin: str
    registrars: frozenset[str]
    size: int = 0
    peaks: tuple[bytes, ...] = ()
    keys: Mapping[str, KeyEntry] | None = None
    heads: Mapping[str, ChainHead] | None = None


def name_keys(entries: Iterable[bytes]) -> bool:
    """Whether any of these leaves is about a key, so that its statement has to be fetched as well."""
    return any(kind in entry for entry in entries for kind in _SPELT)


def check_entries(
    state: SemanticState,
    entries: Sequence[bytes],
    bodies: Mapping[int, Body],
    checkpoint: Checkpoint,
    when: datetime,
) -> SemanticState:
    """Return the state after `entries` (leaf bytes from index `state.size` up to the checkpoint's size).

    `bodies` holds the statements of `party.key.*` leaves by index; `when` is the witness's own time. Raises
    `ProofInvalid` (the entries do not make the root), `LeafMalformed`, `KeyUnknown`, `KeyNotValid`,
    `ChainConflict`, `RegistrationRefused`, `NotAuthentic`: then it must not cosign.
    """
    if checkpoint.origin != state.origin or state.size + len(entries) != checkpoint.size:
        raise ProofInvalid(reason="entries-incomplete", size=checkpoint.size)
    grown = CompactRange(state.size, state.peaks)
    grown.extend([leaf_hash(entry) for entry in entries])
    if grown.root() != checkpoint.root:
        raise ProofInvalid(reason="entries-do-not-make-root", size=checkpoint.size)
    round_ = _Round(state, when)
    for index, entry in enumerate(entries, state.size):
        round_.take(index, parse_leaf(entry), bodies.get(index))
    return SemanticState(
        state.origin, state.registrars, grown.size, grown.peaks, round_.book.entries, round_.heads
    )


class _Round:
    def __init__(self, state: SemanticState, when: datetime) -> None:
        self.book = KeyBook(state.origin, state.registrars, state.keys)
        self.heads = dict(state.heads or {})
        self._when = when

    def take(self, index: int, leaf: Leaf, body: Body | None) -> None:
        if leaf.typ in KEY_KINDS:
            holder = self._take_key_record(index, leaf, body)
        else:
            holder = self._require_key(index, leaf)
        self._require_next(index, leaf, holder)
        self.heads[leaf.stream_tag] = ChainHead(leaf.seq, leaf.statement_id, holder)

    def _take_key_record(self, index: int, leaf: Leaf, body: Body | None) -> str:
        if body is None:
            raise RegistrationRefused(reason="body-withheld", index=index)
        statement = parse_statement(body)
        if not is_leaf_of(leaf, statement):
            raise LeafMalformed(reason="not-the-leaf-of-its-body", index=index)
        entry = self.book.signer(statement, index, self._when)
        self.book.verify(statement, entry)
        self.book.record(statement, index)
        return entry.holder

    def _require_key(self, index: int, leaf: Leaf) -> str:
        entry = self.book.entries.get(leaf.kid)
        if entry is None:
            raise KeyUnknown(kid=leaf.kid, index=index)
        # The leaf hides the stream's name: with a closed list of streams its tag must be one of theirs,
        # with an open one the chain stays with the holder who began it.
        entry.check(index, entry.holder, entry.streams[0], self._when)
        tags = {stream_tag(entry.holder, stream) for stream in entry.streams}
        if ANY_STREAM not in entry.streams and leaf.stream_tag not in tags:
            raise KeyNotValid(kid=leaf.kid, reason="stream-not-granted", index=index)
        return entry.holder

    def _require_next(self, index: int, leaf: Leaf, holder: str) -> None:
        head = self.heads.get(leaf.stream_tag)
        due, prev = (head.seq + 1, head.statement_id) if head else (1, None)
        if leaf.seq != due or leaf.prev != prev:
            raise ChainConflict(index=index, seq=due, prev=prev)
        if head is not None and head.holder != holder:
            raise KeyNotValid(kid=leaf.kid, reason="other-holder", index=index)
