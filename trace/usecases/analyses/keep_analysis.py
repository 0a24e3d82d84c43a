"""Analyses are kept as they were answered, and read again by their hash by those for whom they were made.

A use case computes in a snapshot (`transactions.look`), makes an `Analysis` of what it found with
`known_until` of the same snapshot, leaves the snapshot, and keeps it with `keep_analysis`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trace.errors import AnalysisUnknown
from trace.oversight.analysis import Analysis, hash_of
from trace.parties import COUNTRY, Actor
from trace.store.analyses.documents import (
    KeptAnalysis,
    find_document,
    list_made_for,
    list_readers,
    put_analysis,
    put_reader,
)
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.sight import parties_in_area

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_AREA: Final = "area:"
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """An analysis as it is kept: the hash is that of the bytes."""

    hash: str
    document: bytes


def keep_analysis(
    transactions: Transactions, actor: Actor, analysis: Analysis, *, about: str = "", beside: str = ""
) -> Kept:
    """Keep an analysis for who asked it; `beside` is another party that may read it too."""
    with transactions.begin(actor.subject) as tx:
        return keep_in(tx, actor, analysis, about=about, beside=beside)


def keep_in(tx: Tx, actor: Actor, analysis: Analysis, *, about: str = "", beside: str = "") -> Kept:
    """As `keep_analysis`, in a transaction that is open."""
    document = analysis.document()
    key = hash_of(document)
    put_analysis(tx.connection, key, analysis.name, about, document)
    for reader in filter(None, (_reader(actor), beside)):
        put_reader(tx.connection, key, reader, actor.person or actor.subject, tx.now)
    return Kept(key, document)


def read_analysis(transactions: Transactions, actor: Actor, key: str) -> Kept:
    """The very bytes; raises `AnalysisUnknown`, also for what was made for others."""
    with transactions.look(actor.subject) as tx:
        document = find_document(tx.connection, key) if _HASH.fullmatch(key) else None
        if document is None or not _may_read(tx.connection, actor, list_readers(tx.connection, key)):
            raise AnalysisUnknown(hash=key[:64])
        return Kept(key, document)


def list_analyses(transactions: Transactions, actor: Actor) -> list[KeptAnalysis]:
    """What was made for the caller, the newest first, at most two hundred."""
    with transactions.look(actor.subject) as tx:
        reader = _reader(actor)
        return list_made_for(tx.connection, reader, _MOST) if reader else []


def _reader(actor: Actor) -> str:
    return f"{_AREA}{actor.region}" if actor.oversees else actor.party or ""


def _may_read(connection: Connection, actor: Actor, readers: Iterable[str]) -> bool:
    """A party what was made for it; an authority what was made in its area, or for a firm there."""
    every = set(readers)
    if not actor.oversees:
        return actor.party in every
    areas = {reader.removeprefix(_AREA) for reader in every if reader.startswith(_AREA)}
    if any(actor.region == COUNTRY or area.startswith(actor.region) for area in areas):
        return True
    firms = {reader for reader in every if not reader.startswith(_AREA)}
    return bool(firms and parties_in_area(connection, actor, firms))
