"""Check R07: the certificate, report, filed paper or buyer's test that vouches for a material lot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import listed
from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.facts import Proof

_OF_RECEIPTS: Final = frozenset({"incoming", "certificate", "retained"})


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


def is_bare(lot: KnownLot, vouching: Iterable[KnownLot]) -> bool:
    """Whether nothing vouches for a raw lot: no proof that is kept, no certificate or test of what was
    handed over, no test of its own."""
    if not _raw(lot) or lot.detail.get("proven") or _tested(lot):
        return False
    return not any(
        upper.certificates or any(report.conclusion == "pass" and report.asked for report in upper.reports)
        for upper in vouching
    )


def _tested(lot: KnownLot) -> bool:
    """The latest incoming or certificate test of the lot was passed, as far as its holder or a bureau asked
    for it or names it."""
    tests = [report for report in lot.reports if report.purpose in _OF_RECEIPTS and report.asked]
    return bool(tests) and tests[-1].conclusion == "pass"


def _certified(decision: Decision, lot: KnownLot) -> bool:
    """A certificate of the lot itself, or of what a pair handed over: a claim on somebody's lot is none."""
    return bool(lot.certificates) or any(upper.certificates for upper in handed_over(decision.known, lot))


def handed_over(known: ChainState, lot: KnownLot) -> list[KnownLot]:
    """The consignment that a pair gave for this lot, and what it was taken from."""
    claim = known.claims.get(known.claim_of.get(lot.id, -1))
    if claim is None or claim.handover is None or claim.lapsed:
        return []
    handover = next((one for one in known.handovers.values() if one.id == claim.handover), None)
    found = [] if handover is None else [known.lot_of(handover.lot), known.lot_of(handover.from_lot)]
    return [one for one in found if one is not None]
