"""Erasure of private values by right (PIPL §47): log, proofs and every projection stay as they are.

What was signed holds only a salted digest of a private member; with salt and value gone the digest says
nothing (docs/record-format.md §14.2). The erasure itself is not a record: nothing is added to the log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from trace.chain.admission.decision import day_of
from trace.chain.facts.corrections import CORRECTION
from trace.chain.lineage.closure import trace_down
from trace.errors import NothingToErase, RetentionRunning, UnknownStatement
from trace.ledger.canonical import b64u
from trace.ledger.claims import Claims
from trace.ledger.disclosure import parse_disclosure
from trace.ledger.statement import parse_statement
from trace.store.casework.exports import BUNDLE, forget_exports
from trace.store.casework.goods import cases_naming, forget_readings
from trace.store.log.disclosures import erase_disclosures, read_disclosures
from trace.store.log.entries import StoredEntry, find_entries
from trace.store.log.inbox import drop_addressed
from trace.store.lots.details import read_lots, read_packs
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.retention import best_before_of, retention_of


def erase_private(transactions: Transactions, stmt: str, members: Collection[str] = ()) -> list[str]:
    """Delete the values of these private members of one statement (none named: of all); returns their names.

    Raises UnknownStatement, RetentionRunning while the law wants the record kept, and NothingToErase where a
    named member is not held (any more) or none is.
    """
    with transactions.begin("erasure") as tx:
        entry = find_entries(tx.connection, [stmt]).get(stmt)
        if entry is None:
            raise UnknownStatement(stmt=stmt)
        _require_over(tx, entry)
        held = [parse_disclosure(one) for one in read_disclosures(tx.connection, [stmt]).get(stmt, ())]
        chosen = [one for one in held if not members or one.name in members]
        absent = sorted(set(members) - {one.name for one in chosen})
        if absent or not chosen:
            raise NothingToErase(stmt=stmt, members=absent)
        erase_disclosures(tx.connection, stmt, [one.digest for one in chosen])
        drop_addressed(tx.connection, stmt, [b64u(one.salt) for one in chosen])
        _forget_copies(tx, entry)
    return sorted({one.name for one in chosen})


def _forget_copies(tx: Tx, entry: StoredEntry) -> None:
    """Forget readings and files of cases that say what was erased, and every kept bundle: it carries
    disclosures of records that no kept row names."""
    numbers = cases_naming(tx.connection, [entry.statement_id, parse_statement(entry.jws).claims.sub])
    forget_readings(tx.connection, numbers)
    forget_exports(tx.connection, numbers, BUNDLE)


def _require_over(tx: Tx, entry: StoredEntry) -> None:
    """A correction is kept as long as what it corrects, whose day it states again."""
    claims = parse_statement(entry.jws).claims
    amends = claims.data.get("amends") if claims.typ == CORRECTION.typ else None
    amended = find_entries(tx.connection, [amends]).get(amends) if isinstance(amends, str) else None
    kind = amended.typ if amended is not None else claims.typ
    term = retention_of(tx.rules, kind, day_of(claims.occurred_at), _best_before(tx, claims))
    if term is not None and day_of(tx.now) < term.until:
        raise RetentionRunning(
            stmt=entry.statement_id, rule=term.rule.id, clause=term.rule.cited, until=term.until.isoformat()
        )


def last_best_before(tx: Tx, names: Collection[str]) -> date | None:
    """Until when what was packed of these lots keeps: the latest day stated, None where none is."""
    lots = read_lots(tx.connection, sorted(names))
    below = trace_down(StoredLotGraph(tx.connection), [one.id for one in lots]).lots
    days = [best_before_of(pack.data) for pack, _ in read_packs(tx.connection, "lot", below)]
    return max((day for day in days if day is not None), default=None)


def _best_before(tx: Tx, claims: Claims) -> date | None:
    """Until when the goods of a record keep, and what was packed of them: the latest day stated."""
    replaced = claims.data.get("replacement")
    data = replaced if isinstance(replaced, Mapping) else claims.data
    named = {claims.sub, data.get("lot"), data.get("fromLot")}
    listed = data.get("lots")
    named.update(listed if isinstance(listed, list) else ())
    days = (best_before_of(data), last_best_before(tx, {name for name in named if isinstance(name, str)}))
    return max((day for day in days if day is not None), default=None)
