"""What ends an open dispute, by how it came about: the words of its sides, or an authority's.

A dispute that somebody opened ends by those who state its end; one that two records of a hand-over make, as
soon as the records agree or both sides deny them (docs/handovers.md).
"""

from __future__ import annotations

from typing import Final

from trace.chain.facts.disputes import DISPUTE_OPEN

AMOUNTS: Final = "quantity"
RECEIVER_CORRECTS: Final = "receiver-corrects"
SHIPPER_CORRECTS: Final = "shipper-corrects"
BOTH_DENY: Final = "both-deny"
OPENER_DROPS: Final = "opener-drops"
BOTH_AGREE: Final = "both-agree"
AUTHORITY_ENDS: Final = "authority-ends"
AUTHORITY_FINDS: Final = "authority-finds"
ENDS: Final = (
    *(RECEIVER_CORRECTS, SHIPPER_CORRECTS, BOTH_DENY, OPENER_DROPS),
    *(BOTH_AGREE, AUTHORITY_ENDS, AUTHORITY_FINDS),
)


def ends_of(typ: str, subject: str) -> tuple[str, ...]:
    """The ways in which a dispute may end; `typ` is the kind of the record by which it began."""
    if typ == DISPUTE_OPEN.typ:
        return OPENER_DROPS, BOTH_AGREE, AUTHORITY_ENDS
    if subject == AMOUNTS:  # neither side breaks a pair alone, each may mend its own amount
        return RECEIVER_CORRECTS, SHIPPER_CORRECTS, BOTH_AGREE, AUTHORITY_ENDS
    return RECEIVER_CORRECTS, BOTH_DENY, BOTH_AGREE, AUTHORITY_FINDS
