"""The disposal ledger reconciled: what is missing behind a flag or a closing is named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from trace.oversight.casework.ledger import (
    HOLDS_STAND,
    NO_CLOSING,
    NO_DECISION,
    NO_EVIDENCE,
    NO_PROOF,
    NOT_PUBLISHED,
    OVERDUE,
    Entry,
    Flag,
    reconciled,
)
from trace.oversight.casework.table import CLOSED, INVESTIGATING, PROOFS

AT = datetime(2026, 10, 22, tzinfo=UTC)
FLAGS = {name: Flag(AT, (f"sha256:{name}",)) for name in PROOFS}
WHOLE = Entry(CLOSED, FLAGS, ("closing",), published=True, decisions=1, due=True)
KNOWN = {"closing", *(f"sha256:{name}" for name in PROOFS)}


@pytest.mark.requirement("S3-24")
@pytest.mark.parametrize(
    ("entry", "known", "findings"),
    [
        (WHOLE, KNOWN, []),
        (replace(WHOLE, flags={n: FLAGS[n] for n in PROOFS[1:]}), KNOWN, [(NO_PROOF, "control_ok")]),
        (WHOLE, KNOWN - {"sha256:cause_ok"}, [(NO_EVIDENCE, "cause_ok")]),
        (replace(WHOLE, flags={**FLAGS, "cause_ok": Flag(AT, ())}), KNOWN, [(NO_EVIDENCE, "cause_ok")]),
        (replace(WHOLE, decisions=0), KNOWN, [(NO_DECISION, "penalty_ok")]),
        (replace(WHOLE, published=False), KNOWN, [(NOT_PUBLISHED, "publish_ok")]),
        (WHOLE, KNOWN - {"closing"}, [(NO_CLOSING, "")]),
        (replace(WHOLE, holds=2), KNOWN, [(HOLDS_STAND, "")]),
        (Entry(INVESTIGATING, {}, due=True), KNOWN, [(OVERDUE, "")]),
        (Entry(INVESTIGATING, {}, holds=1), KNOWN, []),
    ],
)
def test_what_is_missing_is_named(entry: Entry, known: set[str], findings: list[tuple[str, str]]) -> None:
    assert list(reconciled(entry, known)) == findings
