"""The offline bundle `trace-bundle/1`: evidence for one lot in one file, and its verification."""

from __future__ import annotations

from trace.ledger.bundle.form import (
    FORMAT,
    MAX_ENTRIES,
    Bundle,
    EarlierCheckpoint,
    Entry,
    LogEvidence,
    build_bundle,
    parse_bundle,
    read_bundle,
)
from trace.ledger.bundle.label import LabelKey
from trace.ledger.bundle.limits import Limits
from trace.ledger.bundle.verdict import (
    STEPS,
    HandoverResult,
    StatementResult,
    StatusResult,
    Step,
    StepState,
    Verdict,
)
from trace.ledger.bundle.verification import TrustPolicy, is_demo_origin, verify_bundle

__all__ = [
    "FORMAT",
    "MAX_ENTRIES",
    "STEPS",
    "Bundle",
    "EarlierCheckpoint",
    "Entry",
    "HandoverResult",
    "LabelKey",
    "Limits",
    "LogEvidence",
    "StatementResult",
    "StatusResult",
    "Step",
    "StepState",
    "TrustPolicy",
    "Verdict",
    "build_bundle",
    "is_demo_origin",
    "parse_bundle",
    "read_bundle",
    "verify_bundle",
]
