"""How far the sources of a batch are confirmed, as its page tells it: nobody and no amount is named."""

from __future__ import annotations

from typing import Final

from trace.chain.handover_effects import ClaimSet
from trace.store.lots.details import LotRow
from trace.store.lots.offers import read_claims
from trace.store.transaction import Connection
from trace.usecases.lots.sources import Sources

CONFIRMED, DISPUTED, CLAIMED, THROUGH, PAPER = "confirmed", "disputed", "claimed", "through", "paper"
_ORDER: Final = (CONFIRMED, DISPUTED, CLAIMED, THROUGH, PAPER)
_ENDED: Final = frozenset({"superseded", "withdrawn"})


def handovers_shown(connection: Connection, sources: Sources) -> tuple[str, ...]:
    """confirmed | disputed | claimed | through | paper, each once, of the receipts behind a batch.

    A refused and a lapsed claim are told as any other that is not confirmed: no competitor is branded.
    """
    claims = read_claims(connection, "lot", list(sources.lots))
    found = {_told(claim) for claim, _ in claims if claim.state not in _ENDED}
    named = {claim.lot for claim, _ in claims}
    if any(lot not in named and _came_on_paper(row) for lot, row in sources.lots.items()):
        found.add(PAPER)
    return tuple(each for each in _ORDER if each in found)


def _told(claim: ClaimSet) -> str:
    if claim.through:
        return THROUGH
    if claim.lapsed or claim.state not in {CONFIRMED, DISPUTED}:
        return CLAIMED
    return claim.state


def _came_on_paper(lot: LotRow) -> bool:
    """Whether a received lot names nobody's goods on a platform, and the paper that came with it is kept."""
    return lot.kind == "material" and "paper" in lot.detail.get("proofs", ())
