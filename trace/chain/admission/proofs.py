"""Check R07: the certificate, report, filed paper or buyer's test that vouches for a material lot."""

from __future__ import annotations

from collections.abc import Iterable

from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import listed
from trace.chain.chain_state import KnownLot
from trace.chain.facts import Proof


def proven(proofs: Iterable[Proof]) -> bool:
    """A certificate or report that is named or kept; a paper counts only when its copy is kept (digest)."""
    return any(
        proof.sha256 is not None or (proof.kind != "paper" and proof.ref is not None) for proof in proofs
    )


def unproven(decision: Decision, lots: Iterable[KnownLot]) -> list[str]:
    """Raw lots behind these for which nothing vouches; a passed incoming test settles it."""
    found: list[str] = []
    for lot in lots:
        if _tested(lot):
            continue
        if lot.kind == "material":
            if _raw(lot) and not lot.detail.get("proven") and not _certified(decision, lot):
                found.append(lot.urn)
        else:
            found.extend(listed(lot, "unproven"))
    return list(dict.fromkeys(found))


def _raw(lot: KnownLot) -> bool:
    return lot.detail.get("role") in {"ingredient", "additive"}


def _tested(lot: KnownLot) -> bool:
    """The latest incoming or certificate test of the lot was passed."""
    tests = [report for report in lot.reports if report.purpose in {"incoming", "certificate", "retained"}]
    return bool(tests) and tests[-1].conclusion == "pass"


def _certified(decision: Decision, lot: KnownLot) -> bool:
    if lot.certificates:
        return True
    supplier = lot.detail.get("supplierLot")
    upper = decision.known.lots.get(supplier) if isinstance(supplier, str) else None
    return upper is not None and bool(upper.certificates)
