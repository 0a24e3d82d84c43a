"""The files of a case with very many lots: kept ones, with how old they are, and those that are being made.

A file that was made is read out; where there is none yet, or the log has gone on since, one is handed in to
the scheduler as an analysis is, and whoever asked may leave and come back. With few lots it is made at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.parties import Actor
from trace.store.analyses.documents import known_until
from trace.store.analyses.runs import RunRow
from trace.store.casework.exports import ExportRow
from trace.store.casework.goods import last_reading
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.export_case import BUNDLE, NAME, SORTS, Wanted, last_file, left_out_of
from trace.usecases.casework.kept_goods import AT_ONCE, count_newer, is_due, is_wide
from trace.usecases.casework.read_case import CaseSeen
from trace.usecases.inquiries.runs import find_open, hand_in

_NUMBER: Final = 20


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of a case as it stands: the kept one, how many records the log took since, the run of the next.

    `due`: whether it is made anew for whoever asks.
    """

    wanted: Wanted
    kept: ExportRow | None
    newer: int
    run: RunRow | None
    due: bool
    left_out: int = 0
    """At how many lots the kept bundle stops."""


def wanted_file(number: str, sort: str, language: str) -> Wanted:
    """The file of that sort; a bundle has no words, so that one serves every reader."""
    return Wanted(number, sort, "" if sort == BUNDLE else language)


def file_wanted(
    transactions: Transactions,
    actor: Actor,
    seen: CaseSeen,
    wanted: Wanted,
    *,
    as_kept: bool = False,
    at_once: int = AT_ONCE,
) -> ExportRow | RunRow | None:
    """The kept file, or the run that makes it; None where it is made at once, of few lots.

    `as_kept`: the last one is wanted, however old it is.
    """
    with transactions.look(actor.subject) as tx:
        kept = last_file(tx, wanted)
        if kept is not None and (as_kept or not is_due(tx, kept.read_at, kept.arrival)):
            return kept
        known = kept is not None or last_reading(tx.connection, wanted.number) is not None
        if not known and not is_wide(tx, seen.reader(actor), seen.row.lot, at_once):
            return None
    with transactions.begin(actor.subject) as tx:
        return find_open(tx, actor, NAME, wanted.asked()) or _handed_in(tx, actor, wanted, kept)


def _handed_in(tx: Tx, actor: Actor, wanted: Wanted, kept: ExportRow | None) -> RunRow:
    known = known_until(tx.connection, tx.origin, tx.now).arrival
    before = kept.export if kept is not None else ""
    told = (NAME, actor.party or actor.subject, *wanted.asked().values(), str(known), before)
    key = hashlib.sha256(" ".join(told).encode()).hexdigest()[:_NUMBER]
    return hand_in(tx, actor, NAME, wanted.asked(), wanted.number, key)


def files_shown(
    transactions: Transactions, actor: Actor, seen: CaseSeen, language: str
) -> Sequence[FileShown]:
    """Every file of a case whose goods are kept."""
    found = []
    with transactions.look(actor.subject) as tx:
        for sort in SORTS:
            wanted = wanted_file(seen.row.number, sort, language)
            kept = last_file(tx, wanted)
            newer = count_newer(tx, kept.arrival) if kept is not None else 0
            due = kept is None or is_due(tx, kept.read_at, kept.arrival)
            run, left_out = find_open(tx, actor, NAME, wanted.asked()), left_out_of(tx, kept)
            found.append(FileShown(wanted, kept, newer, run, due, left_out))
    return found
