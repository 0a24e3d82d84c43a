"""Findings of an audit: what does not fit, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from trace.ledger.claims import Claims
from trace.ledger.statement import Statement
from trace.store.log.audited import StatementRow
from trace.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: a slug, and where."""

    code: str
    params: dict[str, object]


@dataclass(slots=True)
class AuditContext:
    """What every part of an audit shares: the transaction, how far clocks may differ, what was counted."""

    tx: Tx
    skew: timedelta
    counted: Counter[str] = field(default_factory=Counter)


def compare_columns(
    place: dict[str, object], table: str, stored: dict[str, object], signed: dict[str, object]
) -> Iterator[Finding]:
    """A finding for each column whose value is not what the signed bytes say."""
    for column, value in stored.items():
        if value != signed[column]:
            yield Finding("column-differs", {**place, "table": table, "column": column})


def signed_columns(statement: Statement) -> dict[str, object]:
    """What the columns of an entry must hold, own or carried over."""
    claims = statement.claims
    return {
        "stmt": statement.statement_id,
        "kid": statement.kid,
        "typ": claims.typ,
        "iss": claims.iss,
        "stream": claims.stream,
        "seq": claims.seq,
        "sub": claims.sub,
    }


def entry_columns(entry: Any) -> dict[str, object]:
    """The same columns of a stored entry."""
    return {
        "stmt": entry.statement_id,
        "kid": entry.kid,
        "typ": entry.typ,
        "iss": entry.iss,
        "stream": entry.stream,
        "seq": entry.seq,
        "sub": entry.sub,
    }


def compare_statement(
    place: dict[str, object], row: StatementRow | None, due: StatementRow
) -> Iterator[Finding]:
    """The projected row of a statement against its entry."""
    if row is None:
        yield Finding("projection-missing", {**place, "table": "statement"})
    else:
        yield from compare_columns(place, "statement", row._asdict(), due._asdict())


def statement_row(claims: Claims, due: dict[str, Any]) -> StatementRow:
    """What the table of statements must hold: `due` is id, stmt, origin, idx, logged_at and arrival."""
    return StatementRow(typ=claims.typ, iss=claims.iss, sub=claims.sub, occurred_at=claims.occurred_at, **due)
