"""First versions of statements: what a hand-over or a receipt is cited by, whichever version is at hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from trace.ledger.pairing.statements import CORRECTION
from trace.ledger.statement import parse_statement
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.transaction import Connection

_MOST: Final = 64
"""Corrections of corrections that are followed."""


def first_versions(connection: Connection, statements: Collection[str]) -> dict[str, str]:
    """Statement id -> the id of its first version, itself where it corrects nothing."""
    firsts = {stmt: stmt for stmt in statements}
    for _ in range(_MOST):
        amended = _amended(connection, set(firsts.values()))
        if not amended:
            break
        firsts = {stmt: amended.get(first, first) for stmt, first in firsts.items()}
    return firsts


def _amended(connection: Connection, statements: Collection[str]) -> dict[str, str]:
    """Correction -> what it amends, of those that are corrections."""
    entries = [(one.typ, one.statement_id, one.jws) for one in find_entries(connection, statements).values()]
    entries += [(one.typ, one.statement_id, one.jws) for one in find_evidence_of(connection, statements)]
    found = {}
    for typ, statement, jws in entries:
        amends = parse_statement(jws).claims.data.get("amends") if typ == CORRECTION else None
        if type(amends) is str:
            found[statement] = amends
    return found
