"""The feed: this platform's statements in log order, with proofs, for a platform that carries them over.

A page covers what the newest cosigned checkpoint covers and nothing later, and each item comes with the
proof under the first checkpoint that held it: it can be verified when it arrives, and counts from its day.
Disclosures stay here: the other platform gets the signed bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trace.errors import CheckpointPending, CursorMalformed
from trace.ledger.canonical import b64u
from trace.ledger.leaf import lot_secret
from trace.ledger.merkle import inclusion_proof
from trace.ledger.proof import hash_texts
from trace.ledger.statement import parse_statement
from trace.ledger.tiles import TileHashes
from trace.store.log.checkpoints import StoredCheckpoint, find_first_covering, find_newest_cosigned
from trace.store.log.entries import StoredEntry, StoredTiles, read_entries
from trace.store.transaction import Transactions, Tx


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A signed statement with its proof under the first checkpoint that held it, of size `under`."""

    jws: Mapping[str, object]
    leaf: str
    log: str
    index: int
    under: int
    proof: Sequence[str]
    secret: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page with the notes that its proofs stand under; `next` is the cursor behind it."""

    items: tuple[FeedItem, ...]
    checkpoint: str | None
    checkpoints: tuple[str, ...]
    next: str
    etag: str


def serve_feed(
    transactions: Transactions, lot_key: bytes, witnesses: frozenset[str], after: str, limit: int
) -> FeedPage:
    """The page after cursor `after` ("" for the start); a cursor is the index of the next entry.

    Raises CursorMalformed for what is no cursor of ours.
    """
    start = _start(after)
    with transactions.look("feed") as tx:
        cosigned = find_newest_cosigned(tx.connection, witnesses)
        size = 0 if cosigned is None else cosigned.size
        entries = read_entries(tx.connection, start, min(start + limit, size))
        covering = _covering(tx, entries, witnesses)
        readers = {at: TileHashes(StoredTiles(tx.connection), at) for at in {one.size for one in covering}}
        items = tuple(
            FeedItem(
                jws=parse_statement(entry.jws).flattened(),
                leaf=entry.leaf,
                log=tx.origin,
                index=entry.index,
                under=under.size,
                proof=hash_texts(inclusion_proof(entry.index, under.size, readers[under.size])),
                secret=b64u(lot_secret(lot_key, entry.sub)),
            )
            for entry, under in zip(entries, covering, strict=True)
        )
    notes = {one.size: one.cosigned_note() for one in covering}
    following = start + len(items)
    tag = hashlib.sha256(f"{start}-{following}-{limit}".encode()).hexdigest()[:22]
    newest = None if cosigned is None else cosigned.cosigned_note()
    return FeedPage(items, newest, tuple(notes[at] for at in sorted(notes)), str(following), tag)


def _covering(tx: Tx, entries: Sequence[StoredEntry], witnesses: frozenset[str]) -> list[StoredCheckpoint]:
    """For each entry the first checkpoint that holds it: its earliest proof of existence."""
    found: list[StoredCheckpoint] = []
    for entry in entries:
        if not found or found[-1].size <= entry.index:
            first = find_first_covering(tx.connection, entry.index, witnesses)
            if first is None:
                raise CheckpointPending(index=entry.index)
            found.append(first)
        else:
            found.append(found[-1])
    return found


def _start(after: str) -> int:
    if not after:
        return 0
    if not after.isascii() or not after.isdecimal() or len(after) > 15:
        raise CursorMalformed(cursor=after[:40])
    return int(after)
