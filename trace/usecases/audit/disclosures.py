"""Disclosures that are held: each opens a digest that its statement's signed bytes contain.

One that is missing is no finding: erasing it is a right, and nobody can tell by whom it was done.
"""

from __future__ import annotations

from collections.abc import Iterator

from trace.errors import Refusal
from trace.ledger.disclosure import parse_disclosure, place_disclosures
from trace.ledger.statement import parse_statement
from trace.store.log.audited import DisclosureRow, stream_disclosures
from trace.usecases.audit.findings import AuditContext, Finding


def audit_disclosures(around: AuditContext) -> Iterator[Finding]:
    """Every row of the table of disclosures."""
    for row in stream_disclosures(around.tx.connection):
        around.counted["disclosures"] += 1
        reason = _objection(row)
        if reason is not None:
            yield Finding("disclosure-wrong", {"statement": row.stmt, "reason": reason})


def _objection(row: DisclosureRow) -> str | None:
    if row.jws is None:
        return "statement-unknown"
    try:
        shown = parse_disclosure(row.encoded)
        if shown.digest != row.digest:
            return "digest-differs"
        place_disclosures(parse_statement(row.jws).claims.data, [shown])
    except Refusal as refusal:
        return str(refusal.params.get("reason", refusal.code))
    return None
