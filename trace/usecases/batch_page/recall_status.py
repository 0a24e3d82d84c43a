"""Recall status: what is under recall, for the market bureau to sign, and how fresh its last snapshot is.

The list names every lot that is under recall or may hold something of one that is, by a claim or a link of
old too: a pack's evidence speaks of the pack, and a recall may have been ordered of its batch. Lots appear by
the tags of their log, so that the list says nothing to those who do not hold a lot's secret. A lot that a
record about another one makes, as the outputs of a batch are, appears by that one's secret as well: there may
be no record about itself whose leaf proves its own tag (docs/record-format.md §11).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.chain.facts.corrections import CORRECTION
from trace.chain.lineage.closure import trace_down
from trace.ledger.leaf import lot_secret, lot_tag, parse_leaf
from trace.rules import Rules
from trace.store.log.carried import read_logged_entries
from trace.store.log.entries import read_head
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id, read_mentions
from trace.store.lots.recalls import find_newest_snapshot, list_recalled_lots
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.batch_page.page import Freshness
from trace.usecases.log.trust import MADE

NONE, OLDER, STALE, INCOMPLETE, CLEAR = "none", "older", "stale", "incomplete", "clear"
"""No snapshot; one from before the lot; one that is too old; one of which parts are missing; a fresh one."""
_AGE: Final = "P04"
_MAKING: Final = frozenset({*MADE, CORRECTION.typ})


@dataclass(frozen=True, slots=True)
class RecallStatus:
    """The content of a snapshot: the log, its size, and the sorted tags of what is under recall."""

    as_of: datetime
    log: str
    size: int
    recalled: tuple[str, ...]
    outputs: bool = True
    """That lots appear by the secret of what made them too."""


def read_status(transactions: Transactions, lot_key: bytes) -> RecallStatus:
    """The recall status now, however long. `lot_key` is the platform's secret behind the lot tags."""
    with transactions.look("status") as tx:
        size = read_head(tx.connection).size
        below = trace_down(WideLotGraph(tx.connection), sorted(list_recalled_lots(tx.connection)))
        lots = read_lots_by_id(tx.connection, below.lots)
        tags = {_tag_of(lot, tx.origin, lot_key) for lot in lots.values()}
        tags |= _foreign_tags(tx.connection, tx.origin, list(lots.values()))
        tags |= _tags_as_output(tx.connection, tx.origin, lots, lot_key)
        now = tx.now.replace(microsecond=0)
    tags.discard("")
    return RecallStatus(now, tx.origin, size, tuple(sorted(tags)))


def _tag_of(lot: LotRow, own: str, lot_key: bytes) -> str:
    return lot_tag(lot_secret(lot_key, lot.urn), lot.urn) if lot.made_by.origin == own else ""


def _foreign_tags(connection: Connection, own: str, lots: list[LotRow]) -> set[str]:
    """Tags of what was carried over: its platform gave them, and they stand in the leaves."""
    wanted = {lot.made_by.statement: lot.urn for lot in lots if lot.made_by.origin != own}
    found = read_logged_entries(connection, own, wanted)
    return {parse_leaf(entry.leaf).lot_tag for stmt, entry in found.items() if entry.sub == wanted[stmt]}


def _tags_as_output(connection: Connection, own: str, lots: Mapping[int, LotRow], lot_key: bytes) -> set[str]:
    """Tags of lots by the secrets of the batches and lots whose records make them, in whatever version."""
    made = {each: lot for each, lot in lots.items() if lot.made_by.sub != lot.urn}
    mentions = read_mentions(connection, made) if made else {}
    subjects = {
        (lot.urn, row.sub): row.statement
        for each, lot in made.items()
        for row in (lot.made_by, *(row for _, row in mentions.get(each, ())))
        if row.typ in _MAKING and row.sub != lot.urn
    }
    found = read_logged_entries(connection, own, set(subjects.values()))
    tags = set()
    for (urn, sub), statement in subjects.items():
        entry = found[statement]
        secret = lot_secret(lot_key, sub) if entry.origin == own else entry.secret
        if secret is not None:
            tags.add(lot_tag(secret, urn))
    return tags


def freshness_for(transactions: Transactions, lots: Collection[str]) -> Freshness:
    """The newest snapshot's freshness for these lots: that of the one which the log spoke of last."""
    with transactions.look("recall-status") as tx:
        made = [row.made_by for row in read_lots(tx.connection, lots)]
        return freshness_of(tx, max((one.index for one in made if one.origin == tx.origin), default=-1))


def freshness_of(tx: Tx, since: int) -> Freshness:
    """The newest snapshot's freshness for a lot whose first statement has index `since` in the own log."""
    age = _age(tx.rules, tx.now)
    hours = int(age.total_seconds() // 3600)
    newest = find_newest_snapshot(tx.connection, tx.origin)
    if newest is None:
        return Freshness(NONE, None, hours)
    as_of = datetime.fromisoformat(str(newest.data["asOf"]))
    state = CLEAR
    if not newest.whole:
        state = INCOMPLETE
    elif int(newest.data["size"]) <= since:
        state = OLDER
    elif tx.now - as_of > age:
        state = STALE
    return Freshness(state, as_of.isoformat(), hours)


def _age(rules: Rules, now: datetime) -> timedelta:
    return rules.at(_AGE, now.date()).duration
